"""Business refusals of mutations, as data."""

from collections.abc import Mapping
from typing import Any

from strawberry import federation

from resolvers.datatypes.problem_texts import VIETNAMESE


@federation.type(
    shareable=True,
    description="Why a mutation did not do what was asked; a matter of the request, not a fault.",
)
class Problem:
    """One business refusal."""

    code: str = federation.field(
        description="Stable code, e.g. `PRESCRIPTION_EXPIRED`. Codes may be added."
    )
    message: str = federation.field(description="The refusal in words, in English.")
    message_vi: str = federation.field(description="The refusal in words, in Vietnamese.")
    path: list[str] = federation.field(
        default_factory=list, description="Which part of the input it is about, e.g. `lines`, `0`."
    )


def problem(code: str, message: str, *path: str | int) -> dict[str, Any]:
    """A business refusal, as it is kept in a mutation's outcome.

    Args:
        code: Stable code, one of :data:`~resolvers.datatypes.problem_texts.VIETNAMESE`.
        message: English sentence without values of health data.
        path: Names and positions that lead to the part of the input it is about.
    """
    return {"code": code, "message": message, "path": [str(step) for step in path]}


def problems_of(outcome: Mapping[str, Any]) -> list[Problem]:
    """The refusals of a mutation's outcome."""
    return [Problem(**one, message_vi=VIETNAMESE[one["code"]]) for one in outcome["problems"]]
