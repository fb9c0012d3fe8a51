"""An opinion: a score with its doubt, as the Beta reputation system has it (Josang & Ismail, 2002)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pledger.projections.policy import Bands, Prior

BANDS = ("unknown", "weak", "fair", "firm")


@dataclass(frozen=True, slots=True)
class Opinion:
    """The Beta(supporting + W*a, opposing + W*(1-a)) opinion, W being the prior weight and a the base rate.

    Evidence is in units of one promise of medium stake just kept, and never negative. Whole columns of evidence give
    whole columns of opinions, by the same sums.
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
        deviation: float = (self.trust * (1.0 - self.trust) / (self.total + 1.0)) ** 0.5
        return deviation

    @property
    def cautious(self) -> float:
        """Trust less its spread; a little below 0 where there is next to no trust."""
        return self.trust - self.spread


def opinions_of(supporting: Any, opposing: Any, prior: Prior) -> Any:
    """The opinion for this evidence; for whole columns of evidence, one whose numbers are columns."""
    return Opinion(supporting, opposing, prior.prior_weight, prior.base_rate)


def band(opinion: Opinion, bands: Bands) -> str:
    """The word for an opinion: unknown, firm, fair or weak."""
    return BANDS[band_place(opinion, bands)]


def band_place(opinion: Opinion, bands: Bands) -> int:
    """The place of an opinion's word in BANDS."""
    cautious = opinion.cautious
    return (opinion.uncertainty <= bands.unknown_above) * (1 + (cautious >= bands.fair) + (cautious >= bands.firm))


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
