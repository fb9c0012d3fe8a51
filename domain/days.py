"""Whole-day arithmetic in the ledger's own time zone; the one place where an instant becomes a day and back."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, NamedTuple

from pledger.domain.refusal import Refused, WrongUsage

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

YEAR_MIN, YEAR_MAX = 2, 9998
"""Days of these years are days in every time zone, with room for what follows a deadline."""


class Occurrence(NamedTuple):
    """When a fact occurs, and the time zone whose days count."""

    at: datetime
    zone: ZoneInfo

    @property
    def day(self) -> date:
        return day_of(self.at, self.zone)


def day_of(instant: datetime, zone: ZoneInfo) -> date:
    """The local day of an instant."""
    return instant.astimezone(zone).date()


def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of a local day, in UTC; raises Refused for a day at the edge of the calendar.

    Where clocks are put forward at midnight the day starts later than 00:00; going through UTC finds that instant.
    """
    _check_calendar(day)
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def start_of_next_day(day: date, zone: ZoneInfo) -> datetime:
    """The first instant after a local day: from then on, what was due that day is late; refuses as `start_of_day`."""
    _check_calendar(day)
    return datetime.combine(day + timedelta(days=1), time.min, zone).astimezone(UTC)


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The last microsecond of a local day."""
    return start_of_next_day(day, zone) - timedelta(microseconds=1)


def in_utc(instant: datetime) -> datetime:
    """The same instant in UTC; an instant without a time zone is refused."""
    check_has_zone(instant)
    _check_calendar(instant.date())
    return instant.astimezone(UTC)


def check_has_zone(instant: datetime, where: str = "") -> None:
    """Refuse an instant without a time zone, since nobody could tell which it is."""
    if instant.tzinfo is None:
        raise WrongUsage(
            f"{instant.isoformat()} has no time zone",
            where=where,
            remedy="give the zone or offset with it, or a date alone",
        )


def _check_calendar(day: date) -> None:
    """Refuse a day that some time zone, or the time after a deadline, would push out of the calendar."""
    if not YEAR_MIN <= day.year <= YEAR_MAX:
        raise Refused(
            f"{day} is at the edge of the calendar",
            remedy=f"give a date between the years {YEAR_MIN} and {YEAR_MAX}, or none where it stands for 'never'",
        )
