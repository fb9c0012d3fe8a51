"""Undoing: the last thing that somebody recorded, wherever that was, is taken back."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from pledger.domain.correction import EntryRetracted
from pledger.domain.entry import Entry, Proposal
from pledger.domain.finding import latest_first
from pledger.domain.ledger_facts import LedgerOpened
from pledger.domain.refusal import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pledger.domain.ledger import Ledger


def undo(
    ledger: Ledger, *, why: str | None = None, me: str | None = None, batch: bool = False, cascade: bool = False
) -> list[Entry]:
    """Retract the last thing that `me` recorded and return the retractions; raises Refused.

    Undone again, it goes one thing further back. Several entries recorded at once are one thing, which is taken back
    only with `batch`; `cascade` takes back what rests on it, too.
    """
    last = last_recorded(ledger, me)
    if len(last) > 1 and not batch:
        raise several_at_once(last)
    return take_back(ledger, last, why=why, me=me, cascade=cascade)


def several_at_once(last: Sequence[Entry]) -> Refused:
    """The refusal to undo a whole batch by surprise."""
    slugs = {entry.partnership for entry in last}
    where = next(iter(slugs)) if len(slugs) == 1 else f"{len(slugs)} partnerships"
    return Refused(
        f"the last thing that {last[0].recorded_by} recorded is {len(last):,} entries at once in {where}, "
        f"from entry {last[0].position} to {last[-1].position}",
        remedy="to take all of them back: add --batch; to take back one: pledger retract",
    )


def take_back(
    ledger: Ledger, last: Sequence[Entry], *, why: str | None = None, me: str | None = None, cascade: bool = False
) -> list[Entry]:
    """Retract these entries in one batch; the retractions, those of a cascade last."""
    reason = "undone" if why is None else why
    batch = [Proposal(EntryRetracted(entry=entry.position, why=reason), entry.partnership) for entry in last]
    told = [outcome.held() for outcome in ledger.record_all(batch, me=me, cascade=cascade)]
    return [*told, *(_cascaded(ledger, told) if cascade else ())]


def _cascaded(ledger: Ledger, told: Sequence[Entry]) -> Iterator[Entry]:
    """What was taken back with these retractions, in the same batch."""
    own, first = {entry.position for entry in told}, min(entry.position for entry in told)
    for slug in dict.fromkeys(entry.partnership for entry in told):
        for entry in ledger.entries(slug):
            if entry.recorded_at == told[0].recorded_at and entry.position > first and entry.position not in own:
                yield entry


def last_recorded(ledger: Ledger, me: str | None = None) -> list[Entry]:
    """The last thing that `me` recorded and that stands: one entry, or those of one batch; raises Refused.

    What was undone is gone over. A retraction of anything else cannot be undone, nor gone over.
    """
    me = me or ledger.me
    taken_back: dict[int, Entry] = {}
    undone: list[list[int]] = []
    """My retractions, of which it is not known yet whether they took back what I had recorded last; by position."""
    for batch in _batches(ledger, me, taken_back):
        retractions = [entry for entry in batch if isinstance(entry.fact, EntryRetracted)]
        facts = [entry for entry in batch if not isinstance(entry.fact, EntryRetracted)]
        stands = [entry for entry in facts if entry.position not in taken_back]
        if not facts:
            undone.append([entry.position for entry in retractions])
            continue
        by = {taken_back[entry.position].position for entry in facts if entry.position in taken_back}
        if undone and undone[-1][0] in by:  # an undoing begins with what had been recorded last
            undone.pop()
        elif undone and (stands or by.intersection(undone[-1])):
            break
        if stands:
            return _undoable(me, stands, retractions)
    raise _retraction(me, undone[0][0]) if undone else _nothing(me)


def _batches(ledger: Ledger, me: str, taken_back: dict[int, Entry]) -> Iterator[list[Entry]]:
    """What `me` recorded at once, the last first, each in order of recording; on the way, what anybody took back."""

    def mine() -> Iterator[Entry]:
        for entry in latest_first(ledger):
            if isinstance(entry.fact, EntryRetracted):
                taken_back[entry.fact.entry] = entry
            if entry.recorded_by == me:
                yield entry

    for _, batch in groupby(mine(), key=lambda entry: entry.recorded_at):
        yield list(batch)[::-1]


def _undoable(me: str, stands: list[Entry], retractions: Sequence[Entry]) -> list[Entry]:
    """These entries, unless they are of a kind that is not undone."""
    first = stands[0]
    if isinstance(first.fact, LedgerOpened):
        raise _nothing(me)
    if first.fact.THEME == "ledger":
        raise Refused(
            f"the last thing that {me} recorded is about the ledger itself: entry {first.position} "
            f"({first.fact.TOPIC}), which stays",
            remedy="adopt the policy that should count instead: pledger policy adopt FILE --why ...",
        )
    if retractions:
        raise Refused(
            f"the last thing that {me} recorded is an amendment: entry {first.position}",
            remedy=f"amend it back: pledger amend {first.position}; or take it back: "
            f"pledger retract {first.partnership} {first.position} --why ...",
        )
    return stands


def _retraction(me: str, position: int) -> Refused:
    return Refused(
        f"the last thing that {me} recorded is a retraction: entry {position}, which cannot be undone",
        remedy="record the fact that it took back again; what is older can be taken back with: pledger retract",
    )


def _nothing(me: str) -> Refused:
    return Refused(
        f"{me} has recorded nothing that could be undone",
        remedy="see who recorded what: pledger log --all --recorded; say who you are with --me",
    )
