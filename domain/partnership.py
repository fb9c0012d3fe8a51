"""The partnership: the aggregate that admits facts, by composing the themes' states."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pledger.domain.communication import CommunicationState
from pledger.domain.correction import EntryRetracted
from pledger.domain.days import Occurrence
from pledger.domain.delivery import DeliveryState
from pledger.domain.fact import Fact
from pledger.domain.gaps import Change, SilenceClock
from pledger.domain.goals import GoalsState
from pledger.domain.norms import NormsState
from pledger.domain.phases import LifecycleState, phase_refusal
from pledger.domain.planning import PlanningState
from pledger.domain.refusal import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from pledger.domain.entry import Entry

SNAPSHOT_FORM = "standing-2"
"""Changes whenever a state or a rule changes; snapshots of another form are ignored."""


@dataclass(slots=True)
class Partnership:
    """What is so after some facts, in order of occurrence.

    Admitting is pure: it reads the state and returns the completed fact, or raises Refused. Only `apply` changes it.
    """

    slug: str
    lifecycle: LifecycleState = field(default_factory=LifecycleState)
    communication: CommunicationState = field(default_factory=CommunicationState)
    norms: NormsState = field(default_factory=NormsState)
    goals: GoalsState = field(default_factory=GoalsState)
    planning: PlanningState = field(default_factory=PlanningState)
    delivery: DeliveryState = field(default_factory=DeliveryState)
    silence: SilenceClock = field(default_factory=SilenceClock)

    def admit(self, fact: Fact, when: Occurrence) -> Fact:
        """The fact with its stamps (gaps apart), or Refused with the reason and the remedy."""
        if self.lifecycle.phase not in fact.PHASES:
            raise phase_refusal(fact, self)
        if fact.NAMED is not None:
            self._check_name(fact)
        return fact.admit(self, when)

    def apply(self, fact: Fact, when: Occurrence) -> Change:
        """Take an admitted fact into the state; the gaps that it closes and opens where it is the last to occur."""
        fact.apply(self, when)
        move = fact.silence_move()
        return self.silence.move(move, when.at) if move is not None else Change()

    def knows(self, kind: str, name: str) -> bool:
        """Whether a commitment, goal, norm or concern of that short name exists."""
        match kind:
            case "commitment":
                return self.delivery.knows(name)
            case "goal":
                return self.goals.knows(name)
            case "concern":
                return self.communication.knows(name)
        return name in self.norms.agreed

    def _check_name(self, fact: Fact) -> None:
        assert fact.NAMED is not None
        kind = fact.NAMED[0]
        name = getattr(fact, kind)
        if self.knows(kind, name):
            raise Refused(
                f"there is a {kind} '{name}' already",
                remedy="give it another short name with --slug, or leave --slug out",
            )


def surviving(entries: Iterable[Entry]) -> list[Entry]:
    """The entries of one partnership that no other retracts, in the order of recording; retractions left out."""
    kept: dict[int, Entry] = {}
    for entry in entries:
        if isinstance(entry.fact, EntryRetracted):
            assert entry.fact.retracted is not None
            kept.pop(entry.fact.retracted.version, None)
        else:
            kept[entry.version] = entry
    return list(kept.values())


def replayed(slug: str, entries: Iterable[Entry], zone: ZoneInfo, until: datetime | None = None) -> Partnership:
    """The partnership after its surviving entries up to `until`; looking and opening count whatever their date."""
    partnership = Partnership(slug)
    for entry in sorted(surviving(entries), key=lambda entry: entry.order):
        if until is None or entry.occurred_at <= until or entry.fact.RANK < Fact.RANK:
            partnership.apply(entry.fact, Occurrence(entry.occurred_at, zone))
    return partnership
