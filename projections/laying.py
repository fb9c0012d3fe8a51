"""Laying evidence out as lines: which rows stand by what was known, in order, with the lines that ask between them.

A plain loop over columns like the one that sums: interpreted on lists, compiled on arrays, as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import MutableSequence, Sequence


def lay_lines(  # noqa: C901, PLR0913, PLR0917 - columns, so that the same loop compiles
    start: Sequence[int],
    rows: tuple[Sequence[Any], ...],
    moments: Sequence[int],
    first_moment: Sequence[int],
    asks_after_all: bool,
    as_of: int,
    known_until: int,
    asking: int,
    lines: tuple[MutableSequence[Any], ...],
) -> int:
    """Fill the lines (party, at, kind, amount, position), and return how many there are.

    `rows` are columns: at, known_at, kind, count, amount, position. Those of party n lie from `start[n]` to before
    `start[n + 1]`, sorted by `at`, equal times in the order of the log; those after `as_of`, or known after
    `known_until` only, are left out. A row and the one that reverses it (same instant, kind and amount, count -1) are
    both left out: what does not stand leaves no rounding. A party is asked at its `moments` from `first_moment[n]` on,
    after all else then; or, if `asks_after_all`, after every instant at which something stands, by a line that has the
    position of the last entry that stands there (others have 0). Lines that ask have the kind `asking`.
    """
    at, known_at, kind, count, amount, position = rows
    line_party, line_at, line_kind, line_amount, line_position = lines
    line = 0
    for party in range(len(start) - 1):
        row, end, moment, moments_end = start[party], start[party + 1], first_moment[party], first_moment[party + 1]
        while True:
            has_row = row < end and at[row] <= as_of
            if moment < moments_end and (not has_row or moments[moment] < at[row]):
                line_party[line], line_at[line], line_kind[line] = party, moments[moment], asking
                line_amount[line], line_position[line] = 0.0, 0
                line += 1
                moment += 1
                continue
            if not has_row:
                break
            instant, first, owed = at[row], line, 0  # owed: reversals that have met nothing yet to take back
            while row < end and at[row] == instant:
                if known_at[row] <= known_until:
                    like = line - 1 if count[row] < 0 or owed > 0 else -1
                    while like >= first and (line_kind[like] != kind[row] or line_amount[like] != -amount[row]):
                        like -= 1
                    if like >= first:  # the last line takes its place: at one instant, the order does not matter
                        line -= 1
                        owed -= 1 if count[row] > 0 else 0
                        line_kind[like], line_amount[like] = line_kind[line], line_amount[line]
                        line_position[like] = line_position[line]
                    else:
                        line_party[line], line_at[line] = party, instant
                        line_kind[line], line_amount[line] = kind[row], amount[row]
                        line_position[line] = position[row]
                        line += 1
                        owed += 1 if count[row] < 0 else 0
                row += 1
            if asks_after_all and line > first:
                line_party[line], line_at[line], line_kind[line] = party, instant, asking
                line_amount[line], line_position[line] = 0.0, 0
                for told in range(first, line):
                    line_position[line] = max(line_position[line], line_position[told])
                line += 1
    return line
