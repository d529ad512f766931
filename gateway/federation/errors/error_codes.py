"""Why subgraphs do not compose: the codes of the federation 2 error reference."""

from gateway.federation.errors.described import DescribedCode


class ErrorCode(DescribedCode):
    """Why subgraphs do not compose."""

    INVALID_GRAPHQL = "INVALID_GRAPHQL", "A schema breaks a rule of the GraphQL specification."
    DIRECTIVE_DEFINITION_INVALID = (
        "DIRECTIVE_DEFINITION_INVALID",
        "A federation or built-in directive is defined by hand, but not as specified.",
    )
    TYPE_DEFINITION_INVALID = (
        "TYPE_DEFINITION_INVALID",
        "A federation or built-in type is defined by hand, but not as its specification says.",
    )
    UNKNOWN_FEDERATION_LINK_VERSION = (
        "UNKNOWN_FEDERATION_LINK_VERSION",
        "A `@link` names a version of federation that does not exist or is newer than supported.",
    )
    UNKNOWN_LINK_VERSION = (
        "UNKNOWN_LINK_VERSION",
        "A `@link` names a version of the link specification that is not known.",
    )
    INVALID_LINK_DIRECTIVE_USAGE = (
        "INVALID_LINK_DIRECTIVE_USAGE",
        "An application of `@link` does not respect the link specification.",
    )
    INVALID_LINK_IDENTIFIER = (
        "INVALID_LINK_IDENTIFIER",
        "The URL or version in a `@link` is malformed.",
    )
    LINK_IMPORT_NAME_MISMATCH = (
        "LINK_IMPORT_NAME_MISMATCH",
        "A directive that is merged into the supergraph is named differently in subgraphs.",
    )
    INVALID_SUBGRAPH_NAME = (
        "INVALID_SUBGRAPH_NAME",
        "A subgraph's name cannot be used: it is empty, reserved, or given twice.",
    )
    KEY_FIELDS_HAS_ARGS = (
        "KEY_FIELDS_HAS_ARGS",
        "A FieldSet of `@key` selects a field that takes arguments.",
    )
    PROVIDES_FIELDS_HAS_ARGS = (
        "PROVIDES_FIELDS_HAS_ARGS",
        "A FieldSet of `@provides` selects a field that takes arguments.",
    )
    PROVIDES_FIELDS_MISSING_EXTERNAL = (
        "PROVIDES_FIELDS_MISSING_EXTERNAL",
        "A FieldSet of `@provides` selects a field that is not `@external`.",
    )
    REQUIRES_FIELDS_MISSING_EXTERNAL = (
        "REQUIRES_FIELDS_MISSING_EXTERNAL",
        "A FieldSet of `@requires` selects a field that is not `@external`.",
    )
    KEY_UNSUPPORTED_ON_INTERFACE = (
        "KEY_UNSUPPORTED_ON_INTERFACE",
        "`@key` stands on an interface in a subgraph that links federation before v2.3.",
    )
    PROVIDES_UNSUPPORTED_ON_INTERFACE = (
        "PROVIDES_UNSUPPORTED_ON_INTERFACE",
        "`@provides` stands on a field of an interface.",
    )
    REQUIRES_UNSUPPORTED_ON_INTERFACE = (
        "REQUIRES_UNSUPPORTED_ON_INTERFACE",
        "`@requires` stands on a field of an interface.",
    )
    KEY_DIRECTIVE_IN_FIELDS_ARG = (
        "KEY_DIRECTIVE_IN_FIELDS_ARG",
        "A FieldSet of `@key` contains directives.",
    )
    PROVIDES_DIRECTIVE_IN_FIELDS_ARG = (
        "PROVIDES_DIRECTIVE_IN_FIELDS_ARG",
        "A FieldSet of `@provides` contains directives.",
    )
    REQUIRES_DIRECTIVE_IN_FIELDS_ARG = (
        "REQUIRES_DIRECTIVE_IN_FIELDS_ARG",
        "A FieldSet of `@requires` contains directives.",
    )
    KEY_INVALID_FIELDS_TYPE = (
        "KEY_INVALID_FIELDS_TYPE",
        "The `fields` argument of a `@key` is not a string.",
    )
    PROVIDES_INVALID_FIELDS_TYPE = (
        "PROVIDES_INVALID_FIELDS_TYPE",
        "The `fields` argument of a `@provides` is not a string.",
    )
    REQUIRES_INVALID_FIELDS_TYPE = (
        "REQUIRES_INVALID_FIELDS_TYPE",
        "The `fields` argument of a `@requires` is not a string.",
    )
    KEY_INVALID_FIELDS = (
        "KEY_INVALID_FIELDS",
        "A FieldSet of `@key` is not a selection that its type allows.",
    )
    PROVIDES_INVALID_FIELDS = (
        "PROVIDES_INVALID_FIELDS",
        "A FieldSet of `@provides` is not a selection that the field's type allows.",
    )
    REQUIRES_INVALID_FIELDS = (
        "REQUIRES_INVALID_FIELDS",
        "A FieldSet of `@requires` is not a selection that its type allows.",
    )
    KEY_FIELDS_SELECT_INVALID_TYPE = (
        "KEY_FIELDS_SELECT_INVALID_TYPE",
        "A FieldSet of `@key` selects a field whose type is an interface or a union.",
    )
    PROVIDES_ON_NON_OBJECT_FIELD = (
        "PROVIDES_ON_NON_OBJECT_FIELD",
        "`@provides` stands on a field whose type has no fields.",
    )
    EXTERNAL_UNUSED = (
        "EXTERNAL_UNUSED",
        "A field is `@external` but no `@key`, `@requires`, `@provides`, context or interface uses"
        " it.",
    )
    EXTERNAL_COLLISION_WITH_ANOTHER_DIRECTIVE = (
        "EXTERNAL_COLLISION_WITH_ANOTHER_DIRECTIVE",
        "`@external` stands beside a directive that makes no sense on an external field.",
    )
    TYPE_WITH_ONLY_UNUSED_EXTERNAL = (
        "TYPE_WITH_ONLY_UNUSED_EXTERNAL",
        "A type of a federation 1 subgraph has nothing but unused external fields, so nothing is"
        " left of it.",
    )
    EXTERNAL_ON_INTERFACE = (
        "EXTERNAL_ON_INTERFACE",
        "A field of an interface is `@external`; only fields of object types are resolved.",
    )
    EXTERNAL_MISSING_ON_BASE = (
        "EXTERNAL_MISSING_ON_BASE",
        "A field is `@external` wherever it is declared, so nobody resolves it.",
    )
    EXTERNAL_TYPE_MISMATCH = (
        "EXTERNAL_TYPE_MISMATCH",
        "An `@external` field has a type that does not fit the field's type elsewhere.",
    )
    EXTERNAL_ARGUMENT_MISSING = (
        "EXTERNAL_ARGUMENT_MISSING",
        "An `@external` field lacks an argument that the field has elsewhere.",
    )
    EXTERNAL_ARGUMENT_TYPE_MISMATCH = (
        "EXTERNAL_ARGUMENT_TYPE_MISMATCH",
        "An argument of an `@external` field has a type that does not fit the one elsewhere.",
    )
    EXTERNAL_ARGUMENT_DEFAULT_MISMATCH = (
        "EXTERNAL_ARGUMENT_DEFAULT_MISMATCH",
        "An argument of an `@external` field has another default value than elsewhere.",
    )
    MERGED_DIRECTIVE_APPLICATION_ON_EXTERNAL = (
        "MERGED_DIRECTIVE_APPLICATION_ON_EXTERNAL",
        "An `@external` field bears a directive that would be merged into the supergraph.",
    )
    ROOT_QUERY_USED = (
        "ROOT_QUERY_USED",
        "A type is named `Query` although another type is the query root.",
    )
    ROOT_MUTATION_USED = (
        "ROOT_MUTATION_USED",
        "A type is named `Mutation` although another type is the mutation root.",
    )
    ROOT_SUBSCRIPTION_USED = (
        "ROOT_SUBSCRIPTION_USED",
        "A type is named `Subscription` although another type is the subscription root.",
    )
    NO_QUERIES = "NO_QUERIES", "No subgraph has a query field."
    INTERFACE_FIELD_NO_IMPLEM = (
        "INTERFACE_FIELD_NO_IMPLEM",
        "After merging, a type lacks a field of an interface that it implements.",
    )
    TYPE_KIND_MISMATCH = (
        "TYPE_KIND_MISMATCH",
        "Subgraphs define types of different kinds under the same name.",
    )
    FIELD_TYPE_MISMATCH = (
        "FIELD_TYPE_MISMATCH",
        "Subgraphs define a field with types that cannot be merged.",
    )
    FIELD_ARGUMENT_TYPE_MISMATCH = (
        "FIELD_ARGUMENT_TYPE_MISMATCH",
        "Subgraphs define an argument with types that cannot be merged.",
    )
    INPUT_FIELD_DEFAULT_MISMATCH = (
        "INPUT_FIELD_DEFAULT_MISMATCH",
        "Subgraphs define an input field with different default values.",
    )
    FIELD_ARGUMENT_DEFAULT_MISMATCH = (
        "FIELD_ARGUMENT_DEFAULT_MISMATCH",
        "Subgraphs define an argument with different default values.",
    )
    EXTENSION_WITH_NO_BASE = (
        "EXTENSION_WITH_NO_BASE",
        "A type is extended, but no subgraph defines it.",
    )
    INVALID_FIELD_SHARING = (
        "INVALID_FIELD_SHARING",
        "Several subgraphs resolve a field that is not `@shareable` in all of them.",
    )
    INVALID_SHAREABLE_USAGE = (
        "INVALID_SHAREABLE_USAGE",
        "`@shareable` stands where it has no meaning, or twice on one declaration.",
    )
    SHAREABLE_HAS_MISMATCHED_RUNTIME_TYPES = (
        "SHAREABLE_HAS_MISMATCHED_RUNTIME_TYPES",
        "A shared field returns an abstract type whose possible runtime types have nothing in"
        " common between the subgraphs that resolve it.",
    )
    REQUIRED_INPUT_FIELD_MISSING_IN_SOME_SUBGRAPH = (
        "REQUIRED_INPUT_FIELD_MISSING_IN_SOME_SUBGRAPH",
        "An input field is required in one subgraph and unknown in another.",
    )
    REQUIRED_ARGUMENT_MISSING_IN_SOME_SUBGRAPH = (
        "REQUIRED_ARGUMENT_MISSING_IN_SOME_SUBGRAPH",
        "An argument is required in one subgraph and unknown in another.",
    )
    EMPTY_MERGED_INPUT_TYPE = (
        "EMPTY_MERGED_INPUT_TYPE",
        "The subgraphs that define an input type have no field of it in common.",
    )
    ENUM_VALUE_MISMATCH = (
        "ENUM_VALUE_MISMATCH",
        "An enum that is used for input and for output has a value that some subgraphs lack.",
    )
    EMPTY_MERGED_ENUM_TYPE = (
        "EMPTY_MERGED_ENUM_TYPE",
        "The subgraphs that define an enum for input have no value of it in common.",
    )
    OVERRIDE_FROM_SELF_ERROR = (
        "OVERRIDE_FROM_SELF_ERROR",
        "A field is overridden from its own subgraph.",
    )
    OVERRIDE_SOURCE_HAS_OVERRIDE = (
        "OVERRIDE_SOURCE_HAS_OVERRIDE",
        "A field is overridden from a subgraph in which it is itself an override.",
    )
    OVERRIDE_COLLISION_WITH_ANOTHER_DIRECTIVE = (
        "OVERRIDE_COLLISION_WITH_ANOTHER_DIRECTIVE",
        "`@override` cannot be combined with what else is said of the field.",
    )
    OVERRIDE_ON_INTERFACE = (
        "OVERRIDE_ON_INTERFACE",
        "`@override` stands on a field of an interface.",
    )
    OVERRIDE_LABEL_INVALID = (
        "OVERRIDE_LABEL_INVALID",
        "The label of an `@override` is neither a name nor `percent(0…100)`.",
    )
    REFERENCED_INACCESSIBLE = (
        "REFERENCED_INACCESSIBLE",
        "A visible element refers to a type that is `@inaccessible`.",
    )
    DEFAULT_VALUE_USES_INACCESSIBLE = (
        "DEFAULT_VALUE_USES_INACCESSIBLE",
        "A visible default value uses an enum value or input field that is `@inaccessible`.",
    )
    QUERY_ROOT_TYPE_INACCESSIBLE = (
        "QUERY_ROOT_TYPE_INACCESSIBLE",
        "The query root type is `@inaccessible`.",
    )
    REQUIRED_INACCESSIBLE = (
        "REQUIRED_INACCESSIBLE",
        "A required argument or input field is `@inaccessible` where what it belongs to is not.",
    )
    IMPLEMENTED_BY_INACCESSIBLE = (
        "IMPLEMENTED_BY_INACCESSIBLE",
        "A field or argument is `@inaccessible` although a visible interface demands it.",
    )
    DISALLOWED_INACCESSIBLE = (
        "DISALLOWED_INACCESSIBLE",
        "`@inaccessible` stands on something that must stay visible: an argument of a directive.",
    )
    ONLY_INACCESSIBLE_CHILDREN = (
        "ONLY_INACCESSIBLE_CHILDREN",
        "A visible type has nothing left that is visible.",
    )
    SATISFIABILITY_ERROR = (
        "SATISFIABILITY_ERROR",
        "The supergraph's API allows a query that the subgraphs cannot answer.",
    )
    MAX_VALIDATION_SUBGRAPH_PATHS_EXCEEDED = (
        "MAX_VALIDATION_SUBGRAPH_PATHS_EXCEEDED",
        "The check that every query can be answered ran out of its budget of states.",
    )
    DIRECTIVE_COMPOSITION_ERROR = (
        "DIRECTIVE_COMPOSITION_ERROR",
        "A `@composeDirective` cannot be followed.",
    )
    INTERFACE_OBJECT_USAGE_ERROR = (
        "INTERFACE_OBJECT_USAGE_ERROR",
        "`@interfaceObject` is used in a way that cannot work.",
    )
    INTERFACE_KEY_NOT_ON_IMPLEMENTATION = (
        "INTERFACE_KEY_NOT_ON_IMPLEMENTATION",
        "A `@key` of an interface is missing, or not resolvable, on an implementation.",
    )
    INTERFACE_KEY_MISSING_IMPLEMENTATION_TYPE = (
        "INTERFACE_KEY_MISSING_IMPLEMENTATION_TYPE",
        "A subgraph resolves an interface by key but does not know all its implementations.",
    )
    CONTEXT_NAME_INVALID = (
        "CONTEXT_NAME_INVALID",
        "The name of a context is not made of letters and digits.",
    )
    CONTEXT_NOT_SET = (
        "CONTEXT_NOT_SET",
        "A `@fromContext` uses a context that is never set, or stands where none can reach it.",
    )
    CONTEXT_INVALID_SELECTION = (
        "CONTEXT_INVALID_SELECTION",
        "The selection of a `@fromContext` does not give exactly one fitting value.",
    )
    NO_CONTEXT_IN_SELECTION = (
        "NO_CONTEXT_IN_SELECTION",
        "The argument of a `@fromContext` names no context.",
    )
    CONTEXT_NO_RESOLVABLE_KEY = (
        "CONTEXT_NO_RESOLVABLE_KEY",
        "A type with a contextual argument has no resolvable `@key`.",
    )
    CONTEXTUAL_ARGUMENT_NOT_CONTEXTUAL_IN_ALL_SUBGRAPHS = (
        "CONTEXTUAL_ARGUMENT_NOT_CONTEXTUAL_IN_ALL_SUBGRAPHS",
        "An argument is contextual in one subgraph and required from the client in another.",
    )
    COST_APPLIED_TO_INTERFACE_FIELD = (
        "COST_APPLIED_TO_INTERFACE_FIELD",
        "`@cost` stands on a field of an interface.",
    )
    LIST_SIZE_APPLIED_TO_NON_LIST = (
        "LIST_SIZE_APPLIED_TO_NON_LIST",
        "`@listSize` stands on, or names, a field that is not a list.",
    )
    LIST_SIZE_INVALID_ASSUMED_SIZE = (
        "LIST_SIZE_INVALID_ASSUMED_SIZE",
        "The assumed size of a `@listSize` is negative.",
    )
    LIST_SIZE_INVALID_SIZED_FIELD = (
        "LIST_SIZE_INVALID_SIZED_FIELD",
        "A sized field of a `@listSize` does not exist.",
    )
    LIST_SIZE_INVALID_SLICING_ARGUMENT = (
        "LIST_SIZE_INVALID_SLICING_ARGUMENT",
        "A slicing argument of a `@listSize` does not exist or is no integer.",
    )
    AUTH_REQUIREMENTS_APPLIED_ON_INTERFACE = (
        "AUTH_REQUIREMENTS_APPLIED_ON_INTERFACE",
        "An authorization directive stands on an interface, on its field, or on an interface"
        " object.",
    )
    MISSING_TRANSITIVE_AUTH_REQUIREMENTS = (
        "MISSING_TRANSITIVE_AUTH_REQUIREMENTS",
        "A field uses protected data through `@requires` or `@fromContext` without demanding at"
        " least the same of its caller.",
    )
    EMPTY_AUTH_REQUIREMENT = (
        "EMPTY_AUTH_REQUIREMENT",
        "A `@requiresScopes` or `@policy` names no alternative, or an empty one, which would let"
        " everybody or nobody pass.",
    )
