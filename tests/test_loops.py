"""One definition: the plain loops, the compiled ones and sixty digits tell the same numbers."""

from __future__ import annotations

import math
from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal, localcontext
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.columnar import columns_from
from support.formula import FIRST, NOON, PARTIES, evidence_by_formula, evidence_rows, moments
from support.sharding import LOOPS, scored
from support.stamping import US

from pledger.projections.columns import EVIDENCE, instant_of, microseconds
from pledger.projections.evidence import Row
from pledger.projections.kinds import KINDS
from pledger.projections.merging import Merge
from pledger.projections.parties import PartyOf
from pledger.projections.policy import Policy, Rule, default_policy
from pledger.projections.scores import Asked, Scorer, amounts
from pledger.projections.scoring import takes_effect

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pledger.projections.scores import Sums
    from pledger.projections.scoring import Credit

END = NOON + timedelta(days=900)
INSTANTS = (FIRST, FIRST + US, FIRST + timedelta(days=700), NOON - timedelta(days=1), NOON - US, NOON)
at_once = st.sampled_from(INSTANTS) | moments
"""Often the same instant, or the next one."""
asked_about = st.sampled_from((FIRST - timedelta(days=9), *INSTANTS, END)) | moments
"""Before, at, between and after all that happens."""


def numbers(most: float) -> st.SearchStrategy[float]:
    return st.sampled_from((1e-6, 1e-3, 1.0, most)) | st.floats(1e-6, most)


rules = st.builds(
    Rule,
    weight=st.just(0.0) | numbers(1e6) | numbers(1e6).map(lambda weight: -weight),
    half_life_days=numbers(1e6),
    shape=st.sampled_from(["constant", "proportional", "saturating", "halving"]),
    scale=numbers(1e6),
    impulse=st.just(0.0) | numbers(1e6),
)


@st.composite
def extreme_policies(draw: st.DrawFn) -> Policy:
    """Anything that a policy's file may say, the smallest and the largest numbers more often than not."""
    usual = default_policy()
    few = draw(st.lists(rules, min_size=1, max_size=4))
    chosen = draw(st.lists(st.sampled_from(few), min_size=len(KINDS), max_size=len(KINDS)))
    known = draw(st.sets(st.sampled_from(KINDS)))
    credit: Credit = draw(st.sampled_from(["observed", "matured"]))
    stakes = usual.stakes.model_copy(update={"small": draw(numbers(1e6)), "large": draw(numbers(1e6))})
    wheel = usual.momentum.model_copy(update={"half_life_days": draw(numbers(1e6))})
    kinds = {kind: rule for kind, rule in zip(KINDS, chosen, strict=True) if kind not in known}
    return usual.model_copy(update={"credit": credit, "stakes": stakes, "momentum": wheel, "kinds": kinds})


few_kinds, few_measures = ("kept", "broken", "silence"), st.sampled_from((0.0, 3.0, 5.0))
rows_at_once = evidence_rows(at_once, most=15) | evidence_rows(
    st.sampled_from(INSTANTS[-3:]), few_kinds, few_measures, most=20
)
"""Often such that a row must find its own among several that it might reverse."""


def asking(moments: Sequence[datetime] | None, as_of: datetime, known_at: datetime) -> Asked:
    when = None if moments is None else np.array(sorted(map(microseconds, moments)), "<i8")
    return Asked(when, microseconds(as_of), microseconds(known_at))


def agree(here: float, there: float) -> bool:
    """To twelve digits, and where there is next to nothing, to nothing."""
    return math.isclose(here, there, rel_tol=1e-12, abs_tol=1e-290)


def that_stand(rows: Sequence[Row], credit: Credit, as_of: datetime, known_at: datetime) -> list[Row]:
    """The rows of which more was told than taken back, each as often as it stands."""
    counts: Counter[tuple[object, ...]] = Counter()
    one: dict[tuple[object, ...], Row] = {}
    for row in rows:
        if takes_effect(row, credit) <= as_of and row.known_at <= known_at:
            key = (row.partnership, row.party, row.kind, row.at, row.matures_at, row.measure, row.stake)
            counts[key] += row.count
            one[key] = row._replace(count=1)
    return [one[key] for key in counts.elements()]


