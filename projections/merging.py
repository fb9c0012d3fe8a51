"""Merging evidence that lies in several places (pages, and the unfinished tail) into one order by party and time."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from pledger.projections.columns import Columns, Members, starts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pledger.projections.columns import Array

CHUNK_ROWS = 1_000_000
"""How many rows are sorted and held at once, about: a party's rows are never parted."""


class Merge:
    """Evidence from consecutive stretches of the log, in their order, seen as one.

    A single part is seen as it is; nothing is copied.
    """

    def __init__(self, parts: Sequence[Columns]) -> None:
        self._parts = parts
        self.outline = parts[0] if len(parts) == 1 else self._outlined()

    def _outlined(self) -> Columns:
        """All but the rows of the whole."""
        parties = sorted({party for part in self._parts for party in part.parties})
        place = {party: number for number, party in enumerate(parties)}
        self._place_of = [np.array([place[party] for party in part.parties], "<i8") for part in self._parts]
        counts = np.zeros(len(parties), "<i8")
        for part, places in zip(self._parts, self._place_of, strict=True):
            counts[places] += np.diff(part.start)
        known: dict[str, int] = {}
        for part in self._parts:
            for slug, since in part.known_since.items():
                known.setdefault(slug, since)
        moved = [
            part.members._replace(party=places[part.members.party].astype("<i4"))
            for part, places in zip(self._parts, self._place_of, strict=True)
        ]
        members = Members(*(np.concatenate(column) for column in zip(*moved, strict=True)))
        return Columns(dict(sorted(known.items())), parties, starts(counts), {}, members)

    def first_instants(self) -> Array:
        """When the first evidence of each party takes effect, part by part; needs the column `at`."""
        found = [part["at"][part.start[:-1][np.diff(part.start) > 0]] for part in self._parts]
        return np.concatenate(found)

    def shards(self, rows: int = CHUNK_ROWS, more_a_party: int = 0) -> Iterator[tuple[int, int]]:
        """Stretches of parties with about so many rows each, and as many more a party; a party is never parted."""
        parties = len(self.outline.parties)
        start = self.outline.start + more_a_party * np.arange(parties + 1)
        first = 0
        while first < parties:
            last = int(np.searchsorted(start, start[first] + rows, side="right")) - 1
            last = min(max(last, first + 1), parties)
            yield first, last
            first = last

    def rows_of(self, first: int, last: int, wanted: Iterable[str]) -> Columns:
        """The parties from the first number to before the last, with these columns; ties in the order of the log."""
        outline, wanted = self.outline, set(wanted)
        start = outline.start[first : last + 1] - outline.start[first]
        if len(self._parts) == 1:
            rows = slice(int(outline.start[first]), int(outline.start[last]))
            columns = {name: outline[name][rows] for name in wanted}
        else:
            columns = self._sorted(first, last, wanted | {"at"})
        return replace(outline, parties=outline.parties[first:last], start=start, columns=columns)

    def _sorted(self, first: int, last: int, wanted: Iterable[str]) -> dict[str, Array]:
        party: list[Array] = []
        found: dict[str, list[Array]] = {name: [] for name in wanted}
        for part, places in zip(self._parts, self._place_of, strict=True):
            begin, end = np.searchsorted(places, (first, last))  # a part's parties ascend, too
            rows = slice(int(part.start[begin]), int(part.start[end]))
            party.append(np.repeat(places[begin:end], np.diff(part.start[begin : end + 1])))
            for name, columns in found.items():
                columns.append(part[name][rows])
        whole = {name: np.concatenate(columns) for name, columns in found.items()}
        order = np.lexsort((whole["at"], np.concatenate(party)))
        return {name: column[order] for name, column in whole.items()}

    def chunks(self, wanted: Iterable[str]) -> Iterator[Mapping[str, Array]]:
        """All rows, chunk by chunk, in order."""
        wanted = list(wanted)
        for first, last in self.shards():
            yield self.rows_of(first, last, wanted).columns
