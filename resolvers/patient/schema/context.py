"""What the resolvers of the patient subgraph get."""

from typing import TypeAlias

from strawberry.types.info import Info

from resolvers.patient.commands import PatientCommands
from resolvers.patient.loaders import PatientLoaders
from resolvers.requests import RequestContext

PatientInfo: TypeAlias = Info[RequestContext[PatientLoaders, PatientCommands], None]
"""What the resolvers of this subgraph get."""
