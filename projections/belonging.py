"""Who belonged to every partnership at a moment, by what the columns of the whole ledger say."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from pledger.projections.columns import Array, Columns


def members_then(outline: Columns, as_of: int, known_at: int) -> Array:
    """Which parties were members at a moment, by what was known at another: a truth value each."""
    moves = outline.members
    counts = ((moves.always > 0) | (moves.at <= as_of)) & (moves.known_at <= known_at)
    number = np.bincount(moves.party[counts], moves.change[counts], minlength=len(outline.parties))
    return number > 0


class Membership:
    """Who belonged to its partnership when, by what was known at one moment."""

    def __init__(self, outline: Columns, known_at: int) -> None:
        moves, parties = outline.members, len(outline.parties)
        known = moves.known_at <= known_at
        always, dated = known & (moves.always > 0), np.flatnonzero(known & (moves.always == 0))
        self._always = np.bincount(moves.party[always], moves.change[always], minlength=parties).astype("<i8")
        dated = dated[np.argsort(moves.party[dated], kind="stable")]
        self._dated = (moves.party[dated], moves.at[dated], moves.change[dated])

    def at(self, party: Array, instant: Array) -> Array:
        """Whether each of these parties was a member at its instant; both ascend, by party first."""
        number = self._always[party]
        if len(party):
            some = slice(*np.searchsorted(self._dated[0], (party[0], party[-1] + 1)))
            for who, since, change in zip(*(column[some].tolist() for column in self._dated), strict=True):
                begin, end = np.searchsorted(party, (who, who + 1))
                number[begin + np.searchsorted(instant[begin:end], since) : end] += change
        is_member: Array = number > 0
        return is_member


def joined_at(outline: Columns, known_at: int) -> Array:
    """When each party first joined, in microseconds; the end of time for those that are not known to have."""
    joinings = _joinings(outline, known_at)
    first = np.full(len(outline.parties), np.iinfo(np.int64).max)
    np.minimum.at(first, joinings.party, joinings.at)
    return first


def in_order_of_joining(outline: Columns, as_of: int, known_at: int) -> Array:
    """The numbers of the members at a moment, partnership by partnership, in the order in which they joined."""
    joinings = _joinings(outline, known_at)
    order = np.lexsort((joinings.place, joinings.at, joinings.always == 0))
    order = order[(joinings.always[order] > 0) | (joinings.at[order] <= as_of)]
    joined = np.zeros(len(outline.parties), "<i8")
    np.maximum.at(joined, joinings.party[order], np.arange(len(order)))
    members = np.flatnonzero(members_then(outline, as_of, known_at))
    return members[np.lexsort((joined[members], outline.parties.partnership[members]))]


class _Joinings(NamedTuple):
    """Who joined when, without what was taken back; `place` is that in the log."""

    party: Array
    at: Array
    always: Array
    place: Array


def _joinings(outline: Columns, known_at: int) -> _Joinings:
    """The joinings known then; what was taken back leaves none.

    A joining is taken back at its own instant. An opening counts whatever the moment, and so does that it was taken
    back; the last one told stands.
    """
    moves = outline.members
    known = np.flatnonzero(moves.known_at <= known_at)
    party, always = moves.party[known], moves.always[known]
    at = np.where(always > 0, 0, moves.at[known])
    order = np.lexsort((moves.change[known] > 0, at, always, party))  # the last joining of a group comes last
    known, party, always, at = known[order], party[order], always[order], at[order]
    is_last = np.ones(len(known), bool)
    is_last[:-1] = (np.diff(party) != 0) | (np.diff(always) != 0) | (np.diff(at) != 0)
    number = np.diff(np.cumsum(moves.change[known], dtype="<i8")[is_last], prepend=0)
    stands = known[is_last][number > 0]
    return _Joinings(moves.party[stands], moves.at[stands], moves.always[stands], stands)
