"""What normalization makes of selections, printed as GraphQL again."""

from graphql import FragmentDefinitionNode, OperationDefinitionNode, build_schema, parse

from gateway.federation.normalization.normalizing import normalize
from gateway.federation.selection import Field, SelectionSet

SCHEMA = build_schema(
    """
    type Query { node: Node a: A pet: Pet item(n: Int, t: [String], o: O): A }
    input O { x: Int }
    interface Node { id: ID name: String next: Node }
    interface Named { name: String }
    type A implements Node & Named { id: ID name: String next: Node a: Int }
    type B implements Node & Named { id: ID name: String next: B b: Int }
    type C implements Node { id: ID name: String next: Node c: Int }
    union Pet = A | C
    union All = A | B | C
    """
)


def normalized(text: str) -> str:
    document = parse(text)
    operation = next(n for n in document.definitions if isinstance(n, OperationDefinitionNode))
    fragments = {
        n.name.value: n for n in document.definitions if isinstance(n, FragmentDefinitionNode)
    }
    return printed(normalize(SCHEMA, "Query", operation.selection_set, fragments, 1_000))


def printed(selections: SelectionSet) -> str:
    parts: list[str] = []
    for selection in selections:
        if isinstance(selection, Field):
            head = selection.response_name
            if selection.name != head:
                head += f":{selection.name}"
            if selection.arguments:
                head += "(" + ",".join(f"{a.name}:{a.text}" for a in selection.arguments) + ")"
        else:
            head = f"...{selection.type_condition}"
        for condition in selection.conditions:
            head += f" @{'include' if condition.wanted else 'skip'}({condition.variable})"
        inner = printed(selection.selections)
        parts.append(f"{head} {{ {inner} }}" if inner else head)
    return " ".join(parts)


def test_fragments_on_the_type_itself_dissolve() -> None:
    assert "a { id name }" == normalized("{ a { id ... on A { name } ... { id } } }")


def test_named_fragments_are_inlined() -> None:
    text = "{ a { ...F next { ...G } } } fragment F on A { id a } fragment G on Node { name }"

    assert "a { id a next { name } }" == normalized(text)


def test_a_wider_condition_dissolves() -> None:
    assert "node { id }" == normalized("{ node { ... on Node { id } } }")
    assert "a { id }" == normalized("{ a { ... on Node { id } ... on Named { ... on B { b } } } }")


def test_a_union_around_a_member_dissolves() -> None:
    assert "a { a }" == normalized("{ a { ... on Pet { ... on A { a } } } }")


def test_a_narrower_condition_stays() -> None:
    assert "node { id ...A { a } }" == normalized("{ node { id ... on A { a } } }")


def test_impossible_conditions_are_left_out() -> None:
    assert "pet { ...A { a } }" == normalized(
        "{ pet { ... on A { a ... on Node { ... on C { c } } } } }"
    )


def test_overlapping_conditions_become_concrete_types() -> None:
    assert "pet { ...A { name } }" == normalized("{ pet { ... on Named { name } } }")


def test_an_interface_within_the_parent_stays_whole() -> None:
    assert "node { ...Named { name } }" == normalized("{ node { ... on Named { name } } }")


def test_conditions_of_fragments_move_onto_fields() -> None:
    text = "query ($x: Boolean!) { node { ... on A @include(if: $x) { a id @skip(if: $x) } } }"

    assert "node { ...A { a @include(x) } }" == normalized(text)


def test_literal_conditions_are_resolved() -> None:
    text = "{ a { id @skip(if: true) name @include(if: true) ... @include(if: false) { a } } }"

    assert "a { name }" == normalized(text)


def test_a_field_keeps_its_place_when_all_below_it_is_skipped() -> None:
    assert "a" == normalized("{ a { id @skip(if: true) } }")


def test_equal_fields_are_merged_at_the_first_place() -> None:
    text = "{ node { next { id } id next { name } } }"

    assert "node { next { id name } id }" == normalized(text)


def test_a_weaker_condition_takes_in_a_stronger_one() -> None:
    text = """query ($x: Boolean!) {
        a { next { id } next @include(if: $x) { name } id @include(if: $x) id }
    }"""

    assert "a { next { id name @include(x) } id @include(x) id }" == normalized(text)


def test_fields_under_other_type_conditions_stay_apart() -> None:
    text = "{ node { next { id } ... on A { next { name } } ... on A { a } } }"

    assert "node { next { id } ...A { next { name } a } }" == normalized(text)


def test_order_is_the_clients() -> None:
    text = "{ node { ... on A { a } id ... on A { name } } }"

    assert "node { ...A { a } id ...A { name } }" == normalized(text)


def test_arguments_keep_their_text_and_name_their_variables() -> None:
    text = 'query ($n: Int) { item(n: $n, t: ["a", "b"], o: {x: $n}) { id } }'

    assert 'item(n:$n,t:["a", "b"],o:{x: $n}) { id }'.replace("{x", "{ x").replace(
        "n})", "n })"
    ) == normalized(text)


def test_what_is_below_a_field_keeps_its_place_around_a_narrower_one() -> None:
    found = normalized("{ node { next { id } ... on A { next { name } } next { __typename } } }")

    expected = "node { next { id } ...A { next { name } } next { __typename } }"
    assert expected == found


def test_fields_merge_around_one_of_a_type_that_is_never_theirs() -> None:
    found = normalized(
        "{ pet { ... on A { next { id } } ... on C { next { id } } ... on A { next { name } } } }"
    )

    assert "pet { ...A { next { id name } } ...C { next { id } } }" == found
