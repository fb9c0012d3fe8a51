"""What if: scores under other weights, priors and base rates at once, from sums kept per party and kind of evidence.

The sum of a kind's decayed evidence depends on its half-life and shape, on stakes and on when outcomes are credited,
but on no weight: r and s of design section 6 are weighed sums of these. A property test holds the answers to a replay.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from pledger.domain.refusal import WrongUsage
from pledger.projections.kinds import KINDS
from pledger.projections.opinion import opinions_of
from pledger.projections.scores import Asked, Scorer
from pledger.projections.scoring import ASKING, Lanes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pledger.projections.columns import Array, Columns
    from pledger.projections.merging import Merge
    from pledger.projections.parties import PartyOf
    from pledger.projections.policy import Policy


@dataclass(frozen=True)
class WhatIf:
    """The sums of the parties' evidence of each kind, in the order of KINDS, at one moment: an array (kinds, parties).

    They hold under `policy` and others that differ from it in weights, the prior or bands alone.
    """

    policy: Policy
    parties: Sequence[PartyOf]
    sums: Array

    @classmethod
    def of(cls, evidence: Merge, policy: Policy, as_of: int, known_at: int) -> WhatIf:
        """Keep the sums at a moment, by what was known at another; both in microseconds."""
        scorer = Scorer(evidence, policy)
        lanes = _a_lane_each(policy)
        asked = Asked(np.array([as_of]), as_of, known_at)

        def sums(columns: Columns, first: int) -> Array:
            return scorer.sums_of(columns, asked, policy.credit, lanes, len(KINDS))

        shards = list(scorer.in_shards(sums))
        found = np.concatenate(shards, axis=1) if shards else np.zeros((len(KINDS), 0))
        return cls(policy, evidence.outline.parties, found)

    def only(self, numbers: Array) -> WhatIf:
        """The same of some parties alone, by their numbers, in this order."""
        return WhatIf(self.policy, [self.parties[number] for number in numbers.tolist()], self.sums[:, numbers])

    def opinions(self, policy: Policy) -> Any:
        """The opinion of every party under a policy, as one whose numbers are columns.

        Raises WrongUsage where the policy differs in more than weights, the prior and bands.
        """
        if not differ_in_weights_alone(self.policy, policy):
            raise WrongUsage(
                f"the sums kept under policy {self.policy.name} do not tell the scores under {policy.name}",
                remedy="what-if answers for other weights, priors and bands; compare the two policies instead",
            )
        weights = np.array([policy.weights.get(kind, 0.0) for kind in KINDS])
        supporting, opposing = (np.maximum(side, 0.0) @ self.sums for side in (weights, -weights))
        return opinions_of(supporting, opposing, policy.trust)


def differ_in_weights_alone(kept: Policy, *policies: Policy) -> bool:
    """Whether sums kept under one policy tell the scores under others, too: weights, prior and bands may differ."""
    return all(_decay(policy, policy) == _decay(kept, policy) for policy in policies)


def _decay(policy: Policy, weighed: Policy) -> tuple[Any, ...]:
    """All that the kept sums depend on, of the kinds that `weighed` gives a weight."""
    rules = {
        kind: (rule.half_life_days, rule.shape, rule.scale if rule.shape != "constant" else None)
        for kind, rule in policy.kinds.items()
        if weighed.weights.get(kind)
    }
    return rules, policy.stakes, policy.credit


def _a_lane_each(policy: Policy) -> Lanes:
    """A lane and a side for each kind that has a half-life, all of weight one."""
    known = [kind in policy.kinds for kind in KINDS]
    place = np.cumsum(known) - 1
    lanes = [int(place[number]) if is_known else -1 for number, is_known in enumerate(known)]
    half_lives = policy.half_lives_days
    return Lanes(
        [1.0] * ASKING + [0.0],
        [*lanes, sum(known)],
        [1.0 / half_lives[kind] for kind in KINDS if kind in half_lives],
        [number for number, is_known in enumerate(known) if is_known],
    )
