"""Amending from Python: what comes after an entry is told again as it was, and nothing is recorded by halves."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from pydantic import ValidationError
from support.story import SLUG, Story, noon

import pledger
from pledger.domain.refusal import WrongUsage

# From Python


def test_what_cannot_be_told_again_names_the_entry_and_leaves_all_as_it_was() -> None:
    story = Story().opened()
    made = story.promised("2025-01-02", "guide", None)
    story.delivered("2025-01-03", "guide", told="2025-01-05")
    before = list(story.ledger.entries())
    with pytest.raises(pledger.Refused, match=r"entry 4 \(commitment-delivered, 2025-01-03\): there is no open"):
        pledger.amend(story.ledger, made.position, {"on": noon("2025-01-03") + timedelta(hours=1)}, me="bob")
    assert list(story.ledger.entries()) == before


def test_what_came_after_it_at_the_very_instant_comes_after_it_again() -> None:
    """A promise, its delivery and a pause on one day, told without times: the pause comes last."""
    story = Story().opened()
    day = date(2025, 1, 1)
    facts = (pledger.CommitmentMade(what="guide", by="Acme"), pledger.CommitmentDelivered(commitment="guide"))
    made, *_ = (story.ledger.record(fact, SLUG, on=day) for fact in (*facts, pledger.PartnershipPaused()))
    done = pledger.amend(story.ledger, 3, {"stake": "large"})
    assert done is not None
    assert [now.fact.TOPIC for _, now in done.told_again] == ["commitment-delivered", "partnership-paused"]
    assert made.position == done.before.position


def test_what_came_after_it_at_the_very_instant_does_not_come_before_it() -> None:
    """A cadence agreed by two, and a third that joined on the same day: amending it makes it no cadence of three."""
    story = Story().opened()
    day = date(2025, 1, 1)
    for fact in (pledger.CadenceAgreed(every_days=7), pledger.PartyJoined(party="Initech"), pledger.MeetingHeld()):
        story.ledger.record(fact, SLUG, on=day)
    done = pledger.amend(story.ledger, 3, {"every_days": 8})
    assert done is not None
    assert isinstance(done.now.fact, pledger.CadenceAgreed)
    assert done.now.fact.members == ("Acme", "Globex")
    done = pledger.amend(story.ledger, done.told_again[-1][1].position, {"went": "poorly"})
    assert done is not None
    assert done.told_again == ()


def test_what_differs_is_named_and_given_back() -> None:
    story = Story().opened()
    made = story.promised("2025-01-02", "guide", "2025-01-10")
    done = pledger.amend(story.ledger, made.position, {"due": date(2025, 1, 12), "note": "seen", "by": "acme"})
    assert done is not None
    assert (done.changed, done.before, done.told_again) == (("due", "note"), made, ())
    assert [entry.position for entry in (*done.retractions, done.now)] == [4, 5]
    assert pledger.amend(story.ledger, done.now.position, {"note": "seen"}) is None


def test_a_field_that_is_wrong_or_unknown_raises_as_the_fact_itself_would() -> None:
    story = Story().opened()
    made = story.promised("2025-01-02", "guide", "2025-01-10").position
    for wrong in ({"stake": "huge"}, {"dew": 1}, {"by": None}):
        with pytest.raises(ValidationError):
            pledger.amend(story.ledger, made, wrong)
    with pytest.raises(WrongUsage, match="late_from cannot be told"):
        pledger.amend(story.ledger, made, {"late_from": noon("2025-01-10")})


def test_what_others_record_meanwhile_is_told_again_too(monkeypatch: pytest.MonkeyPatch) -> None:
    story = Story().opened()
    made = story.promised("2025-01-02", "guide", "2025-01-10")
    record_all = pledger.Ledger.record_all
    delivered: list[bool] = []

    def interrupted(ledger: pledger.Ledger, *args: object, **told: object) -> object:
        if not delivered:
            delivered.append(True)
            story.delivered("2025-01-03", "guide")
        return record_all(ledger, *args, **told)  # type: ignore[arg-type]

    monkeypatch.setattr(pledger.Ledger, "record_all", interrupted)
    done = pledger.amend(story.ledger, made.position, {"stake": "large"})
    assert done is not None
    assert [now.fact.TOPIC for _, now in done.told_again] == ["commitment-delivered"]
