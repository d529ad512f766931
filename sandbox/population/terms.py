"""The package's own tables of codes: diagnoses, drugs, places, tests, vaccines, procedures."""

import csv
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from importlib import resources
from itertools import accumulate

from sandbox.population.model import ICD9CM, ICD10, LOINC, Address, Code, Drug

LIST_OF_34 = date(2025, 7, 1)
LIST_OF_63 = date(2008, 8, 1)


def _rows(name: str) -> list[dict[str, str]]:
    text = resources.files("sandbox.population").joinpath("data", name).read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


@dataclass(frozen=True, slots=True)
class Ailment:
    """A diagnosis with whom it fits; weights say how often it occurs in each setting."""

    code: Code
    weights: Mapping[str, float]
    min_age: int
    max_age: int
    sex: str

    def fits(self, age: int, sex: str) -> bool:
        """Tell whether somebody of this age (years) and sex may have it."""
        return self.min_age <= age <= self.max_age and self.sex in {"", sex}


@dataclass(frozen=True, slots=True)
class Place:
    """A ward in both administrative lists."""

    old_province_code: str
    old_province: str
    district: str
    ward_code: str
    ward: str
    province_code: str
    province: str

    def addresses(self, line: str) -> tuple[Address, Address]:
        """Return the address by the list of today and by the one before."""
        now = Address(
            line, self.ward, self.ward_code, None, self.province, self.province_code, LIST_OF_34
        )
        before = Address(
            line,
            self.ward,
            self.ward_code,
            self.district,
            self.old_province,
            self.old_province_code,
            LIST_OF_63,
        )
        return now, before


@dataclass(frozen=True, slots=True)
class Test:
    """A laboratory test: mean and spread of healthy people, shift of the sick."""

    code: Code
    unit: str
    ucum: str
    low: Decimal | None
    high: Decimal | None
    mean: float
    spread: float
    digits: int


def _test(
    loinc: str, names: tuple[str, str], unit: tuple[str, str], limits: str, shape: str
) -> Test:
    low, high = (Decimal(part) if part else None for part in limits.split(".."))
    mean, spread, digits = shape.split()
    code = Code(LOINC, loinc, *names)
    return Test(code, *unit, low, high, float(mean), float(spread), int(digits))


def _tests() -> dict[str, Test]:
    mmol, gram = ("mmol/L", "mmol/L"), ("g/L", "g/L")
    return {
        "glucose": _test(
            "15074-8", ("Glucose máu", "Glucose [Moles/volume] in Blood"), mmol, "3.9..6.4",
            "5.3 0.6 1"),
        "hba1c": _test(
            "4548-4", ("HbA1c", "Hemoglobin A1c/Hemoglobin.total in Blood"), ("%", "%"), "4..6.2",
            "5.5 0.4 1"),
        "cholesterol": _test(
            "14647-2", ("Cholesterol toàn phần", "Cholesterol [Moles/volume] in Serum or Plasma"),
            mmol, "3.9..5.2", "4.7 0.6 2"),
        "triglyceride": _test(
            "14927-8", ("Triglycerid", "Triglyceride [Moles/volume] in Serum or Plasma"), mmol,
            "0.46..1.88", "1.3 0.4 2"),
        "ldl": _test(
            "22748-8", ("LDL-C", "Cholesterol in LDL [Moles/volume] in Serum or Plasma"), mmol,
            "..3.4", "2.8 0.5 2"),
        "creatinine": _test(
            "14682-9", ("Creatinin", "Creatinine [Moles/volume] in Serum or Plasma"),
            ("µmol/L", "umol/L"), "53..115", "78 13 0"),
        "urea": _test(
            "22664-7", ("Urê máu", "Urea [Moles/volume] in Serum or Plasma"), mmol, "2.5..7.5",
            "4.9 1.1 1"),
        "ast": _test(
            "1920-8", ("AST (GOT)", "Aspartate aminotransferase in Serum or Plasma"),
            ("U/L", "U/L"), "..37", "24 6 0"),
        "alt": _test(
            "1742-6", ("ALT (GPT)", "Alanine aminotransferase in Serum or Plasma"),
            ("U/L", "U/L"), "..40", "25 8 0"),
        "uric": _test(
            "14933-6", ("Acid uric", "Urate [Moles/volume] in Serum or Plasma"),
            ("µmol/L", "umol/L"), "180..420", "310 60 0"),
        "wbc": _test(
            "6690-2", ("Bạch cầu", "Leukocytes [#/volume] in Blood by Automated count"),
            ("10^9/L", "10*9/L"), "4..10", "7 1.4 1"),
        "hemoglobin": _test(
            "718-7", ("Hemoglobin", "Hemoglobin [Mass/volume] in Blood"), gram, "120..170",
            "138 11 0"),
        "platelets": _test(
            "777-3", ("Tiểu cầu", "Platelets [#/volume] in Blood by Automated count"),
            ("10^9/L", "10*9/L"), "150..400", "260 50 0"),
        "crp": _test(
            "1988-5", ("CRP", "C reactive protein [Mass/volume] in Serum or Plasma"),
            ("mg/L", "mg/L"), "..5", "2.2 1.1 1"),
        "tsh": _test(
            "3016-3", ("TSH", "Thyrotropin [Units/volume] in Serum or Plasma"),
            ("mIU/L", "m[IU]/L"), "0.27..4.2", "1.9 0.8 2"),
        "hiv_load": _test(
            "20447-9", ("Tải lượng HIV", "HIV 1 RNA [#/volume] (viral load) in Serum or Plasma"),
            ("bản sao/mL", "{copies}/mL"), "..200", "60 40 0"),
    }  # fmt: skip


