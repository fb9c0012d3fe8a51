"""Random histories, and the ledger to which they are told step by step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from pledger.domain.amending import Amended, amend, told_fields
from pledger.domain.correction import EntryRetracted
from pledger.domain.entry import Entry, Proposal
from pledger.domain.fact import Fact
from pledger.domain.ledger import Ledger
from pledger.domain.lifecycle import PartnershipOpened
from pledger.domain.outcome import Outcome, Recorded
from pledger.domain.refusal import Refused
from support.facts import BEGINNING, DAYS, ZONES, any_fact, eventful, moments, opened
from support.fitting import Fitting
from support.recomputed import standing_entries

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy

SLUG = "acme-globex"
OPENED = PartnershipOpened(parties=("Acme", "Globex"), purpose="joint launch")
NAMES = ("commitment", "goal", "concern", "norm")
WAITS = (
    timedelta(0),
    timedelta(microseconds=1),
    timedelta(hours=5),
    timedelta(days=1),
    timedelta(days=9),
    timedelta(days=31),
    timedelta(days=-2),  # clocks are put back, too
)


@dataclass
class Clock:
    """A clock that stands still until it is told to move."""

    now: datetime = BEGINNING

    def __call__(self) -> datetime:
        return self.now

    def wait(self, span: timedelta) -> None:
        self.now += span


def a_ledger(clock: Clock | None = None, time_zone: str = "Europe/Berlin") -> Ledger:
    """A ledger in memory."""
    return Ledger.open(":memory:", name="test", time_zone=time_zone, clock=clock or Clock())


@dataclass(frozen=True)
class Told:
    """A fact as somebody tells it; no fact means the retraction of an entry.

    Unless it is told `as_is`, it is made to fit what is there; `which` chooses among entries or names that would do.
    `at_an_edge` it happens at the very instant at which something falls due. What `amends` is told instead of an entry
    of the same kind, in a step of its own.
    """

    fact: Fact | None
    which: int = 0
    on: date | datetime | None = None
    source: str | None = None
    as_is: bool = False
    at_an_edge: bool = False
    amends: bool = False


@dataclass(frozen=True)
class Step:
    """Some time passes, then some facts are told together."""

    wait: timedelta
    told: tuple[Told, ...]
    cascade: bool = False


@dataclass(frozen=True)
class History:
    """What is told, and in which time zone."""

    zone: ZoneInfo
    steps: tuple[Step, ...]
    begins: datetime = BEGINNING


class Listener:
    """A ledger that hears a history, refusals and all."""

    def __init__(self, history: History) -> None:
        self.history = history
        self.zone = history.zone
        self.clock = Clock(history.begins)
        self.ledger = a_ledger(self.clock, self.zone.key)
        self.amendments: list[Amended] = []

    def hear(self, step: Step) -> list[Outcome] | Refused:
        """Wait and tell; what became of it."""
        self.clock.wait(step.wait)
        try:
            if step.told[0].amends:
                return self.amend(step.told[0])
            return self.ledger.record_all(self.proposals(step), cascade=step.cascade)
        except Refused as refusal:
            return refusal

    def hear_all(self) -> list[Entry]:
        """Everything told; the entries that it left."""
        for step in self.history.steps:
            self.hear(step)
        return self.entries()

    def amend(self, told: Told) -> list[Outcome]:
        """Amend an entry of the same kind, or else when some other one occurred; its names are left alone."""
        standing, fact = standing_entries(self.entries()), told.fact
        alike = [entry for entry in standing if type(entry.fact) is type(fact)]
        if fact is None or not standing:
            return []
        fields = {name: value for name, value in told_fields(fact).items() if alike and name not in NAMES}
        among = alike or standing
        done = amend(self.ledger, among[told.which % len(among)].position, {**fields, "on": told.on})
        if done is None:
            return []
        self.amendments.append(done)
        entries = [*done.retractions, done.now, *(now for _, now in done.told_again)]
        return [Recorded(entry) for entry in sorted(entries, key=lambda entry: entry.version)]

    def proposals(self, step: Step) -> list[Proposal]:
        """What is proposed in a step."""
        facts = [told for told in step.told if not told.amends]
        return [proposal for told in facts if (proposal := self.proposal(told)) is not None]

    def proposal(self, told: Told) -> Proposal | None:
        """What is proposed; nothing where there is no entry to retract."""
        entries = self.entries()
        standing = standing_entries(entries)
        fact = told.fact
        if fact is None:
            mistaken = entries if told.as_is else [entry for entry in standing if entry.fact.RANK == Fact.RANK]
            if not mistaken:
                return None
            fact = EntryRetracted(entry=mistaken[-1 - told.which % len(mistaken)].position, why="a mistake")
        elif not told.as_is:
            occurs = told.on or self.clock.now
            day = occurs.astimezone(self.zone).date() if isinstance(occurs, datetime) else occurs
            fitting = Fitting(standing, told.which, day)
            fact = fitting.fit(fact)
            edge = fitting.edge(fact, self.zone) if told.at_an_edge else None
            return Proposal(fact, SLUG, edge or told.on, told.source)
        return Proposal(fact, SLUG, told.on, told.source)

    def entries(self) -> list[Entry]:
        """The partnership's entries, read back from what is stored."""
        return list(self.ledger.entries(SLUG))


