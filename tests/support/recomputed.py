"""Evidence recomputed from scratch with full state, from section 5 of the design alone.

Nothing here looks at stamps or knows how the evidence map, the silence clock or deadlines are written: it sees what was
told, in order of occurrence, keeps its own books, and only at the end says what that is evidence of.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from zoneinfo import ZoneInfo

    from pledger.domain.entry import Entry

DAY = timedelta(seconds=86_400)


class Piece(NamedTuple):
    """A row of evidence without its position, its count and when it was learned."""

    partnership: str
    party: str
    kind: str
    at: datetime
    matures_at: datetime
    measure: float
    stake: str


@dataclass(frozen=True)
class Promise:
    """A promise as it stands."""

    maker: str
    to: str | None
    stake: str
    first_date: bool
    due: date | None


@dataclass(frozen=True)
class Contact:
    """A moment at which gaps may start (for these parties), end, or both."""

    at: datetime
    starts: tuple[str, ...]
    ends: tuple[str, ...]
    every_days: int | None


@cache
def late_from(due: date, zone: ZoneInfo) -> datetime:
    """The first quarter of an hour of which the local calendar says that it is after the day."""
    instant = datetime(due.year, due.month, due.day, tzinfo=UTC) - timedelta(hours=15)
    while instant.astimezone(zone).date() <= due:
        instant += timedelta(minutes=15)
    return instant


@dataclass
class Books:
    """Everything that has to be known to say what the next fact is evidence of."""

    slug: str
    zone: ZoneInfo
    members: list[str] = field(default_factory=list)
    cadence: int | None = None
    paused_or_ended: bool = False
    promises: dict[str, Promise] = field(default_factory=dict)
    concerns: dict[str, tuple[str, date]] = field(default_factory=dict)
    goals: dict[str, str] = field(default_factory=dict)
    contacts: list[Contact] = field(default_factory=list)
    deadlines: dict[str, tuple[Promise, datetime]] = field(default_factory=dict)
    found: Counter[Piece] = field(default_factory=Counter)

    def day(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()

    def say(
        self,
        kind: str,
        parties: str | Iterable[str],
        at: datetime,
        measure: float = 0,
        stake: str = "medium",
        matures_at: datetime | None = None,
    ) -> None:
        for party in [parties] if isinstance(parties, str) else parties:
            self.found[Piece(self.slug, party, kind, at, matures_at or at, measure, stake)] += 1

    # Promises: a deadline that was in force until some instant has cost what fell by then, and no more.

    def deadline(self, name: str, promise: Promise) -> None:
        self.promises[name] = promise
        if promise.due is not None:
            self.deadlines[name] = (promise, late_from(promise.due, self.zone))

    def until(self, name: str, at: datetime | None) -> None:
        promise, late = self.deadlines.pop(name, (None, None))
        if promise is None or late is None:
            return
        for kind, falls in (("overdue", late), ("overdue-30", late + 30 * DAY), ("overdue-90", late + 90 * DAY)):
            if at is None or falls <= at:
                self.say(kind, promise.maker, falls, stake=promise.stake)

    def off_by(self, promise: Promise, at: datetime) -> tuple[bool, int]:
        """Whether it is late, and by how many days it is late or early."""
        if promise.due is None:
            return False, 0
        days = self.day(at).toordinal() - promise.due.toordinal()
        return days > 0, abs(days)

    def settle(self, name: str, kind: str, at: datetime, days: int = 0) -> None:
        promise = self.promises.pop(name)
        matures_at = at if promise.due is None else max(at, late_from(promise.due, self.zone))
        self.say(kind, promise.maker, at, days, promise.stake, matures_at)
        if kind == "kept" and promise.first_date:
            self.say("first-date-kept", promise.maker, at, days, promise.stake, matures_at)
        self.until(name, at)

    def close_those_not_late(self, at: datetime, party: str | None = None) -> None:
        for name, promise in list(self.promises.items()):
            concerned = party is None or party in (promise.maker, promise.to)
            if concerned and not self.off_by(promise, at)[0]:
                del self.promises[name]
                self.until(name, at)

    # Silence: every contact is a moment, and what lies between two of them is looked at in the end.

    def contact(self, at: datetime, starts: Sequence[str], ends: Sequence[str] | None = None) -> None:
        running = None if self.paused_or_ended else self.cadence
        self.contacts.append(Contact(at, tuple(starts), tuple(starts if ends is None else ends), running))

    def silences(self) -> None:
        for index, contact in enumerate(self.contacts):
            if contact.every_days is None:
                continue
            speaks_at = contact.at + (2 * contact.every_days + 1) * DAY
            for party in contact.starts:
                later = (other.at for other in self.contacts[index + 1 :] if party in other.ends)
                if next(later, speaks_at) >= speaks_at:
                    self.say("silence", party, speaks_at)

    def read(self, topic: str, fact: Any, at: datetime) -> None:
        """Take in the next fact to occur."""
        self.read_lifecycle(topic, fact, at)
        self.read_contact(topic, fact, at)
        self.read_promises(topic, fact, at)
        self.read_matters_with_a_name(topic, fact, at)
        self.read_the_rest(topic, fact, at)

    def read_lifecycle(self, topic: str, fact: Any, at: datetime) -> None:
        match topic:
            case "partnership-opened":
                self.members = list(fact.parties)
            case "party-joined":
                self.members.append(fact.party)
                self.contact(at, [fact.party])
            case "party-left":
                self.members.remove(fact.party)
                self.contact(at, [], [fact.party])
                self.close_those_not_late(at, fact.party)
            case "partnership-paused":
                self.paused_or_ended = True
                self.contact(at, [], self.members)
            case "partnership-resumed":
                self.paused_or_ended = False
                self.contact(at, self.members)
            case "partnership-ended":
                self.paused_or_ended = True
                self.contact(at, [], self.members)
                self.close_those_not_late(at)

    def read_contact(self, topic: str, fact: Any, at: datetime) -> None:
        match topic:
            case "cadence-agreed":
                self.cadence = fact.every_days
                self.say("cadence-agreed", self.members, at)
            case "meeting-held":
                self.say("met-poorly" if fact.went == "poorly" else "met", fact.present or self.members, at)
            case "update-shared":
                self.say("updated", fact.by, at)
            case "contact-waived":
                self.say("waived", set(self.members) - {fact.by}, at)
            case _:
                return
        self.contact(at, self.members)

    def read_promises(self, topic: str, fact: Any, at: datetime) -> None:
        match topic:
            case "commitment-made":
                self.say("promised", fact.by, at, stake=fact.stake)
                self.deadline(fact.commitment, Promise(fact.by, fact.to, fact.stake, fact.first_date, fact.due))
            case "commitment-renegotiated":
                before = self.promises[fact.commitment]
                late, days = self.off_by(before, at)
                if before.due is not None:
                    kind = "renegotiated-late" if late else "renegotiated-early"
                    self.say(kind, before.maker, at, days, before.stake)
                self.until(fact.commitment, at)
                self.deadline(fact.commitment, replace(before, due=fact.due))
            case "commitment-delivered":
                late, days = self.off_by(self.promises[fact.commitment], at)
                self.settle(fact.commitment, "kept-late" if late else "kept", at, days)
            case "commitment-broken":
                self.settle(fact.commitment, "broken", at)
            case "commitment-released":
                self.settle(fact.commitment, "released", at)

    def read_matters_with_a_name(self, topic: str, fact: Any, at: datetime) -> None:
        match topic:
            case "concern-raised":
                self.concerns[fact.concern] = (fact.about, self.day(at))
                self.say("concern", fact.about, at)
                self.say("spoke-up", fact.by, at)
            case "concern-resolved":
                about, since = self.concerns.pop(fact.concern)
                self.say("concern-resolved", about, at, self.day(at).toordinal() - since.toordinal())
            case "goal-shared":
                self.goals[fact.goal] = fact.owner
                self.say("goal-shared", fact.owner, at)
            case "goal-dropped":
                self.say("goal-dropped", self.goals[fact.goal], at)

    def read_the_rest(self, topic: str, fact: Any, at: datetime) -> None:
        match topic:
            case "trust-rated":
                self.say("rated-for", fact.of, at, fact.rating / 10)
                self.say("rated-against", fact.of, at, 1 - fact.rating / 10)
            case "contact-chased":
                self.say("chased", set(self.members) - {fact.by}, at)
            case "investment-made":
                self.say(f"invested-{fact.kind}", fact.by, at, stake=fact.stake)
            case "fit-reviewed":
                self.say(f"{fact.facet}-{fact.verdict}", self.members, at)
            case _ if topic in OF_EVERYBODY:
                self.say(OF_EVERYBODY[topic], self.members, at)
            case _ if topic in OF_WHO_DID_IT:
                self.say(OF_WHO_DID_IT[topic], fact.by, at)


OF_EVERYBODY = {
    "norm-agreed": "norm-agreed",
    "goal-achieved": "goal-achieved",
    "plan-agreed": "plan-agreed",
    "plan-reviewed": "plan-reviewed",
    "outcome-realised": "outcome",
}
OF_WHO_DID_IT = {
    "relationship-manager-appointed": "manager-appointed",
    "meeting-missed": "meeting-missed",
    "difference-acknowledged": "difference-acknowledged",
    "style-adapted": "style-adapted",
    "norm-breached": "norm-breached",
    "breach-repaired": "breach-repaired",
    "goal-asked": "goal-asked",
    "goal-acknowledged": "goal-acknowledged",
    "goal-supported": "goal-supported",
}

BEFORE_THE_REST = {"partnership-prospected": 0, "partnership-opened": 1}


def standing_entries(entries: Iterable[Entry]) -> list[Entry]:
    """The entries that nobody has retracted, in order of occurrence; the opening sorts before everything else."""
    told = list(entries)
    retracted = {
        fact.entry for each in told if (fact := each.fact).TOPIC == "entry-retracted" and hasattr(fact, "entry")
    }
    kept = [each for each in told if each.fact.TOPIC != "entry-retracted" and each.position not in retracted]
    return sorted(kept, key=lambda e: (BEFORE_THE_REST.get(e.fact.TOPIC, 2), e.occurred_at, e.position))


def recomputed(entries: Iterable[Entry], zone: ZoneInfo) -> Counter[Piece]:
    """What the entries of one partnership that stand are evidence of."""
    books: Books | None = None
    for entry in standing_entries(entries):
        books = books or Books(entry.partnership, zone)
        books.read(entry.fact.TOPIC, entry.fact.as_told(), entry.occurred_at)
    if books is None:
        return Counter()
    for name in list(books.deadlines):
        books.until(name, None)
    books.silences()
    return books.found
