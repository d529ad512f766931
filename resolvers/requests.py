"""What a resolver knows about the request it works for."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeAlias, TypeVar

from graphql.pyutils import Path

from access.categories import Action, Category, group_of
from access.context import AccessContext
from resolvers.errors import ErrorCode, SubgraphError

Clock: TypeAlias = Callable[[], datetime]
"""Answers the present instant, aware."""

LoadersT = TypeVar("LoadersT")
CommandsT = TypeVar("CommandsT")


@dataclass(frozen=True, slots=True)
class RequestContext(Generic[LoadersT, CommandsT]):
    """One request's caller, time and loaders.

    Attributes:
        access: Who asks and what is permitted, as the gateway signed it.
        now: When the request arrived; one instant for the whole answer.
        loaders: The subgraph's loader set, made for this request.
        commands: What the subgraph's mutations call; ``None`` where it has none.
        noted: Errors that stand beside data, with the path of the field that they are about.
    """

    access: AccessContext
    now: datetime
    loaders: LoadersT
    commands: CommandsT
    noted: list[tuple[SubgraphError, list[str | int]]] = field(default_factory=list)

    def note(self, error: SubgraphError, path: Path) -> None:
        """Adds an error to the answer without taking the field's data away.

        Args:
            error: What is missing.
            path: The field's path (``info.path``).
        """
        self.noted.append((error, path.as_list()))

    def permits(self, subject: str, category: Category, action: Action = Action.READ) -> bool:
        """Whether the gateway permitted a category for a subject.

        The gateway does not ask for what it denied; a subgraph looks again before it reads a list.
        """
        return self.access.permits(subject, group_of(category, action))

    def demand(self, subject: str, category: Category, action: Action = Action.WRITE) -> None:
        """Makes sure that the gateway permitted what a mutation is about to do.

        Raises:
            SubgraphError: ``ACCESS_CONTEXT_REFUSED``. The gateway sends no mutation that it
                denied, so this is a fault between the two, not an answer to a person.
        """
        if not self.permits(subject, category, action):
            raise SubgraphError(
                ErrorCode.ACCESS_CONTEXT_REFUSED, "the access context does not permit the change"
            )
