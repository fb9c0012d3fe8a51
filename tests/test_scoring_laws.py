"""The laws of the sums, the first being the formulas themselves, term by term in sixty digits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal, localcontext
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pledger.projections.evidence import Row
from pledger.projections.kinds import COMMITMENT_KINDS, KINDS
from pledger.projections.momentum import momentum
from pledger.projections.opinion import Opinion
from pledger.projections.policy import Policy, Rule, default_policy
from pledger.projections.scoring import rows_in_effect
from pledger.projections.trust import trust_by_party

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pledger.projections.scoring import Credit

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
FIRST = NOON - timedelta(days=2000)
PARTIES = ["Acme", "Globex"]


def days_between(earlier: datetime, later: datetime) -> Decimal:
    return Decimal((later - earlier) // timedelta(microseconds=1)) / 86_400_000_000


def shape_of(rule: Rule, measure: float) -> Decimal:
    m, c = Decimal(measure), Decimal(rule.scale)
    return {
        "constant": Decimal(1),
        "proportional": m / c,
        "saturating": m / (m + c),
        "halving": Decimal(2) ** (-m / c),
    }[rule.shape]


def evidence_by_formula(
    rows: Sequence[Row],
    party: str,
    policy: Policy,
    weights: Mapping[str, float],
    now: datetime,
    known: datetime,
    half_life_days: float | None = None,
) -> tuple[Decimal, Decimal]:
    """Return r and s, or the speed and 0 where the weights are impulses with one half-life."""
    sides = {1: Decimal(0), -1: Decimal(0)}
    matured = policy.credit == "matured" and half_life_days is None
    for each in rows:
        weight, rule = Decimal(weights.get(each.kind, 0.0)), policy.kinds.get(each.kind)
        at = each.matures_at if matured else each.at
        if each.party != party or rule is None or not weight or at > now or each.known_at > known:
            continue
        stake = Decimal(getattr(policy.stakes, each.stake))
        fade = Decimal(2) ** (-days_between(at, now) / Decimal(half_life_days or rule.half_life_days))
        sides[1 if weight > 0 else -1] += each.count * abs(weight) * shape_of(rule, each.measure) * stake * fade
    return max(Decimal(0), sides[1]), max(Decimal(0), sides[-1])


def differences(held: Opinion, r: Decimal, s: Decimal, policy: Policy) -> list[float]:
    prior, base = Decimal(policy.trust.prior_weight), Decimal(policy.trust.base_rate)
    trust = (r + prior * base) / (r + s + prior)
    spread = (trust * (1 - trust) / (r + s + prior + 1)).sqrt()
    expected = (r, s, trust, prior / (r + s + prior), spread, trust - spread)
    told = (held.supporting, held.opposing, held.trust, held.uncertainty, held.spread, held.cautious)
    return [float(abs(Decimal(a) - b)) for a, b in zip(told, expected, strict=True)]


moments = st.integers(0, 2000 * 86_400_000_000).map(lambda us: FIRST + timedelta(microseconds=us))


@st.composite
def histories(draw: st.DrawFn) -> list[Row]:
    """Rows of two parties, some of them reversed by a row known later, in any order."""
    rows = []
    for position in range(draw(st.integers(0, 25))):
        at, known = draw(moments), draw(moments)
        told = Row(
            position=position,
            partnership="acme-globex",
            party=draw(st.sampled_from(PARTIES)),
            kind=draw(st.sampled_from(KINDS)),
            at=at,
            matures_at=at + timedelta(days=draw(st.integers(0, 100))),
            known_at=known,
            measure=draw(st.sampled_from([0.0, 1.0, 7.0, 45.0]) | st.floats(0, 400)),
            stake=draw(st.sampled_from(["small", "medium", "large"])),
            count=1,
        )
        rows.append(told)
        if draw(st.booleans()):
            later = known + timedelta(days=draw(st.integers(0, 300)))
            rows.append(told._replace(position=position + 100, known_at=later, count=-1))
    return draw(st.permutations(rows))


rules = st.builds(
    Rule,
    weight=st.floats(-3, 3),
    half_life_days=st.sampled_from([30.0, 365.0]) | st.floats(0.5, 2000),
    shape=st.sampled_from(["constant", "proportional", "saturating", "halving"]),
    scale=st.floats(0.5, 100),
    impulse=st.floats(0, 2),
)


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    credit: Credit = draw(st.sampled_from(["observed", "matured"]))
    kinds = draw(st.just(default_policy().kinds) | st.dictionaries(st.sampled_from(KINDS), rules))
    return default_policy().model_copy(update={"credit": credit, "kinds": kinds})


@given(histories(), policies(), moments, moments)
def test_every_sum_is_the_formula_to_1e_9(rows: list[Row], policy: Policy, as_of: datetime, known_at: datetime) -> None:
    reliability = {kind: policy.weights.get(kind, 0.0) for kind in COMMITMENT_KINDS}
    with localcontext(prec=60):
        for trust in trust_by_party(rows, PARTIES, policy, as_of, known_at):
            weighed = [(trust.opinion, policy.weights), (trust.reliability, reliability)]
            weighed += [(held, policy.lens("ingredients").facets[name]) for name, held in trust.ingredients.items()]
            for held, weights in weighed:
                r, s = evidence_by_formula(rows, trust.party, policy, weights, as_of, known_at)
                assert max(differences(held, r, s, policy)) < 1e-9


@given(histories(), policies(), moments, moments)
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


@given(histories(), policies(), moments, moments)
def test_the_order_of_rows_does_not_matter(
    rows: list[Row], policy: Policy, as_of: datetime, known_at: datetime
) -> None:
    """Not in the last digit: `histories` are shuffled, and are told here by position instead."""
    shuffled = trust_by_party(rows, PARTIES, policy, as_of, known_at)
    told = trust_by_party(sorted(rows), PARTIES, policy, as_of, known_at)
    assert [trust.opinion for trust in shuffled] == [trust.opinion for trust in told]
    assert [trust.ingredients for trust in shuffled] == [trust.ingredients for trust in told]
    assert momentum(rows, PARTIES, policy, as_of, known_at) == momentum(sorted(rows), PARTIES, policy, as_of, known_at)


@given(histories(), histories(), policies(), moments)
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


@given(histories(), policies())
def test_no_evidence_is_unknown_and_nothing_else(rows: list[Row], policy: Policy) -> None:
    nothing = trust_by_party(rows, ["Initech"], policy, NOON, NOON)[0]
    assert nothing.opinion.uncertainty == 1.0
    assert nothing.opinion.trust == policy.trust.base_rate
    assert nothing.band == "unknown"
    assert nothing.evidence == 0


@given(histories(), st.sampled_from(KINDS), policies())
def test_more_evidence_never_means_less_certainty(rows: list[Row], kind: str, policy: Policy) -> None:
    told = Row(500, "acme-globex", "Acme", kind, NOON, NOON, FIRST, 1.0, "medium", 1)
    before = trust_by_party(rows, PARTIES, policy, NOON, NOON)[0].opinion
    after = trust_by_party([*rows, told], PARTIES, policy, NOON, NOON)[0].opinion
    assert after.uncertainty <= before.uncertainty + 1e-15
    weight = policy.weights.get(kind, 0.0)
    assert after.trust >= before.trust - 1e-15 if weight >= 0 else after.trust <= before.trust + 1e-15


@given(histories(), policies(), moments)
def test_trust_and_its_doubt_stay_within_bounds(rows: list[Row], policy: Policy, as_of: datetime) -> None:
    for trust in trust_by_party(rows, PARTIES, policy, as_of, NOON):
        held = trust.opinion
        assert 0.0 <= held.trust <= 1.0
        assert 0.0 < held.uncertainty <= 1.0
        assert held.cautious <= held.trust
