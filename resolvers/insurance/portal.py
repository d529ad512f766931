"""Client of the social-insurance portal (Cổng tiếp nhận BHXH).

The protocol is the one that facilities' software speaks: a token by user name and MD5 of the
password, then look-ups that answer 200 with a ``maKetQua``.
"""

import asyncio
import hashlib
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from resolvers.insurance.result_codes import Handling, ResultCode, meaning_of
from resolvers.upstream import (
    UpstreamClient,
    UpstreamError,
    UpstreamFault,
    UpstreamRequest,
)

_NO_MORE_THAN = 2

_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_JSON = {"Content-Type": "application/json"}

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PortalAccount:
    """The account that the portal knows us by.

    Attributes:
        username: Name of the account.
        password: Its password; sent only as MD5, as the portal wants it.
        staff_name: Name of the registered member of staff (``hoTenCb``).
        staff_id: Her national id (``cccdCb``).
    """

    username: str
    password: str = field(repr=False)
    staff_name: str
    staff_id: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class CardEnquiry:
    """What a card look-up asks about.

    Attributes:
        number: Card number (15 characters), BHXH number (10) or national id (12).
        name: The holder's name.
        birth_date: ``dd/MM/yyyy``, or the year.
    """

    number: str = field(repr=False)
    name: str = field(repr=False)
    birth_date: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class CardAnswer:
    """An answer about a card.

    Attributes:
        code: The ``maKetQua``.
        meaning: What it means.
        members: The other members of the answer, as the portal names them.
    """

    code: str
    meaning: ResultCode
    members: Mapping[str, Any]


class InsurancePortal:
    """Looks up cards and claims."""

    def __init__(self, client: UpstreamClient, account: PortalAccount) -> None:
        """Args: client: reaches the portal; account: ours."""
        self._client = client
        self._account = account
        digest = hashlib.md5(account.password.encode(), usedforsecurity=False).hexdigest()
        self._password = digest.upper()
        self._token: tuple[str, str] | None = None
        self._refused_with: str | None = None
        self._taking = asyncio.Lock()

    async def look_up(self, enquiry: CardEnquiry) -> CardAnswer:
        """What the portal knows of a card.

        Raises:
            UpstreamError: if the portal does not answer, or has a fault of its own.
        """
        return _card_answer(
            await self._ask("api/egw/KQNhanLichSuKCB2024", {}, self._fields(enquiry))
        )

    async def history(self, enquiry: CardEnquiry) -> CardAnswer:
        """What facilities claimed for the holder of a card (member ``dsLichSuKCB2025``).

        Raises:
            UpstreamError: if the portal does not answer, or has a fault of its own.
        """
        fields = self._fields(enquiry)
        return _card_answer(await self._ask("api/egw/Lskcb2025", {}, fields, _FORM))

    async def record(self, claim_id: str) -> Mapping[str, Any] | None:
        """The tables of one claim (``xml1``, ``dsXml2`` …); ``None`` if the portal has it not.

        Raises:
            UpstreamError: if the portal does not answer, or has a fault of its own.
        """
        members = await self._ask("api/egw/nhanHoSoKCBChiTiet", {"maHoSo": claim_id}, {})
        if str(members.get("maKetQua")) == "205":
            return None
        tables = members.get("hoSoKCB")
        if not isinstance(tables, dict):
            raise UpstreamError(self._client.name, UpstreamFault.MALFORMED, "no record")
        return tables

    def _fields(self, enquiry: CardEnquiry) -> dict[str, str]:
        return {
            "maThe": enquiry.number,
            "hoTen": enquiry.name,
            "ngaySinh": enquiry.birth_date,
            "hoTenCb": self._account.staff_name,
            "cccdCb": self._account.staff_id,
        }

    async def _ask(
        self,
        path: str,
        query: Mapping[str, str],
        fields: Mapping[str, str],
        headers: Mapping[str, str] = _JSON,
    ) -> Mapping[str, Any]:
        """One look-up; a refused token is taken anew once, a fault of the portal retried once."""
        members: Mapping[str, Any] = {}
        for _ in range(_NO_MORE_THAN):
            token = await self._current_token()
            body = urlencode(fields) if headers is _FORM else json.dumps(fields)
            whole = {**self._credentials(token), **query}
            members = await self._send(path, whole, body.encode(), headers)
            handling = meaning_of(str(members.get("maKetQua"))).handling
            if handling is Handling.NEW_TOKEN:
                self._forget(token)
            elif handling is not Handling.RETRY:
                break
        code = str(members.get("maKetQua"))
        is_known_refusal = code == "205" and "maHoSo" in query
        if code == "200" or is_known_refusal or meaning_of(code).handling is Handling.ANSWER:
            self._refused_with = None
            return members
        self._note_refusal(code[:3])
        raise UpstreamError(self._client.name, UpstreamFault.UNAVAILABLE, f"maKetQua {code[:3]}")

    def _note_refusal(self, code: str) -> None:
        """Logs a refusal that is not about a card once, for whoever keeps our account."""
        if code != self._refused_with:
            _LOG.warning("upstream %s refuses us with maKetQua %s", self._client.name, code)
        self._refused_with = code

    def _credentials(self, token: tuple[str, str]) -> dict[str, str]:
        access, identity = token
        return {
            "token": access,
            "id_token": identity,
            "username": self._account.username,
            "password": self._password,
        }

    def _forget(self, token: tuple[str, str]) -> None:
        if self._token == token:
            self._token = None

    async def _current_token(self) -> tuple[str, str]:
        """The token; requests that need one at the same time share one taking."""
        async with self._taking:
            if self._token is None:
                form = urlencode(
                    {"username": self._account.username, "password": self._password}
                ).encode()
                answer = await self._send("api/token/take", {}, form, _FORM)
                key = answer.get("APIKey")
                if not isinstance(key, dict) or "access_token" not in key:
                    self._note_refusal(str(answer.get("maKetQua"))[:3])
                    raise UpstreamError(
                        self._client.name, UpstreamFault.UNAVAILABLE, "no token was given"
                    )
                self._token = (str(key["access_token"]), str(key.get("id_token", "")))
            return self._token

    async def _send(
        self, path: str, query: Mapping[str, str], body: bytes, headers: Mapping[str, str]
    ) -> Mapping[str, Any]:
        request = UpstreamRequest("POST", path, tuple(query.items()), headers, body)
        answer = await self._client.send(request)
        try:
            members = json.loads(answer.body)
        except ValueError:
            members = None
        if answer.status != 200 or not isinstance(members, dict):
            raise UpstreamError(self._client.name, UpstreamFault.MALFORMED, "no JSON object")
        return members


def _card_answer(members: Mapping[str, Any]) -> CardAnswer:
    code = str(members.get("maKetQua"))
    return CardAnswer(code, meaning_of(code), members)
