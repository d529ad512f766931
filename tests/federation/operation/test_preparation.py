"""From a document to an operation, and what ends a request before planning."""

import pytest
from graphql import DocumentNode

from gateway.federation.operation.errors import OperationError
from gateway.federation.operation.model import Operation, OperationLimits
from gateway.federation.operation.preparation import prepare_document, prepare_operation
from gateway.federation.plan import OperationKind
from tests.federation.planner.kit import graph


def prepare(
    text: str, name: str | None = None, limits: OperationLimits | None = None
) -> Operation:
    supergraph = graph("products").supergraph
    return prepare_operation(supergraph, text, name, limits or OperationLimits())


def refusal(
    text: str, name: str | None = None, limits: OperationLimits | None = None
) -> OperationError:
    with pytest.raises(OperationError) as caught:
        prepare(text, name, limits)
    return caught.value


def test_an_anonymous_operation_needs_no_name() -> None:
    operation = prepare("{ me { id } }")

    assert (OperationKind.QUERY, None, "Query") == (
        operation.kind,
        operation.name,
        operation.root_type,
    )


def test_the_named_operation_is_selected() -> None:
    operation = prepare("query A { me { id } } query B { users { id } }", "B")

    assert ("B", "users") == (operation.name, operation.selections[0].name)  # type: ignore[union-attr]


def test_variables_are_kept_as_text() -> None:
    operation = prepare(
        "query ($n: Int = 3, $id: ID!) { topProducts(first: $n) { upc } user(id: $id) { id } }"
    )

    assert ["$n: Int = 3", "$id: ID!"] == [variable.text for variable in operation.variables]


def test_several_operations_without_a_name_are_ambiguous() -> None:
    assert (
        "OPERATION_RESOLUTION_FAILURE"
        == refusal("query A { me { id } } query B { me { id } }").code
    )


def test_an_unknown_name_is_refused() -> None:
    error = refusal("query A { me { id } }", "Z")

    assert 'The document has no operation named "Z".' == error.message


def test_a_document_without_operation_is_refused() -> None:
    text = "fragment F on User { id ...F }"

    assert "GRAPHQL_VALIDATION_FAILED" == refusal(text).code


def test_a_syntax_error_has_its_place() -> None:
    error = refusal("{ me { id }")

    assert ("GRAPHQL_PARSE_FAILED", ((1, 12),)) == (error.code, error.locations)


def test_all_validation_errors_are_reported() -> None:
    error = refusal("{ me { nothing nobody } }")

    assert ["GRAPHQL_VALIDATION_FAILED"] * 2 == [item.code for item in error.errors]


def test_too_many_tokens() -> None:
    assert (
        "GRAPHQL_PARSE_FAILED"
        == refusal("{ me { id name } }", limits=OperationLimits(tokens=4)).code
    )


def test_too_deep() -> None:
    error = refusal("{ me { reviews { author { id } } } }", limits=OperationLimits(depth=3))

    assert "The operation is 4 fields deep; 3 are allowed." == error.message


def test_too_many_fields() -> None:
    error = refusal("{ me { id name } }", limits=OperationLimits(fields=2))

    assert "The operation selects 3 fields; 2 are allowed." == error.message


def test_nesting_beyond_the_interpreter_is_an_error_of_the_request() -> None:
    text = "{ a" * 20_000

    assert refusal(text, limits=OperationLimits(tokens=100_000)).code in {
        "OPERATION_LIMIT_EXCEEDED",
        "GRAPHQL_PARSE_FAILED",
    }


def test_fragments_that_double_at_every_level_cost_nothing() -> None:
    fragments = " ".join(
        f"fragment F{n} on User {{ a: reviews {{ author {{ ...F{n + 1} }} }}"
        f" b: reviews {{ author {{ ...F{n + 1} }} }} }}"
        for n in range(60)
    )
    text = f"{{ me {{ ...F0 }} }} {fragments} fragment F60 on User {{ id }}"

    assert "OPERATION_LIMIT_EXCEEDED" == refusal(text, limits=OperationLimits(depth=1_000)).code


def test_cyclic_fragments_are_a_validation_error() -> None:
    text = "{ me { ...A } } fragment A on User { reviews { author { ...A } } }"

    assert "GRAPHQL_VALIDATION_FAILED" == refusal(text).code