def check_by_formula(rows: Sequence[Row], policy: Policy, asked: Asked, sums: Sums) -> None:
    """Hold every answer against the terms of section 6."""
    parties = sorted({row.party for row in rows})
    as_of, known_at = instant_of(asked.as_of), instant_of(asked.known_at)
    in_time = that_stand(rows, policy.credit, as_of, known_at)
    acted = that_stand(rows, "observed", as_of, known_at)
    with localcontext(prec=60):
        for number, at, _, supporting, opposing, speed in zip(*(column.tolist() for column in sums), strict=True):
            party, moment = parties[number], instant_of(at)
            r, s = evidence_by_formula(in_time, party, policy, policy.weights, moment, known_at)
            half_life_days = policy.momentum.half_life_days
            v, _ = evidence_by_formula(acted, party, policy, policy.impulses, moment, known_at, half_life_days)
            assert agree(supporting, float(r))
            assert agree(opposing, float(s))
            assert agree(speed, float(v))


@settings(max_examples=150)
@given(rows_at_once, extreme_policies(), st.lists(asked_about, max_size=3) | st.none(), asked_about, asked_about)
def test_plain_and_compiled_loops_agree_to_1e_12_with_each_other_and_with_sixty_digits(
    rows: list[Row], policy: Policy, moments: list[datetime] | None, as_of: datetime, known_at: datetime
) -> None:
    asked = asking(moments, as_of, known_at)
    plain, compiled = (scored(columns_from(rows), policy, asked, which) for which in (False, True))
    for here, there in zip(plain[:3], compiled[:3], strict=True):
        assert here.tolist() == there.tolist()
    for here, there in zip(plain[3:], compiled[3:], strict=True):
        assert all(map(agree, here.tolist(), there.tolist()))
    check_by_formula(rows, policy, asked, plain)
    check_by_formula(rows, policy, asked, compiled)


@settings(max_examples=100)
@given(rows_at_once, extreme_policies(), st.lists(asked_about, max_size=3) | st.none(), asked_about, asked_about)
def test_both_lay_the_same_lines(
    rows: list[Row], policy: Policy, moments: list[datetime] | None, as_of: datetime, known_at: datetime
) -> None:
    told = []
    for loops in LOOPS:
        scorer = Scorer(Merge([columns_from(rows)]), policy, loops)
        columns = scorer.evidence.rows_of(0, len(scorer.evidence.outline.parties), EVIDENCE)
        told.append(scorer.lines(columns, amounts(columns, policy), policy.credit, asking(moments, as_of, known_at)))
    for here, there in zip(*told, strict=True):
        assert (here.dtype, here.tolist()) == (there.dtype, there.tolist())


@settings(max_examples=150)
@given(rows_at_once, extreme_policies(), asked_about, asked_about, st.booleans())
def test_asking_after_all_asks_at_exactly_the_instants_at_which_something_stands(
    rows: list[Row], policy: Policy, as_of: datetime, known_at: datetime, compiled: bool
) -> None:
    columns = columns_from(rows)
    sums = scored(columns, policy, asking(None, as_of, known_at), compiled)
    told = [(columns.parties[party], instant_of(at)) for party, at in zip(sums.party, sums.at, strict=True)]
    assert told == sorted(
        {
            (PartyOf(*row[1:3]), takes_effect(row, credit))
            for credit in ("observed", policy.credit)  # acts push the wheel when they occur, whenever they count
            for row in that_stand(rows, credit, as_of, known_at)
        }
    )


@settings(max_examples=100)
@given(rows_at_once, extreme_policies(), st.lists(asked_about, min_size=1, max_size=3), st.booleans())
def test_what_is_taken_back_leaves_exactly_nothing(
    rows: list[Row], policy: Policy, moments: list[datetime], compiled: bool
) -> None:
    """So that uncertainty is exactly 1: no residue of rounding, whatever the numbers."""
    told = [row for row in rows if row.count > 0]
    undone = [row._replace(position=row.position + 1000, known_at=END, count=-1) for row in told]
    columns, end = columns_from(told + undone), END + timedelta(days=1)
    sums = scored(columns, policy, asking(moments, end, END), compiled)
    assert len(sums.at) == len(columns.parties) * len(moments)
    assert not np.any([sums.supporting, sums.opposing, sums.speed])
    assert len(scored(columns, policy, asking(None, end, END), compiled).at) == 0


