"""The catalogue of codes and its documentation."""

from pathlib import Path

from gateway.federation.errors import ErrorCode, HintCode, catalogue_markdown

DOCUMENT = Path(__file__).parents[3] / "docs" / "composition-errors.md"


def test_documentation_is_generated_from_the_catalogue() -> None:
    assert catalogue_markdown() == DOCUMENT.read_text("utf-8")


def test_codes_are_named_as_they_read() -> None:
    assert [c.value for c in (*ErrorCode, *HintCode)] == [c.name for c in (*ErrorCode, *HintCode)]
