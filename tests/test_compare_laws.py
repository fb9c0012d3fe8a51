"""Two policies compared: against each partnership scored alone, and against leaving out one entry after another."""

from __future__ import annotations

from collections import Counter
from dataclasses import astuple
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.any_policy import any_policy, reweighed, seeds
from support.comparing import Plain, compared, pulls_of
from support.moments import moments
from support.neighbours import Neighbours, learned, neighbours
from support.policies import POLICIES

import pledger
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


def both_ways(
    told: Neighbours, policies: tuple[Policy, Policy], as_of: datetime, which: int
) -> tuple[Comparison, dict[str, Plain]]:
    """The comparison by the knowledge of some moment, and each partnership scored alone."""
    ledger = told.told()
    known_at = learned(ledger, which)
    comparison = pledger.compare(ledger, policies[1], policies[0], as_of=as_of, known_at=known_at)
    return comparison, {each.slug: each for each in compared(ledger, policies, as_of, known_at)}


def close(told: float, expected: float) -> bool:
    return told == pytest.approx(expected, rel=1e-12, abs=1e-12)


@hard
@given(*about)
def test_every_partnership_is_scored_as_if_it_were_alone(
    told: Neighbours, policies: tuple[Policy, Policy], as_of: datetime, which: int
) -> None:
    comparison, plain = both_ways(told, policies, as_of, which)
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
    comparison, plain = both_ways(told, policies, as_of, which)
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