@pytest.mark.parametrize("compiled", [False, True])
def test_what_stands_beside_a_pair_that_cancels_counts_as_if_the_pair_had_never_been(compiled: bool) -> None:
    """To the last bit, where adding and taking away a million would have left only ten digits of it."""
    policy = default_policy().model_copy(update={"kinds": {"kept": Rule(weight=1e6, half_life_days=100.0)}})
    stays = Row(1, "acme-globex", "Acme", "kept", FIRST, FIRST, FIRST, 0.0, "small", 1)
    mistake = stays._replace(position=2, at=FIRST + US, stake="large")
    rows = [stays, mistake, mistake._replace(position=3, known_at=NOON, count=-1)]
    after = scored(columns_from(rows), policy, asking([NOON], NOON, NOON), compiled)
    alone = scored(columns_from([stays]), policy, asking([NOON], NOON, NOON), compiled)
    assert after.supporting.tolist() == alone.supporting.tolist()
    before = scored(columns_from(rows), policy, asking([NOON], NOON, NOON - US), compiled)
    assert before.supporting == pytest.approx(2.5e6 * 2 ** (-2000 / 100), rel=1e-9)


@pytest.mark.parametrize("compiled", [False, True])
@pytest.mark.parametrize("other", [{"kind": "met"}, {"stake": "large"}, {"measure": 5.0}, {"party": "Globex"}])
@pytest.mark.parametrize("undone", [0, 1])
def test_a_row_takes_back_its_own_and_no_other_of_the_same_instant(
    compiled: bool, other: dict[str, Any], undone: int
) -> None:
    """Though all but one thing is the same, and both may count alike when they are told."""
    rule = Rule(weight=1.0, half_life_days=100.0, shape="proportional", impulse=1.0)
    kinds = {"kept": rule, "met": rule.model_copy(update={"weight": -1.0, "half_life_days": 900.0})}
    policy = default_policy().model_copy(update={"kinds": kinds})
    row = Row(1, "acme-globex", "Acme", "kept", FIRST, FIRST, FIRST, 3.0, "medium", 1)
    both = [row, row._replace(position=2, **other)]
    rows = [*both, both[undone]._replace(position=3, count=-1)]
    asked = asking([NOON], NOON, NOON)
    sums = scored(columns_from(rows), policy, asked, compiled)
    check_by_formula(rows, policy, asked, sums)
    assert sums.supporting.any() or sums.opposing.any()


@pytest.mark.parametrize(
    ("year", "compiled"),
    [(year, compiled) for year in (3, 1900, 2100, 2260, 9998) for compiled in (False, True)],
)
def test_decay_is_exact_in_any_year(year: int, compiled: bool) -> None:
    """A deadline may lie as late as 9998, and history as early as the calendar: half-lives of a day still count."""
    policy = default_policy().model_copy(update={"kinds": {"kept": Rule(weight=1.0, half_life_days=1.0)}})
    first = datetime(year, 1, 1, 7, 11, 13, 1234, tzinfo=UTC)
    rows = [
        Row(number, "acme-globex", "Acme", "kept", at, at, FIRST, 0.0, "medium", 1)
        for number in range(9)
        for at in [first + number * timedelta(hours=5, microseconds=13)]
    ]
    when = [first + days * timedelta(days=1, microseconds=7) for days in range(4)]
    asked = asking(when, first + timedelta(days=9), NOON)
    check_by_formula(rows, policy, asked, scored(columns_from(rows), policy, asked, compiled))


def test_the_digits_of_the_formula_are_worked_on_paper() -> None:
    """A kept promise two half-lives ago and one of small stake now, less a pair that cancels: 1/4 + 1/2."""
    policy = default_policy().model_copy(update={"kinds": {"kept": Rule(weight=1.0, half_life_days=30.0)}})
    first = Row(1, "acme-globex", "Acme", "kept", NOON - timedelta(days=60), NOON, FIRST, 0.0, "medium", 1)
    last = first._replace(position=2, at=NOON, stake="small")
    pair = [last._replace(position=3, stake="large"), last._replace(position=4, stake="large", count=-1)]
    rows = [first, last, *pair]
    assert evidence_by_formula(rows, PARTIES[0], policy, policy.weights, NOON, NOON) == (Decimal("0.75"), Decimal(0))
    for compiled in (False, True):
        assert scored(columns_from(rows), policy, asking([NOON], NOON, NOON), compiled).supporting == [0.75]
