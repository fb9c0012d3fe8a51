"""Where a partnership stands, and what its relationship manager should do next."""

from __future__ import annotations

from datetime import date

import pytest
from support.story import SLUG, Story, noon

from pledger.domain.communication import (
    CadenceAgreed,
    ConcernRaised,
    ConcernResolved,
    ContactWaived,
    MeetingHeld,
    UpdateShared,
)
from pledger.domain.goals import GoalAcknowledged, GoalDropped, GoalShared, GoalSupported
from pledger.domain.lifecycle import (
    PartnershipEnded,
    PartnershipPaused,
    PartnershipProspected,
    PartnershipResumed,
    PartyJoined,
    PartyLeft,
    RelationshipManagerAppointed,
)
from pledger.domain.norms import BreachRepaired, NormAgreed, NormBreached
from pledger.domain.rating import TrustRated
from pledger.domain.refusal import WrongUsage
from pledger.projections.views import show


@pytest.fixture
def story() -> Story:
    return Story().opened()


def trust(story: Story, party: str, as_of: str, known_at: str | None = None) -> float:
    return next(held.opinion.trust for held in story.stands(as_of, known_at).parties if held.party == party)


# Trust, on both clocks


def test_with_nothing_told_trust_is_unknown_and_nothing_moves(story: Story) -> None:
    told = story.stands("2025-01-02")
    assert [(held.party, held.band, held.evidence) for held in told.parties] == [
        ("Acme", "unknown", 0),
        ("Globex", "unknown", 0),
    ]
    assert told.momentum.together.state == "stalled"
    assert told.headline == "Too little is known yet to speak of trust."


def test_a_promise_nobody_keeps_lowers_trust_by_itself(story: Story) -> None:
    story.promised("2025-01-02", "Brand guide", "2025-01-10", stake="large")
    before, after, a_month_later = (
        trust(story, "Acme", day, "2025-01-02") for day in ("2025-01-10", "2025-01-11", "2025-02-11")
    )
    assert a_month_later < after < before
    assert story.stands("2025-02-11").change["Acme"] < -0.05


def test_what_was_believed_on_1_march_about_new_year_differs_from_what_is_known_now(story: Story) -> None:
    story.promised("2025-01-02", "Brand guide", "2025-01-31", first_date=True)
    story.delivered("2025-01-20", "brand-guide", told="2025-03-15")
    believed = trust(story, "Acme", "2025-02-15", "2025-03-01")
    known_now = trust(story, "Acme", "2025-02-15", "2025-04-01")
    assert believed < 0.5 < known_now


def test_a_partnership_nobody_knew_yet_cannot_be_shown(story: Story) -> None:
    with pytest.raises(WrongUsage, match="nothing was known of acme-globex by 2024-12-31"):
        show(story.ledger, SLUG, known_at=noon("2024-12-31"))


