"""The subject of a row with what may hide it, as text between subgraph and gateway."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from access.subjects import RowLabels, StatedSubject, stated_subject, subject_of_row

ids = st.text(st.characters(codec="ascii", exclude_categories=["C"]), min_size=1)


def test_a_row_without_labels_states_its_subject_alone() -> None:
    assert "p1" == subject_of_row("p1", "ENCOUNTERS", (), "79014~e1")


@given(ids, st.sets(st.sampled_from(["HIV", "MH", "STD"]), min_size=1), st.none() | ids)
def test_what_is_written_is_read(subject: str, labels: set[str], encounter: str | None) -> None:
    text = subject_of_row(subject, "ENCOUNTERS", labels, encounter)

    row = RowLabels("ENCOUNTERS", frozenset(labels), encounter)
    assert StatedSubject(subject, row) == stated_subject(text)


@pytest.mark.parametrize("text", ["p1", "p|1,2", "", "p\x1f1", "a\x1fb\x1fc\x1fd\x1fe"])
def test_any_other_text_is_the_id_of_a_patient(text: str) -> None:
    assert StatedSubject(text) == stated_subject(text)
