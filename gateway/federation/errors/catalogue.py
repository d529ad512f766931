"""The documentation of the codes, generated."""

from gateway.federation.errors.error_codes import ErrorCode
from gateway.federation.errors.hint_codes import HintCode


def catalogue_markdown() -> str:
    """``docs/composition-errors.md``: all codes with their descriptions."""
    lines = [
        "# Composition errors and hints",
        "",
        "Generated from `gateway/federation/errors/`; a test keeps the two together. To write it",
        "anew: `python -c 'from gateway.federation.errors import catalogue_markdown as c;"
        ' print(c(), end="")\' > docs/composition-errors.md`.',
        "",
        "`compose` returns errors and hints as values. A stage of composition (reading, rules for",
        "single subgraphs, merging, rules for the merged schema, satisfiability) reports all",
        "errors that it finds; a stage that found any is the last. An `INVALID_GRAPHQL`",
        "of one subgraph has lines and columns of its SDL (`positions`); `compose` shows them.",
    ]
    tables = (
        ("Errors", "The subgraphs do not compose.", tuple(ErrorCode)),
        ("Hints", "The subgraphs compose; this is worth knowing.", tuple(HintCode)),
    )
    for title, meaning, codes in tables:
        lines += ["", f"## {title}", "", meaning, "", "| code | meaning |", "|---|---|"]
        lines += [f"| `{c.value}` | {c.description} |" for c in sorted(codes)]
    return "\n".join(lines) + "\n"
