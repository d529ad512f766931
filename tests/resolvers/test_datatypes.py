from datetime import UTC, datetime

import pytest

from resolvers.datatypes.connections import (
    PageRequest,
    Position,
    cut,
    decode_cursor,
    encode_cursor,
    page_request,
)
from resolvers.datatypes.directives import scopes
from resolvers.datatypes.scalars import (
    date_time,
    decimal_of,
    parse_date_time,
    parse_decimal,
    parse_partial_date,
    to_instant,
)
from resolvers.errors import SubgraphError


def test_an_instant_is_told_in_vietnam_time() -> None:
    assert "2026-11-22T17:00:00+07:00" == date_time(datetime(2026, 11, 22, 10, tzinfo=UTC))


def test_an_instant_is_told_to_the_millisecond_at_most() -> None:
    instant = datetime(2026, 11, 22, 10, 0, 0, 123456, tzinfo=UTC)

    assert "2026-11-22T17:00:00.123+07:00" == date_time(instant)


def test_a_date_time_is_read_with_any_offset() -> None:
    assert datetime(2026, 11, 22, 10, tzinfo=UTC) == to_instant(
        parse_date_time("2026-11-22T12:00:00+02:00")
    )


@pytest.mark.parametrize(
    "text",
    ["2026-11-22", "2026-11-22T10:00:00", "2026-02-30T10:00:00Z", "2026-11-22 10:00:00Z", 5, ""],
)
def test_a_date_time_without_offset_or_off_the_calendar_is_refused(text: object) -> None:
    with pytest.raises(ValueError, match="DateTime"):
        parse_date_time(text)


@pytest.mark.parametrize("text", ["1987", "1987-03", "1987-03-30"])
def test_a_partial_date_keeps_its_precision(text: str) -> None:
    assert text == parse_partial_date(text)


@pytest.mark.parametrize("text", ["87", "1987-13", "1987-02-30", "1987-03-30T00:00:00Z", 1987])
def test_a_partial_date_off_the_calendar_is_refused(text: object) -> None:
    with pytest.raises(ValueError, match="PartialDate"):
        parse_partial_date(text)


@pytest.mark.parametrize("text", ["1e3", "NaN", "1,5", ".5", "", True, 1.5])
def test_a_decimal_that_is_no_plain_number_is_refused(text: object) -> None:
    with pytest.raises(ValueError, match="Decimal"):
        parse_decimal(text)


def test_a_decimal_keeps_its_zeros() -> None:
    assert "0.50" == parse_decimal("0.50")


def test_a_float_becomes_a_decimal_without_exponent() -> None:
    assert "0.0000001" == decimal_of(1e-7)


def test_a_cursor_leads_back_to_its_position() -> None:
    position = Position("2026-11-22T10:00:00.000+00:00", "79014", "a/ă")

    assert position == decode_cursor(encode_cursor(position))


@pytest.mark.parametrize("cursor", ["", "x", "W10", "WzEsMiwzXQ", "!!!!", "eyJhIjoxfQ"])
def test_a_cursor_of_elsewhere_is_refused(cursor: str) -> None:
    with pytest.raises(SubgraphError, match="cursor"):
        decode_cursor(cursor)


@pytest.mark.parametrize("first", [0, -1, 101])
def test_a_page_size_out_of_bounds_is_refused(first: int) -> None:
    with pytest.raises(SubgraphError, match="between 1 and 100"):
        page_request(first, None)


def test_a_page_is_cut_newest_first_after_its_cursor() -> None:
    rows = [Position("2026", "", "a"), Position("2024", "", "c"), Position("2025", "", "b")]

    page = cut(rows, PageRequest(1, Position("2026", "", "a")), lambda row: row)

    assert ([Position("2025", "", "b")], True) == (page.rows, page.more)


def test_rows_of_one_date_are_ordered_by_source_and_id() -> None:
    rows = [Position("2026", "A", "1"), Position("2026", "B", "1"), Position("2026", "A", "2")]

    page = cut(rows, PageRequest(), lambda row: row)

    assert ["B1", "A2", "A1"] == [row.source + row.id for row in page.rows]


def test_scopes_are_one_group_per_kind_of_caller() -> None:
    assert [["patient/Observation.r"], ["user/Observation.r"]] == scopes("Observation")
