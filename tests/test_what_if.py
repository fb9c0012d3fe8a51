"""What if weights, the prior or bands were others: from kept sums at once, and equal to scoring all of it again."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from support.any_policy import any_policy, reweighed, seeds
from support.columnar import Log, logs
from support.moments import moments
from support.neighbours import Neighbours, learned, neighbours
from support.policies import MATURED, POLICIES, SHIPPED
from support.story import SLUG, Story, noon

import pledger
from pledger.domain.lifecycle import PartyLeft
from pledger.domain.refusal import WrongUsage
from pledger.projections.columns import columns_of, microseconds
from pledger.projections.compare import opinions
from pledger.projections.kinds import KINDS
from pledger.projections.merging import Merge
from pledger.projections.policy import Policy, Rule, Stakes
from pledger.projections.what_if import WhatIf, differ_in_weights_alone

if TYPE_CHECKING:
    from pledger.projections.policy import Kind

NUMBERS = ("supporting", "opposing", "trust", "uncertainty", "spread", "cautious")
hard = settings(max_examples=150, deadline=None, print_blob=True, suppress_health_check=list(HealthCheck))
base = st.sampled_from(POLICIES) | any_policy


@hard
@given(log=logs(), policy=base, seed=seeds, as_of=moments, known_at=moments)
def test_kept_sums_tell_what_scoring_again_tells(
    log: Log, policy: Policy, seed: int, as_of: datetime, known_at: datetime
) -> None:
    """Weights may be zero and of the other sign; they, the prior and the base rate may all change at once."""
    evidence, other = Merge([columns_of(log.stored)]), reweighed(policy, seed)
    moment = microseconds(as_of), microseconds(known_at)
    told = WhatIf.of(evidence, policy, *moment).opinions(other)
    expected = opinions(evidence, other, *moment)
    for name in NUMBERS:
        one, again = getattr(told, name), getattr(expected, name)
        assert one.shape == (len(evidence.outline.parties),)
        np.testing.assert_allclose(one, again, rtol=1e-12, atol=1e-12)


@hard
@given(told=neighbours(), policy=base, seed=seeds, as_of=moments, which=st.integers(0, 60))
def test_for_every_member_it_is_the_trust_that_show_tells(
    told: Neighbours, policy: Policy, seed: int, as_of: datetime, which: int
) -> None:
    ledger, other = told.told(), reweighed(policy, seed)
    known_at = learned(ledger, which)
    what_if = pledger.what_if(ledger, policy, as_of=as_of, known_at=known_at)
    assert what_if.sums.shape == (len(KINDS), len(what_if.parties))
    opinion = what_if.opinions(other)
    by_partnership: dict[str, list[tuple[str, float]]] = {}
    for (slug, party), trust in zip(what_if.parties, opinion.trust.tolist(), strict=True):
        by_partnership.setdefault(slug, []).append((party, trust))
    assert list(by_partnership) == sorted(by_partnership)
    for slug, parties in by_partnership.items():
        shown = pledger.show(ledger, slug, as_of=as_of, known_at=known_at, policy=other).parties
        assert [party for party, _ in parties] == [held.party for held in shown]
        for (_, trust), held in zip(parties, shown, strict=True):
            assert trust == pytest.approx(held.opinion.trust, rel=0, abs=1e-12)


# Which policies differ in weights alone


@hard
@given(policy=base, seed=seeds)
def test_other_weights_priors_and_bands_are_what_it_is_for(policy: Policy, seed: int) -> None:
    other = reweighed(policy, seed)
    assert differ_in_weights_alone(policy, other)
    assert differ_in_weights_alone(policy, policy, other)


CHANGES: dict[str, list[Any]] = {
    "half_life_days": [1.5, 400.0],
    "shape": ["constant", "proportional", "saturating", "halving"],
    "scale": [0.25, 77.0],
}


@hard
@given(policy=base, kind=st.sampled_from(KINDS), what=st.sampled_from(sorted(CHANGES)), data=st.data())
def test_it_is_not_once_a_kind_that_weighs_fades_or_is_shaped_differently(
    policy: Policy, kind: Kind, what: str, data: st.DataObject
) -> None:
    assume(kind in policy.kinds)
    value = data.draw(st.sampled_from(CHANGES[what]))
    rule = policy.kinds[kind]
    assume(getattr(rule, what) != value)
    other = with_rule(policy, kind, **{what: value})
    matters = what != "scale" or rule.shape != "constant"
    assert differ_in_weights_alone(policy, other) == (not matters or not rule.weight)
    weightless = with_rule(other, kind, weight=0.0)
    assert differ_in_weights_alone(policy, weightless)
    weighing = with_rule(other, kind, weight=1.0)
    assert differ_in_weights_alone(policy, weighing) == (not matters)


def with_rule(policy: Policy, kind: Kind, **changed: Any) -> Policy:
    rule = policy.kinds[kind].model_copy(update=changed)
    return policy.model_copy(update={"kinds": {**policy.kinds, kind: rule}})


@pytest.mark.parametrize("stake", ["small", "medium", "large"])
def test_other_stakes_need_other_sums(stake: str) -> None:
    stakes: Stakes = SHIPPED.stakes.model_copy(update={stake: 0.7})
    assert not differ_in_weights_alone(SHIPPED, SHIPPED.model_copy(update={"stakes": stakes}))


def test_outcomes_credited_at_another_time_need_other_sums() -> None:
    assert not differ_in_weights_alone(SHIPPED, MATURED)
    assert not differ_in_weights_alone(MATURED, SHIPPED)


def test_sums_of_a_kind_that_was_left_out_were_not_kept() -> None:
    without = SHIPPED.model_copy(update={"kinds": {k: rule for k, rule in SHIPPED.kinds.items() if k != "kept"}})
    assert not differ_in_weights_alone(without, SHIPPED)
    assert differ_in_weights_alone(SHIPPED, without)  # what is left out weighs nothing


def test_all_of_several_policies_must_fit() -> None:
    assert not differ_in_weights_alone(SHIPPED, SHIPPED, MATURED)


def test_impulses_and_the_flywheel_are_no_matter_of_trust() -> None:
    other = with_rule(SHIPPED, "kept", impulse=9.0)
    assert differ_in_weights_alone(SHIPPED, other)


# At the Python door


def test_it_tells_of_the_members_by_name() -> None:
    """(1.5 + 1) / 4 and (1.5 + 2) / 5, when the promise is kept."""
    story = Story().opened("Globex", "Acme", "Initech")
    story.promised("2025-01-02", "guide", None)
    story.delivered("2025-02-01", "guide")
    story.on("2025-02-01", PartyLeft(party="Initech"))
    what_if = pledger.what_if(story.ledger, SHIPPED, as_of=noon("2025-02-01"))
    assert list(what_if.parties) == [(SLUG, "Globex"), (SLUG, "Acme")]
    assert what_if.parties[1].party == "Acme"
    double = with_rule(SHIPPED, "kept", weight=2.0)
    assert what_if.opinions(SHIPPED).trust.tolist() == pytest.approx([0.5, 0.625])
    assert what_if.opinions(double).trust.tolist() == pytest.approx([0.5, 0.7])


def test_a_policy_that_differs_in_more_is_refused() -> None:
    what_if = pledger.what_if(Story().opened().ledger)
    slower = with_rule(SHIPPED, "kept", half_life_days=1000.0).model_copy(update={"name": "slower"})
    with pytest.raises(WrongUsage, match="the sums kept under policy default do not tell the scores under slower"):
        what_if.opinions(slower)


def test_the_policy_in_force_by_then_keeps_the_sums_unless_told() -> None:
    story = Story().opened()
    text = pledger.projections.policy.shipped_policy_text().replace('credit = "observed"', 'credit = "matured"')
    story.on("2025-01-02", pledger.PolicyAdopted(name="mine", text=text, why="fair"))
    story.until("2025-02-01")
    assert pledger.what_if(story.ledger).policy.credit == "matured"
    assert pledger.what_if(story.ledger, known_at=noon("2025-01-01")).policy.credit == "observed"


def test_nobody_is_there() -> None:
    what_if = pledger.what_if(Story().ledger)
    assert list(what_if.parties) == []
    assert what_if.opinions(SHIPPED).trust.tolist() == []


def test_kinds_that_a_policy_leaves_out_weigh_nothing() -> None:
    only = SHIPPED.model_copy(update={"kinds": {"kept": Rule(weight=1.0, half_life_days=10.0)}})
    story = Story().opened()
    story.promised("2025-01-02", "guide", "2025-01-20")
    story.until("2025-03-01")
    evidence = Merge([columns_of(story.ledger.stored())])
    now = microseconds(datetime(2025, 3, 1, tzinfo=UTC))
    assert WhatIf.of(evidence, only, now, now).sums.sum() == 0.0
