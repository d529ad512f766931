"""The sandbox's portal behind the insurance subgraph, over real HTTP."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp

from resolvers.insurance.portal import CardEnquiry, InsurancePortal
from resolvers.insurance.records import CardRecord, ClaimRecord
from sandbox.faults import ADMIN_PATH
from sandbox.insurance_portal.app import PortalAccount as SandboxAccount
from sandbox.insurance_portal.records import PortalCard, PortalClaim, PortalRecords
from tests.resolvers.fakes import Caller, permitting

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
ACCOUNT = SandboxAccount("79014_BV", "sandbox", "NGUYEN VAN A", "079190000009")
CARD = CardRecord(
    id="card-1",
    subject_id="p1",
    number="GD4790123456789",
    name="TRẦN THỊ BÌNH",
    birth_date="02/03/1990",
    facility_id="79014",
    start="2026-01-01",
    end="2026-12-31",
)
PORTAL_CARD = PortalCard(
    number=CARD.number,
    insurance_number="0123456789",
    national_id="079190000001",
    name=CARD.name,
    birth_date=CARD.birth_date,
    sex=2,
    address="1 Lê Lợi",
    valid_from="2026-01-01",
    valid_until="2026-12-31",
    facility="79014",
)
XML: dict[str, Any] = {
    "xml1": {
        "MA_LK": "e1",
        "MA_BENH_CHINH": "I10",
        "MA_BENH_KT": "E11.9;E78",
        "T_TONGCHI_BV": "250000.00",
        "T_BHTT": "200000.00",
        "T_BNCCT": "50000.00",
        "T_BNTT": "0.00",
        "T_NGUONKHAC": "0.00",
    },
    "dsXml2": [
        {
            "MA_THUOC": "40.1",
            "TEN_THUOC": "Amlodipin",
            "SO_LUONG": "30",
            "THANH_TIEN_BV": "30000.00",
            "T_BHTT": "24000.00",
        }
    ],
    "dsXml3": [],
}
CLAIM = PortalClaim(
    id="hs-1",
    card=CARD.number,
    entered="202611010800",
    left="202611010900",
    facility="79014",
    diagnosis="Tăng huyết áp",
    condition="1",
    result="2",
    reason="1",
    xml=XML,
)
CLAIMS = [
    ClaimRecord("hs-1", "p1", "e1", "79014", datetime(2026, 11, 1, 1, tzinfo=UTC)),
    ClaimRecord("hs-2", "p1", "e2", "79014", datetime(2026, 10, 1, 1, tzinfo=UTC), ("HIV",)),
]


@dataclass
class World:
    portal: InsurancePortal
    caller: Caller
    admin: str
    session: aiohttp.ClientSession
    database: Path

    def claimed(self, *claims: PortalClaim) -> None:
        """Has facilities send claims to the portal."""
        records = PortalRecords.open(self.database)
        records.fill([(PORTAL_CARD, claims)])
        records.close()

    async def patient(self, selection: str, groups: dict[str, set[str]] | None = None) -> Any:
        """The answer about the patient, with coverage and claims permitted."""
        permitted = groups or {"COVERAGE": set(), "CLAIMS": set()}
        query = (
            "query Q($r: [_Any!]!) { _entities(representations: $r) { ... on Patient {"
            f" {selection} }} }} }}"
        )
        variables = {"r": [{"__typename": "Patient", "id": "p1"}]}
        return await self.caller.ask(query, permitting({"p1": permitted}), variables)

    async def fault(self, **fault: Any) -> None:
        """Switches a fault of the portal on."""
        headers = {"Authorization": "Bearer admin"}
        url = self.admin + ADMIN_PATH
        async with self.session.post(url, json=fault, headers=headers) as response:
            assert 200 == response.status, await response.text()


def enquiry(**changes: str) -> CardEnquiry:
    return replace(CardEnquiry(CARD.number, CARD.name, CARD.birth_date), **changes)
