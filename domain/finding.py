"""Finding entries in the whole ledger: one by its position, or all from the last one backwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pledger.domain.mapper import POSITION_MAX, to_entry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pledger.domain.entry import Entry
    from pledger.domain.ledger import Ledger

PAGE = 1_000


def entry_at(ledger: Ledger, position: int) -> Entry | None:
    """The entry of that position, of whichever partnership."""
    if not 1 <= position <= POSITION_MAX:
        return None
    return next((to_entry(*stored) for stored in ledger.stored(position - 1, position)), None)


def latest_first(ledger: Ledger) -> Iterator[Entry]:
    """All entries, the last one first; only as many pages are read as somebody looks at."""
    starts = [0, *ledger.every(PAGE)]
    ends = [*starts[1:], None]
    for after, until in zip(reversed(starts), reversed(ends), strict=True):
        yield from reversed([to_entry(*stored) for stored in ledger.stored(after, until)])
