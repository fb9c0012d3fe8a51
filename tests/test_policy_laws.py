"""The laws of a policy: which histories they compare, and that a breach is shown by a history that scoring confirms."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pledger.projections.policy import Policy, Rule, default_policy
from pledger.projections.policy_law_cases import LAWS, MAKER, OUTCOME_AT, admitted, hidden, kept, late, moved
from pledger.projections.policy_laws import EARLIER_MAX, breaches
from pledger.projections.trust import trust_by_party

if TYPE_CHECKING:
    from pledger.projections.evidence import Row
    from pledger.projections.policy_law_cases import Outcome

SHIPPED = default_policy()
IN_TIME, LITTLE_LATE, ADMITTED, MOVED = (law.words for law in LAWS)
LAW_NAMES = {IN_TIME: "in time", LITTLE_LATE: "a little late", ADMITTED: "admitted", MOVED: "moved"}


def with_rules(**changed: dict[str, Any]) -> Policy:
    """The shipped policy with some kinds changed; underscores stand for hyphens."""
    rules = {kind.replace("_", "-"): change for kind, change in changed.items()}
    kinds = {
        kind: Rule.model_validate({**rule.model_dump(), **rules.get(kind, {})}) for kind, rule in SHIPPED.kinds.items()
    }
    return SHIPPED.model_copy(update={"kinds": kinds})


def trust(rows: tuple[Row, ...] | list[Row], policy: Policy, age_days: int = 0) -> float:
    moment = OUTCOME_AT + timedelta(days=age_days)
    return trust_by_party(rows, [MAKER], policy, moment, moment)[0].opinion.trust


def kinds_of(outcome: Outcome) -> dict[str, int]:
    return dict(Counter(row.kind for row in outcome.rows("medium") for _ in range(row.count)))


def test_the_histories_are_what_the_evidence_map_makes_of_the_facts() -> None:
    """A rung falls 30 and 90 days after the promise is late; whatever comes before that stays off the books."""
    assert kinds_of(kept(0)) == kinds_of(kept(90)) == {"promised": 1, "kept": 1}
    assert kinds_of(kept(1, first_date=True)) == {"promised": 1, "kept": 1, "first-date-kept": 1}
    assert kinds_of(late(1)) == kinds_of(late(30)) == {"promised": 1, "overdue": 1, "kept-late": 1}
    assert kinds_of(late(31)) == {"promised": 1, "overdue": 1, "overdue-30": 1, "kept-late": 1}
    assert kinds_of(late(91)) == {**kinds_of(late(31)), "overdue-90": 1}
    assert kinds_of(hidden()) == {"promised": 1, "overdue": 1, "overdue-30": 1, "overdue-90": 1}
    assert kinds_of(admitted(0)) == {"promised": 1, "broken": 1}
    assert kinds_of(admitted(30)) == {"promised": 1, "overdue": 1, "broken": 1}
    assert kinds_of(moved(7, 30)) == {"promised": 1, "renegotiated-early": 1, "kept": 1}


def test_measures_are_the_days() -> None:
    measures = {row.kind: row.measure for row in (*late(14).rows("medium"), *kept(7).rows("medium"))}
    assert (measures["kept-late"], measures["kept"]) == (14.0, 7.0)
    assert next(row.measure for row in moved(7, 30).rows("small") if row.kind == "renegotiated-early") == 7.0


def test_all_evidence_of_an_outcome_is_of_one_age() -> None:
    for law in LAWS:
        for pair in law.pairs:
            for outcome in pair:
                assert {(row.at, row.matures_at) for row in outcome.rows("medium")} == {(OUTCOME_AT, OUTCOME_AT)}


@pytest.mark.parametrize("credit", ["observed", "matured"])
def test_the_shipped_policy_keeps_every_law(credit: str) -> None:
    assert breaches(SHIPPED.model_copy(update={"credit": credit})) == []


@pytest.mark.parametrize(
    ("policy", "broken"),
    [
        (with_rules(kept={"weight": 0.5}), [IN_TIME, MOVED]),
        (with_rules(kept_late={"weight": 2.0}), [IN_TIME, MOVED]),
        (with_rules(kept={"shape": "proportional", "scale": 30.0}), [IN_TIME, MOVED]),
        (with_rules(kept_late={"shape": "proportional", "scale": 100.0}), [LITTLE_LATE]),
        (with_rules(overdue_30={"weight": 0.6}), [LITTLE_LATE, ADMITTED]),
        (with_rules(broken={"weight": -2.5}), [ADMITTED]),
        (with_rules(broken={"weight": -1.3}), [ADMITTED]),
        (with_rules(renegotiated_early={"weight": -0.9}), [MOVED]),
        (with_rules(first_date_kept={"weight": -1.5}), [IN_TIME, MOVED]),
        (with_rules(kept={"half_life_days": 10.0}), [IN_TIME, MOVED]),
    ],
    ids=lambda value: "" if isinstance(value, Policy) else ", ".join(str(LAW_NAMES[law]) for law in value),
)
def test_a_breach_of_every_law_is_found(policy: Policy, broken: list[str]) -> None:
    assert [breach.law for breach in breaches(policy)] == broken


def test_the_smallest_history_has_nothing_before_where_nothing_is_needed() -> None:
    """Broken weighs 3 against three rungs of .8 + .6 + .6 = 2: trust 1.5/6 = .25 against 1.5/5 = .30."""
    (breach,) = breaches(with_rules(broken={"weight": -3.0}))
    assert (breach.earlier_words, breach.age_days) == ("", 0)
    assert [breach.preferred_trust, breach.other_trust] == pytest.approx([0.25, 0.30])
    assert breach.sentence == (
        "with nothing before, a promise admitted as broken on the day it was due leaves trust at .250; "
        "the same never delivered, and nothing said for 90 days leaves it at .300"
    )


def test_a_breach_that_only_a_bad_record_shows_says_how_bad() -> None:
    """A day late brings 1.16 for and .8 against, in time 1 for: who has a bad record gains more by the day late."""
    breach = breaches(with_rules(kept_late={"weight": 1.2}))[0]
    assert breach.earlier_words == "7 promises hidden"
    fewer = [row for row in breach.preferred_rows if row.at < OUTCOME_AT][4:]  # one hidden promise less: four rows
    preferred, other = (
        trust([*fewer, *outcome.rows("medium")], with_rules(kept_late={"weight": 1.2}))
        for outcome in (breach.preferred, breach.other)
    )
    assert other - preferred <= 1e-3


def test_a_half_life_alone_may_break_a_law() -> None:
    """Kept counts more at first, but is forgotten in no time while a late delivery is not."""
    breach = breaches(with_rules(kept={"half_life_days": 10.0}))[0]
    assert breach.age_days > 0
    assert f"{breach.age_days} days later" in breach.sentence


def test_nothing_counts_means_nothing_is_broken() -> None:
    nothing = SHIPPED.stakes.model_copy(update={"small": 0.0, "medium": 0.0, "large": 0.0})
    assert breaches(SHIPPED.model_copy(update={"stakes": nothing})) == []
    assert breaches(SHIPPED.model_copy(update={"kinds": {}})) == []


KINDS = ("kept", "first-date-kept", "kept-late", "overdue", "overdue-30", "overdue-90", "broken", "renegotiated-early")
rules = st.builds(
    Rule,
    weight=st.floats(-3, 3).map(lambda number: round(number, 2)),
    half_life_days=st.sampled_from((10.0, 180.0, 365.0, 540.0, 5000.0)),
    shape=st.sampled_from(("constant", "proportional", "saturating", "halving")),
    scale=st.sampled_from((1.0, 21.0, 365.0)),
)
policies = st.builds(
    lambda changed, prior, rate: SHIPPED.model_copy(
        update={
            "kinds": {**SHIPPED.kinds, **changed},
            "trust": SHIPPED.trust.model_copy(update={"prior_weight": prior, "base_rate": rate}),
        }
    ),
    st.dictionaries(st.sampled_from(KINDS), rules, max_size=4),
    st.sampled_from((0.5, 3.0, 20.0)),
    st.sampled_from((0.1, 0.5, 0.9)),
)


@settings(max_examples=60, deadline=None)
@given(policies)
def test_whatever_breaks_a_law_is_shown_by_a_history_that_scoring_confirms(policy: Policy) -> None:
    for breach in breaches(policy):
        preferred = trust(breach.preferred_rows, policy, breach.age_days)
        other = trust(breach.other_rows, policy, breach.age_days)
        assert preferred < other
        assert (preferred, other) == (breach.preferred_trust, breach.other_trust)
        before = [row for row in breach.preferred_rows if row.at < OUTCOME_AT]
        assert before == [row for row in breach.other_rows if row.at < OUTCOME_AT]
        assert len(before) <= 4 * EARLIER_MAX
        assert any((breach.preferred, breach.other) in law.pairs for law in LAWS if law.words == breach.law)


@settings(max_examples=60, deadline=None)
@given(policies, st.sampled_from(LAWS), st.data())
def test_where_a_law_is_kept_no_earlier_evidence_breaks_it(policy: Policy, law: Any, data: st.DataObject) -> None:
    """Earlier promises of any outcome, of any number, never make the preferred one worth less."""
    if law.words in {breach.law for breach in breaches(policy)}:
        return
    preferred, other = data.draw(st.sampled_from(law.pairs))
    came_before = data.draw(st.lists(st.sampled_from((kept(0), late(7), late(91), admitted(0), hidden())), max_size=30))
    before = [row for outcome in came_before for row in outcome.rows("large")]
    assert trust([*before, *preferred.rows("medium")], policy) >= trust([*before, *other.rows("medium")], policy) - 1e-3
