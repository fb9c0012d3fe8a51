"""Dates as people tell them: what is understood, what is refused, and laws that hold on every day."""

from __future__ import annotations

import contextlib
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pledger.cli.dates import WEEKDAYS, end_of, parse_day, parse_when
from pledger.domain.refusal import Problem, WrongUsage

BERLIN = ZoneInfo("Europe/Berlin")
WEDNESDAY = datetime(2026, 3, 4, 10, tzinfo=BERLIN).astimezone(UTC)
days = st.dates(date(1900, 1, 1), date(2200, 12, 31))


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("told", "understood"),
    [
        ("2026-12-01", date(2026, 12, 1)),
        ("  Today ", date(2026, 3, 4)),
        ("YESTERDAY", date(2026, 3, 3)),
        ("tomorrow", date(2026, 3, 5)),
        ("wed", date(2026, 3, 4)),
        ("thurs", date(2026, 2, 26)),
        ("next wed", date(2026, 3, 11)),
        ("next  thursday", date(2026, 3, 5)),
        ("last wed", date(2026, 2, 25)),
        ("+2w", date(2026, 3, 18)),
        ("-3d", date(2026, 3, 1)),
        ("-1m", date(2026, 2, 4)),
        ("+1y", date(2027, 3, 4)),
        ("1 dec 2026", date(2026, 12, 1)),
        ("1. Dezember 2026", None),
        ("December 1, 2026", date(2026, 12, 1)),
        ("31/12/2026", date(2026, 12, 31)),
        ("12/31/2026", date(2026, 12, 31)),
        ("5.5.2026", date(2026, 5, 5)),
        ("now", WEDNESDAY),
        ("2026-03-01T14:30", datetime(2026, 3, 1, 13, 30, tzinfo=UTC)),
        ("2026-03-01 14:30", datetime(2026, 3, 1, 13, 30, tzinfo=UTC)),
        ("2026-03-01t14:30z", datetime(2026, 3, 1, 14, 30, tzinfo=UTC)),
        ("2026-07-01T14:30+05:30", datetime(2026, 7, 1, 9, tzinfo=UTC)),
        ("2026-13-01", None),
        ("2026-02-29", None),
        ("29.02.2026", None),
        ("2026-3-1", None),
        ("03/04/26", None),
        ("next week", None),
        ("+2", None),
        ("w", None),
        ("may", None),
        ("30 feb 2026", None),
        ("", None),
    ],
)
def test_what_is_told_and_what_is_understood(told: str, understood: date | datetime | None) -> None:
    if understood is None:
        with pytest.raises(WrongUsage, match="is not a date"):
            parse_when(told, WEDNESDAY, BERLIN)
    else:
        assert parse_when(told, WEDNESDAY, BERLIN) == understood


def test_the_last_day_of_a_month_stays_in_the_month() -> None:
    assert parse_when("+1m", noon(date(2026, 1, 31)), BERLIN) == date(2026, 2, 28)
    assert parse_when("+1y", noon(date(2028, 2, 29)), BERLIN) == date(2029, 2, 28)


def test_today_is_the_day_of_the_ledger_not_of_the_machine() -> None:
    late_evening = datetime(2026, 3, 4, 23, 30, tzinfo=UTC)
    assert parse_when("today", late_evening, BERLIN) == date(2026, 3, 5)
    assert parse_when("today", late_evening, ZoneInfo("America/New_York")) == date(2026, 3, 4)


def test_a_day_as_a_moment_of_a_query_is_its_end() -> None:
    last = datetime(2026, 3, 5, tzinfo=BERLIN) - timedelta(microseconds=1)
    assert end_of(date(2026, 3, 4), BERLIN) == last
    assert end_of(WEDNESDAY, BERLIN) == WEDNESDAY


def test_a_due_day_has_no_time_of_day() -> None:
    with pytest.raises(WrongUsage, match="names a time of day"):
        parse_day("2026-03-04T10:00", WEDNESDAY, BERLIN)


@pytest.mark.parametrize("told", ["+99999y", "-99999y", "+99999m", "-99999m"])
def test_what_lies_outside_the_calendar_is_refused(told: str) -> None:
    with pytest.raises(WrongUsage, match="outside the calendar"):
        parse_when(told, WEDNESDAY, BERLIN)


@given(days, days)
def test_a_day_written_out_means_itself(day: date, today: date) -> None:
    assert parse_when(day.isoformat(), noon(today), BERLIN) == day


@given(days, st.sampled_from("/."))
def test_a_date_that_can_be_read_two_ways_is_refused_with_both(day: date, mark: str) -> None:
    told = f"{day.day:02}{mark}{day.month:02}{mark}{day.year}"
    if day.day <= 12 and day.day != day.month:
        other = date(day.year, day.day, day.month)
        with pytest.raises(WrongUsage) as caught:
            parse_when(told, WEDNESDAY, BERLIN)
        assert str(day) in caught.value.what
        assert str(other) in caught.value.what
    else:
        assert parse_when(told, WEDNESDAY, BERLIN) == day


@given(days, st.sampled_from(WEEKDAYS), st.integers(3, 9))
def test_a_weekday_is_the_nearest_one_in_its_direction(today: date, weekday: str, letters: int) -> None:
    def away(told: str, *, ahead: bool = False) -> int:
        day = parse_day(told, noon(today), BERLIN, ahead=ahead)
        assert f"{day:%A}".lower() == weekday
        return (day - today).days

    name = weekday[:letters]
    assert -6 <= away(name) <= 0
    assert 0 <= away(name, ahead=True) <= 6
    assert 1 <= away(f"next {name}") <= 7
    assert -7 <= away(f"last {name}") <= -1


@given(st.text(max_size=25) | st.from_regex(r"[+-]?[0-9]{1,5}[-./dwmyT: ]{0,2}[0-9]{0,5}([-./: ][0-9]{1,6})?"))
@example("0000-00-00")
@example("9999-12-31T23:59-12:00")
@example("٣/٤/٢٠٢٦")
@example("1/1/0000")
def test_any_text_is_a_moment_or_a_message(told: str) -> None:
    with contextlib.suppress(Problem):
        when = parse_when(told, WEDNESDAY, BERLIN)
        assert not isinstance(when, datetime) or when.tzinfo is UTC
