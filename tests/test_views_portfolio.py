"""Every partnership, worst news first."""

from __future__ import annotations

import weakref
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from support.story import Story, noon

from pledger.domain.ledger import Ledger
from pledger.domain.lifecycle import PartnershipEnded, PartnershipPaused, PartnershipProspected
from pledger.domain.norms import NormBreached
from pledger.projections.outlook import Outlook
from pledger.projections.policy import default_policy
from pledger.projections.views import portfolio, portfolio_of, show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pledger.domain.entry import Entry
    from pledger.domain.fact import Fact


@pytest.fixture
def story() -> Story:
    story = Story()
    for slug in ("ended", "calm", "silent", "fallen", "weak", "late", "later"):
        story.opened("Acme", "Globex", slug=slug)
    story.on("2025-01-01", PartnershipProspected(by="Acme", purpose="Finland"), "wanted")
    story.on("2025-01-02", NormBreached(norm="shouting", by="Globex"), "weak")
    story.promised("2025-01-02", "Budget", "2025-02-01", slug="late", stake="large")
    for what in ("Budget", "Venue"):
        story.promised("2025-01-02", what, "2025-02-20", slug="later", stake="large")
        story.promised("2025-01-02", what, "2025-01-20", slug="ended", stake="large")
    story.on("2025-02-10", PartnershipEnded(reason="broken-trust"), "ended")
    for number in range(6):
        for party in ("Acme", "Globex"):
            slug = f"{party.lower()}-{number}"
            story.promised("2025-01-02", "Report", "2025-01-20", by=party, slug="calm", commitment=slug)
            story.delivered("2025-01-10", slug, slug="calm")
    story.on("2025-02-25", NormBreached(norm="shouting", by="Globex"), "fallen")
    return story.until("2025-03-01")


def slugs(told: list[Outlook]) -> list[str]:
    return [each.partnership for each in told]


def test_worst_news_come_first_and_what_is_over_last(story: Story) -> None:
    """Large promises overdue, a fall of trust, weak trust, nothing known, firm trust; then those not running."""
    assert slugs(portfolio(story.ledger)) == ["later", "late", "fallen", "weak", "silent", "calm", "wanted", "ended"]


def test_a_paused_partnership_keeps_its_place(story: Story) -> None:
    story.on("2025-02-28", PartnershipPaused(), "late")
    assert slugs(portfolio(story.until("2025-03-01").ledger))[:2] == ["later", "late"]


def test_the_order_is_that_of_the_moment_asked_about(story: Story) -> None:
    assert slugs(portfolio(story.ledger, as_of=noon("2025-02-05")))[:2] == ["ended", "late"]
    assert slugs(portfolio(story.ledger, as_of=noon("2025-02-05"), known_at=noon("2025-01-01"))) == [
        *("calm", "ended", "fallen", "late", "later", "silent", "weak"),
        "wanted",
    ]


def test_each_is_what_show_would_say_of_it(story: Story) -> None:
    assert [show(story.ledger, each.partnership).as_json() for each in portfolio(story.ledger)] == [
        each.as_json() for each in portfolio(story.ledger)
    ]


def test_what_was_not_known_then_is_left_out(story: Story) -> None:
    story.opened("Acme", "Initech", slug="new", day="2025-03-02")
    assert "new" not in slugs(portfolio(story.ledger, known_at=noon("2025-03-01")))
    assert "new" in slugs(portfolio(story.ledger, known_at=date(2025, 3, 2)))


def test_the_policy_told_is_the_one_that_scores(story: Story) -> None:
    numbers = default_policy().model_dump()
    numbers["kinds"]["norm-breached"]["weight"] = 0.0
    lenient = type(default_policy()).model_validate({**numbers, "name": "lenient"})
    told = {each.partnership: each for each in portfolio(story.ledger, policy=lenient)}
    assert {each.policy for each in told.values()} == {"lenient"}
    assert told["weak"].parties[1].band == "unknown"


def test_a_ledger_without_partnerships_has_an_empty_portfolio() -> None:
    assert portfolio(Story().ledger) == []


def test_each_partnership_is_read_once_and_its_entries_are_let_go_before_the_next(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However large the ledger, only the entries of one partnership are held; how many are done is told."""
    read: list[str | None] = []
    seen: list[tuple[str, int, int]] = []
    facts: list[weakref.ref[Fact]] = []
    entries = Ledger.entries

    def watched(ledger: Ledger, slug: str | None = None, **more: Any) -> Iterator[Entry]:
        read.append(slug)
        for entry in entries(ledger, slug, **more):
            facts.append(weakref.ref(entry.fact))
            yield entry

    def watch(what: str, done: int, total: int) -> None:
        seen.append((what, done, total))
        assert [fact() for fact in facts if fact() is not None] == []

    asked = story.asked("2025-03-01")
    monkeypatch.setattr(Ledger, "entries", watched)
    assert len(portfolio_of(story.ledger, asked, watch)) == 8
    assert read == story.ledger.partnerships()
    assert len(facts) == sum(len(list(entries(story.ledger, slug))) for slug in read)
    assert seen == [("reading partnerships", done, 8) for done in range(9)]
