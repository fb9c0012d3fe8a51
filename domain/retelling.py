"""Telling a partnership's history again with new facts in their places: late tellings and retractions.

The past stays consistent: the surviving entries, in order of occurrence, must each be admitted with the stamps they
carry, gaps excepted. What no longer holds is named, or with a cascade retracted in the same batch.
"""

from __future__ import annotations

from bisect import insort
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from pledger.domain.admitting import admitted_in_turn, as_retracted
from pledger.domain.correction import EntryRetracted
from pledger.domain.days import day_of, in_utc, start_of_day
from pledger.domain.entry import Entry, Proposal
from pledger.domain.gaps import all_gaps, difference
from pledger.domain.lifecycle import PartnershipOpened, PartnershipProspected
from pledger.domain.naming import free_slug, listed
from pledger.domain.partnership import surviving
from pledger.domain.proposals import check_past, check_source, check_words, new_entry, place
from pledger.domain.refusal import Refused
from pledger.domain.standing import Standing, standing_of

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterable, Sequence
    from zoneinfo import ZoneInfo

    from pledger.domain.fact import Fact
    from pledger.domain.gaps import Span


class Retelling:
    """One partnership's whole history, told again with a batch of new facts."""

    def __init__(self, slug: str, history: Sequence[Entry], now: datetime, me: str, zone: ZoneInfo) -> None:
        self.slug, self.history, self.now, self.me, self.zone = slug, history, now, me, zone
        self.before = surviving(history)
        self.stored = {entry.version for entry in history}
        self.stands = {entry.version: entry for entry in self.before}
        self.sources = {entry.source for entry in history if entry.version in self.stands or _retracts(entry)}
        self.instants: dict[date, list[datetime]] = {}
        """The occurrences of each day, in order: what is told by its day alone occurs at the latest of them."""
        for entry in self.before:
            self._note_day(entry.occurred_at)
        self.told: list[tuple[Proposal | None, Entry]] = []
        self.culprit: Proposal | None = None
        """The proposal that was itself refused; none where what was recorded before would no longer hold."""

    def tell(self, proposals: Sequence[Proposal], *, cascade: bool) -> list[tuple[Proposal | None, Entry]]:
        """The new entries in the order of recording, stamped; raises Refused."""
        for proposal in proposals:
            try:
                self._take(proposal)
            except Refused as refusal:
                self.culprit = proposal
                raise refusal.at(place(proposal)) from None
        self._admit_in_order_of_occurrence(cascade)
        self._stamp_gaps()
        return self.told

    def standing(self) -> Standing:
        """The standing after the batch."""
        new = [entry for _, entry in self.told]
        return standing_of(self.slug, [*self.history, *new], self.stands.values(), self.zone)

    def _take(self, proposal: Proposal) -> None:
        """Give a proposal its instant, its name and its place in the record."""
        check_words(proposal)
        check_source(proposal, self.sources)
        at = self._instant(proposal)
        check_past(at, self.now, self.zone)
        self._check_not_open_yet(proposal.fact, at)
        fact = proposal.fact
        if isinstance(fact, EntryRetracted):
            fact = self._retracting(fact)
        elif fact.NAMED is not None and getattr(fact, fact.NAMED[0]) is None:
            fact = self._named(fact, *fact.NAMED)
        entry = new_entry(proposal, self.slug, self._next_version(), fact, at, self.now, self.me)
        self.told.append((proposal, entry))
        self.sources.add(proposal.source)
        if isinstance(fact, EntryRetracted):
            assert fact.retracted is not None
            self._take_back(self.stands.pop(fact.retracted.version))
        else:
            self.stands[entry.version] = entry
            self._note_day(at)

    def _check_not_open_yet(self, fact: Fact, at: datetime) -> None:
        """Refuse to have looked for a partner when there was one: looking sorts first, so admission cannot see it."""
        if not isinstance(fact, PartnershipProspected):
            return
        opened = [entry.occurred_at for entry in self.stands.values() if isinstance(entry.fact, PartnershipOpened)]
        if opened and at >= opened[0]:
            raise Refused(
                f"{self.slug} is open already, since {day_of(opened[0], self.zone)}",
                remedy="if a partner was looked for before that, say when, with --on",
            )

    def _take_back(self, entry: Entry) -> None:
        """Forget an entry's source reference, and its occurrence on its day."""
        self.sources.discard(entry.source)
        self.instants[day_of(entry.occurred_at, self.zone)].remove(entry.occurred_at)

    def _next_version(self) -> int:
        return max(self.stored, default=0) + len(self.told) + 1

    def _instant(self, proposal: Proposal) -> datetime:
        if proposal.on is None:
            return self.now
        if isinstance(proposal.on, datetime):
            return in_utc(proposal.on)
        there = self.instants.get(proposal.on)
        return there[-1] if there else start_of_day(proposal.on, self.zone)

    def _note_day(self, at: datetime) -> None:
        insort(self.instants.setdefault(day_of(at, self.zone), []), at)

    def _named(self, fact: Fact, kind: str, words: str) -> Fact:
        taken = {
            getattr(entry.fact, kind)
            for entry in self.stands.values()
            if entry.fact.NAMED is not None and entry.fact.NAMED[0] == kind
        }
        return fact.stamped(**{kind: free_slug(getattr(fact, words), taken.__contains__)})

    def _retracting(self, fact: EntryRetracted) -> EntryRetracted:
        """The retraction with the entry that it takes back; refused where that cannot be retracted."""
        entry = next((entry for entry in self.history if entry.position == fact.entry), None)
        see = f"see the entries with: pledger log {self.slug}"
        if entry is None:
            raise Refused(f"{self.slug} has no entry {fact.entry}", remedy=see)
        if isinstance(entry.fact, EntryRetracted):
            raise Refused(
                f"entry {fact.entry} is a retraction, which cannot be retracted",
                remedy="record the fact that it took back again",
            )
        if entry.version not in self.stands:
            raise Refused(f"entry {fact.entry} is retracted already", remedy=see)
        return fact.stamped(retracted=as_retracted(entry))

    def _admit_in_order_of_occurrence(self, cascade: bool) -> None:
        """Admit every entry that stands, in order of occurrence, stamping the new ones."""
        in_the_way: list[tuple[Entry, str]] = []
        proposals = {entry.version: proposal for proposal, entry in self.told}
        for entry, fact, why in admitted_in_turn(self.slug, self.stands.values(), self.stored, self.zone):
            if fact is not None:
                self._put(entry, fact)
                continue
            proposal = proposals.get(entry.version)
            if proposal is not None and isinstance(why, Refused):
                self.culprit = proposal
                raise self._with_hint(entry, why).at(place(proposal)) from None
            in_the_way.append((entry, why.what if isinstance(why, Refused) else why))
        if in_the_way and not cascade:
            raise self._inconsistent(in_the_way)
        for entry, reason in in_the_way:
            self._retract_also(entry, reason)

    def _with_hint(self, entry: Entry, refusal: Refused) -> Refused:
        """The refusal of a new fact; where what it names came into being only later, that is said."""
        for other in self.stands.values():
            kind = other.fact.NAMED[0] if other.fact.NAMED else ""
            if kind and other.order > entry.order and getattr(entry.fact, kind, None) == getattr(other.fact, kind):
                refusal.remedy = (
                    f"'{getattr(other.fact, kind)}' was there only from {day_of(other.occurred_at, self.zone)} "
                    f"(entry {other.position}): say a later --on"
                )
        return refusal

    def _put(self, entry: Entry, fact: Fact) -> None:
        """Keep a new entry as it was admitted."""
        if entry.version in self.stored:
            return
        self.stands[entry.version] = entry = replace(entry, fact=fact)
        index = entry.version - max(self.stored, default=0) - 1
        self.told[index] = (self.told[index][0], entry)

    def _inconsistent(self, in_the_way: Sequence[tuple[Entry, str]]) -> Refused:
        named = [
            f"entry {entry.position} ({entry.fact.TOPIC}, {day_of(entry.occurred_at, self.zone)}): {why}"
            for entry, why in in_the_way
        ]
        first = in_the_way[0][0]
        told = next((proposal for proposal, _ in self.told if proposal is not None), None)
        retracting = told is not None and isinstance(told.fact, EntryRetracted)
        return Refused(
            f"what was recorded later would no longer hold: {'; '.join(named[:5])}"
            + (f"; and {len(named) - 5} more" if len(named) > 5 else ""),
            where=place(told) if told is not None else self.slug,
            remedy=(
                "retract what stands in the way too: add --cascade"
                if retracting
                else f"retract what stands in the way (pledger retract {self.slug} {first.position} --why ... --cascade"
                f"), record this, then record again: {listed(entry.fact.TOPIC for entry, _ in in_the_way)}"
            ),
        )

    def _retract_also(self, entry: Entry, reason: str) -> None:
        """Retract, in the same batch, what no longer holds, for the reason of the retraction that it follows from."""
        causes = (told.fact.why for _, told in self.told if isinstance(told.fact, EntryRetracted))
        why = next(causes, f"no longer holds since something before it was told: {reason}")
        fact = EntryRetracted(entry=entry.position, why=why).stamped(retracted=as_retracted(entry))
        at = min(self.now, max(e.occurred_at for _, e in self.told))
        self.told.append((None, Entry(0, self.slug, self._next_version(), fact, at, self.now, self.me)))
        del self.stands[entry.version]

    def _stamp_gaps(self) -> None:
        """Stamp the new entries that move the silence clock with the gaps they close and open, in recording order."""
        standing = {entry.version: entry for entry in self.before}
        gaps = _gaps(standing.values())
        for index, (proposal, entry) in enumerate(self.told):
            if isinstance(entry.fact, EntryRetracted):
                assert entry.fact.retracted is not None
                gone = standing.pop(entry.fact.retracted.version, None)
                moves = gone is not None and gone.fact.silence_move() is not None
            else:
                standing[entry.version] = entry
                moves = entry.fact.silence_move() is not None
            if not moves:
                continue
            after = _gaps(standing.values())
            stamped = replace(entry, fact=difference(gaps, after).stamped(entry.fact))
            gaps = after
            self.told[index] = (proposal, stamped)
            if entry.version in standing:
                standing[entry.version] = self.stands[entry.version] = stamped


def _retracts(entry: Entry) -> bool:
    return isinstance(entry.fact, EntryRetracted)


def _gaps(entries: Iterable[Entry]) -> Counter[Span]:
    moving = ((entry, entry.fact.silence_move()) for entry in entries)
    moves = sorted(((entry.order, move) for entry, move in moving if move is not None), key=lambda pair: pair[0])
    return all_gaps((order[1], move) for order, move in moves)
