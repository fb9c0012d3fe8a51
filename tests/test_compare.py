"""Two policies compared: against each partnership scored alone, and against leaving out one entry after another."""

from __future__ import annotations

from collections import Counter
from dataclasses import astuple
from datetime import date, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.any_policy import any_policy, reweighed, seeds
from support.comparing import Plain, compared, pulls_of
from support.moments import moments
from support.neighbours import Neighbours, moments_of_learning, neighbours
from support.policies import MATURED, POLICIES, SHIPPED
from support.story import SLUG, Story, noon

import pledger
from pledger.domain.entry import Proposal
from pledger.domain.lifecycle import PartnershipEnded, PartnershipProspected, PartyJoined, PartyLeft
from pledger.projections import compare
from pledger.projections.compare_words import comparison_sentence, summary_sentence
from pledger.projections.policy import Policy
from pledger.projections.what_if import WhatIf

if TYPE_CHECKING:
    from pledger.projections.compare import Compared, Comparison, Judged

FELT = 0.005
CAUSE_MIN = 1e-6
NEAR = 1e-9
hard = settings(max_examples=80, deadline=None, print_blob=True, suppress_health_check=list(HealthCheck))
one_policy = st.sampled_from(POLICIES) | any_policy
two_policies: st.SearchStrategy[tuple[Policy, Policy]] = st.one_of(
    st.tuples(one_policy, one_policy),
    st.builds(lambda policy, seed: (policy, reweighed(policy, seed)), one_policy, seeds),
)
about = (neighbours(), two_policies, moments, st.integers(0, 60))


def learned(ledger: pledger.Ledger, which: int) -> datetime:
    moments_then = moments_of_learning(ledger) or [ledger.now()]
    return moments_then[which % len(moments_then)]


def close(told: float, expected: float) -> bool:
    return told == pytest.approx(expected, rel=1e-12, abs=1e-12)


@hard
@given(*about)
def test_every_partnership_is_scored_as_if_it_were_alone(
    told: Neighbours, policies: tuple[Policy, Policy], as_of: datetime, which: int
) -> None:
    ledger = told.told()
    known_at = learned(ledger, which)
    comparison = pledger.compare(ledger, policies[1], policies[0], as_of=as_of, known_at=known_at)
    plain = {each.slug: each for each in compared(ledger, policies, as_of, known_at)}
    found = {each.partnership: each for each in comparison.largest_first()}
    assert set(found) == set(plain)
    assert len(comparison) == len(plain)
    for slug, each in found.items():
        check_scores(each, plain[slug])
    check_ranks([(each.old_rank, plain[slug].rank_key(0), slug) for slug, each in found.items()])
    check_ranks([(each.new_rank, plain[slug].rank_key(1), slug) for slug, each in found.items()])
    check_order(list(comparison.largest_first()))
    check_summary(comparison, plain)


def check_scores(each: Compared, plain: Plain) -> None:
    assert tuple(party.party for party in each.parties) == plain.members
    for place, party in enumerate(each.parties):
        for side, judged in enumerate((party.old, party.new)):
            held = plain.trust[side][place]
            assert judged.band == held.band
            assert all(map(close, numbers(judged), astuple(held.opinion)))
        assert party.difference == party.new.opinion.trust - party.old.opinion.trust
    for told, expected in zip((each.old_momentum, each.new_momentum), plain.momentum, strict=True):
        assert told.state == expected.state
        assert close(told.value, expected.value)
        assert close(told.speed, expected.speed)
        assert told.trend == pytest.approx(expected.trend, abs=NEAR)


def numbers(judged: Judged) -> tuple[float, ...]:
    return astuple(judged.opinion)


def check_ranks(ranked: list[tuple[int, tuple[int, float], str]]) -> None:
    """Lowest first, those without parties last, equal ones by name."""
    ranked.sort()
    assert [rank for rank, _, _ in ranked] == list(range(1, len(ranked) + 1))
    for (_, one, name), (_, other, later) in pairwise(ranked):
        assert (one[0], one[1]) <= (other[0], other[1] + NEAR)
        assert one != other or name < later


