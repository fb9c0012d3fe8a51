"""What each piece of evidence is about, and which surviving entry stands behind it.

Rows of two promises with the same maker, stake and day are equal; who is told why a score moved wants to know which of
them was kept. So here a row is told apart by its promise, the contact from which a silence runs, or its own entry.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from pledger.domain.correction import EntryRetracted
from pledger.domain.delivery import CommitmentMade, CommitmentRenegotiated
from pledger.domain.lifecycle import PartnershipEnded, PartyLeft
from pledger.domain.upcasts import fact_taken_back
from pledger.projections.deadlines import RUNGS, rungs_ahead
from pledger.projections.evidence import evidence
from pledger.projections.silence import silences

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from pledger.domain.entry import Entry
    from pledger.domain.fact import Fact
    from pledger.projections.evidence import Row

    # ("told", position), ("deadline", commitment) or ("silence", the contact that it runs from)
    Subject = tuple[str, int | str | datetime]

AFTER_LATE = dict(RUNGS)
"""How long after a promise is late each of its rungs lies."""


def rows_with_subjects(entry: Entry) -> list[tuple[Row, Subject]]:
    """The evidence of one entry, each row with what it is about; a reversing row is about what it reverses."""
    deadlines, gaps, told = iter(_commitments(entry)), iter(_gap_starts(entry.fact)), _position_told(entry)
    return [(row, _subject(row, deadlines, gaps, told)) for row in evidence(entry)]


def _subject(row: Row, deadlines: Iterator[str], gaps: Iterator[datetime], told: int) -> Subject:
    if row.kind in AFTER_LATE:
        return "deadline", next(deadlines)
    if row.kind == "silence":
        return "silence", next(gaps)
    return "told", told


def _position_told(entry: Entry) -> int:
    return entry.fact.entry if isinstance(entry.fact, EntryRetracted) else entry.position


def _commitments(entry: Entry) -> Iterator[str]:
    """The promise of each rung that the entry writes or reverses, in the order of its rows."""
    fact, at = entry.fact, entry.occurred_at
    if isinstance(fact, EntryRetracted):
        assert fact.retracted is not None
        at = fact.retracted.occurred_at
        fact = fact_taken_back(fact.retracted)
    if isinstance(fact, PartyLeft | PartnershipEnded):
        for terms in fact.closes or ():
            yield from [terms.commitment] * len(rungs_ahead(terms.late_from, at))
    about: Any = fact
    while hasattr(about, "commitment"):
        yield about.commitment


def _gap_starts(fact: Fact) -> Iterator[datetime]:
    """The contact of each silence that the entry writes or reverses, in the order of its rows."""
    moved: Any = fact
    for gaps in (getattr(moved, "gaps_opened", ()), getattr(moved, "gaps_closed", ())):
        yield from (gap.start for gap, _ in silences(gaps))


class Origins:
    """Which surviving entry stands behind each piece of evidence, by all entries learned so far."""

    def __init__(self) -> None:
        self._surviving: set[int] = set()
        self._dated: defaultdict[str, list[Entry]] = defaultdict(list)
        self._contacts: defaultdict[datetime, list[Entry]] = defaultdict(list)

    def learn(self, entry: Entry) -> None:
        """Take in the next entry in order of recording."""
        match entry.fact:
            case EntryRetracted(entry=mistaken):
                self._surviving.discard(mistaken)
                return
            case CommitmentMade(commitment=str(name)) | CommitmentRenegotiated(commitment=name):
                self._dated[name].append(entry)
        self._surviving.add(entry.position)
        if entry.fact.silence_move() is not None:
            self._contacts[entry.occurred_at].append(entry)

    def behind(self, row: Row, subject: Subject) -> int:
        """The position of the entry that told it, set its date, or was the contact from which it runs."""
        match subject:
            case "deadline", str(name):
                late_from = row.at - AFTER_LATE[row.kind]
                return self._last((e for e in self._dated[name] if _late_from(e.fact) == late_from), row)
            case "silence", start if not isinstance(start, int | str):
                return self._last((e for e in self._contacts[start] if _starts_gap(e.fact, row.party)), row)
        assert isinstance(subject[1], int)
        return subject[1]

    def _last(self, entries: Iterable[Entry], row: Row) -> int:
        standing = (entry for entry in entries if entry.position in self._surviving)
        last = max(standing, key=lambda entry: entry.order, default=None)
        return last.position if last is not None else row.position


def _late_from(fact: Fact) -> datetime | None:
    assert isinstance(fact, CommitmentMade | CommitmentRenegotiated)
    return fact.late_from


def _starts_gap(fact: Fact, party: str) -> bool:
    """Whether a fact starts the silence clock of a party anew."""
    move = fact.silence_move()
    assert move is not None
    return move.kind in ("contact", "cadence", "resume") or (move.kind == "join" and party in move.parties)
