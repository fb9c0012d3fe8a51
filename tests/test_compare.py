"""Two policies compared, by hand: what differs, for whom, and because of which entries."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from support.policies import MATURED, SHIPPED
from support.story import SLUG, Story, noon

import pledger
from pledger.domain.entry import Proposal
from pledger.domain.lifecycle import PartnershipEnded, PartnershipProspected, PartyJoined, PartyLeft
from pledger.projections.compare_words import comparison_sentence, summary_sentence
from pledger.projections.policy import Policy

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