def check_order(shown: list[Compared]) -> None:
    """The largest difference of trust in a party first, then that of momentum."""
    keys = [
        (
            max((abs(party.difference) for party in each.parties), default=0.0),
            abs(each.new_momentum.value - each.old_momentum.value),
        )
        for each in shown
    ]
    for one, other in pairwise(keys):
        assert one >= other


def check_summary(comparison: Comparison, plain: dict[str, Plain]) -> None:
    held = [pair for each in plain.values() for pair in zip(*each.trust, strict=True)]
    differences = [new.opinion.trust - old.opinion.trust for old, new in held]
    bands = Counter(f"{old.band} to {new.band}" for old, new in held if old.band != new.band)
    told = comparison.summary()
    assert (told["partnerships"], told["parties"]) == (len(plain), len(held))
    assert told["rise"] == sum(difference >= FELT for difference in differences)
    assert told["fall"] == sum(difference <= -FELT for difference in differences)
    assert told["rise"] + told["fall"] + told["stay"] == len(held)
    assert told["change_band"] == sum(bands.values())
    assert told["band_changes"] == dict(bands)
    turned = [each.momentum[0].state != each.momentum[1].state for each in plain.values()]
    assert told["change_momentum_state"] == sum(turned)
    shown = list(comparison.largest_first())
    assert told["change_rank"] == sum(each.old_rank != each.new_rank for each in shown)
    assert close(told["largest_difference"], max(map(abs, differences), default=0.0))
    assert summary_sentence(told).endswith(".")


# The entries that make the difference


@hard
@given(*about)
def test_the_entries_named_are_those_without_which_the_difference_would_be_another(
    told: Neighbours, policies: tuple[Policy, Policy], as_of: datetime, which: int
) -> None:
    ledger = told.told()
    known_at = learned(ledger, which)
    comparison = pledger.compare(ledger, policies[1], policies[0], as_of=as_of, known_at=known_at)
    plain = {each.slug: each for each in compared(ledger, policies, as_of, known_at)}
    shown = list(comparison.largest_first())
    why = comparison.causes(shown)
    for each in shown:
        assert comparison_sentence(each, why).endswith(".")
        for party in each.parties:
            expected = pulls_of(plain[each.partnership].rows, party.party, policies, as_of)
            if expected is None:
                continue
            causes = why.get(party.number, [])
            sizes = sorted((abs(pull.difference) for pull in expected.values()), reverse=True)
            felt = [size for size in sizes if size > CAUSE_MIN - NEAR]
            if any(abs(size - CAUSE_MIN) <= NEAR for size in felt):
                continue
            assert [abs(cause.difference) for cause in causes] == pytest.approx(felt[:5], rel=0, abs=NEAR)
            for cause in causes:
                pull = expected[cause.entry]
                assert (cause.old_pull, cause.new_pull) == pytest.approx((pull.old, pull.new), rel=0, abs=1e-11)
                assert cause.kinds == pull.kinds


@hard
@given(*about)
def test_sought_party_by_party_or_all_at_once_the_entries_are_the_same(
    told: Neighbours, policies: tuple[Policy, Policy], as_of: datetime, which: int
) -> None:
    ledger = told.told()
    comparison = pledger.compare(ledger, policies[1], policies[0], as_of=as_of, known_at=learned(ledger, which))
    shown = list(comparison.largest_first())
    one_by_one = comparison.causes(shown)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compare, "FEW", -1)
        at_once = comparison.causes(shown)
    numbers_shown = {party.number for each in shown for party in each.parties}
    assert {number: causes for number, causes in at_once.items() if number in numbers_shown} == one_by_one


# With or without the sums kept per kind


