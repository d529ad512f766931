"""Enums of the API whose values are described one by one."""

from collections.abc import Mapping
from enum import Enum

import strawberry


def described_enum(
    members: type[Enum], description: str, values: Mapping[str, str], name: str | None = None
) -> None:
    """Makes an enum of the API, and says what each value means.

    Values that citizens see are described in English and, in parentheses, in the Vietnamese words
    that their apps show.

    Args:
        members: The enum, wherever it is declared.
        description: What the enum is, for the API's documentation.
        values: What each member means, by its name.
        name: GraphQL name, where it is not the class's.

    Raises:
        ValueError: A member is not described, or a description has no member.
    """
    strawberry.enum(members, name=name, description=description)
    if values.keys() != members.__members__.keys():
        odd = ", ".join(sorted(values.keys() ^ members.__members__.keys()))
        message = f"{members.__name__}: members and descriptions differ in {odd}"
        raise ValueError(message)
    for value in members.__strawberry_definition__.values:  # type: ignore[attr-defined]
        value.description = values[value.name]
