"""The specifications that a schema can link: names, versions, directives, how they are merged.

Sources: the federation specification 2.0 to 2.11, link v1.0, join v0.1 to v0.5, and the tag,
inaccessible, authenticated, requiresScopes, policy, context and cost specifications of
specs.apollo.dev.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeAlias

Version: TypeAlias = tuple[int, int]

SPECIFICATIONS = "https://specs.apollo.dev"
LINK_IDENTITY = f"{SPECIFICATIONS}/link"
CORE_IDENTITY = f"{SPECIFICATIONS}/core"
FEDERATION_IDENTITY = f"{SPECIFICATIONS}/federation"

FEDERATION_2_0: Version = (2, 0)
LATEST_FEDERATION: Version = (2, 14)
"""Newest version accepted: 2.12 to 2.14 add nothing that composition has to know."""

UPGRADED_FEDERATION_1: Version = (2, 4)
"""What a federation 1 schema is upgraded to."""

_TYPE_SYSTEM = (
    "FIELD_DEFINITION",
    "OBJECT",
    "INTERFACE",
    "UNION",
    "ARGUMENT_DEFINITION",
    "SCALAR",
    "ENUM",
    "ENUM_VALUE",
    "INPUT_OBJECT",
    "INPUT_FIELD_DEFINITION",
)
_ACCESS = ("FIELD_DEFINITION", "OBJECT", "INTERFACE", "SCALAR", "ENUM")


class MergeStrategy(StrEnum):
    """How different arguments of a non-repeatable directive become one."""

    MAX = "maximum"
    NULLABLE_MAX = "maximum of those given"
    NULLABLE_UNION = "union of those given"
    NULLABLE_AND = "conjunction of those given"
    DNF_CONJUNCTION = "conjunction of alternatives of conjunctions"


@dataclass(frozen=True, slots=True)
class ArgumentSpecification:
    """An argument of a specified directive; type names in braces belong to the specification.

    ``since`` is the first version of federation that has it.
    """

    name: str
    type: str
    default: str | None = None
    strategy: MergeStrategy | None = None
    since: Version = FEDERATION_2_0


@dataclass(frozen=True, slots=True)
class DirectiveSpecification:
    """A directive that a specification defines.

    Attributes:
        name: Its name in the specification, without ``@``.
        since: First version of federation that has it.
        feature: Name of the feature that defines it in a supergraph, if it is merged there.
        feature_version: Version of that feature.
        earlier_locations: Where it may stand in earlier versions of that feature.
        purpose: The ``for:`` of that feature's ``@link``.
    """

    name: str
    locations: tuple[str, ...]
    arguments: tuple[ArgumentSpecification, ...] = ()
    repeatable: bool = False
    since: Version = FEDERATION_2_0
    feature: str | None = None
    feature_version: Version = (0, 1)
    earlier_locations: tuple[tuple[Version, tuple[str, ...]], ...] = ()
    purpose: str | None = None

    def locations_in(self, version: Version) -> tuple[str, ...]:
        """Where it may stand in a version of its feature."""
        return dict(self.earlier_locations).get(version, self.locations)


_FIELDS = ArgumentSpecification("fields", "{FieldSet}!")

FEDERATION_DIRECTIVES: tuple[DirectiveSpecification, ...] = (
    DirectiveSpecification(
        "key",
        ("OBJECT", "INTERFACE"),
        (_FIELDS, ArgumentSpecification("resolvable", "Boolean", "true")),
        repeatable=True,
    ),
    DirectiveSpecification("requires", ("FIELD_DEFINITION",), (_FIELDS,)),
    DirectiveSpecification("provides", ("FIELD_DEFINITION",), (_FIELDS,)),
    DirectiveSpecification(
        "external",
        ("OBJECT", "FIELD_DEFINITION"),
        (ArgumentSpecification("reason", "String"),),
    ),
    DirectiveSpecification(
        "tag",
        (*_TYPE_SYSTEM, "SCHEMA"),
        (ArgumentSpecification("name", "String!"),),
        repeatable=True,
        feature="tag",
        feature_version=(0, 3),
        earlier_locations=(((0, 1), _TYPE_SYSTEM[:4]), ((0, 2), _TYPE_SYSTEM)),
    ),
    DirectiveSpecification("extends", ("OBJECT", "INTERFACE")),
    DirectiveSpecification("shareable", ("OBJECT", "FIELD_DEFINITION"), repeatable=True),
    DirectiveSpecification(
        "inaccessible",
        _TYPE_SYSTEM,
        feature="inaccessible",
        feature_version=(0, 2),
        earlier_locations=(((0, 1), _TYPE_SYSTEM[:4]),),
        purpose="SECURITY",
    ),
    DirectiveSpecification(
        "override",
        ("FIELD_DEFINITION",),
        (
            ArgumentSpecification("from", "String!"),
            ArgumentSpecification("label", "String", since=(2, 7)),
        ),
    ),
    DirectiveSpecification(
        "composeDirective",
        ("SCHEMA",),
        (ArgumentSpecification("name", "String"),),
        repeatable=True,
        since=(2, 1),
    ),
    DirectiveSpecification("interfaceObject", ("OBJECT",), since=(2, 3)),
    DirectiveSpecification(
        "authenticated", _ACCESS, since=(2, 5), feature="authenticated", purpose="SECURITY"
    ),
    DirectiveSpecification(
        "requiresScopes",
        _ACCESS,
        (
            ArgumentSpecification(
                "scopes", "[[{Scope}!]!]!", strategy=MergeStrategy.DNF_CONJUNCTION
            ),
        ),
        since=(2, 5),
        feature="requiresScopes",
        purpose="SECURITY",
    ),
    DirectiveSpecification(
        "policy",
        _ACCESS,
        (
            ArgumentSpecification(
                "policies", "[[{Policy}!]!]!", strategy=MergeStrategy.DNF_CONJUNCTION
            ),
        ),
        since=(2, 6),
        feature="policy",
        purpose="SECURITY",
    ),
    DirectiveSpecification(
        "context",
        ("INTERFACE", "OBJECT", "UNION"),
        (ArgumentSpecification("name", "String!"),),
        repeatable=True,
        since=(2, 8),
        feature="context",
        purpose="SECURITY",
    ),
    DirectiveSpecification(
        "fromContext",
        ("ARGUMENT_DEFINITION",),
        (ArgumentSpecification("field", "{ContextFieldValue}"),),
        since=(2, 8),
    ),
    DirectiveSpecification(
        "cost",
        (
            "ARGUMENT_DEFINITION",
            "ENUM",
            "FIELD_DEFINITION",
            "INPUT_FIELD_DEFINITION",
            "OBJECT",
            "SCALAR",
        ),
        (ArgumentSpecification("weight", "Int!", strategy=MergeStrategy.MAX),),
        since=(2, 9),
        feature="cost",
    ),
    DirectiveSpecification(
        "listSize",
        ("FIELD_DEFINITION",),
        (
            ArgumentSpecification("assumedSize", "Int", strategy=MergeStrategy.NULLABLE_MAX),
            ArgumentSpecification(
                "slicingArguments", "[String!]", strategy=MergeStrategy.NULLABLE_UNION
            ),
            ArgumentSpecification(
                "sizedFields", "[String!]", strategy=MergeStrategy.NULLABLE_UNION
            ),
            ArgumentSpecification(
                "requireOneSlicingArgument",
                "Boolean",
                "true",
                strategy=MergeStrategy.NULLABLE_AND,
            ),
        ),
        since=(2, 9),
        feature="cost",
    ),
)

SCALARS: Mapping[str, Version] = {
    "FieldSet": FEDERATION_2_0,
    "Scope": (2, 5),
    "Policy": (2, 6),
    "ContextFieldValue": (2, 8),
}
"""Federation's own scalars, with the first version that has each."""