@hard
@given(told=neighbours(), policy=one_policy, seed=seeds, as_of=moments, which=st.integers(0, 60))
def test_the_answer_is_the_same_whether_or_not_sums_are_kept(
    told: Neighbours, policy: Policy, seed: int, as_of: datetime, which: int
) -> None:
    ledger, other = told.told(), reweighed(policy, seed)
    asked: dict[str, Any] = {"as_of": as_of, "known_at": learned(ledger, which)}
    from_kept_sums = pledger.compare(ledger, other, policy, **asked)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compare, "differ_in_weights_alone", lambda *_: False)
        patch.setattr(WhatIf, "of", None)  # which would be noticed
        in_full = pledger.compare(ledger, other, policy, **asked)
    told_twice = zip(by_name(from_kept_sums), by_name(in_full), strict=True)
    for one, the_same in told_twice:
        assert (one.partnership, one.old_momentum, one.new_momentum) == (
            *(the_same.partnership, the_same.old_momentum, the_same.new_momentum),
        )
        for party, as_well in zip(one.parties, the_same.parties, strict=True):
            for judged, in_one_way in ((party.old, as_well.old), (party.new, as_well.new)):
                assert judged.band == in_one_way.band
                assert all(map(close, numbers(judged), numbers(in_one_way)))
    told_of_all, in_full_of_all = from_kept_sums.summary(), in_full.summary()
    assert close(told_of_all.pop("largest_difference"), in_full_of_all.pop("largest_difference"))
    assert told_of_all == in_full_of_all


def by_name(comparison: Comparison) -> list[Compared]:
    return sorted(comparison.largest_first(), key=lambda each: each.partnership)


# By hand


def changed(**kinds: dict[str, Any]) -> Policy:
    rules = {name.replace("_", "-"): rule for name, rule in kinds.items()}
    told = {kind: SHIPPED.kinds[kind].model_copy(update=rule) for kind, rule in rules.items()}
    return SHIPPED.model_copy(update={"name": "changed", "kinds": {**SHIPPED.kinds, **told}})


def test_a_kept_promise_that_counts_double() -> None:
    """Trust (1.5 + 1) / 4 becomes (1.5 + 2) / 5; without it, it would be .5 under both."""
    story = Story().opened()
    story.promised("2025-01-02", "guide", None)
    entry = story.delivered("2025-02-01", "guide")
    comparison = pledger.compare(story.ledger, changed(kept={"weight": 2.0}), SHIPPED, as_of=noon("2025-02-01"))
    (only,) = comparison.largest_first()
    acme, globex = only.parties
    assert (acme.old.opinion.trust, acme.new.opinion.trust) == pytest.approx((0.625, 0.7))
    assert globex.difference == 0.0
    why = comparison.causes([only])
    assert list(why) == [acme.number]
    (cause,) = why[acme.number]
    assert (cause.entry, cause.kinds) == (entry.position, ("kept",))
    assert (cause.old_pull, cause.new_pull) == pytest.approx((0.125, 0.2))


def test_entries_that_took_each_other_back_make_no_difference() -> None:
    """A deadline told, reversed by the end, again with its promise, and told again as the end was a mistake."""
    story = Story().opened()
    made = story.promised("2025-01-02", "guide", "2025-02-01")
    end = story.on("2025-01-10", PartnershipEnded(reason="completed"))
    mistakes = [pledger.EntryRetracted(entry=entry.position, why="a mistake") for entry in (made, end)]
    story.until("2025-03-01").ledger.record_all([Proposal(mistake, SLUG) for mistake in mistakes])
    comparison = pledger.compare(story.until("2025-04-01").ledger, changed(overdue={"weight": -3.0}))
    (only,) = comparison.largest_first()
    assert [party.difference for party in only.parties] == [0.0, 0.0]
    assert comparison.causes([only]) == {}


