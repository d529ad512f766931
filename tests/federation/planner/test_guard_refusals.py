"""What is guarded and cannot be decided on is refused, never fetched."""

import pytest

from gateway.federation.planner.errors import PlanningError
from gateway.federation.planner.guard_spec import GuardSpec, RootSubject
from tests.federation.planner.guard_kit import SPEC
from tests.federation.planner.kit import plan, planned


def refusal(fixture: str, operation: str, spec: GuardSpec) -> str:
    with pytest.raises(PlanningError) as caught:
        planned(fixture, operation, guards=spec)
    return caught.value.message


def test_a_guarded_field_without_any_subject() -> None:
    spec = GuardSpec(groups={("NoteConnection", "count"): "notes"})

    assert "No subgraph resolves" in refusal("guards", "{ notes { count } }", spec)


def test_a_guarded_field_without_subject_below_a_hop() -> None:
    spec = GuardSpec(groups={("Person", "rank"): "scores"})

    expected = "Person.rank is guarded, but its subject is unknown."
    assert expected == refusal("guards", "{ people { rank } }", spec)


def test_a_root_field_with_a_group_but_no_subject_below() -> None:
    spec = GuardSpec(root_fields={("Mutation", "addNote"): RootSubject("write")})

    actual = plan("guards", 'mutation { addNote(text: "a") { ok } }', guards=spec)

    assert 'Guard(id: 0, subject: "Mutation.addNote as addNote", groups: [write])' in actual


def test_an_input_that_is_guarded_by_another_subject() -> None:
    spec = GuardSpec(
        subjects={"Order": ("id",), "Buyer": ("id",)},
        groups={("Order", "tax"): "tax", ("Buyer", "region"): "region"},
    )

    expected = "An input of Order is guarded by another subject."
    assert expected == refusal("nested", "{ orders { tax } }", spec)


def test_inputs_below_an_object_of_no_subject_share_the_guard() -> None:
    spec = GuardSpec(
        subjects={"Order": ("id",)},
        groups={("Order", "tax"): "tax", ("Product", "price"): "price"},
    )

    actual = plan("nested", "{ orders { tax } }", guards=spec)

    assert "tax  # requires 0:price, 0:tax" in actual
    assert "__fed_price: price  # requires 0:price" in actual


def test_a_subject_that_cannot_be_reached() -> None:
    spec = GuardSpec(subjects={"Line": ("owner",)}, groups={("Line", "amount"): "lines"})

    expected = "The subject of Line cannot be reached in orders."
    assert expected == refusal("nested", "{ orders { lines { amount } } }", spec)


def test_a_subject_behind_an_abstract_type() -> None:
    spec = GuardSpec(subjects={"Owner": ("favourite", "id")}, groups={("Owner", "bill"): "bills"})

    expected = "The subject of Owner stands behind an abstract type."
    assert expected == refusal("abstract", "{ owner { bill } }", spec)


def test_an_interface_object_of_unknown_type_cannot_be_judged() -> None:
    spec = GuardSpec(subjects={"Video": ("id",)}, groups={("Video", "stars"): "stars"})

    expected = "Media is read where its concrete type, and so its guard, is unknown."
    assert expected == refusal("interface_object", "{ top { stars } }", spec)


def test_a_guarded_key_is_not_used_for_another_purpose() -> None:
    spec = GuardSpec(
        subjects={"Person": ("id",)},
        groups={("Person", "id"): "identity", ("Person", "rank"): "scores"},
        root_fields={("Query", "person"): RootSubject()},
    )

    actual = plan("guards", "{ person(id: 1) { id rank } }", guards=spec)

    assert "__fed_id: id\n" in actual
    assert " id  # requires 0:identity" in actual


def test_members_of_a_union_have_guards_of_their_own() -> None:
    spec = GuardSpec(
        subjects={"Dog": ("id",), "Cat": ("id",)},
        groups={("Dog", "name"): "dogs", ("Cat", "name"): "cats"},
    )

    actual = plan("abstract", "{ pets { ... on Animal { name } } }", guards=spec)

    assert 'Guard(id: 0, subject: "pets|[Cat] by __fed_id", groups: [cats])' in actual
    assert 'Guard(id: 1, subject: "pets|[Dog] by __fed_id", groups: [dogs])' in actual


