"""Commitments: what was promised by whom, and what became of it."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Literal, NamedTuple

from pledger.domain.days import day_of
from pledger.domain.delivery import (
    CommitmentBroken,
    CommitmentDelivered,
    CommitmentMade,
    CommitmentReleased,
    CommitmentRenegotiated,
)
from pledger.domain.lifecycle import PartnershipEnded, PartyLeft

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from zoneinfo import ZoneInfo

    from pledger.domain.entry import Entry
    from pledger.domain.fact import Stake

State = Literal["open", "overdue", "kept", "kept-late", "broken", "released", "closed"]
STATES: tuple[State, ...] = ("open", "overdue", "kept", "kept-late", "broken", "released", "closed")
UNSETTLED: frozenset[State] = frozenset({"open", "overdue"})


class Commitment(NamedTuple):
    """One promise and its state at the moment asked about.

    `closed` is what an ending or a leaving closed before it was late. `days_early` is told of what was kept in time,
    `days_late` of what was kept late or is overdue, `days_left` of what is open; none of them without a due date.
    """

    partnership: str
    commitment: str
    what: str
    maker: str
    to: str | None
    stake: Stake
    first_date: bool
    goal: str | None
    due: date | None
    late_from: datetime | None
    state: State
    made: date
    moved: int  # how often its date was renegotiated
    entry: int
    settled: date | None = None
    settled_by: int | None = None
    days_early: int | None = None
    days_late: int | None = None
    days_left: int | None = None

    @property
    def is_unsettled(self) -> bool:
        return self.state in UNSETTLED


class Counts(NamedTuple):
    """How many promises there are by state; `open` includes `overdue`."""

    made: int
    open: int
    overdue: int
    kept: int
    kept_late: int
    broken: int
    released: int
    closed: int


def commitments(standing: Iterable[Entry], as_of: datetime, zone: ZoneInfo) -> list[Commitment]:
    """Every promise of one partnership, in order of making, from its standing entries in order of occurrence."""
    promises: dict[str, Commitment] = {}
    for entry in standing:
        match entry.fact:
            case CommitmentMade() as made:
                promise = _made(entry, made, zone)
                promises[promise.commitment] = promise
            case CommitmentRenegotiated(commitment=slug, due=due, late_from=late_from):
                was = promises[slug]
                promises[slug] = was._replace(due=due, late_from=late_from, moved=was.moved + 1)
            case CommitmentDelivered(commitment=slug):
                promises[slug] = _delivered(promises[slug], entry, zone)
            case CommitmentBroken(commitment=slug):
                promises[slug] = _settled(promises[slug], "broken", entry, zone)
            case CommitmentReleased(commitment=slug):
                promises[slug] = _settled(promises[slug], "released", entry, zone)
            case PartyLeft(closes=closes) | PartnershipEnded(closes=closes):
                for terms in closes or ():
                    promises[terms.commitment] = _settled(promises[terms.commitment], "closed", entry, zone)
    return [_aged(promise, as_of, zone) for promise in promises.values()]


def counts(promises: Iterable[Commitment]) -> Counts:
    """How many promises there are by state."""
    states = [promise.state for promise in promises]
    return Counts(
        made=len(states),
        open=states.count("open") + states.count("overdue"),
        overdue=states.count("overdue"),
        kept=states.count("kept"),
        kept_late=states.count("kept-late"),
        broken=states.count("broken"),
        released=states.count("released"),
        closed=states.count("closed"),
    )


def with_state(promises: Iterable[Commitment], states: Collection[str]) -> list[Commitment]:
    """Promises in one of these states; open ones include those overdue."""
    wanted = {*states, *(("overdue",) if "open" in states else ())}
    return [promise for promise in promises if promise.state in wanted]


def overdue(promises: Iterable[Commitment]) -> list[Commitment]:
    """Promises whose day has passed, large stakes first, then the longest overdue."""
    late = (promise for promise in promises if promise.state == "overdue")
    return sorted(late, key=lambda promise: (-_STAKES.index(promise.stake), -(promise.days_late or 0)))


def next_deadlines(promises: Iterable[Commitment]) -> list[Commitment]:
    """Open promises with a day ahead, the nearest first."""
    ahead = [promise for promise in promises if promise.state == "open" and promise.due is not None]
    return sorted(ahead, key=lambda promise: promise.due or date.max)


def most_pressing_first(promises: Iterable[Commitment]) -> list[Commitment]:
    """Overdue ones, the longest first; open ones, the nearest first; then the settled, the latest first."""

    def pressing(promise: Commitment) -> tuple[int, int]:
        if promise.state == "overdue":
            return 0, -(promise.days_late or 0)
        if promise.state == "open":
            return 1, (promise.due or date.max).toordinal()
        return 2, -(promise.settled or date.min).toordinal()

    return sorted(promises, key=pressing)


_STAKES: tuple[Stake, ...] = ("small", "medium", "large")


def _made(entry: Entry, made: CommitmentMade, zone: ZoneInfo) -> Commitment:
    assert made.commitment is not None  # named when admitted
    return Commitment(
        partnership=entry.partnership,
        commitment=made.commitment,
        what=made.what,
        maker=made.by,
        to=made.to,
        stake=made.stake,
        first_date=made.first_date,
        goal=made.goal,
        due=made.due,
        late_from=made.late_from,
        state="open",
        made=day_of(entry.occurred_at, zone),
        moved=0,
        entry=entry.position,
    )


def _settled(promise: Commitment, state: State, entry: Entry, zone: ZoneInfo) -> Commitment:
    return promise._replace(state=state, settled=day_of(entry.occurred_at, zone), settled_by=entry.position)


def _delivered(promise: Commitment, entry: Entry, zone: ZoneInfo) -> Commitment:
    assert isinstance(entry.fact, CommitmentDelivered)
    assert entry.fact.terms is not None  # stamped when admitted
    if entry.fact.terms.is_late(entry.occurred_at):
        return _settled(promise, "kept-late", entry, zone)._replace(days_late=entry.fact.days)
    return _settled(promise, "kept", entry, zone)._replace(days_early=entry.fact.days)


def _aged(promise: Commitment, as_of: datetime, zone: ZoneInfo) -> Commitment:
    """An open promise as it stands at the moment: overdue once its instant of lateness has come."""
    if promise.state != "open" or promise.due is None or promise.late_from is None:
        return promise
    days = (promise.due - day_of(as_of, zone)).days
    if as_of >= promise.late_from:
        return promise._replace(state="overdue", days_late=-days)
    return promise._replace(days_left=days)
