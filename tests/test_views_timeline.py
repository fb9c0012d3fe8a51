"""What happened, in order of occurrence or of recording."""

from __future__ import annotations

import pytest
from support.story import Story, noon

from pledger.domain.catalogue import facts
from pledger.domain.communication import MeetingHeld, UpdateShared
from pledger.domain.correction import EntryRetracted
from pledger.projections.question import Moment
from pledger.projections.sentences import SENTENCES, sentence
from pledger.projections.timeline import fact_data, timeline
from pledger.projections.views import timeline as asked_timeline


@pytest.fixture
def story() -> Story:
    """A meeting told late, one told in time, and one that was a mistake."""
    story = Story().opened(day="2025-02-01")
    story.on("2025-02-05", MeetingHeld(what="plans"))
    story.on("2025-01-15", UpdateShared(what="old news", by="Acme"), told="2025-02-06")
    mistaken = story.on("2025-02-07", MeetingHeld(what="other partner"))
    story.on("2025-02-10", EntryRetracted(entry=mistaken.position, why="wrong partnership"))
    story.opened("Acme", "Initech", slug="acme-initech", day="2025-02-11")
    return story


def topics(story: Story, as_of: str = "2025-03-01", known_at: str = "2025-03-01", **more: str) -> list[str]:
    told = timeline(story.ledger.entries("acme-globex"), Moment(noon(as_of), noon(known_at)), **more)  # type: ignore[arg-type]
    return [each.entry.fact.TOPIC for each in told]


def test_the_opening_comes_first_whatever_its_date(story: Story) -> None:
    assert topics(story) == [
        *("partnership-opened", "update-shared", "meeting-held", "meeting-held", "entry-retracted"),
    ]


def test_in_order_of_recording_what_was_told_late_comes_late(story: Story) -> None:
    in_order = topics(story, order="recording")
    assert in_order.index("update-shared") == 2


def test_what_had_not_happened_or_was_not_known_is_left_out(story: Story) -> None:
    assert topics(story, as_of="2025-02-05") == ["partnership-opened", "update-shared", "meeting-held"]
    assert topics(story, known_at="2025-02-05") == ["partnership-opened", "meeting-held"]


def test_the_opening_counts_at_every_time(story: Story) -> None:
    assert topics(story, as_of="2025-01-20") == ["partnership-opened", "update-shared"]


def test_what_was_taken_back_says_by_whom_when_and_why(story: Story) -> None:
    *_, mistaken, retraction = asked_timeline(story.until("2025-03-01").ledger, "acme-globex")
    assert mistaken.retracted_by is not None
    assert mistaken.retracted_by._asdict() == {
        "entry": retraction.entry.position,
        "recorded_at": noon("2025-02-10"),
        "recorded_by": "jane",
        "why": "wrong partnership",
    }
    assert retraction.retracted_by is None


def test_before_the_retraction_was_known_nothing_was_marked(story: Story) -> None:
    told = asked_timeline(story.ledger, "acme-globex", known_at=noon("2025-02-09"))
    assert [each.retracted_by for each in told] == [None] * 4


def test_the_whole_ledgers_timeline_keeps_each_partnerships_own_order(story: Story) -> None:
    story.on("2025-01-20", UpdateShared(what="older news", by="Initech"), "acme-initech", told="2025-02-12")
    told = [each.entry for each in asked_timeline(story.until("2025-03-01").ledger)]
    assert {entry.partnership for entry in told} == {"@ledger", "acme-globex", "acme-initech"}
    for slug in ("acme-globex", "acme-initech"):
        stream = [entry for entry in told if entry.partnership == slug]
        assert stream == sorted(stream, key=lambda entry: entry.order)


def test_the_data_of_an_entry_has_every_field_and_a_retracted_entrys_too(story: Story) -> None:
    retraction = [entry.fact for entry in story.ledger.entries("acme-globex")][-1]
    data = fact_data(retraction)
    assert set(data) == {"entry", "why", "retracted", "gaps_opened", "gaps_closed"}
    assert data["retracted"]["data"] == {
        "present": (),
        "went": "well",
        "what": "other partner",
        "members": ("Acme", "Globex"),
        "gaps_opened": (),
        "gaps_closed": (),
    }


def test_every_fact_is_told_in_a_sentence_of_its_own() -> None:
    assert {kind.__name__ for kind in facts().values()} - {kind.__name__ for kind in SENTENCES} == set()


def test_a_fact_that_nobody_has_worded_is_told_by_its_docstring(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pledger.projections.sentences.SENTENCES", {})
    entry = story.on("2025-02-12", UpdateShared(what="news", by="Acme"))
    assert sentence(entry) == ("A party told the others how things stand, without being asked (what: news, by: Acme)")
