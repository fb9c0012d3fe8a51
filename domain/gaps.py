"""The silence clock: for each party, the gaps between contacts under the cadence agreed.

A gap runs from any contact, waiver, cadence, joining or resumption until the next of these, the party's leaving, a
pause or the end. Gaps of no length are left out. What a gap is worth as evidence is not decided here.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from pledger.domain.fact import Fact, Party, stamp


class Gap(BaseModel):
    """A span without contact."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    party: Party = Field(description="whose silence it is")
    start: datetime = Field(description="the contact it runs from")
    days: int = Field(description="the cadence then in force, in days")
    end: datetime | None = Field(None, description="the contact that ended it; none while it runs")


class Move(NamedTuple):
    """What one fact does to the silence clock."""

    kind: Literal["open", "contact", "cadence", "join", "leave", "halt", "resume"]
    parties: tuple[str, ...] = ()
    days: int = 0


class Span(NamedTuple):
    """A gap while it is reckoned with; light, since a long history moves tens of thousands."""

    party: str
    start: datetime
    days: int
    end: datetime | None


class Change(NamedTuple):
    """The gaps that one fact closes and those it opens; a gap that gets its end is closed and opened again."""

    closed: tuple[Span, ...] = ()
    opened: tuple[Span, ...] = ()

    def stamped(self, fact: Fact) -> Fact:
        """The fact with its gaps; as it is where it moves none."""
        if not self.closed and not self.opened:
            return fact
        return fact.stamped(gaps_closed=_as_stamps(self.closed), gaps_opened=_as_stamps(self.opened))


def _as_stamps(spans: Iterable[Span]) -> tuple[Gap, ...]:
    return tuple(Gap.model_construct(**span._asdict()) for span in spans)


def gaps_opened_stamp() -> Any:
    """The stamp for the gaps that a fact opens."""
    return stamp("gaps in contact that it opens", ())


def gaps_closed_stamp() -> Any:
    """The stamp for the gaps that a fact closes."""
    return stamp("gaps in contact that it closes", ())


@dataclass(slots=True)
class SilenceClock:
    """The gaps that run now."""

    members: list[str] = field(default_factory=list)
    days: int = 0
    halted: bool = False
    running: dict[str, datetime] = field(default_factory=dict)

    def move(self, move: Move, at: datetime) -> Change:
        """Move the clock by a fact that occurs at `at`, not before any earlier move; what that closes and opens."""
        ending, starting = self._parties_moved(move)
        if move.kind == "cadence":
            days_before, self.days = self.days, move.days
        else:
            days_before = self.days
        closed: list[Span] = []
        opened: list[Span] = []
        for party in ending:
            start = self.running.pop(party, None)
            if start is None:
                continue
            if start == at and party in starting and days_before == self.days:
                self.running[party] = start
                continue
            closed.append(Span(party, start, days_before, None))
            if start < at:
                opened.append(Span(party, start, days_before, at))
        if self.days and not self.halted:
            for party in starting:
                if party not in self.running:
                    self.running[party] = at
                    opened.append(Span(party, at, self.days, None))
        return Change(_in_order(closed), _in_order(opened))

    def _parties_moved(self, move: Move) -> tuple[list[str], list[str]]:
        """Update members and halts; whose gaps end, and for whom new ones start."""
        match move.kind:
            case "open":
                self.members = list(move.parties)
                return [], []
            case "join":
                self.members.extend(move.parties)
                return [], list(move.parties)
            case "leave":
                self.members = [m for m in self.members if m not in move.parties]
                return list(move.parties), []
            case "halt":
                self.halted = True
                return list(self.members), []
            case "resume":
                self.halted = False
        return list(self.members), list(self.members)


def all_gaps(moves: Iterable[tuple[datetime, Move]]) -> Counter[Span]:
    """Every gap that these moves, in order of occurrence, leave in the record."""
    clock = SilenceClock()
    gaps: Counter[Span] = Counter()
    for at, move in moves:
        change = clock.move(move, at)
        gaps.update(change.opened)
        gaps.subtract(change.closed)
    return +gaps


def difference(before: Counter[Span], after: Counter[Span]) -> Change:
    """What was closed and opened between two states of the record."""
    return Change(_in_order((before - after).elements()), _in_order((after - before).elements()))


def _in_order(gaps: Iterable[Span]) -> tuple[Span, ...]:
    return tuple(sorted(gaps, key=lambda gap: (gap.start, gap.party, gap.end is not None)))
