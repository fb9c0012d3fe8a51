"""How the cells of a table are read."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pledger.cli.importing.cells import BadCell, CellReader
from pledger.cli.importing.mapping import Column, FileForm


def read(cell: str, **column: Any) -> Any:
    told = CellReader("Due", Column(**column), FileForm())
    words = told.words(cell)
    return None if words is None else told.told(words)


def why(cell: str, **column: Any) -> str:
    with pytest.raises(BadCell) as bad:
        read(cell, **column)
    assert (bad.value.column, bad.value.value) == ("Due", cell)
    return bad.value.reason


def test_words_are_taken_as_they_are_without_the_spaces_around_them() -> None:
    assert read("  Brand guide ") == "Brand guide"


def test_sentinels_mean_nothing() -> None:
    both = CellReader("Due", Column(nothing=("Date Not Captured",)), FileForm(nothing=("n/a",)))
    assert [both.words(cell) for cell in ("", "  ", "n/a", "Date Not Captured", "N/A")] == [
        None,
        None,
        None,
        None,
        "N/A",
    ]


def test_values_may_be_read_as_others() -> None:
    assert read("ParaSpell*", read_as={"ParaSpell*": "ParaSpell"}) == "ParaSpell"
    assert read("done 3/1/26", read_as={"done 3/1/26": "2026-03-01"}, date=("%Y-%m-%d",)) == date(2026, 3, 1)


def test_a_day_may_be_written_in_several_forms() -> None:
    forms = ("%d-%b-%y", "%m/%d/%y")
    assert read("2-Jun-06", date=forms) == read("6/2/06", date=forms) == date(2006, 6, 2)


def test_a_day_that_can_be_read_in_two_ways_is_refused_with_both() -> None:
    forms = ("%d/%m/%Y", "%m/%d/%Y")
    assert why("01/02/2026", date=forms) == "can be read as 2026-01-02 and as 2026-02-01"
    assert read("02/02/2026", date=forms) == date(2026, 2, 2)
    assert read("31/01/2026", date=forms) == date(2026, 1, 31)


@pytest.mark.parametrize("cell", ["2026-02-30", "2026-2", "soon", "2026-01-01x", "²026-01-01", "-1"])
def test_what_is_no_day_is_refused(cell: str) -> None:
    assert why(cell, date=("%Y-%m-%d",)) == "is not a date in the form %Y-%m-%d"


def test_a_year_that_nobody_means_is_refused() -> None:
    assert why("9999-12-31", date=("%Y-%m-%d",)).startswith("lies in the year 9999; where it means nothing")
    assert why("0021-12-31", date=("%Y-%m-%d",)).startswith("lies in the year 21")


def test_an_instant_is_kept_in_utc() -> None:
    assert read("2026-03-01T10:00:00Z", instant=("%Y-%m-%dT%H:%M:%S%z",)) == datetime(2026, 3, 1, 10, tzinfo=UTC)
    berlin = read("2026-03-01 10:00", instant=("%Y-%m-%d %H:%M",), zone="Europe/Berlin")
    assert berlin == datetime(2026, 3, 1, 9, tzinfo=UTC)


def test_an_instant_beyond_the_calendar_is_refused() -> None:
    assert "is not a date" in why("0001-01-01T00:00:00+05:00", instant=("%Y-%m-%dT%H:%M:%S%z",))


@pytest.mark.parametrize(
    ("cell", "mark", "number"),
    [
        ("12000.0", ".", "12000.0"),
        ("1,234,567.50", ".", "1234567.50"),
        ("1.234.567,50", ",", "1234567.50"),
        ("1 234,5", ",", "1234.5"),
        ("1\u202f234,5", ",", "1234.5"),
        ("1'234.5", ".", "1234.5"),
        ("-3", ".", "-3"),
    ],
)
def test_a_number_may_have_its_thousands_separated(cell: str, mark: str, number: str) -> None:
    assert read(cell, number=mark) == Decimal(number)


@pytest.mark.parametrize("cell", ["1,50", "1.000.000", "12,34,567", "NaN", "1e5", "$5", "1 234,567.0", "5.", "٣"])
def test_what_may_not_be_the_number_meant_is_refused(cell: str) -> None:
    assert why(cell, number=".") == "is not a number with the decimal mark '.'"


@given(
    st.text(),
    st.sampled_from([{"date": ("%Y-%m-%d", "%d.%m.%y")}, {"number": ","}, {"instant": ("%Y-%m-%d %H:%M%z",)}]),
)
def test_any_cell_is_read_or_refused(cell: str, column: dict[str, Any]) -> None:
    try:
        told = read(cell, **column)
    except BadCell:
        return
    assert told is None or isinstance(told, date | Decimal)
