"""Trust by party: what the others may expect of each, how sure that is, and what it rests on."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pledger.projections.kinds import COMMITMENT_KINDS
from pledger.projections.opinion import Opinion, as_json, band
from pledger.projections.policy import INGREDIENTS
from pledger.projections.scoring import lines_asking, rows_in_effect, sums_asked

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from pledger.projections.evidence import Row
    from pledger.projections.policy import Bands, Policy


@dataclass(frozen=True, slots=True)
class Rated:
    """What somebody said the trust in a party was, 0 to 10; shown beside the computed trust."""

    rating: float
    at: datetime
    entry: int


@dataclass(frozen=True, slots=True)
class TrustInParty:
    """The trust that the others of one partnership may hold in one party."""

    party: str
    opinion: Opinion
    reliability: Opinion  # over what happened to its promises alone
    ingredients: Mapping[str, Opinion]
    evidence: int  # how many pieces of evidence stand, of kinds that the policy weighs
    rated: Rated | None
    bands: Bands

    @property
    def band(self) -> str:
        return band(self.opinion, self.bands)

    def as_json(self) -> dict[str, Any]:
        """Trust in one party by its documented keys; instants in ISO 8601."""
        rated = self.rated and {
            "rating": self.rated.rating,
            "at": self.rated.at.isoformat(),
            "entry": self.rated.entry,
        }
        return {
            "party": self.party,
            **as_json(self.opinion, self.bands),
            "cautious": self.opinion.cautious,
            "reliability": as_json(self.reliability, self.bands),
            "ingredients": {facet: as_json(held, self.bands) for facet, held in self.ingredients.items()},
            "rated": rated,
        }


def trust_by_party(
    rows: Iterable[Row], parties: Sequence[str], policy: Policy, as_of: datetime, known_at: datetime
) -> list[TrustInParty]:
    """Trust in each party, in the order given, from the rows of one partnership.

    Only what took effect by `as_of` and was known by `known_at` counts; no evidence reads as unknown.
    """
    standing = rows_in_effect(rows, policy.credit, as_of, known_at)
    lines = lines_asking(standing, parties, policy, policy.credit, [as_of])

    def opinions(weights: Mapping[str, float]) -> list[Opinion]:
        prior = policy.trust
        return [
            Opinion(supporting, opposing, prior.prior_weight, prior.base_rate)
            for supporting, opposing in sums_asked(lines, weights, policy.half_lives_days)
        ]

    weights = policy.weights
    whole = opinions(weights)
    reliability = opinions({kind: weights.get(kind, 0.0) for kind in COMMITMENT_KINDS})
    facets = policy.lens("ingredients").facets
    ingredients = {facet: opinions(facets.get(facet, {})) for facet in INGREDIENTS}
    evidence = Counter(row.party for row in standing if weights.get(row.kind))
    return [
        TrustInParty(
            party=party,
            opinion=whole[place],
            reliability=reliability[place],
            ingredients={facet: held[place] for facet, held in ingredients.items()},
            evidence=evidence[party],
            rated=_latest_rating(standing, party),
            bands=policy.bands,
        )
        for place, party in enumerate(parties)
    ]


def _latest_rating(standing: Iterable[Row], party: str) -> Rated | None:
    ratings = [row for row in standing if row.kind == "rated-for" and row.party == party]
    if not ratings:
        return None
    last = max(ratings, key=lambda row: (row.at, row.position))
    return Rated(round(last.measure * 10, 9), last.at, last.position)
