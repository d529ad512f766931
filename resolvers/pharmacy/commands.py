"""The mutations of the pharmacy subgraph."""

from dataclasses import dataclass

from resolvers.pharmacy.dispensing import Dispensing
from resolvers.pharmacy.issuing import Issuing


@dataclass(frozen=True, slots=True)
class PharmacyCommands:
    """What the pharmacy subgraph's mutations call.

    Attributes:
        issuing: For prescribers.
        dispensing: For pharmacies.
    """

    issuing: Issuing
    dispensing: Dispensing
