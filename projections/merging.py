"""Merging evidence that lies in several places (pages, and the unfinished tail) into one order by party and time."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from pledger.projections.columns import Columns, Members, starts
from pledger.projections.parties import joined

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pledger.projections.columns import Array

TOUCHED_MAX = 0.25
"""Up to which share of the parties may have rows in several parts before sorting them all is quicker."""
CHUNK_ROWS = 200_000
"""How many rows are sorted and held at once, about: a party's rows are never parted. More do not fit a cache."""


class Merge:
    """Evidence from consecutive stretches of the log, in their order, seen as one.

    A single part is seen as it is; nothing is copied.
    """

    def __init__(self, parts: Sequence[Columns]) -> None:
        self._parts = parts
        self._place_of = [np.arange(len(parts[0].parties))]
        self.outline = parts[0] if len(parts) == 1 else self._outlined()

    def _outlined(self) -> Columns:
        """All but the rows of the whole."""
        known = self._parts[0].known_since
        more: dict[str, int] = {}
        for part in self._parts[1:]:
            for slug in part.known_since.keys() - known.keys():
                more.setdefault(slug, part.known_since[slug])
        if more:
            known = dict(sorted((known | more).items()))
        parties, self._place_of = joined([part.parties for part in self._parts], list(known))
        counts = np.zeros(len(parties), "<i8")
        for part, places in zip(self._parts, self._place_of, strict=True):
            counts[places] += np.diff(part.start)
        moved = [
            part.members._replace(party=places[part.members.party].astype("<i4"))
            for part, places in zip(self._parts, self._place_of, strict=True)
        ]
        members = Members(*(np.concatenate(column) for column in zip(*moved, strict=True)))
        return Columns(known, parties, starts(counts), {}, members)

    def first_instants(self) -> Array:
        """When the first evidence of each party takes effect; the end of time without any. Needs the column `at`."""
        first = np.full(len(self.outline.parties), np.iinfo(np.int64).max)
        for part, places in zip(self._parts, self._place_of, strict=True):
            with_rows = np.diff(part.start) > 0
            np.minimum.at(first, places[with_rows], part["at"][part.start[:-1][with_rows]])
        return first

    def shards(self, rows: int = CHUNK_ROWS, more: Array | None = None) -> Iterator[tuple[int, int]]:
        """Stretches of parties with about so many rows each, and `more` of each party, which is never parted."""
        parties = len(self.outline.parties)
        start = self.outline.start if more is None else self.outline.start + starts(more)
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
        """The rows of a stretch of parties; where one part alone has any, they are taken as they stand."""
        both = zip(self._parts, self._place_of, strict=True)
        stretches = [_Stretch.of(part, places, first, last) for part, places in both]
        most = max(stretches, key=lambda stretch: stretch.rows)
        touched = np.unique(np.concatenate([each.parties for each in stretches if each is not most]))
        if not len(touched):
            return {name: most.part[name][most.start[0] : most.start[-1]] for name in wanted}
        if len(touched) > TOUCHED_MAX * (last - first):
            cuts = [(each, int(each.start[0]), int(each.start[-1])) for each in stretches]
            party = np.concatenate([np.repeat(each.places, np.diff(each.start)) for each in stretches])
            rows = np.arange(len(party))
        else:
            cuts = list(_cuts(stretches, most, touched))
            start = self.outline.start[touched] - self.outline.start[first]
            number = np.diff(self.outline.start)[touched]
            party = np.repeat(touched, number)
            rows = np.arange(len(party)) + np.repeat(start - (np.cumsum(number) - number), number)
        columns = {name: np.concatenate([each.part[name][begin:end] for each, begin, end in cuts]) for name in wanted}
        order = rows[np.lexsort((columns["at"][rows], party))]
        for column in columns.values():
            column[rows] = column[order]
        return columns

    def chunks(self, wanted: Iterable[str]) -> Iterator[Mapping[str, Array]]:
        """All rows, chunk by chunk, in order."""
        wanted = list(wanted)
        for first, last in self.shards():
            yield self.rows_of(first, last, wanted).columns


class _Stretch(NamedTuple):
    """What one part has of a stretch of parties: their numbers, and where in it the rows of each start (and end)."""

    part: Columns
    places: Array
    start: Array

    @classmethod
    def of(cls, part: Columns, places: Array, first: int, last: int) -> _Stretch:
        begin, end = np.searchsorted(places, (first, last))  # a part's parties ascend as those of the whole do
        return cls(part, places[begin:end], part.start[begin : end + 1])

    @property
    def rows(self) -> int:
        return int(self.start[-1] - self.start[0])

    @property
    def parties(self) -> Array:
        """The parties of which it has rows."""
        with_rows: Array = self.places[np.diff(self.start) > 0]
        return with_rows

    def rows_of(self, parties: Array) -> tuple[list[int], list[int]]:
        """Where the rows of these parties begin and end; nothing, between its neighbours, for one that has none."""
        begin = np.searchsorted(self.places, parties)
        end = np.searchsorted(self.places, parties, side="right")
        return self.start[begin].tolist(), self.start[end].tolist()


def _cuts(stretches: Sequence[_Stretch], most: _Stretch, touched: Array) -> Iterator[tuple[_Stretch, int, int]]:
    """What to take from where, so that all rows are in order of parties: mostly from one part, in long pieces."""
    places = [each.rows_of(touched) for each in stretches]
    taken = int(most.start[0])
    for number, (begin, end) in enumerate(zip(*most.rows_of(touched), strict=True)):
        yield most, taken, begin
        for each, (begins, ends) in zip(stretches, places, strict=True):
            if begins[number] < ends[number]:
                yield each, begins[number], ends[number]
        taken = end
    yield most, taken, int(most.start[-1])
