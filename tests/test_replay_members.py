"""Of whom replay tells, and from when: parties while they are members, beginnings that were not taken back."""

from __future__ import annotations

from support.histories import SLUG
from support.policies import MATURED, POLICIES
from support.replaying import replayed
from support.story import Story, noon

import pledger
from pledger.domain.lifecycle import PartnershipOpened, PartyJoined, PartyLeft

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
