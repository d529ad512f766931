"""Arguments that narrow lists of observations."""

from collections.abc import Callable
from typing import Annotated

import strawberry

from resolvers.encounter.fhir import search_token
from resolvers.encounter.kinds import Row, codings_at
from resolvers.errors import ErrorCode, SubgraphError

_LONGEST = 200

CategoryFilter = Annotated[
    str | None,
    strawberry.argument(
        description="Only this category: `laboratory`, `vital-signs`, `social-history`, …"
    ),
]
"""Argument type of `category`."""

CodeFilter = Annotated[
    str | None,
    strawberry.argument(
        description="Only this code: `718-7`, or with its system `http://loinc.org|718-7`."
    ),
]
"""Argument type of `code`."""


def token_parameter(name: str, given: str | None) -> tuple[tuple[str, str], ...]:
    """The search parameter of an argument; none where it is not given.

    Raises:
        SubgraphError: ``BAD_USER_INPUT``.
    """
    if given is None:
        return ()
    system, code = _token(name, given)
    return ((name, search_token(code, system)),)


def has_category(given: str) -> Callable[[Row], bool]:
    """Whether a row is of a category.

    Raises:
        SubgraphError: ``BAD_USER_INPUT``.
    """
    system, code = _token("category", given)

    def accept(row: Row) -> bool:
        found = codings_at(row.resource, "category.coding")
        return any(each == code and system in {"", its} for its, each in found)

    return accept


def _token(name: str, given: str) -> tuple[str, str]:
    """System (empty for any) and code."""
    system, _, code = given.rpartition("|")
    if not code or len(given) > _LONGEST or not given.isprintable() or "," in system:
        raise SubgraphError(
            ErrorCode.BAD_USER_INPUT, f"{name} must be a code, or a system and a code: `a|b`"
        )
    return system, code
