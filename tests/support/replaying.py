"""What tests of replay share: its rows, the kinds of periods, and how hard to try."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

import pledger

if TYPE_CHECKING:
    from pledger.projections.periods import Every

hard = settings(max_examples=100, deadline=None, print_blob=True, suppress_health_check=list(HealthCheck))
periods: st.SearchStrategy[Every] = st.sampled_from(("month", "month", "week"))


def replayed(ledger: pledger.Ledger, **asked: Any) -> list[dict[str, Any]]:
    return [row for stretch in pledger.replay(ledger, **asked) for row in stretch.rows()]
