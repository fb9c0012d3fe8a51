"""Loose ends: goals that nobody has acknowledged, concerns that are open, breaches that nobody has made good."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pledger.domain.communication import ConcernRaised
from pledger.domain.days import day_of
from pledger.domain.goals import GoalAcknowledged, GoalShared, GoalSupported
from pledger.domain.norms import BreachRepaired, NormAgreed, NormBreached, NormsState

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime
    from zoneinfo import ZoneInfo

    from pledger.domain.entry import Entry
    from pledger.domain.partnership import Partnership


class UnacknowledgedGoal(NamedTuple):
    """An open goal that other parties have neither acknowledged nor supported."""

    goal: str
    what: str
    owner: str
    level: str
    shared: date
    by_whom_not: tuple[str, ...]
    entry: int


class OpenConcern(NamedTuple):
    """A concern that nobody has resolved."""

    concern: str
    what: str
    by: str
    about: str
    raised: date
    days_open: int
    entry: int


class UnrepairedBreach(NamedTuple):
    """A norm that a party broke and has not made good."""

    norm: str
    by: str
    agreed: bool
    breached: date
    days_since: int
    entry: int


def unacknowledged_goals(standing: Iterable[Entry], state: Partnership, zone: ZoneInfo) -> list[UnacknowledgedGoal]:
    """Open goals with the members that have not shown that they know them, the oldest first."""
    heard: dict[str, set[str]] = {}
    shared: dict[str, tuple[Entry, GoalShared]] = {}
    for entry in standing:
        match entry.fact:
            case GoalShared(goal=str(goal)) as fact:
                shared[goal] = entry, fact
                heard[goal] = {fact.owner}
            case GoalAcknowledged(goal=goal, by=by) | GoalSupported(goal=goal, by=by):
                heard[goal].add(by)
    missing = {
        goal: tuple(member for member in state.lifecycle.members if member not in heard[goal])
        for goal in shared
        if goal in state.goals.open
    }
    return [
        UnacknowledgedGoal(
            goal, fact.what, fact.owner, fact.level, day_of(entry.occurred_at, zone), missing[goal], entry.position
        )
        for goal, (entry, fact) in shared.items()
        if missing.get(goal)
    ]


def parties_without_goals(standing: Iterable[Entry], state: Partnership) -> list[str]:
    """The members whose goals nobody knows: suspicion fills the vacuum (Hamel)."""
    owners = {entry.fact.owner for entry in standing if isinstance(entry.fact, GoalShared)}
    return [member for member in state.lifecycle.members if member not in owners]


def open_concerns(standing: Iterable[Entry], state: Partnership, as_of: datetime, zone: ZoneInfo) -> list[OpenConcern]:
    """Concerns that nobody has resolved, the oldest first."""
    found = []
    for entry in standing:
        fact = entry.fact
        if isinstance(fact, ConcernRaised) and fact.concern in state.communication.concerns:
            raised = day_of(entry.occurred_at, zone)
            days_open = (day_of(as_of, zone) - raised).days
            found.append(OpenConcern(fact.concern, fact.what, fact.by, fact.about, raised, days_open, entry.position))
    return found


def unrepaired_breaches(standing: Iterable[Entry], as_of: datetime, zone: ZoneInfo) -> list[UnrepairedBreach]:
    """Breaches that nobody has made good, the oldest first; a repair makes good the oldest of its kind."""
    norms = NormsState()
    left: dict[tuple[str, str], list[tuple[Entry, NormBreached]]] = {}
    for entry in standing:
        match entry.fact:
            case NormAgreed(norm=str(norm)):
                norms.agreed.add(norm)
            case NormBreached() as fact:
                left.setdefault((norms.key(fact.norm), fact.by), []).append((entry, fact))
            case BreachRepaired(norm=norm, by=by):
                left[norms.key(norm), by].pop(0)
    today = day_of(as_of, zone)
    found = [
        UnrepairedBreach(
            norm=norm,
            by=by,
            agreed=bool(fact.agreed),
            breached=(day := day_of(entry.occurred_at, zone)),
            days_since=(today - day).days,
            entry=entry.position,
        )
        for (norm, by), breaches in left.items()
        for entry, fact in breaches
    ]
    return sorted(found, key=lambda breach: (breach.breached, breach.entry))