def test_an_input_in_a_chain_brings_its_groups_along() -> None:
    spec = GuardSpec(
        subjects={"Item": ("id",)},
        groups={("Item", "weight"): "measures", ("Item", "total"): "prices"},
    )

    actual = plan("requires", "{ items { total } }", guards=spec)

    assert "total  # requires 0:measures, 0:prices" in actual


def test_the_toy_of_guards_is_planned_without_its_spec_as_ever() -> None:
    assert "Guard" not in plan("guards", "{ people { name } }")
    assert "Guard" in plan("guards", "{ people { name } }", guards=SPEC)


def test_an_argument_from_above_brings_its_groups_along() -> None:
    spec = GuardSpec(
        subjects={"Shop": ("id",)},
        groups={("Shop", "currency"): "money", ("Shop", "shelf"): "goods"},
    )

    actual = plan("contexts", "{ shops { shelf { item { price } } } }", guards=spec)

    assert "price(currency: $__fed_context_0)  # requires 0:money" in actual
    assert "__fed_currency: currency  # requires 0:money" in actual


def test_an_argument_from_another_subject_needs_both_guards() -> None:
    spec = GuardSpec(
        subjects={"Shop": ("id",), "Item": ("id",)},
        groups={("Shop", "currency"): "money", ("Item", "price"): "prices"},
    )

    actual = plan("contexts", "{ shops { shelf { item { price } } } }", guards=spec)

    assert 'Guard(id: 0, subject: "shops.shelf.item by __fed_id", groups: [prices])' in actual
    assert 'Guard(id: 1, subject: "shops by __fed_id", groups: [money])' in actual
    assert "__fed_currency: currency  # requires 1:money" in actual
    assert "price(currency: $__fed_context_0)  # requires 0:prices, 1:money" in actual


def test_a_field_of_no_subject_needs_the_guard_of_its_argument() -> None:
    spec = GuardSpec(subjects={"Shop": ("id",)}, groups={("Shop", "currency"): "money"})

    actual = plan("contexts", "{ shops { shelf { item { price } } } }", guards=spec)

    assert "price(currency: $__fed_context_0)  # requires 0:money" in actual


def test_types_below_one_guard_keep_groups_of_their_own() -> None:
    spec = GuardSpec(
        subjects={"Owner": ("id",)},
        groups={
            ("Owner", "favourite"): "pets",
            ("Dog", "name"): "dogs",
            ("Cat", "name"): "cats",
        },
    )

    actual = plan("abstract", "{ owner { favourite { ... on Animal { name } } } }", guards=spec)

    assert "... on Cat {\n                name  # requires 0:cats" in actual
    assert "... on Dog {\n                name  # requires 0:dogs" in actual


def test_an_exempt_field_waits_for_what_is_guarded_below_it() -> None:
    spec = GuardSpec(
        subjects={"Person": ("id",)},
        groups={("NoteConnection", "count"): "notes", ("Address", "city"): "places"},
    )

    below_a_hop = plan("guards", "{ people { notes { count } } }", guards=spec)
    in_place = plan("guards", "{ people { address { city } } }", guards=spec)

    assert 'Guard(id: 0, subject: "people by __fed_id", groups: [notes])' in below_a_hop
    assert "count  # requires 0:notes" in below_a_hop
    assert 'Guard(id: 0, subject: "people by __fed_id", groups: [places])' in in_place
    assert "city  # requires 0:places" in in_place


def test_a_context_that_is_guarded_without_any_subject() -> None:
    spec = GuardSpec(groups={("Shop", "currency"): "money"})

    expected = "Shop.currency is guarded, but its subject is unknown."
    assert expected == refusal("contexts", "{ shops { shelf { item { price } } } }", spec)
