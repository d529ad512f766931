"""Facilities, practitioners, pharmacies and pharmacists of the sandbox.

All names say that they are tests; codes end in 9xx so that they are not taken for real ones.
"""

from collections.abc import Mapping
from functools import cached_property

from sandbox.population.model import Facility, Pharmacist, Pharmacy, Practitioner
from sandbox.population.names import family_name, full_name
from sandbox.population.seeds import chance, derived_id

CENTRAL = "01901"
PROVINCIAL = "31901"
COMMUNE = "31903"
OTHER_HOSPITAL = "79901"

FACILITIES = (
    Facility(
        CENTRAL, "Bệnh viện Thử Nghiệm Trung Ương 1", "central_hospital", "01",
        "1 đường Thử Nghiệm, Phường Bạch Mai, Thành phố Hà Nội", "02400000901", True),
    Facility(
        PROVINCIAL, "Bệnh viện Đa khoa Thử Nghiệm Hải Cảng", "provincial_hospital", "31",
        "2 đường Thử Nghiệm, Phường Cát Dài, Thành phố Hải Phòng", "02250000901", True),
    Facility(
        COMMUNE, "Trạm y tế Thử Nghiệm số 3", "commune_station", "31",
        "3 đường Thử Nghiệm, Xã Thuỷ Đường, Thành phố Hải Phòng", "02250000903", True),
    Facility(
        OTHER_HOSPITAL, "Bệnh viện Thử Nghiệm Sài Gòn 1", "central_hospital", "79",
        "4 đường Thử Nghiệm, Phường Bến Thành, Thành phố Hồ Chí Minh", "02800000901", False),
    Facility(
        "79903", "Phòng khám Đa khoa Thử Nghiệm 3", "clinic", "79",
        "5 đường Thử Nghiệm, Phường Tân Định, Thành phố Hồ Chí Minh", "02800000903", False),
    Facility(
        "48901", "Bệnh viện Thử Nghiệm Sông Hàn", "provincial_hospital", "48",
        "6 đường Thử Nghiệm, Phường Hải Châu, Thành phố Đà Nẵng", "02360000901", False),
)  # fmt: skip
HOSPITALS = tuple(facility for facility in FACILITIES if facility.serves_fhir)
"""The facilities whose FHIR servers run in the sandbox."""

PHARMACIES = (
    Pharmacy("01-NT-0001", "Nhà thuốc An Bình Thử Nghiệm 1", "An Bình",
             "11 phố Thử Nghiệm, Thành phố Hà Nội", "02400000111"),
    Pharmacy("31-NT-0002", "Nhà thuốc An Bình Thử Nghiệm 2", "An Bình",
             "12 phố Thử Nghiệm, Thành phố Hải Phòng", "02250000112"),
    Pharmacy("01-NT-0003", "Nhà thuốc Tâm Đức Thử Nghiệm 1", "Tâm Đức",
             "13 phố Thử Nghiệm, Thành phố Hà Nội", "02400000113"),
    Pharmacy("79-NT-0004", "Nhà thuốc Tâm Đức Thử Nghiệm 2", "Tâm Đức",
             "14 phố Thử Nghiệm, Thành phố Hồ Chí Minh", "02800000114"),
)  # fmt: skip
"""Shops of two chains."""

_SPECIALITIES = (
    "Nội tổng quát", "Tim mạch", "Nội tiết", "Nhi khoa", "Sản phụ khoa", "Ngoại tổng quát",
    "Truyền nhiễm", "Tâm thần", "Da liễu", "Y học gia đình", "Y học cổ truyền",
)  # fmt: skip
_DOCTORS = {"central_hospital": 40, "provincial_hospital": 30, "commune_station": 4, "clinic": 6}


class Institutions:
    """Who works where, from a seed.

    Args:
        seed: The seed of the population.
        named: Practitioners with fixed ids, who come before the generated ones.
        named_pharmacists: Pharmacists with fixed ids.
    """

    def __init__(
        self,
        seed: int,
        named: tuple[Practitioner, ...] = (),
        named_pharmacists: tuple[Pharmacist, ...] = (),
    ) -> None:
        self._seed = seed
        self._named = named
        self._named_pharmacists = named_pharmacists

    @cached_property
    def practitioners(self) -> tuple[Practitioner, ...]:
        """Every doctor."""
        made = list(self._named)
        for facility in FACILITIES:
            made.extend(
                self._practitioner(facility, number) for number in range(_DOCTORS[facility.kind])
            )
        return tuple(made)

    def _practitioner(self, facility: Facility, number: int) -> Practitioner:
        rnd = chance(self._seed, "practitioner", facility.code, number)
        sex = rnd.choice(("female", "male"))
        old_style = rnd.random() < 0.6
        place = {"01": "HNO", "31": "HP", "48": "ĐNA", "79": "HCM"}[facility.province_code]
        ending = f"{place}-CCHN" if old_style else "BYT-GPHN"
        return Practitioner(
            id=derived_id(self._seed, "practitioner", facility.code, number),
            name=full_name(rnd, sex, family_name(rnd)).full,
            sex=sex,
            licence=f"{900100 + FACILITIES.index(facility) * 60 + number:06d}/{ending}",
            speciality=rnd.choice(_SPECIALITIES),
            facility=facility.code,
        )

    @cached_property
    def doctors_of(self) -> Mapping[str, tuple[Practitioner, ...]]:
        """Generated doctors by facility code; named ones treat only whom they are told to."""
        named = set(self._named)
        return {
            facility.code: tuple(
                one
                for one in self.practitioners
                if one.facility == facility.code and one not in named
            )
            for facility in FACILITIES
        }

    @cached_property
    def pharmacists(self) -> tuple[Pharmacist, ...]:
        """Two pharmacists in each shop beside the named ones."""
        made = list(self._named_pharmacists)
        for shop in PHARMACIES:
            for number in range(2):
                rnd = chance(self._seed, "pharmacist", shop.id, number)
                name = full_name(rnd, "female", family_name(rnd)).full
                licence = f"{950000 + int(shop.id[-4:]) * 10 + number:06d}/BYT-CCHN"
                identifier = derived_id(self._seed, "pharmacist", shop.id, number)
                made.append(Pharmacist(identifier, name, licence, shop.id))
        return tuple(made)
