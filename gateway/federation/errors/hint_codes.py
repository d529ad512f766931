"""What is worth knowing of subgraphs that compose."""

from gateway.federation.errors.described import DescribedCode


class HintCode(DescribedCode):
    """What a reader of the supergraph should know although the subgraphs compose."""

    INCONSISTENT_BUT_COMPATIBLE_FIELD_TYPE = (
        "INCONSISTENT_BUT_COMPATIBLE_FIELD_TYPE",
        "A field has different types that can be merged.",
    )
    INCONSISTENT_BUT_COMPATIBLE_ARGUMENT_TYPE = (
        "INCONSISTENT_BUT_COMPATIBLE_ARGUMENT_TYPE",
        "An argument has different types that can be merged.",
    )
    INCONSISTENT_DEFAULT_VALUE_PRESENCE = (
        "INCONSISTENT_DEFAULT_VALUE_PRESENCE",
        "A default value is given in some subgraphs only, and so is left out.",
    )
    INCONSISTENT_ENTITY = (
        "INCONSISTENT_ENTITY",
        "A type is an entity in some subgraphs only.",
    )
    INCONSISTENT_OBJECT_VALUE_TYPE_FIELD = (
        "INCONSISTENT_OBJECT_VALUE_TYPE_FIELD",
        "A field of an object type without key is missing in some subgraphs.",
    )
    INCONSISTENT_INTERFACE_VALUE_TYPE_FIELD = (
        "INCONSISTENT_INTERFACE_VALUE_TYPE_FIELD",
        "A field of an interface is missing in some subgraphs.",
    )
    INCONSISTENT_INPUT_OBJECT_FIELD = (
        "INCONSISTENT_INPUT_OBJECT_FIELD",
        "An input field is missing in some subgraphs, and so is left out.",
    )
    INCONSISTENT_UNION_MEMBER = (
        "INCONSISTENT_UNION_MEMBER",
        "A member of a union is missing in some subgraphs.",
    )
    INCONSISTENT_ENUM_VALUE_FOR_INPUT_ENUM = (
        "INCONSISTENT_ENUM_VALUE_FOR_INPUT_ENUM",
        "A value of an enum used for input is missing in some subgraphs, and so is left out.",
    )
    INCONSISTENT_ENUM_VALUE_FOR_OUTPUT_ENUM = (
        "INCONSISTENT_ENUM_VALUE_FOR_OUTPUT_ENUM",
        "A value of an enum used for output is missing in some subgraphs.",
    )
    INCONSISTENT_EXECUTABLE_DIRECTIVE_PRESENCE = (
        "INCONSISTENT_EXECUTABLE_DIRECTIVE_PRESENCE",
        "An executable directive is missing in some subgraphs, and so is left out.",
    )
    NO_EXECUTABLE_DIRECTIVE_INTERSECTION = (
        "NO_EXECUTABLE_DIRECTIVE_INTERSECTION",
        "An executable directive has no location that all subgraphs share, and so is left out.",
    )
    INCONSISTENT_EXECUTABLE_DIRECTIVE_REPEATABLE = (
        "INCONSISTENT_EXECUTABLE_DIRECTIVE_REPEATABLE",
        "An executable directive is repeatable in some subgraphs only.",
    )
    INCONSISTENT_EXECUTABLE_DIRECTIVE_LOCATIONS = (
        "INCONSISTENT_EXECUTABLE_DIRECTIVE_LOCATIONS",
        "An executable directive has different locations; those in common are kept.",
    )
    INCONSISTENT_DESCRIPTION = (
        "INCONSISTENT_DESCRIPTION",
        "Descriptions differ; the most frequent one is kept.",
    )
    INCONSISTENT_ARGUMENT_PRESENCE = (
        "INCONSISTENT_ARGUMENT_PRESENCE",
        "An optional argument is missing in some subgraphs, and so is left out.",
    )
    INCONSISTENT_NON_REPEATABLE_DIRECTIVE_ARGUMENTS = (
        "INCONSISTENT_NON_REPEATABLE_DIRECTIVE_ARGUMENTS",
        "A directive is applied with different arguments; the most frequent ones are kept.",
    )
    MERGED_NON_REPEATABLE_DIRECTIVE_ARGUMENTS = (
        "MERGED_NON_REPEATABLE_DIRECTIVE_ARGUMENTS",
        "A directive is applied with different arguments, which were merged.",
    )
    FROM_SUBGRAPH_DOES_NOT_EXIST = (
        "FROM_SUBGRAPH_DOES_NOT_EXIST",
        "An `@override` names a subgraph that does not exist.",
    )
    OVERRIDDEN_FIELD_CAN_BE_REMOVED = (
        "OVERRIDDEN_FIELD_CAN_BE_REMOVED",
        "A field is overridden by another subgraph, so its declaration can go.",
    )
    OVERRIDE_DIRECTIVE_CAN_BE_REMOVED = (
        "OVERRIDE_DIRECTIVE_CAN_BE_REMOVED",
        "An `@override` has nothing left to override.",
    )
    OVERRIDE_MIGRATION_IN_PROGRESS = (
        "OVERRIDE_MIGRATION_IN_PROGRESS",
        "A field moves between subgraphs by a labelled `@override`.",
    )
    UNUSED_ENUM_TYPE = "UNUSED_ENUM_TYPE", "An enum is defined but not used."
    DIRECTIVE_COMPOSITION_INFO = (
        "DIRECTIVE_COMPOSITION_INFO",
        "Something worth knowing about a `@composeDirective`.",
    )
    DIRECTIVE_COMPOSITION_WARN = (
        "DIRECTIVE_COMPOSITION_WARN",
        "Something suspicious about a `@composeDirective`.",
    )
    INCONSISTENT_RUNTIME_TYPES_FOR_SHAREABLE_RETURN = (
        "INCONSISTENT_RUNTIME_TYPES_FOR_SHAREABLE_RETURN",
        "A shared field returns an abstract type whose runtime types differ between subgraphs.",
    )
    IMPLICITLY_UPGRADED_FEDERATION_VERSION = (
        "IMPLICITLY_UPGRADED_FEDERATION_VERSION",
        "A linked feature needs a newer version of federation than the subgraph links.",
    )
    CONTEXTUAL_ARGUMENT_NOT_CONTEXTUAL_IN_ALL_SUBGRAPHS = (
        "CONTEXTUAL_ARGUMENT_NOT_CONTEXTUAL_IN_ALL_SUBGRAPHS",
        "An argument is contextual in some subgraphs only, and so is left out.",
    )
