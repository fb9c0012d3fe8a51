"""The two loops over arrays: as they are for few rows, compiled for many; the results are the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from pledger.projections import laying, scoring
from pledger.projections.columns import DAY_US
from pledger.projections.scoring import ASKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pledger.projections.columns import Array
    from pledger.projections.scoring import Lanes


class Lines(NamedTuple):
    """The standing evidence of some parties as lines, and those that ask between them; see `laying`."""

    party: Array
    at: Array
    kind: Array
    amount: Array
    position: Array

    @property
    def asking(self) -> Lines:
        """The lines that ask."""
        asks = np.flatnonzero(self.kind == ASKING)
        return Lines(*(column[asks] for column in self))


class Asks(NamedTuple):
    """What `lay_lines` is told of who is asked when, and what counts."""

    moments: Array
    first_moment: Array
    asks_after_all: bool
    as_of: int
    known_until: int


class Loops:
    """The loops as they are, on lists."""

    def lay(self, start: Array, rows: Sequence[Array], asks: Asks, room: int) -> Lines:
        """Lay out lines, of which there are `room` at the most; see `lay_lines`."""
        lines: list[list[Any]] = [[0] * room, [0] * room, [0] * room, [0.0] * room, [0] * room]
        given = tuple(column.tolist() for column in rows)
        when = (asks.moments.tolist(), asks.first_moment.tolist())
        is_all, as_of, known_until = asks[2:]
        number = laying.lay_lines(start.tolist(), given, *when, is_all, as_of, known_until, ASKING, tuple(lines))
        return Lines(*(np.array(line[:number], kind) for line, kind in zip(lines, _LINE_TYPES, strict=True)))

    def sums(self, lines: Lines, lanes: Lanes, sides: int) -> Array:
        """The sums on each side at each line that asks: an array of shape (sides, lines that ask)."""
        asks = int(np.count_nonzero(lines.kind == ASKING))
        told = [[0.0] * asks for _ in range(sides)]
        rates = [rate / DAY_US for rate in lanes.inverse_half_life]
        party, at, kind, amount = (column.tolist() for column in lines[:4])
        policy = (lanes.weight, lanes.lane_of, rates, lanes.side_of)
        scoring.sums_when_asked(party, at, kind, amount, *policy, *lanes.scratch(), told)
        return np.array(told).reshape(sides, asks)


class CompiledLoops(Loops):
    """The loops compiled, on arrays."""

    def lay(self, start: Array, rows: Sequence[Array], asks: Asks, room: int) -> Lines:
        from pledger.projections import compiled

        lines = Lines(*(np.empty(room, kind) for kind in _LINE_TYPES))
        given = tuple(map(_read_only, rows))
        when = asks._replace(moments=_read_only(asks.moments), first_moment=_read_only(asks.first_moment))
        number = compiled.lay_lines(_read_only(start), given, *when, ASKING, tuple(lines))
        return Lines(*(_read_only(line[:number]) for line in lines))

    def sums(self, lines: Lines, lanes: Lanes, sides: int) -> Array:
        from pledger.projections import compiled

        told = np.zeros((sides, int(np.count_nonzero(lines.kind == ASKING))))
        weight, rates = np.array(lanes.weight), np.array(lanes.inverse_half_life) / DAY_US
        lane_of, side_of = np.array(lanes.lane_of, "<i8"), np.array(lanes.side_of, "<i8")
        sums, last = (np.zeros(len(rates), kind) for kind in ("<f8", "<i8"))
        compiled.sums_when_asked(*lines[:4], weight, lane_of, rates, side_of, sums, last, told)
        return told


_LINE_TYPES = ("<i4", "<i8", "u1", "<f8", "<i8")


def _read_only(column: Array) -> Array:
    """Columns of pages are read-only: others shall be, too, so that one compiled form serves both."""
    view = column.view()
    view.flags.writeable = False
    return view
