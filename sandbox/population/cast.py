"""The named people of the sandbox: fixed ids, for demonstrations and tests.

Every population holds them, whatever its seed and size. Their books are made in `casting`.
"""

from datetime import date

from sandbox.population.institutions import CENTRAL, OTHER_HOSPITAL, PROVINCIAL
from sandbox.population.model import Pharmacist, Practitioner

MOTHER = "pt-nguyen-thi-hoa"
"""A citizen with records in all three hospitals; mother of the next two."""
YOUNG_CHILD = "pt-tran-bao-an"
"""Her daughter, four years old."""
OLDER_CHILD = "pt-tran-gia-huy"
"""Her son, ten years old."""
FATHER = "pt-tran-van-nam"
LONGITUDINAL_PATIENT = "pt-le-van-binh"
"""A chronic patient with records in all three hospitals, treated by `TREATING_DOCTOR`."""
STRANGER = "pt-do-van-khoa"
"""A citizen who is nothing to the others."""
HIV_PATIENT = "pt-ngo-van-son"
"""A citizen with an HIV prescription."""
REFUSING_PATIENT = "pt-pham-thi-mai"
"""In care at the central hospital, but refuses `TREATING_DOCTOR` her conditions."""

TREATING_DOCTOR = "dr-pham-minh-tuan"
UNRELATED_DOCTOR = "dr-vu-thi-lan"
"""Works where none of the named patients is in care."""
PROVINCIAL_DOCTOR = "dr-hoang-van-duc"

PHARMACIST_A = "ph-dang-thi-huong"
PHARMACIST_B = "ph-bui-van-hai"
PHARMACY_A = "01-NT-0001"
PHARMACY_B = "01-NT-0003"
"""A shop of another chain."""

INSURER_USER = "bhxh-giam-dinh-01"
INSURER = "BHXH"
AUTHORITY_USER = "byt-thong-ke-01"
AUTHORITY = "BYT"

EXPIRED_PRESCRIPTION = f"{CENTRAL}hoa0exp-C"
REPLACED_PRESCRIPTION = f"{CENTRAL}hoa0old-C"
REPLACEMENT_PRESCRIPTION = f"{CENTRAL}hoa0new-C"
PARTLY_DISPENSED_PRESCRIPTION = f"{CENTRAL}hoa0prt-C"
HIV_PRESCRIPTION = f"{CENTRAL}son0arv-C"
NARCOTIC_PRESCRIPTION = f"{CENTRAL}bin0mor-N"

MOTHER_NATIONAL_ID = "001190900001"
MOTHER_INSURANCE_NUMBER = "0190900001"
LONGITUDINAL_NATIONAL_ID = "031058900002"
LONGITUDINAL_INSURANCE_NUMBER = "3190900002"
LONGITUDINAL_BIRTH_DATE = date(1958, 2, 20)

PRACTITIONERS = (
    Practitioner(
        TREATING_DOCTOR, "Phạm Minh Tuấn", "male", "900001/HNO-CCHN", "Nội tiết", CENTRAL
    ),
    Practitioner(
        UNRELATED_DOCTOR, "Vũ Thị Lan", "female", "900002/HCM-CCHN", "Da liễu", OTHER_HOSPITAL
    ),
    Practitioner(
        PROVINCIAL_DOCTOR, "Hoàng Văn Đức", "male", "900003/HP-CCHN", "Nội tổng quát", PROVINCIAL
    ),
)
PHARMACISTS = (
    Pharmacist(PHARMACIST_A, "Đặng Thị Hương", "950901/BYT-CCHN", PHARMACY_A),
    Pharmacist(PHARMACIST_B, "Bùi Văn Hải", "950902/BYT-CCHN", PHARMACY_B),
)
