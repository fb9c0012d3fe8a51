"""Making a random fact fit what has been told before, since most of what people tell is not refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from pledger.domain.communication import ConcernRaised
from pledger.domain.delivery import CommitmentMade
from pledger.domain.fact import ACTIVE, Fact
from pledger.domain.goals import GoalShared
from pledger.domain.lifecycle import (
    PartnershipEnded,
    PartnershipOpened,
    PartnershipPaused,
    PartnershipResumed,
    PartyJoined,
    PartyLeft,
)
from pledger.domain.norms import BreachRepaired, NormBreached
from pledger.domain.planning import PlanAgreed
from support.facts import DAYS
from support.recomputed import DAY, late_from

if TYPE_CHECKING:
    from collections.abc import Sequence
    from zoneinfo import ZoneInfo

    from pledger.domain.entry import Entry

_THAT_END = {
    "commitment": {"commitment-delivered", "commitment-broken", "commitment-released"},
    "goal": {"goal-achieved", "goal-dropped"},
    "concern": {"concern-resolved"},
}


@dataclass(frozen=True)
class Fitting:
    """Fits facts to the entries that stand; `which` chooses among the names that would do."""

    entries: Sequence[Entry]
    which: int
    day: date

    def fit(self, fact: Fact) -> Fact:
        """The fact about what is there, and due no earlier than it happens; or another one that must come first."""
        changes: dict[str, Any] = self._parties(fact)
        for kind in _THAT_END:
            if getattr(fact, kind, None) is None or (fact.NAMED and fact.NAMED[0] == kind):
                continue
            names = self._open(kind)
            if not names and type(fact).model_fields[kind].is_required():
                return self._needed(kind)
            changes[kind] = names[self.which % len(names)] if names else None
        due = getattr(fact, "due", None)
        if due is not None and due < self.day:
            ahead = [day for day in DAYS if day >= self.day]
            ahead += [self.day + timedelta(days=days) for days in (0, 1, 9, 40, 60, 90, 120)]
            changes["due"] = ahead[due.toordinal() % len(ahead)]
        return self._first(fact) or (fact.model_copy(update=changes) if changes else fact)

    def edge(self, fact: Fact, zone: ZoneInfo) -> datetime | None:
        """An instant that makes a difference: when a promise falls due or has just been made, or a silence speaks."""
        facts: list[Any] = [entry.fact for entry in self.entries]
        if isinstance(fact, PartyLeft | PartnershipEnded):
            edges = [entry.occurred_at + DAY for entry in self.entries if isinstance(entry.fact, CommitmentMade)]
        elif fact.silence_move() is None:
            due = [told.due for told in facts if getattr(told, "due", None)]
            edges = [late_from(day, zone) + after * DAY for day in due for after in (0, 30, 90)]
        else:
            cadences = [told.every_days for told in facts if told.TOPIC == "cadence-agreed"][-1:]
            moves = [entry.occurred_at for entry in self.entries if entry.fact.silence_move()][-3:]
            edges = [at + (2 * every + 1) * DAY for at in moves for every in cadences]
        return edges[-1 - self.which % len(edges)] if edges else None

    def _first(self, fact: Fact) -> Fact | None:
        paused = self._told("partnership-paused") > self._told("partnership-resumed")
        if fact.TOPIC == "partnership-resumed" and not paused:
            return PartnershipPaused()
        if paused and fact.PHASES == ACTIVE and self.which % 2:
            return PartnershipResumed()
        promises = [told.fact for told in self.entries if isinstance(told.fact, CommitmentMade)]
        if isinstance(fact, PartyLeft) and promises:
            promise = promises[-1 - self.which % len(promises)]
            return PartyLeft(party=promise.to or promise.by)
        if isinstance(fact, BreachRepaired):
            breaches = [told.fact for told in self.entries if isinstance(told.fact, NormBreached)]
            if breaches:
                breach = breaches[self.which % len(breaches)]
                return BreachRepaired(norm=breach.norm, by=breach.by)
        if fact.TOPIC == "plan-reviewed" and not self._told("plan-agreed"):
            return PlanAgreed(objectives=("Alpha",))
        return None

    def _told(self, topic: str) -> int:
        return sum(topic == entry.fact.TOPIC for entry in self.entries)

    def _members(self) -> list[str]:
        members: list[str] = []
        for entry in self.entries:
            fact = entry.fact
            if isinstance(fact, PartnershipOpened):
                members = list(fact.parties)
            elif isinstance(fact, PartyJoined):
                members.append(fact.party)
            elif isinstance(fact, PartyLeft):
                members.remove(fact.party)
        return members

    def _parties(self, fact: Fact) -> dict[str, Any]:
        members = self._members()
        if not members or fact.TOPIC in ("party-joined", "partnership-prospected"):
            return {}
        known = {member.casefold() for member in members}
        names = ("by", "about", "owner", "of", "party")
        told = {name: getattr(fact, name) for name in names if hasattr(fact, name) and name not in fact.stamps()}
        chosen = members[self.which % len(members)]
        changes = {name: chosen for name, party in told.items() if party.casefold() not in known}
        to, by = getattr(fact, "to", None), getattr(fact, "by", None)
        if to is not None and by is not None:
            others = [member for member in members if member.casefold() != changes.get("by", by).casefold()]
            changes["to"] = others[self.which % len(others)]
        return changes

    def _open(self, kind: str) -> list[str]:
        facts: list[Any] = [entry.fact for entry in self.entries]
        ended = {getattr(fact, kind) for fact in facts if fact.TOPIC in _THAT_END[kind]}
        named = [getattr(fact, kind) for fact in facts if fact.NAMED and fact.NAMED[0] == kind]
        return [name for name in named if name not in ended]

    def _needed(self, kind: str) -> Fact:
        by, about = (*self._members(), "Acme", "Globex")[:2]
        match kind:
            case "commitment":
                due = self.day + timedelta(days=10 * self.which)
                return CommitmentMade(what="Alpha", by=by, due=due, first_date=self.which == 1, stake="large")
            case "goal":
                return GoalShared(what="Alpha", owner=by)
        return ConcernRaised(what="Alpha", by=by, about=about)