def test_show_reads_no_other_partnerships_entries(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    def everything(*_: object) -> None:
        raise AssertionError("the whole log was read")

    monkeypatch.setattr("pledger.domain.store.Store.log", everything)
    assert show(story.ledger, SLUG).partnership == SLUG


def test_parties_are_the_members_of_that_moment(story: Story) -> None:
    story.on("2025-02-01", PartyJoined(party="Initech"))
    story.on("2025-03-01", PartyLeft(party="Acme"))
    assert [held.party for held in story.stands("2025-01-15").parties] == ["Acme", "Globex"]
    assert [held.party for held in story.stands("2025-02-15").parties] == ["Acme", "Globex", "Initech"]
    assert [held.party for held in story.stands("2025-03-15").parties] == ["Globex", "Initech"]


def test_what_a_person_says_stands_beside_what_is_computed(story: Story) -> None:
    story.on("2025-01-05", TrustRated(rating=7, of="Globex"))
    acme, globex = story.stands("2025-02-01").parties
    assert acme.rated is None
    assert globex.rated is not None
    assert (globex.rated.rating, globex.rated.entry) == (7, 3)
    assert globex.evidence == 0  # the shipped policy does not weigh it


# Phases


def test_each_phase_says_since_when_and_why(story: Story) -> None:
    story.on("2025-01-01", PartnershipProspected(by="Acme", purpose="Finland"), "acme-finland")
    story.on("2025-02-01", PartnershipPaused(why="summer"))
    story.on("2025-03-01", PartnershipResumed())
    story.on("2025-04-01", PartnershipEnded(reason="wrong-fit"))
    assert story.stands("2025-01-15").phase == ("active", date(2025, 1, 1), None)
    assert story.stands("2025-02-15").phase == ("paused", date(2025, 2, 1), "summer")
    assert story.stands("2025-03-15").phase == ("active", date(2025, 3, 1), None)
    assert story.stands("2025-04-15").phase == ("ended", date(2025, 4, 1), "wrong-fit")
    prospect = story.stands("2025-01-15", "2025-04-15", "acme-finland")
    assert prospect.phase == ("prospected", date(2025, 1, 1), None)
    assert (prospect.parties, prospect.purpose) == ((), "Finland")


# Contact


def test_contact_is_due_a_cadence_after_the_last_one(story: Story) -> None:
    assert story.stands("2025-01-02").contact.due is None
    story.on("2025-01-05", CadenceAgreed(every_days=14))
    story.on("2025-01-10", UpdateShared(what="figures", by="Acme"))
    contact = story.stands("2025-01-23").contact
    assert (contact.last, contact.last_was, contact.days_since) == (date(2025, 1, 10), "update-shared", 13)
    assert (contact.every_days, contact.due, contact.is_due) == (14, date(2025, 1, 24), False)
    assert contact.silence_from == date(2025, 2, 8)
    assert story.stands("2025-01-24").contact.is_due
    assert "contact is due (none for 20 days, every 14 agreed)" in story.stands("2025-01-30").headline


def test_a_waiver_puts_the_next_contact_off_without_being_one(story: Story) -> None:
    story.on("2025-01-05", CadenceAgreed(every_days=14))
    story.on("2025-01-06", MeetingHeld())
    story.on("2025-01-19", ContactWaived(by="Globex"))
    contact = story.stands("2025-01-21").contact
    assert (contact.last, contact.waived, contact.due) == (date(2025, 1, 6), date(2025, 1, 19), date(2025, 2, 2))
    assert not contact.is_due


def test_no_contact_is_due_while_paused(story: Story) -> None:
    story.on("2025-01-05", CadenceAgreed(every_days=14))
    story.on("2025-01-06", PartnershipPaused())
    contact = story.stands("2025-03-01").contact
    assert (contact.every_days, contact.due, contact.is_due) == (14, None, False)


# Loose ends


def test_a_goal_waits_for_those_who_have_not_acknowledged_it(story: Story) -> None:
    story.on("2025-01-01", PartyJoined(party="Initech"))
    story.on("2025-01-05", GoalShared(what="Enter Finland", owner="Acme"))
    (goal,) = story.stands("2025-01-06").unacknowledged_goals
    assert (goal.goal, goal.owner, goal.by_whom_not, goal.entry) == ("enter-finland", "Acme", ("Globex", "Initech"), 4)
    story.on("2025-01-07", GoalAcknowledged(goal="enter-finland", by="Globex"))
    assert story.stands("2025-01-08").unacknowledged_goals[0].by_whom_not == ("Initech",)
    story.on("2025-01-09", GoalSupported(goal="enter-finland", by="Initech"))  # who supports a goal knows it
    assert story.stands("2025-01-10").unacknowledged_goals == ()
    assert story.stands("2025-01-10").parties_without_goals == ("Globex", "Initech")


def test_a_dropped_goal_waits_for_nobody(story: Story) -> None:
    story.on("2025-01-05", GoalShared(what="Enter Finland", owner="Acme"))
    story.on("2025-01-06", GoalDropped(goal="enter-finland"))
    assert story.stands("2025-01-07").unacknowledged_goals == ()
    assert story.stands("2025-01-07").parties_without_goals == ("Globex",)  # it did share what it wants


def test_a_concern_is_open_until_it_is_resolved(story: Story) -> None:
    story.on("2025-01-05", ConcernRaised(what="Leads come late", by="Globex", about="Acme"))
    (concern,) = story.stands("2025-01-15").open_concerns
    assert (concern.concern, concern.by, concern.about, concern.days_open) == ("leads-come-late", "Globex", "Acme", 10)
    story.on("2025-01-16", ConcernResolved(concern="leads-come-late"))
    assert story.stands("2025-01-15", "2025-01-17").open_concerns[0].entry == 3
    assert story.stands("2025-01-17").open_concerns == ()


def test_each_repair_makes_good_one_breach(story: Story) -> None:
    story.on("2025-01-02", NormAgreed(what="No surprises", norm="no-surprises"))
    story.on("2025-01-05", NormBreached(norm="no-surprises", by="Globex"))
    story.on("2025-01-08", NormBreached(norm="No surprises", by="Globex"))
    story.on("2025-01-09", NormBreached(norm="Shouting", by="Globex"))
    story.on("2025-01-10", BreachRepaired(norm="no-surprises", by="Globex"))
    left = story.stands("2025-01-20").unrepaired_breaches
    assert [(breach.norm, breach.agreed, breach.breached, breach.days_since) for breach in left] == [
        ("no-surprises", True, date(2025, 1, 8), 12),
        ("shouting", False, date(2025, 1, 9), 11),
    ]


def test_relationship_managers_are_told_with_their_party(story: Story) -> None:
    story.on("2025-01-05", RelationshipManagerAppointed(person="p-jane", by="Acme"))
    assert story.stands("2025-01-06").relationship_managers == {"p-jane": "Acme"}