FEDERATION_1_DIRECTIVES = frozenset({"key", "requires", "provides", "external", "tag", "extends"})

ACCESS_DIRECTIVES = ("authenticated", "requiresScopes", "policy")
"""The directives that demand something of the caller; merged by AND."""

MERGED_FEATURES = (
    "tag",
    "inaccessible",
    "authenticated",
    "requiresScopes",
    "policy",
    "context",
    "cost",
)

FEATURE_SCALARS: Mapping[str, tuple[str, ...]] = {
    "requiresScopes": ("Scope",),
    "policy": ("Policy",),
    "context": ("ContextFieldValue",),
}
"""Scalars that come with merged features."""

UNMERGED_DIRECTIVES: Mapping[str, str] = {"fromContext": "context"}
"""Directives of merged features that are not carried into a supergraph by themselves."""

MACHINERY = frozenset({"join", "link"})
"""The names by which every supergraph links what it is made of."""

MACHINERY_PREFIXES = ("join__", "link__")
"""How names begin that a supergraph keeps for what it is made of."""

FEDERATION_TYPES = frozenset({"_Any", "_Service", "_Entity", "_FieldSet"})
FEDERATION_FIELDS = frozenset({"_service", "_entities"})

EXECUTABLE_LOCATIONS = frozenset(
    {
        "QUERY",
        "MUTATION",
        "SUBSCRIPTION",
        "FIELD",
        "FRAGMENT_DEFINITION",
        "FRAGMENT_SPREAD",
        "INLINE_FRAGMENT",
        "VARIABLE_DEFINITION",
    }
)
"""Where clients write directives."""

BUILT_IN_DIRECTIVES = frozenset({"deprecated", "specifiedBy", "skip", "include", "oneOf"})
BUILT_IN_SCALARS = frozenset({"Int", "Float", "String", "Boolean", "ID"})


def specification(name: str) -> DirectiveSpecification | None:
    """The specified directive of that name, or ``None``."""
    return next((d for d in FEDERATION_DIRECTIVES if d.name == name), None)


def directives_of(version: Version) -> tuple[DirectiveSpecification, ...]:
    """The directives that this version of federation has, as it has them."""
    tag: Version = (0, 2) if version < (2, 3) else (0, 3)
    return tuple(
        replace(
            d,
            arguments=tuple(a for a in d.arguments if a.since <= version),
            locations=d.locations_in(tag) if d.name == "tag" else d.locations,
        )
        for d in FEDERATION_DIRECTIVES
        if d.since <= version
    )


UPGRADED_DIRECTIVES = frozenset(d.name for d in directives_of(UPGRADED_FEDERATION_1))
"""What a federation 1 schema may use: beyond ``FEDERATION_1_DIRECTIVES`` it must define them."""


def directives_of_federation_1() -> tuple[DirectiveSpecification, ...]:
    """What a federation 1 schema may use without defining it."""
    return tuple(d for d in directives_of(FEDERATION_2_0) if d.name in FEDERATION_1_DIRECTIVES)


def is_known_version(feature: str, version: Version) -> bool:
    """Whether this version of a merged feature is one that composition knows."""
    return any(
        version == d.feature_version or version in dict(d.earlier_locations)
        for d in FEDERATION_DIRECTIVES
        if d.feature == feature
    )


def join_version(federation: Version) -> Version:
    """The version of the join specification that supergraphs of this federation version use."""
    if federation >= (2, 8):
        return (0, 5)
    if federation >= (2, 7):
        return (0, 4)
    return (0, 3)
