"""Policies that differ from the shipped one wherever scoring might care."""

from __future__ import annotations

from pledger.projections.kinds import KINDS
from pledger.projections.policy import Policy, Rule, default_policy

SHIPPED = default_policy()

MATURED = SHIPPED.model_copy(update={"name": "matured", "credit": "matured"})
"""Outcomes are credited when they were due."""

EVERYTHING = MATURED.model_copy(
    update={
        "name": "everything",
        "kinds": {
            kind: Rule(
                weight=(place % 7 - 3) / 2,
                half_life_days=1.0 + 40.0 * (place % 5),
                shape=("constant", "proportional", "saturating", "halving")[place % 4],
                scale=3.0,
                impulse=0.1 + place % 3,
            )
            for place, kind in enumerate(KINDS)
        },
    }
)
"""Every kind pushes the wheel, deadlines and silence too; every shape and several half-lives, some short."""

POLICIES: tuple[Policy, ...] = (SHIPPED, MATURED, EVERYTHING)
