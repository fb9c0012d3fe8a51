"""Policies that nobody has seen: every number drawn, within what a user might write."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from pledger.projections.kinds import KINDS
from pledger.projections.policy import Bands, Flywheel, Policy, Prior, Rule, Stakes
from support.policies import SHIPPED

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

WEIGHTS = (0.0, 0.0, 0.15, 1.0, 2.5, 40.0, -0.15, -1.0, -3.0)
HALF_LIVES = (0.5, 7.0, 90.0, 365.0, 1095.0, 36_525.0)
SHAPES = ("constant", "constant", "proportional", "saturating", "halving")


def policy_of(seed: int) -> Policy:
    """The policy of a number."""
    luck = Random(seed)
    bands = sorted(round(luck.random(), 2) for _ in range(2))
    told = {
        "name": f"policy-{seed}",
        "credit": luck.choice(("observed", "matured")),
        "trust": prior_of(luck),
        "stakes": Stakes(small=luck.choice((0.0, 0.5)), medium=1.0, large=luck.choice((1.0, 2.0, 7.5))),
        "bands": Bands(unknown_above=luck.choice((0.5, 0.75, 1.0)), fair=bands[0], firm=bands[1]),
        "momentum": Flywheel(
            half_life_days=luck.choice(HALF_LIVES),
            window_days=luck.choice((7.0, 30.0, 400.0)),
            reference=luck.choice((0.1, 3.0)),
            floor=luck.choice((0.01, 0.3)),
            steady_within=luck.choice((0.0, 0.1)),
        ),
        "kinds": {kind: rule_of(luck) for kind in KINDS if luck.random() < 0.9},
    }
    return SHIPPED.model_copy(update=told)


def prior_of(luck: Random) -> Prior:
    return Prior(prior_weight=luck.choice((0.1, 1.0, 3.0, 20.0)), base_rate=luck.choice((0.05, 0.5, 0.88)))


def rule_of(luck: Random) -> Rule:
    return Rule(
        weight=luck.choice(WEIGHTS),
        half_life_days=luck.choice(HALF_LIVES),
        shape=luck.choice(SHAPES),  # type: ignore[arg-type]  # they are those of Rule
        scale=luck.choice((0.5, 3.0, 21.0)),
        impulse=luck.choice((0.0, 0.0, 0.5, 2.0)),
    )


def reweighed(policy: Policy, seed: int) -> Policy:
    """The same with other weights (zero and of the other sign, too), prior, base rate and bands."""
    luck = Random(seed)
    kinds = {kind: rule.model_copy(update={"weight": luck.choice(WEIGHTS)}) for kind, rule in policy.kinds.items()}
    bands = Bands(unknown_above=0.6, fair=0.3, firm=0.8)
    return policy.model_copy(
        update={"name": f"reweighed-{seed}", "trust": prior_of(luck), "bands": bands, "kinds": kinds}
    )


seeds = st.integers(0, 2**32)
any_policy: SearchStrategy[Policy] = st.builds(policy_of, seeds)
