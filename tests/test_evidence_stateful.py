"""Evidence is only ever added or reversed, and yet it is, at every moment, what full knowledge of the past says."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from support.histories import SLUG, History, Listener, a_ledger, histories
from support.lives import lives
from support.recomputed import Piece, recomputed

from pledger.domain.correction import EntryRetracted
from pledger.domain.delivery import CommitmentMade
from pledger.domain.lifecycle import PartnershipOpened
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


def check_at_every_known_at(history: History) -> None:
    """However little is known, what is left of the rows is what full state over the facts known to stand would say."""
    entries = Listener(history).hear_all()
    for known_at in sorted({entry.recorded_at for entry in entries}):
        known = [entry for entry in entries if entry.recorded_at <= known_at]
        rows = [row for entry in known for row in evidence(entry)]
        assert net(rows) == recomputed(known, history.zone)


def test_every_row_tells_where_it_comes_from() -> None:
    """A row carries its entry's position, partnership and the instant at which the ledger learned it."""
    with a_ledger() as ledger:
        ledger.record(PartnershipOpened(parties=("Acme", "Globex"), purpose="launch"), SLUG)
        told = ledger.record(CommitmentMade(what="Brand guide", by="Acme", due=date(2018, 12, 1)), SLUG)
        taken_back = ledger.record(EntryRetracted(entry=told.position, why="a mistake"), SLUG)
    for entry in (told, taken_back):
        rows = evidence(entry)
        assert len(rows) == 4  # promised, and three rungs
        assert {(row.position, row.partnership, row.known_at) for row in rows} == {
            (entry.position, SLUG, entry.recorded_at)
        }


def tried(times: int) -> settings:
    return settings(max_examples=times, deadline=None, print_blob=True, suppress_health_check=list(HealthCheck))


@tried(80)
@given(histories())
def test_in_chaos_evidence_as_known_at_any_time_is_that_of_the_facts_that_stood_then(history: History) -> None:
    """Facts told early and late, by day or instant, in batches, retracted with and without what depends on them."""
    check_at_every_known_at(history)


@tried(250)
@given(lives())
def test_in_plausible_lives_too(history: History) -> None:
    """Promises, cadences and members that hang together, told at once or months later, by day or instant."""
    check_at_every_known_at(history)
