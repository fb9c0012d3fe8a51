"""Evidence is only ever added or reversed, and yet it is, at every moment, what full knowledge of the past says."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from support.histories import History, Listener, histories
from support.recomputed import Piece, recomputed

from pledger.projections.evidence import evidence

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pledger.projections.evidence import Row


def net(rows: Iterable[Row]) -> Counter[Piece]:
    """The rows that are left when those that were reversed are gone."""
    counted: Counter[Piece] = Counter()
    for row in rows:
        piece = Piece(row.partnership, row.party, row.kind, row.at, row.matures_at, row.measure, row.stake)
        counted[piece] += row.count
    return Counter({piece: count for piece, count in counted.items() if count})


@given(histories())
@settings(max_examples=300, deadline=None, print_blob=True, suppress_health_check=list(HealthCheck))
def test_evidence_as_known_at_any_time_is_that_of_the_facts_that_stood_then(history: History) -> None:
    """Facts told early and late, by day or instant, in batches, retracted with and without what depends on them."""
    listener = Listener(history.zone)
    entries = listener.hear_all(history)
    for known_at in sorted({entry.recorded_at for entry in entries}):
        known = [entry for entry in entries if entry.recorded_at <= known_at]
        rows = [row for entry in known for row in evidence(entry)]
        assert net(rows) == recomputed(known, history.zone)
