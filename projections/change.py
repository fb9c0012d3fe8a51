"""The change of trust: how much it rose or fell within the last weeks, by the same knowledge."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from pledger.projections.opinion import Opinion
from pledger.projections.scoring import lines_asking, rows_in_effect, sums_asked

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pledger.projections.evidence import Row
    from pledger.projections.policy import Policy
    from pledger.projections.question import Moment

CHANGE_SPAN = timedelta(days=30)
"""How far back it looks."""

_FIRST_INSTANT = datetime.min.replace(tzinfo=UTC)


def span_before(at: datetime) -> datetime:
    """The instant with which the change up to `at` begins; the calendar's first where it has none earlier."""
    return max(at, _FIRST_INSTANT + CHANGE_SPAN) - CHANGE_SPAN


def change_of_trust(rows: Iterable[Row], parties: Sequence[str], policy: Policy, moment: Moment) -> dict[str, float]:
    """Trust in each party at a moment, less what it was 30 days before, both by the knowledge of that moment."""
    before = span_before(moment.as_of)
    standing = rows_in_effect(rows, policy.credit, *moment)
    lines = lines_asking(standing, parties, policy, policy.credit, [before, moment.as_of])
    sums = sums_asked(lines, policy.weights, policy.half_lives_days)
    prior = policy.trust
    trust = [Opinion(*evidence, prior.prior_weight, prior.base_rate).trust for evidence in sums]
    return {party: now - was for party, was, now in zip(parties, trust[::2], trust[1::2], strict=True)}