def test_fragments_that_are_not_there_are_a_validation_error() -> None:
    assert "GRAPHQL_VALIDATION_FAILED" == refusal("{ me { id ...Nobody } }").code


def test_normalization_that_multiplies_fields_is_capped() -> None:
    supergraph = graph("shapes").supergraph
    text = "{ figures { ... on Named { name label } } }"

    with pytest.raises(OperationError) as caught:
        prepare_operation(supergraph, text, limits=OperationLimits(fields=3))

    assert "OPERATION_LIMIT_EXCEEDED" == caught.value.code


def test_response_names_of_the_plan_are_reserved() -> None:
    error = refusal("{ me { reviews { __fed_id: body } } }")

    assert ("GRAPHQL_VALIDATION_FAILED", True) == (error.code, "__fed_id" in error.message)


@pytest.mark.parametrize(
    "text",
    [
        "{ me { " + "id " * 200 + "} }",
        "{ " + "me { reviews { author { id } } } " * 100 + "}",
        "{ me { " + "... on User { id } " * 200 + "} }",
        "{ " + "...F " * 200 + "} fragment F on Query { me { id } }",
    ],
)
def test_the_same_field_over_and_over_is_refused_before_it_is_compared(text: str) -> None:
    error = refusal(text)

    assert "The operation selects the same fields over and over." == error.message


def test_a_few_repetitions_are_fine() -> None:
    assert 1 == len(
        prepare("{ me { id id } me { name ...F ...F } } fragment F on User { id }").selections
    )


def test_a_document_that_is_too_deep_for_the_interpreter_is_a_request_error() -> None:
    parts = [
        f"fragment F{n} on User {{ reviews {{ author {{ ...F{n + 1} }} }} }}" for n in range(600)
    ]
    text = f"{{ me {{ ...F0 }} }} {' '.join(parts)} fragment F600 on User {{ id }}"

    assert "OPERATION_LIMIT_EXCEEDED" == refusal(text, limits=OperationLimits(depth=10_000)).code


def test_the_only_operation_may_be_named() -> None:
    assert "A" == prepare("query A { me { id } }", "A").name


def test_an_anonymous_operation_has_no_name_to_be_selected_by() -> None:
    error = refusal("{ me { id } }", "A")

    assert ("OPERATION_RESOLUTION_FAILURE", 'The document has no operation named "A".') == (
        error.code,
        error.message,
    )


def test_a_document_of_nothing_holds_no_operation() -> None:
    """Such a document is no text: it may come from a list of trusted documents."""
    with pytest.raises(OperationError) as caught:
        prepare_document(graph("products").supergraph, DocumentNode(definitions=()))

    assert "The document holds no operation." == caught.value.message


@pytest.mark.parametrize("text", ["type User { id: ID }", "{ me { id } } type X { y: Int }"])
def test_definitions_of_types_are_not_executed(text: str) -> None:
    assert "GRAPHQL_VALIDATION_FAILED" == refusal(text).code


@pytest.mark.parametrize("kind", ["mutation", "subscription"])
def test_a_kind_of_operation_that_the_graph_does_not_have_is_refused(kind: str) -> None:
    assert "GRAPHQL_VALIDATION_FAILED" == refusal(f"{kind} {{ me {{ id }} }}").code


def test_only_so_many_validation_errors_are_reported() -> None:
    fields = " ".join(f"nothing{number}" for number in range(50))
    error = refusal(f"{{ me {{ {fields} }} }}", limits=OperationLimits(errors=5))

    assert 6 == len(error.errors)  # the last one says that there are more


def test_the_limits_hold_for_every_operation_of_the_document() -> None:
    """Validation compares the fields of them all, whichever is to be executed."""
    text = "query A { me { id } } query B { me { reviews { author { id } } } }"

    assert "OPERATION_LIMIT_EXCEEDED" == refusal(text, "A", OperationLimits(depth=3)).code


@pytest.mark.parametrize("place", ["__fed_x: me { id }", "me { ... on User { __fed_x: id } }"])
def test_reserved_response_names_are_found_wherever_they_stand(place: str) -> None:
    assert "__fed_x" in refusal(f"{{ {place} }}").message
