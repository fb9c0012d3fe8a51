"""Periods: at which moments replay gives scores."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, Literal

from pledger.domain.days import day_of, end_of_day

if TYPE_CHECKING:
    from datetime import date, datetime
    from zoneinfo import ZoneInfo

Every = Literal["month", "week", "entry"]
EVERY: Final[tuple[Every, ...]] = ("month", "week", "entry")


def period_ends(every: Every, first: datetime, last: datetime, zone: ZoneInfo) -> list[datetime]:
    """The ends of the months or weeks (Sundays) from the one of `first`, before `last`; and `last` itself."""
    ends: list[datetime] = []
    day, until = _last_day(every, day_of(first, zone)), day_of(last, zone)
    while day < until:
        ends.append(end_of_day(day, zone))
        day = _last_day(every, day + timedelta(days=1))
    return [*ends, last]


def _last_day(every: Every, day: date) -> date:
    if every == "week":
        return day + timedelta(days=6 - day.weekday())
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
