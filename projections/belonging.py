"""Who belonged to every partnership at a moment, by what the columns of the whole ledger say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pledger.projections.columns import Array, Columns


def members_then(outline: Columns, as_of: int, known_at: int) -> Array:
    """Which parties were members at a moment, by what was known at another: a truth value each."""
    moves = outline.members
    counts = ((moves.always > 0) | (moves.at <= as_of)) & (moves.known_at <= known_at)
    number = np.bincount(moves.party[counts], moves.change[counts], minlength=len(outline.parties))
    return number > 0


def joined_at(outline: Columns, known_at: int) -> Array:
    """When each party first joined, in microseconds; the end of time for those that are not known to have."""
    moves = outline.members
    joins = (moves.change > 0) & (moves.known_at <= known_at)
    first = np.full(len(outline.parties), np.iinfo(np.int64).max)
    np.minimum.at(first, moves.party[joins], moves.at[joins])
    return first


def in_order_of_joining(outline: Columns, members: Array) -> Array:
    """The numbers of these parties, partnership by partnership, in the order in which they joined."""
    moves = outline.members
    joined = np.zeros(len(outline.parties), "<i8")
    joins = np.flatnonzero(moves.change > 0)
    joined[moves.party[joins]] = joins
    numbers = np.flatnonzero(members)
    partnership = partnership_of(outline)
    return numbers[np.lexsort((joined[numbers], partnership[numbers]))]


def partnership_of(outline: Columns) -> Array:
    """The number of each party's partnership; partnerships are numbered in alphabetical order."""
    slugs = {slug: number for number, slug in enumerate(sorted(outline.known_since))}
    return np.array([slugs[party.partnership] for party in outline.parties], "<i8")
