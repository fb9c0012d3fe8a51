"""An opinion: a score with its doubt, as the Beta reputation system has it (Josang & Ismail, 2002)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pledger.projections.policy import Bands


@dataclass(frozen=True, slots=True)
class Opinion:
    """The Beta(supporting + W*a, opposing + W*(1-a)) opinion, W being the prior weight and a the base rate.

    Evidence is in units of one promise of medium stake just kept, and never negative.
    """

    supporting: float
    opposing: float
    prior_weight: float
    base_rate: float

    @property
    def total(self) -> float:
        """All that the opinion rests on: the evidence on both sides and the prior."""
        return self.supporting + self.opposing + self.prior_weight

    @property
    def trust(self) -> float:
        """The expectation, between 0 and 1; the base rate with no evidence at all."""
        return (self.supporting + self.prior_weight * self.base_rate) / self.total

    @property
    def uncertainty(self) -> float:
        """The prior's share, between 0 and 1: exactly 1 with no evidence at all."""
        return self.prior_weight / self.total

    @property
    def spread(self) -> float:
        """One standard deviation of the Beta distribution."""
        return math.sqrt(self.trust * (1.0 - self.trust) / (self.total + 1.0))

    @property
    def cautious(self) -> float:
        """Trust less its spread; a little below 0 where there is next to no trust."""
        return self.trust - self.spread


def band(opinion: Opinion, bands: Bands) -> str:
    """The word for an opinion: unknown, firm, fair or weak."""
    if opinion.uncertainty > bands.unknown_above:
        return "unknown"
    if opinion.cautious >= bands.firm:
        return "firm"
    return "fair" if opinion.cautious >= bands.fair else "weak"


def as_json(opinion: Opinion, bands: Bands) -> dict[str, float | str]:
    """An opinion by its documented keys."""
    return {
        "trust": opinion.trust,
        "uncertainty": opinion.uncertainty,
        "spread": opinion.spread,
        "band": band(opinion, bands),
        "supporting": opinion.supporting,
        "opposing": opinion.opposing,
    }
