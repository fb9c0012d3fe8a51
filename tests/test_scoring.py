"""The sums on small examples, each worked on paper in its docstring."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import TYPE_CHECKING, Any

import pytest

from pledger.projections.evidence import Row
from pledger.projections.laying import lay_lines
from pledger.projections.opinion import Opinion
from pledger.projections.policy import Policy, Rule, default_policy
from pledger.projections.scoring import rows_in_effect, shaped, sums_when_asked
from pledger.projections.trust import trust_by_party

if TYPE_CHECKING:
    from collections.abc import Sequence


NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
FIRST = NOON - timedelta(days=2000)
PARTIES = ["Acme", "Globex"]


def row(kind: str, *, at: datetime = NOON, measure: float = 0.0) -> Row:
    return Row(1, "acme-globex", "Acme", kind, at, at, FIRST, measure, "medium", 1)


def opinion(rows: Sequence[Row], policy: Policy | None = None, as_of: datetime = NOON) -> Opinion:
    return trust_by_party(rows, PARTIES, policy or default_policy(), as_of, NOON)[0].opinion


def test_one_kept_promise() -> None:
    """One for, none against, W = 3, a = 1/2.

    Trust is (1 + 1.5) / 4, uncertainty 3 / 4, the variance .625 * .375 / 5 = .046875.
    """
    held = opinion([row("kept")])
    assert held.trust == pytest.approx(0.625, abs=1e-15)
    assert held.uncertainty == pytest.approx(0.75, abs=1e-15)
    assert held.spread == pytest.approx(0.21650635094610965, abs=1e-15)
    assert held.cautious == pytest.approx(0.40849364905389035, abs=1e-15)


def test_a_kept_promise_counts_half_a_year_on() -> None:
    """A year is its half-life: r = 1/2, trust 2 / 3.5 = 4/7, uncertainty 3 / 3.5 = 6/7."""
    held = opinion([row("kept", at=NOON - timedelta(days=365))])
    assert held.supporting == pytest.approx(0.5, abs=1e-15)
    assert held.trust == pytest.approx(4 / 7, abs=1e-15)
    assert held.uncertainty == pytest.approx(6 / 7, abs=1e-15)


def test_a_promise_kept_three_weeks_late_after_its_overdue_a_year_ago() -> None:
    """For: .9 * 2^(-21/21) = .45, against: .8 / 2 = .4, trust: (.45 + 1.5) / 3.85 = 1.95 / 3.85 = 39/77."""
    rows = [row("kept-late", measure=21), row("overdue", at=NOON - timedelta(days=365))]
    held = opinion(rows)
    assert (held.supporting, held.opposing) == pytest.approx((0.45, 0.4), abs=1e-15)
    assert held.trust == pytest.approx(39 / 77, abs=1e-15)


def test_stakes_multiply() -> None:
    """Small, medium and large count .5, 1 and 2: together r = 3.5, trust 5 / 6.5 = 10/13."""
    rows = [row("kept")._replace(stake=stake) for stake in ("small", "medium", "large")]
    assert opinion(rows).trust == pytest.approx(10 / 13, abs=1e-15)


@pytest.mark.parametrize(
    ("shape", "expected"),
    [("constant", 1.0), ("proportional", 1.5), ("saturating", 0.6), ("halving", 0.35355339059327373)],
)
def test_shapes(shape: str, expected: float) -> None:
    """A measure of 6 on a scale of 4: 1; 6/4; 6/10; 2^-1.5 = 1/sqrt(8)."""
    rule = Rule.model_validate({"weight": 1, "half_life_days": 1, "shape": shape, "scale": 4})
    assert shaped(rule, 6.0) == pytest.approx(expected, abs=1e-15)


def test_a_policy_may_credit_a_kept_promise_only_when_it_was_due() -> None:
    matured = default_policy().model_copy(update={"credit": "matured"})
    early = row("kept")._replace(matures_at=NOON + timedelta(days=10))
    assert opinion([early]).supporting == 1.0
    assert opinion([early], matured).uncertainty == 1.0
    assert trust_by_party([early], PARTIES, matured, NOON, NOON)[0].evidence == 0
    assert opinion([early], matured, as_of=NOON + timedelta(days=10)).supporting == 1.0


@pytest.mark.parametrize(
    "other",
    [
        {"party": "Globex"},
        {"kind": "kept-late"},
        {"at": NOON - timedelta(days=1)},
        {"matures_at": NOON - timedelta(days=1)},
        {"measure": 1.0},
        {"stake": "small"},
        {"partnership": "acme-initech"},
    ],
)
def test_a_row_reverses_its_like_and_no_other(other: dict[str, Any]) -> None:
    this, that = row("kept"), row("kept")._replace(**other)
    reversal = that._replace(position=2, known_at=NOON, count=-1)
    for order in permutations([this, that, reversal]):
        assert rows_in_effect(order, "observed", NOON, NOON) == [this]


def test_the_sums_when_asked() -> None:
    """Half-life 10 days; kinds 0 for, 1 against, 2 counts nowhere, 3 asks.

    First party: 1; half of it and 1 more, 1.5; ten days on, .75 less 2, shown as 0. Second party: starts from
    nothing, 3 against, then 4 of it taken back, shown as 0, as are the lines that count nowhere.
    """
    supporting, opposing = [9.0] * 5, [9.0] * 5
    sums_when_asked(
        [0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1],
        [0.0, 0.0, 10.0, 10.0, 10.0, 20.0, 20.0, 5.0, 5.0, 5.0, 5.0],
        [0, 3, 0, 2, 3, 0, 3, 1, 3, 1, 3],
        [1.0, 0.0, 1.0, 7.0, 0.0, -2.0, 0.0, 3.0, 0.0, -4.0, 0.0],
        [1.0, -1.0, 0.0, 0.0],
        [0, 1, -1, 2],
        [0.1, 0.1],
        [0, 1],
        [0.0, 0.0],
        [0.0, 0.0],
        [supporting, opposing],
    )
    assert supporting == [1.0, 1.5, 0.0, 0.0, 0.0]
    assert opposing == [0.0, 0.0, 0.0, 3.0, 0.0]


def test_the_loops_lean_on_nothing() -> None:
    """So that they compile as they stand: no imports, no names but these four of Python's own."""
    for loop in (sums_when_asked, lay_lines):
        assert set(loop.__code__.co_names) <= {"len", "range", "abs", "max"}


def test_short_half_lives_over_a_long_span_stay_finite() -> None:
    """Twenty years in half-lives of a day: 2^-7300 is nothing, and the last deed counts in full."""
    rule = Rule(weight=1.0, half_life_days=1.0)
    policy = default_policy().model_copy(update={"kinds": {"kept": rule}})
    held = opinion([row("kept", at=NOON - timedelta(days=7300)), row("kept")], policy)
    assert held.supporting == 1.0
