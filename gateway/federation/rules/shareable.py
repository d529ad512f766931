"""``@shareable`` stands on fields of object types, once per declaration.

Source: federation specification, ``@shareable`` (repeatable since 2.2, for extensions).
"""

from collections import Counter
from collections.abc import Iterator

from gateway.federation.errors import CompositionError, ErrorCode
from gateway.federation.rules.view import SubgraphView
from gateway.federation.subgraph.model import Directives, TypeKind, has_specified, specified


def check_shareable(view: SubgraphView) -> Iterator[CompositionError]:
    """Report ``@shareable`` on interface fields and repeated on one declaration."""
    for definition in view.subgraph.composite_types():
        if definition.kind is TypeKind.OBJECT and _is_repeated(definition.directives):
            yield _repeated(definition.name)
        for field in definition.fields.values():
            coordinate = f"{definition.name}.{field.name}"
            if definition.kind is TypeKind.OBJECT and _is_repeated(field.directives):
                yield _repeated(coordinate)
            elif definition.kind is TypeKind.INTERFACE and has_specified(
                field.directives, "shareable"
            ):
                yield CompositionError(
                    ErrorCode.INVALID_SHAREABLE_USAGE,
                    f'@shareable cannot stand on interface field "{coordinate}"',
                    (coordinate,),
                )


def _is_repeated(directives: Directives) -> bool:
    counts = Counter(d.extension for d in specified(directives, "shareable"))
    return any(count > 1 for count in counts.values())


def _repeated(coordinate: str) -> CompositionError:
    return CompositionError(
        ErrorCode.INVALID_SHAREABLE_USAGE,
        f'@shareable is repeated on one declaration of "{coordinate}"',
        (coordinate,),
    )
