"""The laws of the sums, the first being the formulas themselves, term by term in sixty digits."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.formula import FIRST, NOON, PARTIES, differences, evidence_by_formula, evidence_rows, moments, policies

from pledger.projections.evidence import Row
from pledger.projections.kinds import COMMITMENT_KINDS, KINDS
from pledger.projections.momentum import momentum
from pledger.projections.policy import Policy
from pledger.projections.scoring import rows_in_effect
from pledger.projections.trust import trust_by_party


@given(evidence_rows(), policies(), moments, moments)
def test_every_sum_is_the_formula_to_1e_9(rows: list[Row], policy: Policy, as_of: datetime, known_at: datetime) -> None:
    reliability = {kind: policy.weights.get(kind, 0.0) for kind in COMMITMENT_KINDS}
    with localcontext(prec=60):
        for trust in trust_by_party(rows, PARTIES, policy, as_of, known_at):
            weighed = [(trust.opinion, policy.weights), (trust.reliability, reliability)]
            weighed += [(held, policy.lens("ingredients").facets[name]) for name, held in trust.ingredients.items()]
            for held, weights in weighed:
                r, s = evidence_by_formula(rows, trust.party, policy, weights, as_of, known_at)
                assert max(differences(held, r, s, policy)) < 1e-9


@given(evidence_rows(), policies(), moments, moments)
def test_every_speed_is_the_formula_to_1e_9(
    rows: list[Row], policy: Policy, as_of: datetime, known_at: datetime
) -> None:
    wheel = policy.momentum
    told = momentum(rows, PARTIES, policy, as_of, known_at)
    before = as_of - timedelta(days=wheel.window_days)
    with localcontext(prec=60):
        floor = Decimal(wheel.floor)
        for party, moving in told.by_party.items():
            now, then = (
                evidence_by_formula(rows, party, policy, policy.impulses, moment, known_at, wheel.half_life_days)[0]
                for moment in (as_of, before)
            )
            trend = ((now + floor) / (then + floor)).ln() / Decimal(2).ln()
            assert abs(Decimal(moving.speed) - now) < Decimal("1e-9")
            assert abs(Decimal(moving.trend) - trend) < Decimal("1e-9")


# Laws


@given(evidence_rows(), policies(), moments, moments)
def test_the_order_of_rows_does_not_matter(
    rows: list[Row], policy: Policy, as_of: datetime, known_at: datetime
) -> None:
    """Not in the last digit: `evidence_rows` are shuffled, and are told here by position instead."""
    shuffled = trust_by_party(rows, PARTIES, policy, as_of, known_at)
    told = trust_by_party(sorted(rows), PARTIES, policy, as_of, known_at)
    assert [trust.opinion for trust in shuffled] == [trust.opinion for trust in told]
    assert [trust.ingredients for trust in shuffled] == [trust.ingredients for trust in told]
    assert momentum(rows, PARTIES, policy, as_of, known_at) == momentum(sorted(rows), PARTIES, policy, as_of, known_at)


@given(evidence_rows(), evidence_rows(), policies(), moments)
def test_rows_that_cancel_leave_trust_unchanged(
    rows: list[Row], others: list[Row], policy: Policy, as_of: datetime
) -> None:
    """To 1e-12, where everything of `others` that still stood in the end is taken back."""
    end = NOON + timedelta(days=400)
    undone = [row._replace(position=999, count=-1) for row in rows_in_effect(others, "observed", end, end)]
    plain = trust_by_party(rows, PARTIES, policy, as_of, end)
    cancelled = trust_by_party(rows + others + undone, PARTIES, policy, as_of, end)
    for before, after in zip(plain, cancelled, strict=True):
        assert after.opinion.trust == pytest.approx(before.opinion.trust, abs=1e-12)
        assert after.opinion.uncertainty == pytest.approx(before.opinion.uncertainty, abs=1e-12)
        assert after.evidence == before.evidence


@given(evidence_rows(), policies())
def test_no_evidence_is_unknown_and_nothing_else(rows: list[Row], policy: Policy) -> None:
    nothing = trust_by_party(rows, ["Initech"], policy, NOON, NOON)[0]
    assert nothing.opinion.uncertainty == 1.0
    assert nothing.opinion.trust == policy.trust.base_rate
    assert nothing.band == "unknown"
    assert nothing.evidence == 0


@given(evidence_rows(), st.sampled_from(KINDS), policies())
def test_more_evidence_never_means_less_certainty(rows: list[Row], kind: str, policy: Policy) -> None:
    told = Row(500, "acme-globex", "Acme", kind, NOON, NOON, FIRST, 1.0, "medium", 1)
    before = trust_by_party(rows, PARTIES, policy, NOON, NOON)[0].opinion
    after = trust_by_party([*rows, told], PARTIES, policy, NOON, NOON)[0].opinion
    assert after.uncertainty <= before.uncertainty + 1e-15
    weight = policy.weights.get(kind, 0.0)
    assert after.trust >= before.trust - 1e-15 if weight >= 0 else after.trust <= before.trust + 1e-15


@given(evidence_rows(), policies(), moments)
def test_trust_and_its_doubt_stay_within_bounds(rows: list[Row], policy: Policy, as_of: datetime) -> None:
    for trust in trust_by_party(rows, PARTIES, policy, as_of, NOON):
        held = trust.opinion
        assert 0.0 <= held.trust <= 1.0
        assert 0.0 < held.uncertainty <= 1.0
        assert held.cautious <= held.trust
