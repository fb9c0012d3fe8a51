"""Momentum: the flywheel that acts push and friction slows, for each party and for the partnership."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from pledger.projections.scoring import Measure, lines_asking, rows_in_effect, sums_asked

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pledger.projections.evidence import Row
    from pledger.projections.policy import Flywheel, Policy


@dataclass(frozen=True, slots=True)
class Momentum:
    """How fast a wheel turns, and which way that is going."""

    value: float  # between 0 and 1; one half at the policy's reference speed
    speed: float
    trend: float  # doublings within the policy's window; negative where it slows
    state: str  # building, steady, slowing or stalled


@dataclass(frozen=True, slots=True)
class PartnershipMomentum:
    """The partnership's momentum, and each party's: one side turning the wheel alone is a finding."""

    together: Momentum
    by_party: Mapping[str, Momentum]

    def as_json(self) -> dict[str, Any]:
        """Momentum by its documented keys."""
        return {
            **asdict(self.together),
            "by_party": {party: asdict(momentum) for party, momentum in self.by_party.items()},
        }


def momentum(
    rows: Iterable[Row], parties: Sequence[str], policy: Policy, as_of: datetime, known_at: datetime
) -> PartnershipMomentum:
    """Momentum at `as_of` from the rows of one partnership; acts count from when they occurred."""
    wheel = policy.momentum
    moments = [_days_before(as_of, wheel.window_days), as_of]
    standing = rows_in_effect(rows, "observed", as_of, known_at)
    lines = lines_asking(standing, parties, policy, "observed", moments)
    friction = dict.fromkeys(policy.kinds, wheel.half_life_days)
    speeds = [speed for speed, _ in sums_asked(lines, policy.impulses, friction)]
    before, now = speeds[::2], speeds[1::2]
    return PartnershipMomentum(
        together=momentum_of(_mean(before), _mean(now), wheel),
        by_party={
            party: momentum_of(was, is_now, wheel) for party, was, is_now in zip(parties, before, now, strict=True)
        },
    )


def momentum_of(before: float, now: float, wheel: Flywheel) -> Momentum:
    """The reading of a speed now against the speed one window before."""
    trend = math.log2((now + wheel.floor) / (before + wheel.floor))
    if now < wheel.floor:
        state = "stalled"
    elif trend > wheel.steady_within:
        state = "building"
    else:
        state = "slowing" if trend < -wheel.steady_within else "steady"
    return Momentum(value=value_of(now, wheel), speed=now, trend=trend, state=state)


def value_of(speed: Measure, wheel: Flywheel) -> Measure:
    """A speed as a number between 0 and 1; a whole column of them, too."""
    return speed / (speed + wheel.reference)


def _mean(speeds: Sequence[float]) -> float:
    return sum(speeds) / len(speeds) if speeds else 0.0


def _days_before(moment: datetime, days: float) -> datetime:
    try:
        return moment - timedelta(days=days)
    except OverflowError:
        return datetime.min.replace(tzinfo=UTC)
