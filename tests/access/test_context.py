"""The access context is good for one subgraph, one body, a short time and one use."""

import dataclasses
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from access.context import (
    AccessContext,
    AccessContextError,
    DataWindow,
    SubjectAccess,
    attach_access_context,
    derive_context_key,
    verify_access_context,
)
from access.nonces import NonceWindow

KEY = b"k" * 32
NOW = 1_000_000.0
BODY = b'{"query":"{ me { id } }","variables":{"a":",\\"extensions\\":{"}}'
CONTEXT = AccessContext(
    actor="person-1",
    role="citizen",
    purpose="PATRQT",
    patient="p1",
    subjects={
        "p1": SubjectAccess(
            {"ALLERGIES": frozenset({"HIV"}), "HISTORY": frozenset()},
            frozenset({"e1"}),
            {"ALLERGIES": frozenset({"STD"})},
            version=7,
            dated={"HISTORY": (DataWindow(1, None, frozenset({"HIV"})), DataWindow(None, 2))},
        ),
    },
    request_id="r1",
    nonce="n1",
    expires=int(NOW) + 30,
)


def test_a_context_is_read_back_as_it_was_signed() -> None:
    signed = attach_access_context(BODY, CONTEXT, KEY, "patient")

    assert CONTEXT == verify_access_context(signed, KEY, "patient", NOW)


def test_the_body_stays_a_json_object_with_its_members() -> None:
    signed = json.loads(attach_access_context(BODY, CONTEXT, KEY, "patient"))

    assert ["query", "variables", "extensions"] == list(signed)


@pytest.mark.parametrize(
    ("change", "key", "subgraph", "now"),
    [
        (lambda body: body.replace(b"id }", b"no }"), KEY, "patient", NOW),
        (lambda body: body, b"x" * 32, "patient", NOW),
        (lambda body: body, KEY, "pharmacy", NOW),
        (lambda body: body, KEY, "patient", NOW + 31),
        (lambda body: body, KEY, "patient", NOW - 100),
        (lambda _: BODY, KEY, "patient", NOW),
        (lambda body: body[:-4] + b'A"}}', KEY, "patient", NOW),
    ],
    ids=["other body", "other key", "other subgraph", "expired", "far future", "absent", "forged"],
)
def test_anything_else_is_refused(
    change: Callable[[bytes], bytes], key: bytes, subgraph: str, now: float
) -> None:
    signed = attach_access_context(BODY, CONTEXT, KEY, "patient")

    with pytest.raises(AccessContextError):
        verify_access_context(change(signed), key, subgraph, now)


def test_a_context_is_admitted_once() -> None:
    window = NonceWindow()
    window.admit(CONTEXT, NOW)

    with pytest.raises(AccessContextError):
        window.admit(CONTEXT, NOW)


def test_a_full_window_refuses_rather_than_forgets() -> None:
    window = NonceWindow(capacity=1)
    window.admit(CONTEXT, NOW)

    with pytest.raises(AccessContextError):
        window.admit(dataclasses.replace(CONTEXT, nonce="n2"), NOW)


def test_a_full_window_makes_room_when_contexts_expire() -> None:
    window = NonceWindow(capacity=1)
    window.admit(CONTEXT, NOW)
    window.admit(dataclasses.replace(CONTEXT, nonce="n2"), NOW + 31)


def test_a_subject_that_is_not_named_has_no_access() -> None:
    assert not CONTEXT.permits("p2", "ALLERGIES")


@pytest.mark.parametrize(
    ("group", "labels", "encounter", "expected"),
    [
        ("ALLERGIES", set(), None, True),
        ("ALLERGIES", {"HIV"}, None, True),
        ("ALLERGIES", {"HIV", "STD"}, None, False),
        ("ALLERGIES", {"STD"}, "e1", True),
        ("ALLERGIES", {"STD"}, "e2", False),
        ("ALLERGIES", {"HIV", "STD"}, "e1", True),
        ("ALLERGIES", {"STD", "FETAL_SEX"}, "e1", False),
        ("HISTORY", {"STD"}, "e1", False),
        ("VITALS", set(), "e1", False),
    ],
)
def test_a_row_is_shown_only_with_all_its_labels_permitted(
    group: str, labels: set[str], encounter: str | None, expected: bool
) -> None:
    access = CONTEXT.access_to("p1")

    assert expected == access.permits_row(group, labels, encounter)


def test_each_subgraph_has_a_key_of_its_own() -> None:
    keys = {derive_context_key(b"s" * 32, name) for name in ("patient", "pharmacy")}

    assert {32} == {len(key) for key in keys}
    assert 2 == len(keys)


MARCH, APRIL, MAY = (datetime(2026, month, 1, tzinfo=UTC) for month in (3, 4, 5))


def milliseconds(moment: datetime) -> int:
    return int(moment.timestamp()) * 1000


IN_APRIL = DataWindow(milliseconds(APRIL), milliseconds(MAY), frozenset({"HIV"}))


@pytest.mark.parametrize(
    ("date", "labels", "expected"),
    [
        (APRIL, (), True),
        (MAY - timedelta(milliseconds=1), (), True),
        (MAY, (), False),
        (MARCH, (), False),
        (None, (), False),
        (APRIL, ("HIV",), True),
        (APRIL, ("HIV", "STD"), False),
        (MARCH, ("HIV",), False),
    ],
)
def test_a_dated_permit_shows_rows_of_its_time_alone(
    date: datetime | None, labels: tuple[str, ...], expected: bool
) -> None:
    access = SubjectAccess(dated={"OBSERVATIONS": (IN_APRIL,)})

    assert access.permits("OBSERVATIONS")
    assert expected == access.permits_row("OBSERVATIONS", labels, None, date)


@pytest.mark.parametrize(
    ("date", "labels", "expected"),
    [(MARCH, (), True), (None, (), True), (MARCH, ("HIV",), False), (APRIL, ("HIV",), True)],
)
def test_a_dated_permit_adds_its_labels_to_a_permit_without_dates(
    date: datetime | None, labels: tuple[str, ...], expected: bool
) -> None:
    access = SubjectAccess({"OBSERVATIONS": frozenset()}, dated={"OBSERVATIONS": (IN_APRIL,)})

    assert expected == access.permits_row("OBSERVATIONS", labels, None, date)


def test_a_context_of_another_format_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("access.context._FORMAT", 1)
    signed = attach_access_context(BODY, CONTEXT, KEY, "patient")
    monkeypatch.undo()

    with pytest.raises(AccessContextError):
        verify_access_context(signed, KEY, "patient", NOW)
