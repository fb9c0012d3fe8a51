"""Histories of scores worked by hand, in both orders, and how they are shown."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from support.desk import Desk
from support.policies import MATURED
from support.story import SLUG, Story, noon

from pledger.domain.communication import MeetingHeld
from pledger.domain.correction import EntryRetracted
from pledger.projections.history import History, Order, history
from pledger.projections.policy import default_policy

if TYPE_CHECKING:
    from pathlib import Path

    from pledger.projections.policy import Policy


def told(story: Story, as_of: str, order: Order = "occurred", policy: Policy | None = None) -> History:
    question = story.asked(as_of, "2026-01-01", policy or default_policy())
    return history(SLUG, list(story.ledger.entries(SLUG)), question, order)


def reads(history: History) -> list[tuple[str, int, str, Any]]:
    """Why, which entry, on which day, and trust in Acme after it."""
    return [
        (
            step.step.because,
            step.step.entry,
            f"{step.step.at:%m-%d}",
            pytest.approx(step.parties[0].after.trust, abs=5e-3),
        )
        for step in history.steps
    ]


def test_as_it_occurred_the_promise_was_never_overdue(told_late: Story) -> None:
    """(1 + 1.5) / 4 from the 9th on; sixteen days later about .62."""
    assert reads(told(told_late, "2025-01-25")) == [
        ("told", 2, "01-01", 0.5),
        ("told", 3, "01-02", 0.5),
        ("told", 4, "01-09", 0.625),
        ("end", 0, "01-25", 0.622),
    ]


def test_as_it_was_recorded_it_was_believed_to_be_overdue(told_late: Story) -> None:
    """1.5 / 3.8 from the 11th on; learning the truth takes that back as if it had been known on the 9th."""
    steps = told(told_late, "2025-01-25", "recorded")
    assert reads(steps) == [
        ("told", 2, "01-01", 0.5),
        ("told", 3, "01-02", 0.5),
        ("deadline", 3, "01-11", 1.5 / 3.8),
        ("told", 4, "01-25", 0.622),
        ("end", 0, "01-25", 0.622),
    ]
    kept = steps.steps[3].parties[0]
    assert kept.after.opposing == 0.0
    assert kept.before.trust == pytest.approx(0.397, abs=1e-3)


def test_an_outcome_is_credited_when_it_was_due_where_the_policy_waits() -> None:
    story = Story().opened()
    story.promised("2025-01-02", "guide", "2025-01-20")
    story.delivered("2025-01-09", "guide")
    orders: tuple[Order, ...] = ("occurred", "recorded")
    for order in orders:
        steps = told(story, "2025-01-25", order, MATURED)
        assert reads(steps)[2:] == [
            ("told", 4, "01-09", 0.5),
            ("matured", 4, "01-21", 0.625),
            ("end", 0, "01-25", 0.624),
        ]
        assert steps.steps[2].parties[0].momentum_after > steps.steps[2].parties[0].momentum_before


def test_an_act_told_late_pushed_when_it_happened_whenever_it_is_credited() -> None:
    """Kept 30 days before it is told, a month before it was due: of the push of 1, half is left; .25 of the promise."""
    story = Story().opened()
    story.promised("2025-01-02", "guide", "2025-03-20", commitment="guide")
    story.delivered("2025-02-01", "guide", told="2025-03-03")
    kept = told(story, "2025-03-03", "recorded", MATURED).steps[-2].parties[0]
    speed = 0.5 + 0.25 * 2 ** (-60 / 30)
    assert kept.momentum_after == pytest.approx(speed / (speed + 3), rel=0, abs=1e-12)


def test_what_was_taken_back_moves_nothing_as_things_occurred_and_is_marked() -> None:
    story = Story().opened()
    mistaken = story.on("2025-01-05", MeetingHeld(went="poorly"))
    retraction = story.on("2025-01-08", EntryRetracted(entry=mistaken.position, why="the other partner"))
    steps = told(story, "2025-01-10").steps
    assert [step.as_json()["retracted_by"] for step in steps] == [None, retraction.position, None, None]
    assert not any(party.has_moved for step in steps for party in step.parties)
    recorded = told(story, "2025-01-10", "recorded").steps
    assert [step.parties[0].has_moved for step in recorded] == [False, True, True, False]


def test_drifts_and_jumps_make_the_whole_way() -> None:
    story = Story().opened()
    story.promised("2025-01-02", "guide", "2025-01-10")
    story.on("2025-01-05", MeetingHeld())
    steps = [step.as_json()["scores"][0] for step in told(story, "2025-06-01").steps]
    for score in ("trust", "momentum"):
        way = sum(step[f"{score}_drift"] + step[f"{score}_jump"] for step in steps)
        assert way == pytest.approx(steps[-1][f"{score}_after"] - steps[0][f"{score}_before"], rel=0, abs=1e-12)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setenv("COLUMNS", "80")
    story = Story(tmp_path / "ledger.sqlite").opened()
    story.promised("2025-01-02", "Pay the launch budget", "2025-01-10", by="Globex")
    story.on("2025-01-14", MeetingHeld())
    story.ledger.close()
    return Desk(tmp_path, now=noon("2025-01-20"))


def test_the_page(desk: Desk) -> None:
    page = desk.type(f"history {SLUG} --format table").out
    assert (
        """\
Day         What happened, and the scores before and after
2025-01-01  Acme and Globex became partners: joint launch (entry 2)
2025-01-02  Globex promised Acme “Pay the launch budget” by 2025-01-10 (entry 3)
              Globex: trust .50 (uncertainty 1.00), momentum .00 to .08
2025-01-11  Globex's promise “Pay the launch budget” became overdue: due by
            2025-01-10 (promised with entry 3)
"""
        in page
    )
    assert "  Globex: trust .50 to .39 (uncertainty .79), momentum .06\n" in page
    assert "5 steps." in " ".join(page.split())
    assert "The last 2 of 5 steps." in " ".join(desk.type(f"history {SLUG} --limit 2 --format table").out.split())


def test_the_documented_keys(desk: Desk) -> None:
    answer: Any = json.loads(desk.type("history --format json --limit 2").out)
    assert list(answer) == ["partnership", "order", "as_of", "known_at", "policy", "steps"]
    step, end = answer["steps"]
    assert list(step) == [
        *("at", "because", "entry", "fact", "occurred_at", "recorded_at", "retracted_by", "sentence", "scores"),
    ]
    assert (step["fact"], end["because"], end["entry"]) == ("meeting-held", "end", None)
    assert list(step["scores"][0]) == [
        *("party", "trust_drift", "trust_before", "trust_after", "trust_jump"),
        *("uncertainty_before", "uncertainty_after", "spread_after"),
        *("momentum_drift", "momentum_before", "momentum_after", "momentum_jump"),
    ]


@pytest.mark.parametrize("form", ["csv", "tsv"])
def test_one_row_a_step_and_party(desk: Desk, form: str) -> None:
    lines = desk.type(f"history --format {form}").out.splitlines()
    assert len(lines) == 1 + 5 * 2
    assert lines[0].startswith("partnership,order,at,because".replace(",", "," if form == "csv" else "\t"))
