"""The HTTP face of the portal: token, card look-up, history, one record.

Its answers are HTTP 200 with `maKetQua` even for refusals, as clients of the real one find them.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from sandbox.faults import FaultSwitch
from sandbox.insurance_portal.lookup import (
    CARD_FOUND,
    MEANINGS,
    Enquiry,
    malformed,
    outcome,
)
from sandbox.insurance_portal.records import PortalCard, PortalClaim, PortalRecords

HISTORY_DAYS = 5 * 366
_MAX_BODY_BYTES = 64 * 1024
_TOKENS_KEPT = 1_000


@dataclass(frozen=True, slots=True)
class PortalAccount:
    """The account of a client and the member of staff registered for it."""

    username: str
    password: str
    staff_name: str
    staff_id: str


@dataclass(frozen=True, slots=True)
class PortalSettings:
    """What the portal needs to be served.

    Args:
        database: SQLite file of cards and claims.
        account: Who may ask.
        admin_token: What the fault endpoint wants.
        clock: Returns the current instant, with its offset.
        token_seconds: Lifetime of a token.
    """

    database: Path
    account: PortalAccount
    admin_token: str
    clock: Callable[[], datetime]
    token_seconds: int = 1800


def create_portal_app(settings: PortalSettings) -> ASGIApp:
    """Return the ASGI app of the portal; its database is opened at start-up."""
    portal = _Portal(settings)
    routes = [
        Route("/api/token/take", portal.take_token, methods=["POST"]),
        Route("/api/egw/KQNhanLichSuKCB2024", portal.look_up, methods=["POST"]),
        Route("/api/egw/Lskcb2025", portal.history, methods=["POST"]),
        Route("/api/egw/nhanHoSoKCBChiTiet", portal.record, methods=["POST"]),
    ]
    app = Starlette(routes=routes, lifespan=portal.lifespan)
    return FaultSwitch(app, admin_token=settings.admin_token)


@dataclass(slots=True)
class _Tokens:
    """Tokens handed out, with the instant at which each ends."""

    ends: dict[tuple[str, str], datetime] = field(default_factory=dict)

    def take(self, until: datetime) -> tuple[str, str]:
        if len(self.ends) >= _TOKENS_KEPT:
            self.ends.pop(next(iter(self.ends)))
        pair = (secrets.token_urlsafe(24), secrets.token_urlsafe(24))
        self.ends[pair] = until
        return pair

    def holds(self, access: str, identity: str, now: datetime) -> bool:
        end = self.ends.get((access, identity))
        return end is not None and now < end


class _Portal:
    def __init__(self, settings: PortalSettings) -> None:
        self._settings = settings
        self._tokens = _Tokens()
        self._open_records: PortalRecords | None = None

    @asynccontextmanager
    async def lifespan(self, _: Starlette) -> AsyncIterator[None]:
        self._open_records = PortalRecords.open(self._settings.database)
        try:
            yield
        finally:
            self._open_records.close()

    @property
    def _records(self) -> PortalRecords:
        if self._open_records is None:
            raise RuntimeError("the portal is not open")
        return self._open_records

    async def take_token(self, request: Request) -> Response:
        form = await _fields(request)
        if not self._is_account(form.get("username", ""), form.get("password", "")):
            return _answer("401", APIKey=None)
        now = self._settings.clock()
        until = now + timedelta(seconds=self._settings.token_seconds)
        access, identity = self._tokens.take(until)
        key = {
            "access_token": access,
            "id_token": identity,
            "token_type": "Bearer",
            "username": self._settings.account.username,
            "expires_in": until.isoformat(),
        }
        return JSONResponse({"maKetQua": "200", "APIKey": key})

    def _is_account(self, username: str, password: str) -> bool:
        account = self._settings.account
        digest = hashlib.md5(account.password.encode(), usedforsecurity=False).hexdigest()
        same_user = hmac.compare_digest(username.encode(), account.username.encode())
        return same_user and hmac.compare_digest(
            password.upper().encode(), digest.upper().encode()
        )

    def _is_authentic(self, request: Request) -> bool:
        query = request.query_params
        return self._is_account(
            query.get("username", ""), query.get("password", "")
        ) and self._tokens.holds(
            query.get("token", ""), query.get("id_token", ""), self._settings.clock()
        )

    async def _enquire(self, request: Request) -> tuple[str, PortalCard | None]:
        """Authenticate and look a card up; returns the code and the card it may show."""
        if not self._is_authentic(request):
            return "401", None
        fields = await _fields(request)
        enquiry = Enquiry(
            number=fields.get("maThe", "").strip().upper(),
            name=fields.get("hoTen", ""),
            birth_date=fields.get("ngaySinh", ""),
            staff_name=fields.get("hoTenCb", ""),
            staff_id=fields.get("cccdCb", ""),
        )
        account = self._settings.account
        if enquiry.staff_id != account.staff_id:
            return "054", None
        if enquiry.staff_name != account.staff_name:
            return "055", None
        problem = malformed(enquiry)
        if problem is not None:
            return problem, None
        card = self._records.card(enquiry.number)
        return outcome(card, enquiry, self._settings.clock().date()), card

    async def look_up(self, request: Request) -> Response:
        code, card = await self._enquire(request)
        if card is None or code not in CARD_FOUND:
            return _answer(code)
        return _answer(code, **_card_fields(card), dsLichSuKCB2018=None, dsLichSuKT2018=[])

    async def history(self, request: Request) -> Response:
        code, card = await self._enquire(request)
        if card is None or code not in CARD_FOUND:
            return _answer(code, dsLichSuKCB2025=[])
        since = self._settings.clock().date() - timedelta(days=HISTORY_DAYS)
        claims = self._records.history(card.number, since.strftime("%Y%m%d0000"))
        return _answer(code, dsLichSuKCB2025=[_history_line(claim) for claim in claims])

    async def record(self, request: Request) -> Response:
        if not self._is_authentic(request):
            return _answer("401")
        claim = self._records.claim(request.query_params.get("maHoSo", ""))
        if claim is None:
            return _answer("205")
        return JSONResponse({"maKetQua": "200", "hoSoKCB": claim.xml})


async def _fields(request: Request) -> dict[str, str]:
    """Read a JSON object or a form; anything else is empty."""
    body = await request.body()
    if len(body) > _MAX_BODY_BYTES:
        return {}
    if "json" not in request.headers.get("content-type", ""):
        return dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True))
    try:
        document = json.loads(body)
    except ValueError:
        return {}
    if not isinstance(document, dict):
        return {}
    return {str(name): value for name, value in document.items() if isinstance(value, str)}


def _answer(code: str, **more: object) -> Response:
    return JSONResponse({"maKetQua": code, "ghiChu": MEANINGS[code], **more})


def _card_fields(card: PortalCard) -> dict[str, Any]:
    return {
        "maThe": card.number,
        "hoTen": card.name,
        "ngaySinh": card.birth_date,
        "gioiTinh": {1: "Nam", 2: "Nữ"}.get(card.sex, "Chưa xác định"),
        "diaChi": card.address,
        "maDKBD": card.facility,
        "cqBHXH": f"BHXH tỉnh mã {card.number[3:5]}",
        "gtTheTu": _day(card.valid_from),
        "gtTheDen": _day(card.valid_until),
        "maKV": card.area,
        "ngayDu5Nam": _day(card.five_years_from),
        "maSoBHXH": card.insurance_number,
        "maTheCu": None,
        "maTheMoi": card.new_number,
        "gtTheTuMoi": _day(card.new_valid_from),
        "gtTheDenMoi": _day(card.new_valid_until),
        "maDKBDMoi": card.facility if card.new_number else None,
        "tenDKBDMoi": None,
    }


def _day(text: str | None) -> str | None:
    return None if text is None else date.fromisoformat(text).strftime("%d/%m/%Y")


def _history_line(claim: PortalClaim) -> dict[str, str]:
    return {
        "maHoSo": claim.id,
        "maCSKCB": claim.facility,
        "ngayVao": claim.entered,
        "ngayRa": claim.left,
        "tenBenh": claim.diagnosis,
        "tinhTrang": claim.condition,
        "kqDieuTri": claim.result,
        "lyDoVV": claim.reason,
    }
