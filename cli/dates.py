"""Dates as people tell them: 2026-12-01, today, fri, next fri, +2w; what could mean two days is refused."""

from __future__ import annotations

import calendar
import re
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from pledger.domain.days import day_of, end_of_day, in_utc
from pledger.domain.refusal import WrongUsage

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

FORMS = "tell it like 2026-12-01, 2026-12-01T14:30, 1 dec 2026, today, yesterday, fri, next fri, last fri, +2w or -3d"
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = tuple(name.lower() for name in calendar.month_name)
NAMED_DAYS = {"today": 0, "yesterday": -1, "tomorrow": 1}


def parse_when(text: str, now: datetime, zone: ZoneInfo, *, ahead: bool = False) -> date | datetime:
    """A day, or an instant in UTC where a time of day is told.

    A bare weekday is the nearest one in the past, or `ahead`, today included; `next fri` is the first after today,
    `last fri` the last before it. Raises WrongUsage where the text is no date, or more than one.
    """
    told = " ".join(text.strip().lower().split())
    today = day_of(now, zone)
    try:
        if told == "now":
            return now
        if told in NAMED_DAYS:
            return today + timedelta(days=NAMED_DAYS[told])
        for read in (_iso, _shift, _weekday, _slashed, _with_month_name):
            day = read(told, today, ahead)
            if isinstance(day, datetime):
                return in_utc(day if day.tzinfo else day.replace(tzinfo=zone))
            if day is not None:
                return day
    except OverflowError:
        raise WrongUsage(f"'{text}' is outside the calendar", remedy=FORMS) from None
    raise WrongUsage(f"'{text}' is not a date", remedy=FORMS)


def parse_day(text: str, now: datetime, zone: ZoneInfo, *, ahead: bool = False) -> date:
    """A day; a time of day is refused."""
    when = parse_when(text, now, zone, ahead=ahead)
    if isinstance(when, datetime):
        raise WrongUsage(f"'{text}' names a time of day where a day is wanted", remedy=FORMS)
    return when


def end_of(when: date | datetime, zone: ZoneInfo) -> datetime:
    """The instant that a moment of a query means: a day means its end."""
    return when if isinstance(when, datetime) else end_of_day(when, zone)


def spoken(at: datetime, zone: ZoneInfo) -> str:
    """An instant as people read it, in the ledger's own time: the weekday shows a misunderstood date."""
    local = at.astimezone(zone)
    time = "" if (local.hour, local.minute, local.second) == (0, 0, 0) else f" {local:%H:%M}"
    return f"{local:%a %Y-%m-%d}{time}"


def _iso(told: str, today: date, ahead: bool) -> date | datetime | None:
    if not re.match(r"^\d{4}-\d\d-\d\d", told):
        return None
    try:
        if len(told) == len("2026-12-01"):
            return date.fromisoformat(told)
        return datetime.fromisoformat(told.upper().replace(" ", "T", 1))
    except ValueError:
        return None


def _shift(told: str, today: date, ahead: bool) -> date | None:
    match = re.fullmatch(r"([+-])(\d{1,5})([dwmy])", told)
    if match is None:
        return None
    count = int(match[2]) * (1 if match[1] == "+" else -1)
    if match[3] in "dw":
        return today + timedelta(days=count * (7 if match[3] == "w" else 1))
    months = today.year * 12 + today.month - 1 + count * (12 if match[3] == "y" else 1)
    year, month = divmod(months, 12)
    if not 1 <= year <= 9999:
        raise OverflowError
    return date(year, month + 1, min(today.day, calendar.monthrange(year, month + 1)[1]))


def _weekday(told: str, today: date, ahead: bool) -> date | None:
    which, _, name = told.rpartition(" ")
    found = [number for number, day in enumerate(WEEKDAYS) if len(name) >= 3 and day.startswith(name)]
    if not found or which not in ("", "next", "last"):
        return None
    days_ahead = (found[0] - today.weekday()) % 7
    days_ago = (today.weekday() - found[0]) % 7
    if which == "next":
        return today + timedelta(days=days_ahead or 7)
    if which == "last":
        return today - timedelta(days=days_ago or 7)
    return today + timedelta(days=days_ahead) if ahead else today - timedelta(days=days_ago)


def _slashed(told: str, today: date, ahead: bool) -> date | None:
    match = re.fullmatch(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})", told)
    if match is None:
        return None
    first, second, year = int(match[1]), int(match[2]), int(match[3])
    readings = {_day(year, second, first), _day(year, first, second)} - {None}
    if len(readings) > 1:
        both = " or ".join(str(day) for day in sorted(day for day in readings if day is not None))
        raise WrongUsage(f"'{told}' may mean {both}", remedy="write the one that you mean")
    return readings.pop() if readings else None


def _with_month_name(told: str, today: date, ahead: bool) -> date | None:
    match = re.fullmatch(r"(\d{1,2})\.? ([a-z]{3,}) (\d{4})", told) or re.fullmatch(
        r"(?P<month>[a-z]{3,}) (?P<day>\d{1,2}),? (?P<year>\d{4})", told
    )
    if match is None:
        return None
    day, name, year = (match["day"], match["month"], match["year"]) if match.groupdict() else match.groups()
    found = [number for number, month in enumerate(MONTHS) if number and month.startswith(name)]
    return _day(int(year), found[0], int(day)) if found else None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