PANELS: Mapping[str, tuple[str, ...]] = {
    "E1": ("glucose", "hba1c", "creatinine"),
    "E78": ("cholesterol", "triglyceride", "ldl"),
    "E0": ("tsh",),
    "I": ("glucose", "cholesterol", "creatinine"),
    "N": ("creatinine", "urea"),
    "M10": ("uric", "creatinine"),
    "K7": ("ast", "alt"),
    "B18": ("ast", "alt", "platelets"),
    "B2": ("hiv_load", "wbc"),
    "A9": ("wbc", "platelets", "hemoglobin"),
    "A": ("wbc", "crp"),
    "J1": ("wbc", "crp"),
    "C": ("wbc", "hemoglobin", "platelets"),
    "D": ("hemoglobin", "wbc"),
    "O": ("hemoglobin", "glucose"),
    "Z00": ("glucose", "cholesterol", "ast", "alt", "creatinine", "hemoglobin"),
}
"""Diagnosis prefix → tests that go with it; the longest prefix wins."""

TREATMENTS: Mapping[str, tuple[str, ...]] = {
    "I10": ("Amlodipin", "Losartan", "Perindopril"),
    "I": ("Bisoprolol", "Aspirin", "Atorvastatin", "Furosemid"),
    "I48": ("Rivaroxaban", "Bisoprolol", "Warfarin"),
    "E11": ("Metformin", "Gliclazid", "Empagliflozin"),
    "E10": ("Insulin glargin",),
    "E78": ("Atorvastatin", "Rosuvastatin"),
    "E0": ("Levothyroxin",),
    "J45": ("Salbutamol", "Budesonid + formoterol"),
    "J44": ("Budesonid + formoterol", "Salbutamol"),
    "J": ("Paracetamol", "Amoxicillin", "Cetirizin", "Loratadin"),
    "J18": ("Amoxicillin + acid clavulanic", "Azithromycin", "Paracetamol"),
    "K": ("Omeprazol", "Esomeprazol", "Domperidon"),
    "A0": ("Oresol",),
    "A9": ("Paracetamol", "Oresol"),
    "A5": ("Azithromycin", "Ciprofloxacin"),
    "A6": ("Azithromycin",),
    "B2": ("Tenofovir + lamivudin + dolutegravir",),
    "Z21": ("Tenofovir + lamivudin + dolutegravir",),
    "B18": ("Tenofovir disoproxil",),
    "M10": ("Allopurinol", "Colchicin"),
    "M": ("Meloxicam", "Celecoxib", "Paracetamol"),
    "N39": ("Ciprofloxacin", "Cefuroxim"),
    "L": ("Cetirizin", "Prednisolon"),
    "D50": ("Sắt fumarat + acid folic",),
    "O": ("Sắt fumarat + acid folic",),
    "F3": ("Sertralin",),
    "F4": ("Sertralin", "Diazepam"),
    "F2": ("Olanzapin",),
    "G47": ("Diazepam",),
    "G40": ("Valproat natri", "Phenobarbital"),
    "G20": ("Levodopa + benserazid",),
    "C": ("Morphin sulfat", "Fentanyl", "Paracetamol"),
    "R": ("Paracetamol",),
    "H": ("Cefuroxim", "Paracetamol"),
    "S": ("Paracetamol", "Celecoxib"),
    "T": ("Loratadin", "Prednisolon"),
}
"""Diagnosis prefix → active ingredients that treat it; the longest prefix wins."""

