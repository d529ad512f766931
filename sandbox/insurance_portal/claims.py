"""A book's card and claims as the portal keeps them, with the XML tables 1 to 5.

Field names follow QĐ 4750/QĐ-BYT and 3176/QĐ-BYT; times are `yyyyMMddHHmm`.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sandbox.insurance_portal.records import PortalCard, PortalClaim
from sandbox.population.model import Book, Card, Claim, Medication, Result, Visit


def portal_entry(
    book: Book, doctors: Mapping[str, str]
) -> tuple[PortalCard, tuple[PortalClaim, ...]] | None:
    """Return the card and claims of a person; None for the uninsured.

    Args:
        book: Whose.
        doctors: Licence number by practitioner id (MA_BAC_SI).
    """
    card = book.card
    if card is None:
        return None
    visits = {visit.id: visit for visit in book.visits}
    claims = tuple(
        _claim(book, card, claim, visits[claim.visit], doctors) for claim in book.claims
    )
    return _card(book, card), claims


def _card(book: Book, card: Card) -> PortalCard:
    person = book.person
    address = person.address
    return PortalCard(
        number=card.number,
        insurance_number=card.insurance_number,
        national_id=person.national_id,
        name=person.name.full,
        birth_date=person.birth_date.strftime("%d/%m/%Y"),
        sex=2 if person.sex == "female" else 1,
        address=f"{address.line}, {address.ward}, {address.province}",
        valid_from=card.valid_from.isoformat(),
        valid_until=card.valid_until.isoformat(),
        facility=card.facility,
        status=card.status,
        five_years_from=None if card.five_years_from is None else card.five_years_from.isoformat(),
        new_number=card.new_number,
        new_valid_from=card.valid_from.isoformat() if card.new_number else None,
        new_valid_until=card.valid_until.isoformat() if card.new_number else None,
    )


def _claim(
    book: Book, card: Card, claim: Claim, visit: Visit, doctors: Mapping[str, str]
) -> PortalClaim:
    main = visit.diagnoses[0].condition
    return PortalClaim(
        id=claim.id,
        card=card.number,
        entered=_time(visit.start),
        left=_time(visit.end or visit.start),
        facility=visit.facility,
        diagnosis=f"{main.code} - {main.vi}",
        condition="1",
        result=visit.outcome or "2",
        reason="1",
        xml={
            "xml1": _table1(book, card, claim, visit),
            "dsXml2": [
                _table2(visit, item, at, doctors) for at, item in enumerate(visit.medications, 1)
            ],
            "dsXml3": [_table3(visit, at) for at in range(1, 1 + len(visit.imaging))],
            "dsXml4": [
                _table4(visit, result, at)
                for at, result in enumerate(visit.results, 1)
                if result.category == "laboratory"
            ],
            "dsXml5": _table5(visit),
        },
    )


def _table1(book: Book, card: Card, claim: Claim, visit: Visit) -> dict[str, Any]:
    person, end = book.person, visit.end or visit.start
    main = visit.diagnoses[0].condition
    return {
        "MA_LK": visit.number,
        "STT": 1,
        "HO_TEN": person.name.full,
        "SO_CCCD": person.national_id or "",
        "NGAY_SINH": f"{_day(person.birth_date)}0000",
        "GIOI_TINH": "2" if person.sex == "female" else "1",
        "MA_THE_BHYT": card.number,
        "MA_DKBD": card.facility,
        "GT_THE_TU": _day(card.valid_from),
        "GT_THE_DEN": _day(card.valid_until),
        "LY_DO_VV": visit.reason,
        "CHAN_DOAN_RV": main.vi,
        "MA_BENH_CHINH": main.code,
        "MA_BENH_KT": ";".join(one.condition.code for one in visit.diagnoses[1:]),
        "MA_DOITUONG_KCB": "1.1",
        "NGAY_VAO": _time(visit.start),
        "NGAY_RA": _time(end),
        "SO_NGAY_DTRI": max(1, (end - visit.start).days),
        "KET_QUA_DTRI": visit.outcome or "2",
        "MA_LOAI_RV": "1",
        "NGAY_TTOAN": _time(claim.settled),
        "T_TONGCHI_BV": claim.total,
        "T_TONGCHI_BH": _sum(claim.paid_by_fund, claim.co_payment),
        "T_BHTT": claim.paid_by_fund,
        "T_BNCCT": claim.co_payment,
        "T_BNTT": claim.self_payment,
        "T_NGUONKHAC": claim.other_sources,
        "NAM_QT": claim.settled.year,
        "THANG_QT": claim.settled.month,
        "MA_LOAI_KCB": visit.kind,
        "MA_KHOA": "K01",
        "MA_CSKCB": visit.facility,
    }


def _table2(
    visit: Visit, medication: Medication, at: int, doctors: Mapping[str, str]
) -> dict[str, Any]:
    drug = medication.drug
    amount = f"{medication.quantity * drug.price}.00"
    return {
        "MA_LK": visit.number,
        "STT": at,
        "MA_THUOC": drug.atc,
        "TEN_THUOC": drug.generic,
        "DON_VI_TINH": drug.unit,
        "HAM_LUONG": drug.strength,
        "DUONG_DUNG": drug.route,
        "LIEU_DUNG": medication.dosage,
        "SO_DANG_KY": drug.registration,
        "SO_LUONG": f"{medication.quantity}.000",
        "DON_GIA": f"{drug.price}.000",
        "THANH_TIEN_BV": amount,
        "THANH_TIEN_BH": amount,
        "MA_BAC_SI": doctors.get(visit.practitioner, ""),
        "NGAY_YL": _time(medication.ordered),
    }


def _table3(visit: Visit, at: int) -> dict[str, Any]:
    study = visit.imaging[at - 1]
    return {
        "MA_LK": visit.number,
        "STT": at,
        "TEN_DICH_VU": study.description,
        "SO_LUONG": "1.000",
        "DON_GIA_BV": "260000.000",
        "DON_GIA_BH": "260000.000",
        "THANH_TIEN_BV": "260000.00",
        "THANH_TIEN_BH": "260000.00",
        "NGAY_KQ": _time(study.taken),
    }


def _table4(visit: Visit, result: Result, at: int) -> dict[str, Any]:
    return {
        "MA_LK": visit.number,
        "STT": at,
        "MA_CHI_SO": result.what.code,
        "TEN_CHI_SO": result.what.vi,
        "GIA_TRI": result.value,
        "DON_VI_DO": result.unit,
        "NGAY_KQ": _time(result.taken),
    }


def _table5(visit: Visit) -> list[dict[str, Any]]:
    if visit.summary is None:
        return []
    return [
        {
            "MA_LK": visit.number,
            "STT": 1,
            "DIEN_BIEN_LS": visit.summary,
            "THOI_DIEM_DBLS": _time(visit.start),
        }
    ]


def _sum(*amounts: str) -> str:
    return f"{sum(int(amount.partition('.')[0]) for amount in amounts)}.00"


def _time(moment: datetime) -> str:
    return moment.strftime("%Y%m%d%H%M")


def _day(day: date) -> str:
    return day.strftime("%Y%m%d")
