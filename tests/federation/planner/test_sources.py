"""Fields of representations: when two sets of them can be one."""

from gateway.federation.plan import KeyField, KeyFragment, KeySelection
from gateway.federation.planner.sources import join_sources


def on(type_name: str, *fields: KeySelection) -> KeyFragment:
    return KeyFragment(frozenset({type_name}), fields, type_name)


def test_other_fields_are_added() -> None:
    actual = join_sources([KeyField("id", "id")], [KeyField("id", "id"), KeyField("x", "y")])

    assert [KeyField("id", "id"), KeyField("x", "y")] == actual


def test_one_field_cannot_come_from_two_sources() -> None:
    assert join_sources([KeyField("x", "a")], [KeyField("x", "b")]) is None


def test_objects_are_joined() -> None:
    actual = join_sources(
        [KeyField("o", "o", (KeyField("a", "a"),))], [KeyField("o", "o", (KeyField("b", "b"),))]
    )

    assert [KeyField("o", "o", (KeyField("a", "a"), KeyField("b", "b")))] == actual


def test_objects_that_cannot_be_joined() -> None:
    actual = join_sources(
        [KeyField("o", "o", (KeyField("a", "a"),))], [KeyField("o", "o", (KeyField("a", "b"),))]
    )

    assert actual is None


def test_fragments_of_different_types_do_not_meet() -> None:
    one, other = on("A", KeyField("x", "a")), on("B", KeyField("x", "b"))

    assert [one, other] == join_sources([one], [other])


def test_fragments_of_one_type_must_agree() -> None:
    assert join_sources([on("A", KeyField("x", "a"))], [on("A", KeyField("x", "b"))]) is None


def test_a_fragment_must_agree_with_fields_beside_it() -> None:
    assert join_sources([KeyField("x", "a")], [on("A", KeyField("x", "b"))]) is None
    assert join_sources([on("A", KeyField("x", "b"))], [KeyField("x", "a")]) is None


def test_a_fragment_that_agrees_is_kept() -> None:
    fragment = on("A", KeyField("y", "y"))

    assert [KeyField("x", "a"), fragment] == join_sources([KeyField("x", "a")], [fragment])
    assert [fragment, KeyField("x", "a")] == join_sources([fragment], [KeyField("x", "a")])
