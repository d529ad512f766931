"""A prescriber, pharmacies and drugs for the tests of the pharmacy subgraph."""

import json
from datetime import date
from typing import Any

from access.context import AccessContext
from resolvers.pharmacy.repository import PharmacyRepository
from storage.access_profiles.model import AccessProfile
from storage.access_profiles.repository import AccessProfiles
from storage.access_profiles.subject_index import IdentifierLink
from storage.encryption import IdentifierKind
from tests.resolvers.fakes import Caller, permitting

ICD10 = "http://hl7.org/fhir/sid/icd-10"

READ = {"PRESCRIPTIONS", "CONDITIONS", "CLINICAL_NOTES", "PRESCRIPTION_PATIENT"}


def doctor(subject: str = "p-adult", **members: Any) -> AccessContext:
    caller = {
        "actor": "u-dr-1",
        "role": "practitioner",
        "practitioner": "dr-1",
        "organization": "79014",
        "purpose": "TREAT",
        **members,
    }
    return permitting({subject: READ | {"PRESCRIPTIONS:write"}}, **caller)


def pharmacist(pharmacy: str = "79-NT-0001", subject: str = "p-adult") -> AccessContext:
    return permitting(
        {subject: {"PRESCRIPTIONS", "PRESCRIPTIONS:write"}},
        actor=f"u-{pharmacy}",
        role="pharmacist",
        organization=pharmacy,
        purpose="TREAT",
    )


def drug(number: str, name: str, atc: str, **members: Any) -> dict[str, Any]:
    return {
        "_id": f"d-{number}",
        "registration_number": number,
        "name": name,
        "ingredients": [name.split(" ", maxsplit=1)[0]],
        "strength": "500 mg",
        "form": "viên nén",
        "route": "uống",
        "unit": "viên",
        "atc": atc,
        "prescription_only": True,
        "control_class": None,
        **members,
    }


DRUGS = [
    drug("893110000124", "Paracetamol", "N02BE01"),
    drug("893110000224", "Paracetamol generic", "N02BE01"),
    drug("893110000324", "Paracetamol forte", "N02BE01", strength="650 mg"),
    drug("893110000424", "Amoxicillin", "J01CA04"),
    drug("893114000524", "Morphin", "N02AA01", control_class="N"),
    drug("893114000624", "Diazepam", "N05BA01", control_class="H"),
    drug("893110000724", "Tenofovir", "J05AF07"),
]
PARACETAMOL, GENERIC, FORTE, AMOXICILLIN, MORPHINE, DIAZEPAM, TENOFOVIR = (
    one["registration_number"] for one in DRUGS
)


async def settle(pharmacies: PharmacyRepository, profiles: AccessProfiles) -> None:
    """Stores drugs and patients."""
    await pharmacies.import_drugs(DRUGS)
    await profiles.load(
        [
            AccessProfile("p-adult", 1, date(1990, 5, 17)),
            AccessProfile("p-child", 1, date(2021, 1, 10)),
            AccessProfile("p-unborn", 1, None),
        ],
        [
            IdentifierLink(IdentifierKind.NATIONAL_ID, "079190000001", "p-adult", "1990-05-17"),
            IdentifierLink(IdentifierKind.CARD_NUMBER, "DN4797912345678", "p-adult", "1990-05-17"),
            IdentifierLink(IdentifierKind.NATIONAL_ID, "079221000002", "p-child", "2021-01-10"),
        ],
    )


def order(**members: Any) -> dict[str, Any]:
    return {
        "idempotencyKey": "i1",
        "patientId": "p-adult",
        "type": "COMMON",
        "diagnoses": [{"coding": [{"system": ICD10, "code": "J00"}], "text": "Cảm lạnh"}],
        "items": [item()],
        **members,
    }


def item(**members: Any) -> dict[str, Any]:
    return {
        "drug": PARACETAMOL,
        "quantity": "20",
        "days": 5,
        "dosage": "Ngày 4 lần, mỗi lần 1 viên",
        **members,
    }