OPERATIONS: Mapping[str, Code] = {
    "K35": Code(ICD9CM, "47.01", "Phẫu thuật nội soi cắt ruột thừa", "Laparoscopic appendectomy"),
    "K80": Code(ICD9CM, "51.23", "Phẫu thuật nội soi cắt túi mật", "Laparoscopic cholecystectomy"),
    "S52": Code(ICD9CM, "79.02", "Nắn kín gãy xương quay", "Closed reduction of radius fracture"),
    "S72": Code(ICD9CM, "79.35", "Kết hợp xương đùi", "Open reduction of femur fracture"),
    "O80": Code(ICD9CM, "73.59", "Đỡ đẻ thường", "Manually assisted delivery"),
    "N20": Code(ICD9CM, "98.51", "Tán sỏi ngoài cơ thể", "Extracorporeal lithotripsy of kidney"),
    "I21": Code(ICD9CM, "36.06", "Đặt stent động mạch vành", "Insertion of coronary stent"),
    "H25": Code(ICD9CM, "13.41", "Phẫu thuật Phaco", "Phacoemulsification of cataract"),
    "K02": Code(ICD9CM, "23.2", "Hàn răng", "Restoration of tooth by filling"),
}
"""Diagnosis prefix → the procedure that goes with it."""

IMAGING: Mapping[str, tuple[str, str, str]] = {
    "J1": ("CR", "X-quang ngực thẳng", "Ngực"),
    "J4": ("CR", "X-quang ngực thẳng", "Ngực"),
    "S": ("CR", "X-quang xương", "Chi"),
    "I6": ("CT", "Cắt lớp vi tính sọ não", "Đầu"),
    "M": ("CR", "X-quang khớp", "Khớp gối"),
    "K": ("US", "Siêu âm ổ bụng", "Bụng"),
    "N20": ("US", "Siêu âm hệ tiết niệu", "Bụng"),
    "O": ("US", "Siêu âm thai", "Tử cung"),
    "C": ("CT", "Cắt lớp vi tính ngực bụng", "Thân"),
    "I2": ("US", "Siêu âm tim", "Tim"),
}
"""Diagnosis prefix → modality, description, body site."""


def longest_prefix(table: Mapping[str, object], code: str) -> str | None:
    """Return the longest key of a table that a code begins with."""
    for length in range(len(code), 0, -1):
        if code[:length] in table:
            return code[:length]
    return None


class Terms:
    """The tables, read once per instance."""

    @cached_property
    def ailments(self) -> Mapping[str, Ailment]:
        """Every diagnosis by its ICD-10 code."""
        settings = ("acute", "chronic", "inpatient", "sensitive")
        return {
            row["code"]: Ailment(
                Code(ICD10, row["code"], row["name_vi"], row["name_en"]),
                {name: float(row[name]) for name in settings if float(row[name]) > 0},
                int(row["min_age"]),
                int(row["max_age"]),
                row["sex"],
            )
            for row in _rows("icd10.csv")
        }

    @cached_property
    def drugs(self) -> Mapping[str, Drug]:
        """Every drug by its active ingredients."""
        return {
            row["generic"]: Drug(
                registration=row["registration"],
                generic=row["generic"],
                brand=row["brand"],
                strength=row["strength"],
                form=row["form"],
                unit=row["unit"],
                route=row["route"],
                atc=row["atc"],
                prescription_only=row["prescription_only"] == "1",
                control=row["control"],
                price=int(row["price"]),
            )
            for row in _rows("drugs.csv")
        }

    @cached_property
    def places(self) -> Sequence[Place]:
        """Wards of every province."""
        return [Place(**row) for row in _rows("places.csv")]

    @cached_property
    def tests(self) -> Mapping[str, Test]:
        """Laboratory tests by their short names."""
        return _tests()

    @cached_property
    def _by_setting(self) -> dict[tuple[str, int, str], tuple[list[Ailment], list[float]]]:
        return {}

    def draw(self, rnd: random.Random, setting: str, age: int, sex: str) -> Ailment | None:
        """Draw a diagnosis of a setting that fits the person; None when there is none."""
        known = self._by_setting.get((setting, age, sex))
        if known is None:
            fitting = [
                ailment
                for ailment in self.ailments.values()
                if setting in ailment.weights and ailment.fits(age, sex)
            ]
            sums = list(accumulate(ailment.weights[setting] for ailment in fitting))
            known = self._by_setting[setting, age, sex] = (fitting, sums)
        fitting, sums = known
        return rnd.choices(fitting, cum_weights=sums)[0] if fitting else None
