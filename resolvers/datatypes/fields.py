"""Fields with a resolver of their own, typed as what they decorate."""

from collections.abc import Callable, Sequence
from typing import Any, ParamSpec, TypeVar, cast

from strawberry import federation

ParametersT = ParamSpec("ParametersT")
ResultT = TypeVar("ResultT")


def resolved(
    *,
    description: str,
    directives: Sequence[object] = (),
    requires_scopes: Sequence[Sequence[str]] | None = None,
    requires: Sequence[str] | None = None,
    name: str | None = None,
) -> Callable[[Callable[ParametersT, ResultT]], Callable[ParametersT, ResultT]]:
    """Makes a federation field of a method.

    Args:
        description: What the field is, for the API's documentation.
        directives: Schema directives, e.g. that of the consent category.
        requires_scopes: OR groups of SMART scopes.
        requires: FieldSets of other subgraphs' fields that the resolver needs.
        name: GraphQL name, where it is not the method's.
    """
    options: dict[str, Any] = {"description": description, "directives": list(directives)}
    if requires_scopes is not None:
        options["requires_scopes"] = requires_scopes
    if requires is not None:
        options["requires"] = requires
    if name is not None:
        options["name"] = name
    return cast(
        "Callable[[Callable[ParametersT, ResultT]], Callable[ParametersT, ResultT]]",
        federation.field(**options),
    )
