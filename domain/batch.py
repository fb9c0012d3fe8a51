"""A batch of proposals for one partnership: the quick way where each occurs last, the full way otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from pledger.domain.correction import EntryRetracted
from pledger.domain.days import Occurrence, in_utc
from pledger.domain.entry import Entry
from pledger.domain.naming import free_slug
from pledger.domain.outcome import NotAdmitted, Outcome, Recorded
from pledger.domain.partnership import surviving
from pledger.domain.proposals import check_past, check_proposal, check_source, check_words, new_entry, place
from pledger.domain.refusal import Refused
from pledger.domain.retelling import Retelling
from pledger.domain.sources import compared

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from zoneinfo import ZoneInfo

    from pledger.domain.entry import Proposal
    from pledger.domain.standing import Standing


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What admission may know beside the partnership: when the ledger learns of it, from whom, and whose days count."""

    now: datetime
    me: str
    zone: ZoneInfo
    cascade: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """What a batch would record: the new entries, the standing after them, and what became of each proposal."""

    entries: list[Entry]
    standing: Standing
    outcomes: list[Outcome]


class GroupRefused(Exception):
    """A proposal was refused after others of its group had been admitted: plan again without the group."""

    def __init__(self, proposal: Proposal, refusal: Refused) -> None:
        super().__init__(refusal.what)
        self.proposal = proposal
        self.refusal = refusal


class _OutOfOrder(Exception):
    """A proposal does not occur last, or takes something back."""


@dataclass(slots=True)
class Batch:
    """Plans what a batch records into one partnership.

    `standing` is used up: the caller loads a fresh one for another attempt. `history` reads the whole stream, and is
    only called where the quick way does not do. With `partial`, a refused group is left out; without, it refuses the
    batch.
    """

    slug: str
    standing: Standing
    history: Callable[[], list[Entry]]
    circumstances: Circumstances

    def plan(self, proposals: Sequence[Proposal], *, partial: bool = False) -> Plan:
        """Admit the proposals; raises Refused, or GroupRefused where `partial` and the group is known."""
        now = max(self.circumstances.now, self.standing.recorded_at)
        for proposal in proposals:
            check_proposal(proposal)
        new, outcomes = self._told_before(proposals)
        try:
            entries, refused = self._in_order(new, now, partial)
        except _OutOfOrder:
            entries, refused = self._retold(new, now, partial), {}
        by_proposal = {id(proposal): entry for proposal, entry in entries if proposal is not None}
        for index, proposal in enumerate(proposals):
            if id(proposal) in by_proposal:
                outcomes[index] = Recorded(by_proposal[id(proposal)])
            elif index not in outcomes:
                outcomes[index] = NotAdmitted(proposal, refused[proposal.fate])
        return Plan([entry for _, entry in entries], self.standing, [outcomes[i] for i in range(len(proposals))])

    def _told_before(self, proposals: Sequence[Proposal]) -> tuple[list[Proposal], dict[int, Outcome]]:
        """Set aside the proposals whose source reference is there already, unless one before them frees it."""
        new: list[Proposal] = []
        outcomes: dict[int, Outcome] = {}
        history: dict[int, Entry] = {}
        stands: list[Entry] = []
        lifecycle = self.standing.partnership.lifecycle
        parties = {*lifecycle.members, *lifecycle.former}
        freed: set[int] = set()
        for index, proposal in enumerate(proposals):
            version = self.standing.sources.get(proposal.source) if proposal.source is not None else None
            if version is not None and not history:
                history = {entry.version: entry for entry in self.history()}
                stands = surviving(history.values())
            if version is None or history[version].position in freed:
                new.append(proposal)
                if isinstance(proposal.fact, EntryRetracted):
                    freed.add(proposal.fact.entry)
                continue
            outcomes[index] = compared(history[version], proposal, stands, parties, self.circumstances.zone)
        return new, outcomes

    def _in_order(
        self, proposals: Sequence[Proposal], now: datetime, partial: bool
    ) -> tuple[list[tuple[Proposal | None, Entry]], dict[object, Refused]]:
        """The quick way: each occurs last, so admitting it against the standing is enough."""
        done: list[tuple[Proposal | None, Entry]] = []
        refused: dict[object, Refused] = {}
        begun: set[object] = set()
        for proposal in proposals:
            if partial and proposal.fate in refused:
                continue
            try:
                done.append((proposal, self._next(proposal, now)))
                begun.add(proposal.fate)
            except Refused as refusal:
                refusal.at(place(proposal))
                if not partial and len(proposals) > 1:
                    raise _OutOfOrder from None  # a later proposal of the batch may be what it needs
                if not partial:
                    raise
                if proposal.fate in begun:
                    raise GroupRefused(proposal, refusal) from None
                refused[proposal.fate] = refusal
        return done, refused

    def _next(self, proposal: Proposal, now: datetime) -> Entry:
        """Admit one proposal that occurs last, and take it into the standing."""
        fact, zone = proposal.fact, self.circumstances.zone
        at = self._instant(proposal, now)
        if isinstance(fact, EntryRetracted) or at is None or not self.standing.follows(fact, at):
            raise _OutOfOrder
        check_words(proposal)
        check_source(proposal, self.standing.sources)
        check_past(at, now, zone)
        partnership = self.standing.partnership
        if fact.NAMED is not None and getattr(fact, fact.NAMED[0]) is None:
            kind, words = fact.NAMED
            name = free_slug(getattr(fact, words), lambda slug: partnership.knows(kind, slug))
            fact = fact.stamped(**{kind: name})
        when = Occurrence(at, zone)
        fact = partnership.admit(fact, when)
        fact = partnership.apply(fact, when).stamped(fact)
        entry = new_entry(proposal, self.slug, self.standing.version + 1, fact, at, now, self.circumstances.me)
        self.standing.note(entry)
        return entry

    def _instant(self, proposal: Proposal, now: datetime) -> datetime | None:
        if proposal.on is None:
            return now
        if isinstance(proposal.on, datetime):
            return in_utc(proposal.on)
        return self.standing.instant_on(proposal.on, self.circumstances.zone)

    def _retold(
        self, proposals: Sequence[Proposal], now: datetime, partial: bool
    ) -> list[tuple[Proposal | None, Entry]]:
        """The full way: the whole history is told again with the new facts in their places."""
        retelling = Retelling(self.slug, self.history(), now, self.circumstances.me, self.circumstances.zone)
        try:
            entries = retelling.tell(proposals, cascade=self.circumstances.cascade)
        except Refused as refusal:
            if partial and retelling.culprit is not None:
                raise GroupRefused(retelling.culprit, refusal) from None
            raise
        self.standing = retelling.standing()
        return entries
