"""Evidence as columns: the rows of many entries, sorted by party and time, as arrays that compiled loops run over.

Instants are whole microseconds since 1970 in UTC, so that equal ones are equal.
"""

from __future__ import annotations

import struct
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from pledger.domain.ledger_facts import LEDGER_STREAM
from pledger.domain.mapper import place_of, unreadable
from pledger.domain.skimming import skim
from pledger.projections.evidence import said_by
from pledger.projections.membership import memberships
from pledger.projections.parties import Parties
from pledger.projections.scoring import PLACE_OF

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from pledger.domain.mapper import Stored

    Array = NDArray[Any]

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
DAY_US: Final = 86_400_000_000
STAKES: Final = ("small", "medium", "large")

EVIDENCE: Final = {
    "at": "<i8",
    "matures_at": "<i8",
    "known_at": "<i8",
    "position": "<i8",
    "measure": "<f8",
    "kind": "u1",
    "stake": "u1",
    "count": "i1",
}
"""The columns of evidence, sorted by party, `at` and position; kinds and stakes by their places."""
MEMBERS: Final = ("<i4", "<i8", "<i8", "u1", "i1")
"""The types of the columns of Members."""

_ROW: Final = np.dtype([*EVIDENCE.items(), ("party", "<i4")], align=True)
_pack = struct.Struct("<qqqqdBBbxi").pack
"""What makes a row of that form; aligned, so that rows are sorted as what they are: so many bytes."""
_UNFIT = (KeyError, ValueError, TypeError, OverflowError, struct.error)
_STAKE_PLACE: Final = {stake: place for place, stake in enumerate(STAKES)}


class Members(NamedTuple):
    """Who joined (+1) and left (-1), in the order of recording; `always` counts whatever the moment asked about."""

    party: Array
    at: Array
    known_at: Array
    always: Array
    change: Array


@dataclass(frozen=True)
class Columns:
    """The evidence of some consecutive entries.

    `parties` ascend; the rows of the n-th lie from `start[n]` to before `start[n + 1]`. `known_since` says from which
    instant of recording each partnership is known. `columns` holds those of EVIDENCE that were asked for.
    """

    known_since: dict[str, int]
    parties: Parties
    start: Array
    columns: Mapping[str, Array]
    members: Members

    def __getitem__(self, name: str) -> Array:
        return self.columns[name]

    @property
    def rows(self) -> int:
        return int(self.start[-1])


def microseconds(instant: datetime) -> int:
    """An instant as whole microseconds since 1970."""
    since = instant - EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def instant_of(microseconds: int) -> datetime:
    """The instant of whole microseconds since 1970."""
    return EPOCH + timedelta(microseconds=int(microseconds))


class _Numbers(dict[str, int]):
    """The numbers of one partnership's parties, each given when it is first asked for; `given` serve all."""

    def __init__(self, given: Iterator[int]) -> None:
        super().__init__()
        self._given = given

    def __missing__(self, party: str) -> int:
        self[party] = number = next(self._given)
        return number


def columns_of(entries: Iterable[Stored]) -> Columns:
    """The evidence of stored entries, which come in the order of the log."""
    given = count()
    numbers: defaultdict[str, _Numbers] = defaultdict(lambda: _Numbers(given))
    known_since: dict[str, int] = {}
    rows = bytearray()
    members: list[tuple[int, int, int, bool, int]] = []
    for stored in entries:
        slug = stored.stream
        if slug == LEDGER_STREAM:
            continue
        kind, fact, occurred_at, recorded_at = skim(stored)
        try:
            occurred, known = microseconds(occurred_at), microseconds(recorded_at)
            known_since.setdefault(slug, known)
            number_of, position = numbers[slug], stored.position
            for word, name, measure, stake, falls_at, matures_at, sign in said_by(kind, fact, occurred_at):
                at = occurred if falls_at is None else microseconds(falls_at)
                matures = at if matures_at is None else max(at, microseconds(matures_at))
                party, kind_place, stake_place = number_of[name], PLACE_OF[word], _STAKE_PLACE[stake]
                rows += _pack(at, matures, known, position, measure, kind_place, stake_place, sign, party)
            for name, moves_at, change in memberships(kind, fact, occurred_at):
                at = occurred if moves_at is None else microseconds(moves_at)
                members.append((number_of[name], at, known, moves_at is None, change))
        except _UNFIT as error:  # what a retraction carries is not read before
            raise unreadable(place_of(stored.position, stored.version, slug), error, "unknown") from error
    by_name = {(slug, name): number for slug, each in numbers.items() for name, number in each.items()}
    return _sorted(known_since, by_name, np.frombuffer(rows, dtype=_ROW), members)


def _sorted(
    known_since: dict[str, int],
    places: Mapping[tuple[str, str], int],
    rows: Array,
    members: Sequence[tuple[int, int, int, bool, int]],
) -> Columns:
    """Rows in the order of the log as columns sorted by party and time; equal times stay in the order of the log."""
    parties = sorted(places)
    rank = np.empty(len(parties), "<i4")
    rank[[places[party] for party in parties]] = np.arange(len(parties), dtype="<i4")
    party = rank[rows["party"]]
    order = np.lexsort((rows["at"], party))
    in_order = rows.view(f"V{_ROW.itemsize}")[order].view(_ROW)  # whole rows at once, which lie together
    joined = Members(*(np.array([move[n] for move in members], kind) for n, kind in enumerate(MEMBERS)))
    return Columns(
        dict(sorted(known_since.items())),
        Parties.of(parties, sorted(known_since)),
        starts(np.bincount(party, minlength=len(parties))),
        {name: np.ascontiguousarray(in_order[name]) for name in EVIDENCE},
        joined._replace(party=rank[joined.party]),
    )


def starts(counts: Array) -> Array:
    """Where the rows of each party start, and after these where the last ones end, from how many each has."""
    return np.concatenate(([0], np.cumsum(counts))).astype("<i8")
