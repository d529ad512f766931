"""Composing in tests."""

from collections.abc import Collection, Sequence

from gateway.federation.composition import (
    CompositionFailure,
    CompositionSuccess,
    SubgraphDocument,
    compose,
)
from gateway.federation.errors import CompositionError
from gateway.federation.rules import CompositionRule
from tests.federation.composition.cases import Subgraphs


def success(
    subgraphs: Subgraphs,
    *,
    extra_rules: Sequence[CompositionRule] = (),
    security_links: Collection[str] = (),
) -> CompositionSuccess:
    """Compose subgraphs that compose."""
    documents = [SubgraphDocument(n, f"http://{n}", s) for n, s in subgraphs.items()]
    result = compose(documents, extra_rules=extra_rules, security_links=security_links)
    assert isinstance(result, CompositionSuccess), result.errors
    return result


def errors(
    subgraphs: Subgraphs, *, extra_rules: Sequence[CompositionRule] = ()
) -> tuple[CompositionError, ...]:
    """Compose subgraphs that do not compose."""
    documents = [SubgraphDocument(n, f"http://{n}", s) for n, s in subgraphs.items()]
    result = compose(documents, extra_rules=extra_rules)
    assert isinstance(result, CompositionFailure)
    return result.errors


def codes(subgraphs: Subgraphs) -> list[str]:
    """The codes of subgraphs that do not compose."""
    return [e.code.value for e in errors(subgraphs)]


def hints(subgraphs: Subgraphs) -> set[str]:
    """The codes of the hints of subgraphs that compose."""
    return {h.code.value for h in success(subgraphs).hints}


def line(sdl: str, definition_head: str, field: str) -> str:
    """A field's line in a definition of a supergraph."""
    start = sdl.index(f"\n{definition_head}")
    return next(
        text.strip()
        for text in sdl[start:].split("\n")
        if text.strip().startswith((f"{field}:", f"{field}("))
    )
