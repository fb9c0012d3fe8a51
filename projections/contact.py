"""Contact: when the parties last spoke, how often they agreed to, and whether it is time again."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from pledger.domain.communication import ContactWaived, MeetingHeld, UpdateShared
from pledger.domain.days import day_of
from pledger.projections.silence import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from pledger.domain.entry import Entry
    from pledger.domain.partnership import Partnership


class Contact(NamedTuple):
    """The last contact and the next one due, in days of the ledger.

    `due` counts from the last contact, waiver or change of cadence; there is none without a cadence, while paused or
    after the end. From `silence_from` on, the silence itself is evidence against every party.
    """

    last: date | None
    last_was: str | None  # the stored name of its fact
    entry: int | None
    days_since: int | None
    waived: date | None  # the last time somebody said that none was needed
    every_days: int | None
    due: date | None
    is_due: bool
    silence_from: date | None
    is_silent: bool


def contact(standing: Sequence[Entry], state: Partnership, as_of: datetime, zone: ZoneInfo) -> Contact:
    """Contact at a moment, from standing entries in order of occurrence and the state that they leave."""
    talks = [entry for entry in standing if isinstance(entry.fact, MeetingHeld | UpdateShared)]
    waivers = [entry for entry in standing if isinstance(entry.fact, ContactWaived)]
    last = talks[-1] if talks else None
    today, last_day = day_of(as_of, zone), day_of(last.occurred_at, zone) if last else None
    every_days = state.silence.days or None
    waiting_since = min(state.silence.running.values(), default=None)
    due = silence_from = None
    if waiting_since is not None and every_days is not None:
        due = day_of(waiting_since + timedelta(days=every_days), zone)
        silence_from = day_of(waiting_since + timedelta(days=PATIENCE * every_days + 1), zone)
    return Contact(
        last=last_day,
        last_was=last.fact.TOPIC if last else None,
        entry=last.position if last else None,
        days_since=(today - last_day).days if last_day else None,
        waived=day_of(waivers[-1].occurred_at, zone) if waivers else None,
        every_days=every_days,
        due=due,
        is_due=due is not None and today >= due,
        silence_from=silence_from,
        is_silent=silence_from is not None and today >= silence_from,
    )
