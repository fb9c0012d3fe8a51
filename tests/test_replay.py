"""Replay says at every moment what the views say, by the same knowledge: of everybody, under any policy."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.any_policy import any_policy
from support.facts import ZONES
from support.histories import SLUG, utc
from support.moments import moments
from support.neighbours import Neighbours, moments_of_learning, neighbours
from support.policies import MATURED, POLICIES
from support.story import Story, noon

import pledger
from pledger.domain.days import end_of_day
from pledger.domain.entry import Proposal
from pledger.domain.lifecycle import PartnershipEnded, PartnershipOpened, PartyJoined, PartyLeft
from pledger.projections import history as stories
from pledger.projections.members import everybody
from pledger.projections.periods import period_ends
from pledger.projections.question import Moment, Question

if TYPE_CHECKING:
    from pledger.domain.entry import Entry
    from pledger.projections.periods import Every

policies = st.sampled_from(POLICIES) | any_policy
hard = settings(max_examples=100, deadline=None, print_blob=True, suppress_health_check=list(HealthCheck))
periods: st.SearchStrategy[Every] = st.sampled_from(("month", "month", "week"))
SCORES = ("trust", "uncertainty", "cautious", "supporting", "opposing", "momentum")


def replayed(ledger: pledger.Ledger, **asked: Any) -> list[dict[str, Any]]:
    return [row for stretch in pledger.replay(ledger, **asked) for row in stretch.rows()]


def agree(told: dict[str, Any], expected: dict[str, Any]) -> None:
    assert [told[name] for name in SCORES] == pytest.approx([expected[name] for name in SCORES], rel=1e-12, abs=1e-12)


def known_moments(ledger: pledger.Ledger, which: int) -> datetime:
    """One of the moments at which something was learned."""
    learned = moments_of_learning(ledger) or [ledger.now()]
    return learned[which % len(learned)]


# Month by month and week by week


@hard
@given(told=neighbours(), every=periods, as_of=moments, which=st.integers(0, 60), policy=policies)
def test_every_score_is_the_one_that_show_gives_at_that_moment(
    told: Neighbours, every: Every, as_of: datetime, which: int, policy: pledger.Policy
) -> None:
    ledger = told.told()
    known_at = known_moments(ledger, which)
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
    asked: dict[str, Any] = {"as_of": as_of, "known_at": known_moments(ledger, -1), "policy": policy}
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
    known_at = known_moments(ledger, which)
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


# Who is told of, and from when


def test_parties_are_told_of_while_they_are_members() -> None:
    story = Story().opened("Acme", "Globex", "Initech")
    story.on("2025-03-10", PartyJoined(party="Hooli"))
    story.on("2025-05-10", PartyLeft(party="Initech"))
    story.on("2025-07-10", PartyJoined(party="Initech"))
    story.until("2025-08-15")
    months: dict[str, list[str]] = {}
    for row in replayed(story.ledger):
        months.setdefault(row["party"], []).append(f"{row['at']:%m}")
    whole = ["01", "02", "03", "04", "05", "06", "07", "08"]
    assert months == {
        "Acme": whole, "Globex": whole, "Hooli": whole[2:], "Initech": [*whole[:4], "07", "08"],
    }  # fmt: skip


def test_who_left_is_told_of_where_only_later_knowledge_has_it() -> None:
    story = Story().opened("Acme", "Globex", "Initech")
    story.on("2025-02-10", PartyLeft(party="Initech"), told="2025-04-10")
    story.until("2025-05-01")
    as_known = {
        day: {row["party"] for row in replayed(story.ledger, as_of=noon("2025-03-15"), known_at=noon(day))
              if row["at"] == noon("2025-03-15")}
        for day in ("2025-03-20", "2025-04-20")
    }  # fmt: skip
    assert as_known == {"2025-03-20": {"Acme", "Globex", "Initech"}, "2025-04-20": {"Acme", "Globex"}}


def test_a_beginning_that_was_taken_back_is_none() -> None:
    """A year mistyped and corrected makes no century of unknown scores."""
    story = Story()
    story.on("2025-01-01", PartnershipOpened(parties=("Acme", "Globex"), purpose="launch"))
    mistaken = story.ledger.record(PartyJoined(party="Initech"), SLUG, on=noon("1925-01-10"))
    story.ledger.record(pledger.EntryRetracted(entry=mistaken.position, why="mistyped"), SLUG)
    story.on("2025-01-10", PartyJoined(party="Initech"))
    story.until("2025-03-01")
    assert {row["at"].year for row in replayed(story.ledger)} == {2025}
    assert len([row for row in replayed(story.ledger) if row["party"] == "Initech"]) == 3


def test_an_opening_that_was_taken_back_is_no_beginning_either() -> None:
    story = Story()
    mistaken = story.on("2024-01-01", PartnershipOpened(parties=("Acme", "Globex"), purpose="launch"))
    story.on("2025-01-02", pledger.EntryRetracted(entry=mistaken.position, why="mistyped"))
    story.opened(day="2025-01-01").until("2025-03-01")
    assert {row["at"].year for row in replayed(story.ledger)} == {2025}
    assert {row["at"].year for row in replayed(story.ledger, known_at=noon("2024-12-01"))} == {2024, 2025}


def test_what_happened_before_the_opening_has_its_scores() -> None:
    story = Story()
    story.on("2025-03-10", PartnershipOpened(parties=("Acme", "Globex"), purpose="launch"))
    story.on("2025-01-20", pledger.MeetingHeld(), told="2025-03-20")
    rows = [row for row in replayed(story.ledger) if row["party"] == "Acme"]
    assert [f"{row['at']:%m-%d}" for row in rows] == ["01-31", "02-28", "03-20"]
    assert rows[0]["supporting"] > rows[1]["supporting"] > 0


def test_a_ledger_in_which_nothing_happened_has_no_scores() -> None:
    story = Story()
    assert replayed(story.ledger) == replayed(story.ledger, every="entry") == []
    story.on("2025-01-01", pledger.PartnershipProspected(purpose="Finland", by="Acme"))
    assert replayed(story.ledger) == replayed(story.ledger, every="week") == []


def test_outcomes_may_be_credited_when_they_were_due() -> None:
    """Momentum is pushed when things happen, whatever the policy credits."""
    story = Story().opened()
    story.promised("2025-01-02", "guide", "2025-02-10")
    story.delivered("2025-01-20", "guide")
    story.until("2025-03-01")
    scores = {
        policy.credit: {f"{row['at']:%m}": row for row in replayed(story.ledger, policy=policy, partnerships=[SLUG])
                        if row["party"] == "Acme"}
        for policy in (POLICIES[0], MATURED)
    }  # fmt: skip
    assert scores["observed"]["01"]["supporting"] > 0.9
    assert scores["matured"]["01"]["supporting"] == 0.0
    assert scores["matured"]["02"]["supporting"] > 0.9
    assert scores["matured"]["01"]["momentum"] == scores["observed"]["01"]["momentum"] > 0


# Where periods end


@hard
@given(every=periods, first=moments, days=st.floats(0, 900), zone=st.sampled_from(ZONES))
def test_periods_end_with_the_last_microsecond_of_a_month_or_sunday(
    every: Every, first: datetime, days: float, zone: ZoneInfo
) -> None:
    last = first + timedelta(days=days)
    *ends, end = period_ends(every, first, last, zone)
    assert end == last
    for instant in ends:
        before, after = (at.astimezone(zone) for at in (instant, instant + timedelta(microseconds=1)))
        assert before.date() < after.date()
        assert after.day == 1 if every == "month" else after.weekday() == 0
    for one, other in pairwise([first, *ends, last]):
        assert one <= other
        assert other - one < timedelta(days=32 if every == "month" else 8)
    assert last not in ends


BERLIN, AUCKLAND = ZoneInfo("Europe/Berlin"), ZoneInfo("Pacific/Auckland")


@pytest.mark.parametrize(
    ("zone", "first", "last", "ends"),
    [
        (
            BERLIN,
            "2024-02-10",
            "2024-04-20",
            [utc(2024, 2, 29, 23), utc(2024, 3, 31, 22)],
        ),  # summer time begins that day
        (BERLIN, "2024-10-10", "2024-11-10", [utc(2024, 10, 31, 23)]),
        (AUCKLAND, "2023-12-10", "2024-01-20", [utc(2023, 12, 31, 11)]),
        (ZoneInfo("UTC"), "2023-11-30", "2024-01-31", [utc(2023, 12, 1), utc(2024, 1, 1)]),
    ],
)
def test_months_end_with_the_ledgers_days(zone: ZoneInfo, first: str, last: str, ends: list[datetime]) -> None:
    until = end_of_day(date.fromisoformat(last), zone)
    told = period_ends("month", noon(first), until, zone)
    assert told == [*(end - timedelta(microseconds=1) for end in ends), until]


def test_weeks_end_on_sundays_across_the_year() -> None:
    told = period_ends("week", noon("2023-12-20"), noon("2024-01-10"), BERLIN)
    assert [f"{end.astimezone(BERLIN):%a %Y-%m-%d %H:%M}" for end in told] == [
        "Sun 2023-12-24 23:59", "Sun 2023-12-31 23:59", "Sun 2024-01-07 23:59", "Wed 2024-01-10 13:00",
    ]  # fmt: skip


def test_at_the_edge_of_the_calendar_the_last_period_ends_with_the_question() -> None:
    edge = datetime(9998, 12, 31, 23, 30, tzinfo=UTC)
    assert period_ends("month", edge - timedelta(days=40), edge, AUCKLAND)[-1] == edge
    assert period_ends("week", edge - timedelta(days=3), edge, ZoneInfo("UTC")) == [edge]


def test_the_last_score_is_that_of_the_moment_asked_about() -> None:
    story = Story().opened().until("2025-03-31")
    ends = [row["at"] for row in replayed(story.ledger, as_of=date(2025, 3, 31)) if row["party"] == "Acme"]
    assert len(ends) == 3
    assert ends[-1] == end_of_day(date(2025, 3, 31), ZoneInfo("UTC"))
