"""Selection sets as the compact GraphQL text that is sent to subgraphs."""

from collections.abc import Iterator

from gateway.federation.selection import Field, SelectionSet


def selection_text(selections: SelectionSet) -> str:
    """Return a selection set as compact GraphQL text, without braces."""
    return " ".join(_selection_texts(selections))


def _selection_texts(selections: SelectionSet) -> Iterator[str]:
    for selection in selections:
        if not isinstance(selection, Field):
            text = selection_text(selection.selections)
            condition = selection.type_condition
            yield f"...on {condition}{{{text}}}" if condition else text
            continue
        text = selection.name
        if selection.response_name != selection.name:
            text = f"{selection.response_name}:{text}"
        if selection.arguments:
            arguments = ",".join(f"{item.name}:{item.text}" for item in selection.arguments)
            text = f"{text}({arguments})"
        if selection.selections:
            text = f"{text}{{{selection_text(selection.selections)}}}"
        yield text


def used_variables(selections: SelectionSet) -> Iterator[str]:
    """Yield the names of the variables that arguments of ``selections`` use."""
    for selection in selections:
        if isinstance(selection, Field):
            for argument in selection.arguments:
                yield from argument.variables
        yield from used_variables(selection.selections)
