"""The sums of section 6, term by term, in as many digits as the context has; and random evidence to try them on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from pledger.projections.evidence import Row
from pledger.projections.kinds import KINDS
from pledger.projections.policy import Policy, Rule, default_policy

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hypothesis.strategies import DrawFn

    from pledger.projections.opinion import Opinion
    from pledger.projections.scoring import Credit

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
FIRST = NOON - timedelta(days=2000)
PARTIES = ["Acme", "Globex"]


def days_between(earlier: datetime, later: datetime) -> Decimal:
    return Decimal((later - earlier) // timedelta(microseconds=1)) / 86_400_000_000


def shape_of(rule: Rule, measure: float) -> Decimal:
    m, c = Decimal(measure), Decimal(rule.scale)
    return {
        "constant": lambda: Decimal(1),
        "proportional": lambda: m / c,
        "saturating": lambda: m / (m + c),
        "halving": lambda: Decimal(2) ** (-m / c),
    }[rule.shape]()


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
    """How far every number of an opinion is from what this evidence gives."""
    prior, base = Decimal(policy.trust.prior_weight), Decimal(policy.trust.base_rate)
    trust = (r + prior * base) / (r + s + prior)
    spread = (trust * (1 - trust) / (r + s + prior + 1)).sqrt()
    expected = (r, s, trust, prior / (r + s + prior), spread, trust - spread)
    told = (held.supporting, held.opposing, held.trust, held.uncertainty, held.spread, held.cautious)
    return [float(abs(Decimal(a) - b)) for a, b in zip(told, expected, strict=True)]


moments = st.integers(0, 2000 * 86_400_000_000).map(lambda us: FIRST + timedelta(microseconds=us))
measures = st.sampled_from([0.0, 1.0, 7.0, 45.0]) | st.floats(0, 400)


@st.composite
def evidence_rows(
    draw: DrawFn,
    at: st.SearchStrategy[datetime] = moments,
    kinds: Sequence[str] = KINDS,
    measure: st.SearchStrategy[float] = measures,
    most: int = 25,
) -> list[Row]:
    """Rows of two parties, some of them reversed by a row known later, in any order."""
    rows = []
    for position in range(draw(st.integers(0, most))):
        takes_effect, known = draw(at), draw(moments)
        told = Row(
            position=position,
            partnership="acme-globex",
            party=draw(st.sampled_from(PARTIES)),
            kind=draw(st.sampled_from(kinds)),
            at=takes_effect,
            matures_at=takes_effect + timedelta(days=draw(st.integers(0, 100))),
            known_at=known,
            measure=draw(measure),
            stake=draw(st.sampled_from(["small", "medium", "large"])),
            count=1,
        )
        rows.append(told)
        if draw(st.booleans()):
            later = known + timedelta(days=draw(st.integers(0, 300)))
            rows.append(told._replace(position=position + 100, known_at=later, count=-1))
    return draw(st.permutations(rows))


_rules = st.builds(
    Rule,
    weight=st.floats(-3, 3),
    half_life_days=st.sampled_from([30.0, 365.0]) | st.floats(0.5, 2000),
    shape=st.sampled_from(["constant", "proportional", "saturating", "halving"]),
    scale=st.floats(0.5, 100),
    impulse=st.floats(0, 2),
)


@st.composite
def policies(draw: DrawFn) -> Policy:
    credit: Credit = draw(st.sampled_from(["observed", "matured"]))
    kinds = draw(st.just(default_policy().kinds) | st.dictionaries(st.sampled_from(KINDS), _rules))
    return default_policy().model_copy(update={"credit": credit, "kinds": kinds})