ISSUE = """
mutation($input: IssuePrescriptionInput!) {
  issuePrescription(input: $input) {
    prescription {
      id code type status issued validFrom validUntil
      items { id drug { registrationNumber name } prescribed { value unit } remaining { value } }
      facility { id } prescriber { id } diagnoses { text }
      recipient { ageMonths weight { value unit } }
      course { number start days } accompanyingAdult replaces { code }
    }
    problems { code path }
  }
}
"""
PRESCRIPTION = """
  prescription { code status claimedUntil claimedByCaller items { id remaining { value } } }
"""
CLAIM = (
    "mutation($input: ClaimInput!) { claim(input: $input) {"
    + PRESCRIPTION
    + "claimedUntil problems { code path } } }"
)
RELEASE = (
    "mutation($input: ReleaseClaimInput!) { releaseClaim(input: $input) {"
    + PRESCRIPTION
    + "claimedUntil problems { code path } } }"
)
_DISPENSE = """
  dispense {
    id handedOver pharmacyId reversed
    lines { itemId drug { registrationNumber } quantity { value unit } substituted }
  }
"""
DISPENSE = (
    "mutation($input: DispenseInput!) { dispense(input: $input) {"
    + PRESCRIPTION
    + _DISPENSE
    + "problems { code path } } }"
)
REVERSE = (
    "mutation($input: ReverseDispenseInput!) { reverseDispense(input: $input) {"
    + PRESCRIPTION
    + _DISPENSE
    + "problems { code path } } }"
)
VERIFY = """
query($code: String!) {
  verifyPrescription(code: $code) {
    status
    prescription {
      code status validUntil items { remaining { value } } recipient { ageMonths }
    }
  }
}
"""


class Counter:
    """Issues and dispenses prescriptions as a hospital and pharmacies do."""

    def __init__(self, caller: Caller) -> None:
        self.caller = caller
        self.keys = 0

    def key(self) -> str:
        self.keys += 1
        return f"key-{self.keys}"

    async def issue(self, context: AccessContext | None = None, **members: Any) -> Any:
        given = order(**{"idempotencyKey": self.key(), **members})
        by = context or doctor(given["patientId"])
        data = await self.caller.data(ISSUE, by, {"input": given})
        return data["issuePrescription"]

    async def issued(self, **members: Any) -> str:
        """The code of a fresh prescription."""
        outcome = await self.issue(**members)
        assert [] == outcome["problems"], json.dumps(outcome)
        return str(outcome["prescription"]["code"])

    async def claim(self, code: str, by: AccessContext | None = None, key: str = "") -> Any:
        given = {"idempotencyKey": key or self.key(), "code": code}
        data = await self.caller.data(CLAIM, by or pharmacist(), {"input": given})
        return data["claim"]

    async def release(self, code: str, by: AccessContext | None = None, key: str = "") -> Any:
        given = {"idempotencyKey": key or self.key(), "code": code}
        data = await self.caller.data(RELEASE, by or pharmacist(), {"input": given})
        return data["releaseClaim"]

    async def dispense(
        self,
        code: str,
        *lines: dict[str, Any],
        by: AccessContext | None = None,
        key: str = "",
    ) -> Any:
        given = {"idempotencyKey": key or self.key(), "code": code, "lines": list(lines)}
        data = await self.caller.data(DISPENSE, by or pharmacist(), {"input": given})
        return data["dispense"]

    async def reverse(
        self, code: str, dispense: str, by: AccessContext | None = None, key: str = ""
    ) -> Any:
        given = {"idempotencyKey": key or self.key(), "code": code, "dispenseId": dispense}
        data = await self.caller.data(REVERSE, by or pharmacist(), {"input": given})
        return data["reverseDispense"]

    async def verify(self, code: str, by: AccessContext | None = None) -> Any:
        data = await self.caller.data(VERIFY, by or pharmacist(), {"code": code})
        return data["verifyPrescription"]


def line(quantity: str = "20", **members: Any) -> dict[str, Any]:
    return {"itemId": "1", "drug": PARACETAMOL, "quantity": quantity, **members}


def codes(outcome: Any) -> list[str]:
    return [problem["code"] for problem in outcome["problems"]]