def told(zone: ZoneInfo, facts: SearchStrategy[Fact]) -> SearchStrategy[Told]:
    """A fact now or at any moment; one in eight is a retraction."""
    which, as_is = st.integers(0, 5), st.sampled_from((False,) * 7 + (True,))
    source = st.sampled_from(("ref-1", "ref-2", "ref-3"))
    return st.one_of(
        st.builds(Told, st.none(), which, as_is=as_is),
        *[st.builds(Told, facts, which, as_is=as_is)] * 2,
        *[st.builds(Told, facts, which, moments(zone), as_is=as_is)] * 4,
        st.builds(Told, facts, which, moments(zone), source, as_is),
        st.builds(Told, facts, which, at_an_edge=st.just(True)),
    )


def steps(zone: ZoneInfo, facts: SearchStrategy[Fact]) -> SearchStrategy[Step]:
    """Mostly one fact, sometimes a batch, now and then an amendment."""
    one = told(zone, facts)
    batch = st.lists(one, min_size=2, max_size=4).map(tuple)
    single = st.tuples(one)
    on, true = st.one_of(st.none(), moments(zone)), st.just(True)
    amendment = st.tuples(st.builds(Told, facts, st.integers(0, 9), on, as_is=true, amends=true))
    told_now = st.one_of(*[single] * 6, *[batch] * 2, amendment)
    return st.builds(Step, st.sampled_from(WAITS), told_now, st.booleans())


_nearly_always = st.sampled_from((True,) * 19 + (False,))


@st.composite
def histories(draw: DrawFn, most: int = 40) -> History:
    """A history of up to so many steps about one subject or all, which nearly always begins with the opening."""
    zone = draw(st.sampled_from(ZONES))
    opening = Told(draw(opened), on=draw(st.sampled_from(DAYS[:10])))
    begun = (Step(timedelta(0), (opening,)),) if draw(_nearly_always) else ()
    count = draw(st.integers(0, most))
    step = steps(zone, draw(st.sampled_from(eventful)))
    return History(zone, begun + tuple(draw(step) for _ in range(count)))


@st.composite
def histories_in_order(draw: DrawFn, facts: SearchStrategy[Fact] = any_fact, most: int = 40) -> History:
    """A history in which everything is told when it happens, one by one."""
    waits = st.sampled_from([wait for wait in WAITS if wait >= timedelta(0)])
    as_is = st.sampled_from((False, False, True))
    step = st.builds(Step, waits, st.tuples(st.builds(Told, facts, st.integers(0, 5), as_is=as_is)))
    begun = (Step(timedelta(0), (Told(draw(opened)),)),) if draw(_nearly_always) else ()
    count = draw(st.integers(0, most))
    return History(draw(st.sampled_from(ZONES)), begun + tuple(draw(step) for _ in range(count)))


def utc(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    """An instant in UTC."""
    return datetime(year, month, day, hour, minute, tzinfo=UTC)
