"""What the resolvers of the pharmacy subgraph get."""

from typing import TypeAlias

from strawberry.types.info import Info

from resolvers.pharmacy.commands import PharmacyCommands
from resolvers.pharmacy.loaders import PharmacyLoaders
from resolvers.requests import RequestContext

PharmacyInfo: TypeAlias = Info[RequestContext[PharmacyLoaders, PharmacyCommands], None]
"""What the resolvers of this subgraph get."""
