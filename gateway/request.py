"""The GraphQL request as a value, whatever transport brought it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gateway.errors import Language


@dataclass(frozen=True, slots=True)
class GraphQLRequest:
    """One operation to execute.

    Attributes:
        query: The document's text.
        operation_name: Which of its operations, or ``None``.
        variables: Raw variable values by name.
        extensions: The request's extensions.
    """

    query: str
    operation_name: str | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)
    extensions: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Caller:
    """What a transport knows of the caller before authentication.

    Attributes:
        authorization: Value of the ``Authorization`` header, or ``None``.
        peer: Address of the peer; limits callers without a token.
        language: Of messages.
        is_read_only: Only queries may be executed (GET is safe).
    """

    authorization: bytes | None = None
    peer: str = ""
    language: Language = Language.ENGLISH
    is_read_only: bool = False
