"""Logs of several partnerships, as the store keeps them, and their columns read back as the rows that they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from hypothesis import strategies as st

from pledger.domain.mapper import to_entry
from pledger.projections.columns import EVIDENCE, MEMBERS, STAKES, Columns, Members, instant_of, microseconds
from pledger.projections.evidence import Row
from pledger.projections.kinds import KINDS
from pledger.projections.parties import Parties, PartyOf
from support.histories import SLUG, Listener, histories
from support.lives import lives

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from hypothesis.strategies import DrawFn

    from pledger.domain.entry import Entry
    from pledger.domain.mapper import Stored
    from pledger.projections.merging import Merge

NAMES = ("acme-globex", "beta", "a", "z-2")


@dataclass(frozen=True)
class Log:
    """Everything in a ledger, in order; positions ascend, with gaps such as servers leave."""

    stored: tuple[Stored, ...]

    @property
    def entries(self) -> list[Entry]:
        """What is stored of partnerships, read whole."""
        return [to_entry(*each) for each in self.stored if each.stream != "@ledger"]


@st.composite
def logs(draw: DrawFn, most: int = 3) -> Log:
    """The histories of up to so many partnerships, told side by side."""
    listeners = [Listener(draw(histories(most=25) | lives())) for _ in range(draw(st.integers(1, most)))]
    for listener in listeners:
        listener.hear_all()
    waiting = [list(listener.ledger.stored()) for listener in listeners]
    turns = draw(st.permutations([number for number, stored in enumerate(waiting) for _ in stored]))
    gaps = draw(st.lists(st.integers(1, 3), min_size=len(turns), max_size=len(turns)))
    told, position = [], 0
    for number, gap in zip(turns, gaps, strict=True):
        each, position = waiting[number].pop(0), position + gap
        slug = NAMES[number] if each.stream == SLUG else each.stream
        told.append(each._replace(position=position, stream=slug))
    return Log(tuple(told))


def rows_in(columns: Columns) -> list[Row]:
    """The rows that columns hold, in their order."""
    rows = []
    for number, (partnership, party) in enumerate(columns.parties):
        for line in range(int(columns.start[number]), int(columns.start[number + 1])):
            at, matures_at, known_at = (instant_of(columns[name][line]) for name in ("at", "matures_at", "known_at"))
            kind, stake = KINDS[columns["kind"][line]], STAKES[columns["stake"][line]]
            measure, count = float(columns["measure"][line]), int(columns["count"][line])
            position = int(columns["position"][line])
            rows.append(
                Row(position, partnership, party, kind, at, matures_at, known_at, measure, stake, count)  # type: ignore[arg-type]  # one of STAKES
            )
    return rows


def in_order_of_columns(rows: list[Row]) -> list[Row]:
    """Rows in the order of the log, sorted by party and time; equal times stay in the order of the log."""
    return sorted(rows, key=lambda row: (row.partnership, row.party, row.at))


def all_of(merge: Merge) -> Columns:
    """Everything that a merge shows, as columns of its own."""
    return merge.rows_of(0, len(merge.outline.parties), EVIDENCE)


def plain(columns: Columns) -> dict[str, object]:
    """All that columns say, in a form that compares."""
    return {
        "known_since": columns.known_since,
        "parties": [PartyOf(*party) for party in columns.parties],
        "start": columns.start.tolist(),
        "members": [column.tolist() for column in columns.members],
        **{name: (columns[name].dtype.str, columns[name].tolist()) for name in EVIDENCE},
    }


def columns_from(rows: Sequence[Row], silent: Collection[PartyOf] = ()) -> Columns:
    """Rows as columns, written down plainly; a row stands in the log where its position says.

    Of `silent` parties there may be no rows.
    """
    told = sorted(rows, key=lambda row: (row.partnership, row.party, row.at, row.position))
    parties = sorted({*silent, *(PartyOf(row.partnership, row.party) for row in rows)})
    ends = [sum(PartyOf(row.partnership, row.party) <= party for row in rows) for party in parties]
    values: dict[str, list[float]] = {
        **{name: [microseconds(getattr(row, name)) for row in told] for name in ("at", "matures_at", "known_at")},
        **{name: [getattr(row, name) for row in told] for name in ("position", "measure", "count")},
        "kind": [KINDS.index(row.kind) for row in told],
        "stake": [STAKES.index(row.stake) for row in told],
    }
    columns = {name: np.array(values[name], kind) for name, kind in EVIDENCE.items()}
    nobody = Members(*(np.empty(0, kind) for kind in MEMBERS))
    known_since = dict.fromkeys(sorted({party.partnership for party in parties}), 0)
    whose = Parties.of(parties, list(known_since))
    return Columns(known_since, whose, np.array([0, *ends], "<i8"), columns, nobody)
