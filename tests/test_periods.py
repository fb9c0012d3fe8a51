"""Where periods end: with the ledger's own months and weeks, and the last one with the moment asked about."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.facts import ZONES
from support.histories import utc
from support.moments import moments
from support.replaying import hard, periods, replayed
from support.story import Story, noon

from pledger.domain.days import end_of_day
from pledger.projections.periods import period_ends

if TYPE_CHECKING:
    from pledger.projections.periods import Every


# Where periods end


@hard
@given(every=periods, first=moments, days=st.floats(0, 900), zone=st.sampled_from(ZONES))
def test_periods_end_with_the_last_microsecond_of_a_month_or_sunday(
    every: Every, first: datetime, days: float, zone: ZoneInfo
) -> None:
    last = first + timedelta(days=days)
    *ends, end = period_ends(every, first, last, zone)
    assert end == last
    for instant in ends:
        before, after = (at.astimezone(zone) for at in (instant, instant + timedelta(microseconds=1)))
        assert before.date() < after.date()
        assert after.day == 1 if every == "month" else after.weekday() == 0
    for one, other in pairwise([first, *ends, last]):
        assert one <= other
        assert other - one < timedelta(days=32 if every == "month" else 8)
    assert last not in ends


BERLIN, AUCKLAND = ZoneInfo("Europe/Berlin"), ZoneInfo("Pacific/Auckland")


@pytest.mark.parametrize(
    ("zone", "first", "last", "ends"),
    [
        (
            BERLIN,
            "2024-02-10",
            "2024-04-20",
            [utc(2024, 2, 29, 23), utc(2024, 3, 31, 22)],
        ),  # summer time begins that day
        (BERLIN, "2024-10-10", "2024-11-10", [utc(2024, 10, 31, 23)]),
        (AUCKLAND, "2023-12-10", "2024-01-20", [utc(2023, 12, 31, 11)]),
        (ZoneInfo("UTC"), "2023-11-30", "2024-01-31", [utc(2023, 12, 1), utc(2024, 1, 1)]),
    ],
)
def test_months_end_with_the_ledgers_days(zone: ZoneInfo, first: str, last: str, ends: list[datetime]) -> None:
    until = end_of_day(date.fromisoformat(last), zone)
    told = period_ends("month", noon(first), until, zone)
    assert told == [*(end - timedelta(microseconds=1) for end in ends), until]


def test_weeks_end_on_sundays_across_the_year() -> None:
    told = period_ends("week", noon("2023-12-20"), noon("2024-01-10"), BERLIN)
    assert [f"{end.astimezone(BERLIN):%a %Y-%m-%d %H:%M}" for end in told] == [
        "Sun 2023-12-24 23:59", "Sun 2023-12-31 23:59", "Sun 2024-01-07 23:59", "Wed 2024-01-10 13:00",
    ]  # fmt: skip


def test_at_the_edge_of_the_calendar_the_last_period_ends_with_the_question() -> None:
    edge = datetime(9998, 12, 31, 23, 30, tzinfo=UTC)
    assert period_ends("month", edge - timedelta(days=40), edge, AUCKLAND)[-1] == edge
    assert period_ends("week", edge - timedelta(days=3), edge, ZoneInfo("UTC")) == [edge]


def test_the_last_score_is_that_of_the_moment_asked_about() -> None:
    story = Story().opened().until("2025-03-31")
    ends = [row["at"] for row in replayed(story.ledger, as_of=date(2025, 3, 31)) if row["party"] == "Acme"]
    assert len(ends) == 3
    assert ends[-1] == end_of_day(date(2025, 3, 31), ZoneInfo("UTC"))
