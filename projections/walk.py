"""The scores just before and just after every step, by the same loop that scores everything else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pledger.projections.momentum import momentum_of
from pledger.projections.opinion import Opinion
from pledger.projections.scoring import DAY, asking, line_of, sums_asked, takes_effect

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from pledger.projections.evidence import Row
    from pledger.projections.policy import Policy
    from pledger.projections.scoring import Credit, Line
    from pledger.projections.steps import Step


def opinions_around(steps: Sequence[Step], party: str, policy: Policy) -> list[tuple[Opinion, Opinion]]:
    """The opinion of a party before and after each step; before the first one, nothing is known."""
    rows = [(step.at, [row for row in step.trust if row.party == party]) for step in steps]
    prior = policy.trust
    return [
        (
            Opinion(*before, prior.prior_weight, prior.base_rate),
            Opinion(*after, prior.prior_weight, prior.base_rate),
        )
        for before, after in _sums_around(rows, policy.credit, policy, policy.weights, policy.half_lives_days)
    ]


def momentum_around(steps: Sequence[Step], parties: Collection[str], policy: Policy) -> list[tuple[float, float]]:
    """The momentum, between 0 and 1, of the mean speed of these parties before and after each step."""
    rows = [(step.at, [row for row in step.momentum if row.party in parties]) for step in steps]
    friction = dict.fromkeys(policy.kinds, policy.momentum.half_life_days)
    return [
        (_momentum(before, len(parties), policy), _momentum(after, len(parties), policy))
        for (before, _), (after, _) in _sums_around(rows, "observed", policy, policy.impulses, friction)
    ]


def _momentum(speed: float, parties: int, policy: Policy) -> float:
    return momentum_of(0.0, speed / max(parties, 1), policy.momentum).value


def _sums_around(
    steps: Sequence[tuple[datetime, Iterable[Row]]],
    credit: Credit,
    policy: Policy,
    weights: Mapping[str, float],
    half_lives_days: Mapping[str, float],
) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    """The sums of one party before and after each step; steps ascend."""
    lines: list[Line] = []
    for at, rows in steps:
        days = (at - steps[-1][0]) / DAY
        lines.append(asking(0, days))
        for row in rows:
            if row.kind in policy.kinds:
                age_days = (at - takes_effect(row, credit)) / DAY
                lines.append(_aged(line_of(row, 0, days, policy), age_days / half_lives_days[row.kind]))
        lines.append(asking(0, days))
    sums = sums_asked(lines, weights, half_lives_days)
    return list(zip(sums[::2], sums[1::2], strict=True))


def _aged(line: Line, half_lives: float) -> Line:
    """A line that comes so many half-lives after it took effect: it was told late, and has faded meanwhile."""
    place, days, asks, kind, amount = line
    return place, days, asks, kind, amount * 2.0**-half_lives if half_lives else amount
