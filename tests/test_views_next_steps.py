"""What the headline says, and what a relationship manager should do next."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.story import Story

from pledger.domain.communication import CadenceAgreed, ConcernRaised
from pledger.domain.goals import GoalShared
from pledger.domain.lifecycle import PartnershipEnded, PartnershipPaused, PartnershipProspected
from pledger.domain.norms import NormBreached

if TYPE_CHECKING:
    from pledger.projections.outlook import Outlook


@pytest.fixture
def story() -> Story:
    return Story().opened()


def steps(told: Outlook) -> list[str]:
    return [step.command for step in told.next_steps]


@pytest.mark.parametrize(
    ("day", "headline", "count"),
    [
        ("2025-01-15", "Trust in Acme fell by .10 within 30 days, to .40 ± .22; promise overdue for 5 days: “Brand", 4),
        ("2025-02-15", "Paused since 2025-02-01; ", 1),
        ("2025-04-15", "Ended on 2025-04-01 (wrong fit); 1 promise stayed overdue.", 0),
    ],
)
def test_headline_and_next_steps_suit_the_phase(story: Story, day: str, headline: str, count: int) -> None:
    story.promised("2025-01-02", "Brand guide", "2025-01-10")
    story.on("2025-02-01", PartnershipPaused())
    story.on("2025-04-01", PartnershipEnded(reason="wrong-fit"))
    told = story.stands(day)
    assert told.headline.startswith(headline)
    assert len(told.next_steps) == count


def test_a_partner_still_looked_for_asks_to_be_opened(story: Story) -> None:
    story.on("2025-01-01", PartnershipProspected(by="Acme", purpose="Finland"), "acme-finland")
    told = story.stands("2025-02-01", slug="acme-finland")
    assert told.headline == "Looking for a partner since 2025-01-01: “Finland”."
    assert steps(told) == ["pledger open acme-finland --party ... --party ... --purpose ..."]


def test_large_promises_overdue_are_the_headline(story: Story) -> None:
    story.promised("2025-01-02", "Budget", "2025-01-10", by="Globex", stake="large")
    story.promised("2025-01-02", "Brand guide", "2025-01-05")
    assert story.stands("2025-01-12").headline == (
        "Large promise overdue for 2 days: “Budget” by Globex; 1 smaller one overdue too."
    )
    story.promised("2025-01-12", "Venue", "2025-01-13", by="Globex", stake="large")
    assert story.stands("2025-01-20").headline.startswith("2 large promises overdue, the longest for 10 days: “Budget”")


def test_a_fall_of_trust_is_the_next_headline(story: Story) -> None:
    story.on("2025-01-05", NormBreached(norm="shouting", by="Globex"))
    told = story.stands("2025-01-20")
    assert told.headline == "Trust in Globex fell by .16 within 30 days, to .34 ± .20."


def test_steady_trust_is_told_with_its_momentum(story: Story) -> None:
    for number in range(8):
        for party in ("Acme", "Globex"):
            slug = f"{party}-{number}".lower()
            story.promised(f"2025-01-{10 + number}", "Report", "2025-02-20", by=party, commitment=slug)
    for number in range(8):
        for party in ("Acme", "Globex"):
            story.delivered(f"2025-02-{10 + number}", f"{party}-{number}".lower())
    assert story.stands("2025-02-20").headline == "Trust is firm on every side, momentum building."


def test_where_one_side_is_unknown_the_other_is_told(story: Story) -> None:
    for number in range(8):
        story.promised("2025-01-10", f"Report {number}", "2025-02-20")
        story.delivered("2025-01-11", f"report-{number}")
    assert story.stands("2025-02-01").headline.startswith(
        "Trust in Acme is firm (.86 ± .10); too little is known of Globex"
    )


def test_next_steps_begin_with_the_most_urgent_and_name_evidence_and_verb(story: Story) -> None:
    story.promised("2025-01-02", "Budget", "2025-01-10", by="Globex", stake="large")
    story.promised("2025-01-02", "Mailing list", "2025-02-10")
    story.on("2025-01-03", NormBreached(norm="shouting", by="Globex"))
    story.on("2025-01-04", CadenceAgreed(every_days=14))
    story.on("2025-01-05", ConcernRaised(what="Leads come late", by="Globex", about="Acme"))
    story.on("2025-01-06", GoalShared(what="Enter Finland", owner="Acme"))
    told = story.stands("2025-02-01")
    assert steps(told) == [
        "pledger deliver acme-globex budget",
        "pledger norm repair acme-globex shouting --by Globex",
        "pledger meet acme-globex",
        "pledger concern resolve acme-globex leads-come-late",
        "pledger deliver acme-globex mailing-list",
        "pledger goal acknowledge acme-globex enter-finland --by Globex",
        "pledger goal ask acme-globex --by Acme --to Globex",
    ]
    late = told.next_steps[0]
    assert (late.entry, late.because, late.instead) == (
        *(3, "22 days overdue, large stake"),
        ("renegotiate", "break", "release"),
    )


def test_where_little_is_known_a_first_date_and_a_cadence_are_suggested(story: Story) -> None:
    assert steps(story.stands("2025-01-02")) == [
        "pledger goal ask acme-globex --by Globex --to Acme",
        "pledger commit acme-globex ... --by Acme --due ... --first-date",
        "pledger cadence acme-globex ...",
    ]


def test_names_with_blanks_are_quoted_for_the_shell() -> None:
    story = Story().opened("Acme", "Hooli & Co")
    story.on("2025-01-02", GoalShared(what="Enter Finland", owner="Acme"))
    told = story.stands("2025-01-03")
    assert "pledger goal ask acme-globex --by Acme --to 'Hooli & Co'" in steps(told)
