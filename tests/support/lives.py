"""Plausible lives of partnerships: promises, contacts, comings and goings that hang together, told sooner or later.

Where `histories` is chaos, most of a life is admitted; so rare meetings of rules happen often: a party leaves before
something that was promised to it is due, this is told months later, and the promise was a mistake.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from pledger.domain.communication import CadenceAgreed, ContactWaived, MeetingHeld, UpdateShared
from pledger.domain.delivery import (
    CommitmentBroken,
    CommitmentDelivered,
    CommitmentMade,
    CommitmentReleased,
    CommitmentRenegotiated,
)
from pledger.domain.lifecycle import (
    PartnershipEnded,
    PartnershipOpened,
    PartnershipPaused,
    PartnershipResumed,
    PartyJoined,
    PartyLeft,
)
from support.facts import PARTIES, ZONES, usual
from support.histories import History, Step, Told
from support.recomputed import DAY, late_from

if TYPE_CHECKING:
    from collections.abc import Callable
    from zoneinfo import ZoneInfo

    from hypothesis.strategies import DrawFn

    from pledger.domain.fact import Fact

FIRST_DAY = date(2018, 2, 1)
Happening = tuple["Fact", datetime]

CLOCK_CHANGES = [
    (day - FIRST_DAY).days for day in (date(2018, 2, 17), date(2018, 3, 25), date(2018, 10, 28), date(2018, 11, 3))
]
_day = st.one_of(st.integers(0, 330), st.integers(0, 330), st.sampled_from(CLOCK_CHANGES))
_soon = st.sampled_from((0, 1, 2, 7, 20, 45, 100))
_hour = st.sampled_from((0, 0, 9, 23))
_edge = st.sampled_from((0, 30, 90)).map(lambda days: days * DAY)
_nudge = st.sampled_from((timedelta(0), timedelta(0), timedelta(microseconds=-1), timedelta(hours=1)))


SETTLED: dict[str, Callable[..., Fact]] = {
    "kept": CommitmentDelivered,
    "kept too": CommitmentDelivered,
    "broken": CommitmentBroken,
    "released": CommitmentReleased,
}


@dataclass(frozen=True)
class Calendar:
    """Local days and hours, counted from the first day, and who is there on that day."""

    zone: ZoneInfo
    parties: tuple[str, ...]

    def day(self, number: int) -> date:
        return FIRST_DAY + timedelta(days=number)

    def at(self, number: int, hour: int = 0) -> datetime:
        day = self.day(number)
        return datetime(day.year, day.month, day.day, hour, tzinfo=self.zone).astimezone(UTC)


@st.composite
def promises(draw: DrawFn, calendar: Calendar, name: str) -> list[Happening]:
    """A promise, perhaps moved, perhaps settled, often at the very instant at which something falls due."""
    start = draw(_day)
    by, to = draw(st.permutations(calendar.parties))[:2]
    due = draw(st.one_of(st.none(), *[_soon] * 3))
    made = CommitmentMade(
        what=name,
        by=by,
        to=draw(st.sampled_from((to, None))),
        due=None if due is None else calendar.day(start + due),
        stake=draw(st.sampled_from(("small", "large"))),
        first_date=draw(st.booleans()),
        commitment=name,
    )
    told: list[Happening] = [(made, calendar.at(start, draw(_hour)))]
    for _ in range(draw(st.integers(0, 2))):
        start += draw(_soon)
        due = draw(_soon)
        moved = CommitmentRenegotiated(commitment=name, due=calendar.day(start + due))
        told.append((moved, calendar.at(start, draw(_hour))))
    at = calendar.at(start + draw(_soon), 23)
    if due is not None and draw(st.booleans()):
        at = late_from(calendar.day(start + due), calendar.zone) + draw(_edge) + draw(_nudge)
    how = draw(st.sampled_from(("open", "open", "left", *SETTLED)))
    if how in SETTLED:
        told.append((SETTLED[how](commitment=name), at))
    elif how == "left" and len(calendar.parties) > 2:
        told.append((PartyLeft(party=draw(st.sampled_from((by, to)))), told[-1][1] + DAY))
    return told


@st.composite
def contacts(draw: DrawFn, calendar: Calendar, name: str) -> list[Happening]:
    """A cadence and contacts under it, often at the very instant at which a silence speaks."""
    every = draw(st.sampled_from((1, 7, 30)))
    at = calendar.at(draw(_day), draw(_hour))
    told: list[Happening] = [(CadenceAgreed(every_days=every), at)]
    meeting, some_met = MeetingHeld(), MeetingHeld(present=("Acme",))
    kinds: tuple[Fact, ...] = (meeting, some_met, ContactWaived(by="Globex"), UpdateShared(what=name, by="Acme"))
    for _ in range(draw(st.integers(0, 4))):
        at += draw(st.sampled_from((0, 1, every, 2 * every + 1, 40))) * DAY + draw(_nudge)
        told.append((draw(st.sampled_from(kinds)), at))
    return told


@st.composite
def comings_and_goings(draw: DrawFn, calendar: Calendar, name: str) -> list[Happening]:
    """A party leaves and comes back, or another one joins and leaves; or all of them pause."""
    start = draw(_day)
    first, second = calendar.at(start, draw(_hour)), calendar.at(start + draw(_soon), 23)
    party = draw(st.sampled_from(PARTIES[2:]))
    joined, left = PartyJoined(party=party), PartyLeft(party=party)
    pair: tuple[Fact, Fact] = (left, joined) if party in calendar.parties else (joined, left)
    if draw(st.integers(0, 3)) == 0:
        pair = (PartnershipPaused(), PartnershipResumed())
    return [(pair[0], first), (pair[1], second)][: draw(st.integers(1, 2))]


@st.composite
def single_facts(draw: DrawFn, calendar: Calendar, name: str) -> list[Happening]:
    """Any other fact."""
    return [(draw(usual), calendar.at(draw(_day), draw(_hour)))]


@st.composite
def matters(draw: DrawFn, calendar: Calendar, name: str) -> list[tuple[datetime, Told]]:
    """What happens in one matter, each with when it is told: at once or later, at its instant or by its day."""
    kinds = (promises, promises, promises, contacts, contacts, comings_and_goings, comings_and_goings, single_facts)
    kind = draw(st.sampled_from(kinds))
    happenings = draw(kind(calendar, name))
    later = draw(st.sampled_from((0, 0, 0, 10, 60, 200)))
    timed = []
    for fact, at in happenings:
        told_at = at + draw(st.sampled_from((later, later, later, later + 1, later + 30))) * DAY
        by_day = draw(st.integers(0, 3)) == 0
        on = at.astimezone(calendar.zone).date() if by_day else at
        timed.append((told_at, Told(fact, draw(st.integers(0, 5)), on, as_is=kind is not single_facts)))
    return timed


@st.composite
def amendments(draw: DrawFn, timed: list[tuple[datetime, Told]]) -> list[tuple[datetime, Told]]:
    """What is told otherwise than before: as something alike is, or on another day."""
    found = []
    for _ in range(draw(st.integers(0, 4))):
        rested_on = [pair for pair in timed if isinstance(pair[1].fact, CommitmentMade | PartyJoined)]
        told_at, told = draw(st.sampled_from(draw(st.sampled_from((timed, rested_on or timed)))))
        alike = [other for _, other in timed if type(other.fact) is type(told.fact)]
        anew = draw(st.sampled_from(alike))
        on = draw(st.sampled_from((None, anew.on, told.on and told.on - DAY, told.on and told.on + 3 * DAY)))
        amended = Told(anew.fact, draw(st.integers(0, 30)), on, as_is=True, amends=anew.fact is not None)
        found.append((told_at + draw(st.sampled_from((1, 60, 300))) * DAY, amended))
    return found


@st.composite
def lives(draw: DrawFn) -> History:
    """A partnership's life, with mistakes that are taken back, and sometimes an end."""
    zone = draw(st.sampled_from(ZONES))
    calendar = Calendar(zone, draw(st.sampled_from((PARTIES[:3], PARTIES[:2], PARTIES))))
    opened = PartnershipOpened(parties=calendar.parties, purpose="business")
    timed = [pair for number in range(draw(st.integers(1, 10))) for pair in draw(matters(calendar, f"matter-{number}"))]
    for _ in range(draw(st.integers(0, 5))):
        told_at, told = draw(st.sampled_from(timed))
        taken_back = told_at + draw(_soon) * DAY
        timed.append((taken_back, Told(None, draw(st.integers(0, 30)))))
        if told.fact is not None and draw(st.booleans()):
            timed.append((taken_back, told))
    timed += draw(amendments(timed))
    if draw(st.integers(0, 3)) == 0:
        end = calendar.at(100 + draw(_day), draw(_hour))
        timed.append((end + draw(_soon) * DAY, Told(PartnershipEnded(reason="completed"), on=end)))
    steps = [Step(0 * DAY, (Told(opened, on=calendar.at(0)),))]
    clock = calendar.at(0)
    for told_at, told in sorted(timed, key=lambda pair: pair[0]):
        if draw(st.integers(0, 5)) == 0 and not (told.amends or steps[-1].told[0].amends):
            steps[-1] = Step(steps[-1].wait + (told_at - clock), (*steps[-1].told, told), steps[-1].cascade)
        else:
            steps.append(Step(told_at - clock, (told,), draw(st.booleans())))
        clock = told_at
    return History(zone, tuple(steps), calendar.at(0))
