"""Replay says at every moment what the views say, by the same knowledge: of everybody, under any policy."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.any_policy import any_policy
from support.histories import SLUG
from support.moments import moments
from support.neighbours import Neighbours, learned, neighbours
from support.policies import POLICIES
from support.replaying import hard, periods, replayed
from support.story import Story, noon

import pledger
from pledger.domain.entry import Proposal
from pledger.domain.lifecycle import PartnershipEnded, PartnershipOpened, PartyJoined
from pledger.projections import history as stories
from pledger.projections.members import everybody
from pledger.projections.question import Moment, Question

if TYPE_CHECKING:
    from pledger.domain.entry import Entry
    from pledger.projections.periods import Every

policies = st.sampled_from(POLICIES) | any_policy
SCORES = ("trust", "uncertainty", "cautious", "supporting", "opposing", "momentum")


def agree(told: dict[str, Any], expected: dict[str, Any]) -> None:
    assert [told[name] for name in SCORES] == pytest.approx([expected[name] for name in SCORES], rel=1e-12, abs=1e-12)


# Month by month and week by week


@hard
@given(told=neighbours(), every=periods, as_of=moments, which=st.integers(0, 60), policy=policies)
def test_every_score_is_the_one_that_show_gives_at_that_moment(
    told: Neighbours, every: Every, as_of: datetime, which: int, policy: pledger.Policy
) -> None:
    ledger = told.told()
    known_at = learned(ledger, which)
    rows = replayed(ledger, every=every, as_of=as_of, known_at=known_at, policy=policy)
    assert rows == sorted(rows, key=lambda row: (row["partnership"], row["party"], row["at"]))
    by_moment: dict[tuple[str, datetime], dict[str, dict[str, Any]]] = {}
    for row in rows:
        assert row["entry"] is None
        by_moment.setdefault((row["partnership"], row["at"]), {})[row["party"]] = row
    for slug, at in [*by_moment, *((slug, as_of) for slug in ledger.partnerships())]:
        expected = shown(ledger, slug, at, known_at, policy)
        found = by_moment.get((slug, at), {})
        assert set(found) == {party for party, scores in expected.items() if scores["has_begun"]}
        for party, row in found.items():
            assert row["band"] == expected[party]["band"]
            agree(row, expected[party])


def shown(
    ledger: pledger.Ledger, slug: str, at: datetime, known_at: datetime, policy: pledger.Policy
) -> dict[str, dict[str, Any]]:
    """What `show` says of each member; and whether there is anything to say: it has joined, or something counts."""
    entries = [entry for entry in ledger.entries(slug) if entry.recorded_at <= known_at]
    taken_back = {entry.fact.entry for entry in entries if isinstance(entry.fact, pledger.EntryRetracted)}
    if not any(isinstance(e.fact, PartnershipOpened) and e.position not in taken_back for e in entries):
        return {}
    told = pledger.show(ledger, slug, as_of=at, known_at=known_at, policy=policy)
    joined = first_joinings([entry for entry in entries if entry.position not in taken_back])
    scores = {}
    for held in told.parties:
        wheel, opinion = told.momentum.by_party[held.party], held.opinion
        numbers = {name: getattr(opinion, name) for name in SCORES if name != "momentum"}
        counts = opinion.supporting + opinion.opposing + wheel.speed > 0
        has_begun = joined[held.party] <= at or counts
        scores[held.party] = {**numbers, "momentum": wheel.value, "band": held.band, "has_begun": has_begun}
    return scores


def first_joinings(entries: list[Entry]) -> dict[str, datetime]:
    joined: dict[str, datetime] = {}
    for entry in sorted(entries, key=lambda entry: entry.occurred_at):
        match entry.fact:
            case PartnershipOpened(parties=parties):
                joined = dict.fromkeys(parties, entry.occurred_at) | joined
            case PartyJoined(party=party):
                joined.setdefault(party, entry.occurred_at)
    return joined


@hard
@given(told=neighbours(), every=periods, as_of=moments, policy=policies)
def test_some_partnerships_are_told_as_among_all(
    told: Neighbours, every: Every, as_of: datetime, policy: pledger.Policy
) -> None:
    """Some are read from their own streams, all from the log."""
    ledger = told.told()
    asked: dict[str, Any] = {"as_of": as_of, "known_at": learned(ledger, -1), "policy": policy}
    asked["since"] = as_of - timedelta(days=100)
    for by in (every, "entry"):
        whole = replayed(ledger, every=by, **asked)
        for slug in ledger.partnerships():
            alone = replayed(ledger, every=by, partnerships=[slug, slug], **asked)
            assert alone == [row for row in whole if row["partnership"] == slug]
        assert replayed(ledger, every=by, partnerships=reversed(ledger.partnerships()), **asked) == whole


@hard
@given(told=neighbours(most=2), as_of=moments, days=st.integers(0, 400), policy=policies)
def test_from_a_moment_on_means_without_what_was_before(
    told: Neighbours, as_of: datetime, days: int, policy: pledger.Policy
) -> None:
    ledger, since = told.told(), as_of - timedelta(days=days)
    for by in ("month", "entry"):
        whole = replayed(ledger, every=by, as_of=as_of, policy=policy)
        later = replayed(ledger, every=by, as_of=as_of, policy=policy, since=since)
        assert later == [row for row in whole if row["at"] >= since]


# After everything that moved a score


@hard
@given(told=neighbours(), as_of=moments, which=st.integers(0, 60), policy=policies)
def test_after_every_entry_the_scores_are_those_of_the_history(
    told: Neighbours, as_of: datetime, which: int, policy: pledger.Policy
) -> None:
    """After the last step of an instant; there is a score wherever a step moves trust in a party."""
    ledger = told.told()
    known_at = learned(ledger, which)
    rows = replayed(ledger, every="entry", as_of=as_of, known_at=known_at, policy=policy)
    found: dict[tuple[str, str], dict[datetime, dict[str, Any]]] = {}
    for row in rows:
        found.setdefault((row["partnership"], row["party"]), {})[row["at"]] = row
    assert sum(map(len, found.values())) == len(rows)
    for slug in ledger.partnerships():
        known = list(ledger.entries(slug, known_at=known_at))
        positions = {entry.position for entry in known}
        parties = everybody(known)
        question = Question(Moment(as_of, known_at), policy, ledger.zone)
        steps = stories.history(slug, known, question, "occurred", parties).steps[:-1] if known else ()
        for place, party in enumerate(parties):
            told_of = found.pop((slug, party), {})
            after = {step.step.at: step.parties[place] for step in steps}
            trust = {step.step.at for step in steps for row in step.step.trust if row.party == party}
            momentum = {step.step.at for step in steps for row in step.step.momentum if row.party == party}
            assert trust <= set(told_of) <= trust | momentum
            for at, row in told_of.items():
                assert row["entry"] in positions
                around = after[at]
                numbers = {name: getattr(around.after, name) for name in SCORES if name != "momentum"}
                agree(row, {**numbers, "momentum": around.momentum_after})
    assert not found


def test_a_score_names_the_entry_that_took_effect_or_set_what_fell_due() -> None:
    story = Story().opened()
    made = story.promised("2025-01-02", "guide", "2025-01-10")
    meeting = story.on("2025-01-05", pledger.MeetingHeld())
    story.until("2025-03-01")
    rows = [row for row in replayed(story.ledger, every="entry") if row["party"] == "Acme"]
    assert [(row["at"], row["entry"]) for row in rows] == [
        (noon("2025-01-02"), made.position),
        (noon("2025-01-05"), meeting.position),
        (datetime(2025, 1, 11, tzinfo=UTC), made.position),
        (datetime(2025, 2, 10, tzinfo=UTC), made.position),
    ]


def test_what_two_entries_took_back_and_one_of_these_was_taken_back_leaves_nothing() -> None:
    """A deadline told, reversed by the end, again with its promise, and told again as the end was a mistake."""
    story = Story().opened()
    made = story.promised("2025-01-02", "guide", "2025-02-01")
    end = story.on("2025-01-10", PartnershipEnded(reason="completed"))
    mistakes = [pledger.EntryRetracted(entry=entry.position, why="a mistake") for entry in (made, end)]
    story.until("2025-03-01").ledger.record_all([Proposal(mistake, SLUG) for mistake in mistakes])
    story.until("2025-04-01")
    assert replayed(story.ledger, every="entry") == []
