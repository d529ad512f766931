"""Business refusals and errors: every code can be told in Vietnamese."""

import ast
from collections.abc import Iterator
from pathlib import Path

from resolvers.datatypes.problem_texts import VIETNAMESE
from resolvers.datatypes.problems import problem, problems_of
from resolvers.errors import VIETNAMESE as ERRORS
from resolvers.errors import ErrorCode
from resolvers.pharmacy.schema.enums import PrescriptionStatus

RESOLVERS = Path(__file__).parents[2] / "resolvers"


def codes_of(module: Path) -> Iterator[str]:
    """The codes that a module refuses with, where they are written out."""
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        match node:
            case ast.Call(func=ast.Name(id="problem"), args=[ast.Constant(value=str(code)), *_]):
                yield code


def test_every_refusal_and_no_other_has_a_sentence_in_vietnamese() -> None:
    written = {code for module in RESOLVERS.rglob("*.py") for code in codes_of(module)}
    standing = {
        f"PRESCRIPTION_{status.value}"
        for status in PrescriptionStatus
        if status is not PrescriptionStatus.VALID
    }

    assert VIETNAMESE.keys() == written | standing


def test_a_refusal_is_told_in_both_languages() -> None:
    outcome = {"problems": [problem("ITEM_UNKNOWN", "it was not prescribed", "lines", 0)]}

    (told,) = problems_of(outcome)

    assert (
        "ITEM_UNKNOWN",
        "it was not prescribed",
        "Thuốc này không có trong đơn.",
        ["lines", "0"],
    ) == (told.code, told.message, told.message_vi, told.path)


def test_every_error_has_a_sentence_in_vietnamese() -> None:
    assert ERRORS.keys() == set(ErrorCode)
