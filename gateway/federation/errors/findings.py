"""Errors and hints of composition, as values."""

from dataclasses import dataclass

from gateway.federation.errors.error_codes import ErrorCode
from gateway.federation.errors.hint_codes import HintCode


@dataclass(frozen=True, slots=True)
class CompositionError:
    """One reason why the subgraphs do not compose.

    Attributes:
        code: The stable code.
        message: For people; begins with ``[name]`` where one subgraph alone is at fault.
        coordinates: Schema coordinates concerned (``Type``, ``Type.field``, ``Type.field(arg:)``).
        subgraphs: Names of the subgraphs concerned.
        positions: Lines and columns in the subgraph's SDL, from 1, where its GraphQL is not valid.
    """

    code: ErrorCode
    message: str
    coordinates: tuple[str, ...] = ()
    subgraphs: tuple[str, ...] = ()
    positions: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class CompositionHint:
    """Something worth knowing that does not stop composition.

    Attributes:
        code: The stable code.
        message: For people.
        coordinate: Schema coordinate concerned, or empty.
    """

    code: HintCode
    message: str
    coordinate: str = ""
