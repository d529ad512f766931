"""What a resolver knows about the request it works for."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeAlias, TypeVar

from access.categories import Action, Category, group_of
from access.context import AccessContext

Clock: TypeAlias = Callable[[], datetime]
"""Answers the present instant, aware."""

LoadersT = TypeVar("LoadersT")


@dataclass(frozen=True, slots=True)
class RequestContext(Generic[LoadersT]):
    """One request's caller, time and loaders.

    Attributes:
        access: Who asks and what is permitted, as the gateway signed it.
        now: When the request arrived; one instant for the whole answer.
        loaders: The subgraph's loader set, made for this request.
    """

    access: AccessContext
    now: datetime
    loaders: LoadersT

    def permits(self, subject: str, category: Category, action: Action = Action.READ) -> bool:
        """Whether the gateway permitted a category for a subject.

        The gateway does not ask for what it denied; a subgraph looks again before it reads a list.
        """
        return self.access.permits(subject, group_of(category, action))