def test_who_is_compared_are_the_members_in_the_order_in_which_they_joined() -> None:
    story = Story().opened("Globex", "Acme", "Initech")
    story.on("2025-04-01", PartyJoined(party="Hooli"))
    story.on("2025-03-01", PartyJoined(party="Umbrella"), told="2025-04-02")
    story.on("2025-05-01", PartyLeft(party="Acme"))
    story.on("2025-06-01", PartyJoined(party="Acme"))
    story.on("2025-07-01", PartyLeft(party="Initech"))
    expected = {
        "2025-02-01": ["Globex", "Acme", "Initech"],
        "2025-04-10": ["Globex", "Acme", "Initech", "Umbrella", "Hooli"],
        "2025-05-10": ["Globex", "Initech", "Umbrella", "Hooli"],
        "2025-07-10": ["Globex", "Umbrella", "Hooli", "Acme"],
    }
    story.until("2025-08-01")
    for day, members in expected.items():
        (only,) = pledger.compare(story.ledger, SHIPPED, as_of=noon(day)).largest_first()
        assert [party.party for party in only.parties] == members
        shown = pledger.show(story.ledger, SLUG, as_of=noon(day)).parties
        assert [party.party for party in shown] == members


def test_a_partnership_without_parties_is_told_and_ranked_last() -> None:
    story = Story().opened()
    story.on("2025-01-02", PartnershipProspected(purpose="Finland", by="Acme"), "aaa-finland")
    comparison = pledger.compare(story.ledger, MATURED)
    finland = next(each for each in comparison.largest_first() if each.partnership == "aaa-finland")
    assert (finland.parties, finland.old_rank, finland.new_rank) == ((), 2, 2)
    assert finland.new_momentum.value == 0.0
    assert comparison_sentence(finland, {}) == "there are no parties yet."
    assert comparison.causes([finland]) == {}


def test_a_ledger_without_partnerships() -> None:
    comparison = pledger.compare(Story().ledger, MATURED)
    assert (len(comparison), list(comparison.largest_first()), comparison.causes([])) == (0, [], {})
    told = comparison.summary()
    assert summary_sentence(told) == "No partnership was known then."
    assert {value for name, value in told.items() if name != "band_changes"} == {0}


def test_what_was_not_known_then_is_not_compared() -> None:
    story = Story().opened()
    story.opened("Acme", "Hooli", slug="acme-hooli", day="2025-03-01")
    comparison = pledger.compare(story.ledger, MATURED, known_at=noon("2025-02-01"))
    assert [each.partnership for each in comparison.largest_first()] == [SLUG]
    assert comparison.summary()["parties"] == 2


def test_the_old_policy_is_the_one_in_force_by_then_unless_told() -> None:
    story = Story().opened()
    text = pledger.projections.policy.shipped_policy_text().replace("prior_weight = 3.0", "prior_weight = 5.0")
    story.on("2025-01-02", pledger.PolicyAdopted(name="mine", text=text, why="patience"))
    story.until("2025-02-01")
    weights = [
        pledger.compare(story.ledger, MATURED, known_at=known_at).questions[0].policy.trust.prior_weight
        for known_at in (date(2025, 1, 1), date(2025, 1, 2), None)
    ]
    assert weights == [3.0, 5.0, 5.0]


def test_the_first_few_are_those_with_the_largest_differences() -> None:
    story = Story()
    for number, slug in enumerate(("a", "b", "c", "d")):
        story.opened(slug=slug)
        for place in range((number * 3) % 4):
            name = f"promise-{place}"
            story.promised("2025-01-02", name, None, slug=slug, commitment=name)
            story.delivered("2025-01-03", name, slug=slug)
    comparison = pledger.compare(story.ledger, changed(kept={"weight": 2.0}))
    assert [each.partnership for each in comparison.largest_first()] == ["c", "b", "d", "a"]
    assert [each.partnership for each in comparison.largest_first(2)] == ["c", "b"]
