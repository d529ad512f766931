"""FHIR dates as instants, for ordering and for showing."""

import pytest

from resolvers.encounter.dates import parse_instant, sortable, to_date_time, to_partial_date


@pytest.mark.parametrize(
    ("text", "instant", "date"),
    [
        ("2026", "2026-01-01T00:00:00+07:00", "2026"),
        ("2026-03", "2026-03-01T00:00:00+07:00", "2026-03"),
        ("2026-03-05", "2026-03-05T00:00:00+07:00", "2026-03-05"),
        ("2026-03-05T23:30:00Z", "2026-03-06T06:30:00+07:00", "2026-03-06"),
        ("2026-03-05T08:00:00-05:00", "2026-03-05T20:00:00+07:00", "2026-03-05"),
        ("2026-03-05T08:00:00", "2026-03-05T08:00:00+07:00", "2026-03-05"),
        ("2026-03-05T08:00:00.5Z", "2026-03-05T15:00:00.500+07:00", "2026-03-05"),
        ("2026-03-05T08:00:00.123456789Z", "2026-03-05T15:00:00.123+07:00", "2026-03-05"),
    ],
)
def test_a_date_of_any_precision(text: str, instant: str, date: str) -> None:
    assert (instant, date) == (to_date_time(text), to_partial_date(text))


@pytest.mark.parametrize(
    "text",
    [
        None,
        7,
        "",
        "26",
        "2026-13",
        "2026-02-30",
        "2026-03-05T25:00:00Z",
        "2026-03-05T08:00:00+99:99",
        "2026-03-05 08:00",
        "0000",
        "9999-12-31T23:59:59-14:00",
        "0001-01-01T00:00:00+14:00",
        "٢٠٢٦",
        "2026\n",
    ],
)
def test_what_is_no_date_is_none(text: object) -> None:
    assert (None, None) == (to_date_time(text), to_partial_date(text))


def test_instants_sort_as_time_does() -> None:
    given = ["2026-03-05T08:00:00+07:00", "2026-03-05T00:30:00Z", "2026-03-05T02:00:00Z", "x"]

    ordered = sorted(given, key=lambda text: sortable(parse_instant(text)), reverse=True)

    assert [given[2], given[0], given[1], given[3]] == ordered
