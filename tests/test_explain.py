"""Explanations of small histories, worked by hand; and how they are shown."""

from __future__ import annotations

import csv
import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from support.desk import Desk
from support.story import SLUG, Story, noon

from pledger.domain.communication import CadenceAgreed, MeetingHeld
from pledger.domain.correction import EntryRetracted
from pledger.domain.delivery import CommitmentRenegotiated
from pledger.domain.lifecycle import PartnershipProspected
from pledger.projections.explain import Explanation, explain
from pledger.projections.policy import default_policy

if TYPE_CHECKING:
    from pathlib import Path

    from pledger.projections.movement import Part
    from pledger.projections.policy import Policy


def explained(
    story: Story, since: str, until: str, known_at: str = "2026-01-01", policy: Policy | None = None
) -> Explanation:
    question = story.asked(until, known_at, policy or default_policy())
    return explain(SLUG, list(story.ledger.entries(SLUG, known_at=question.known_at)), question, noon(since))


def jumps(told: Explanation, party: str = "Acme", score: str = "trust") -> list[Part]:
    held = next(each for each in told.parties if each.party == party)
    return [part for part in getattr(held, score).parts if part.step]


def test_a_kept_promise_then_decay() -> None:
    """Kept on the 9th: (1 + 1.5) / (1 + 3) = .625. A year later half of it is left: (.5 + 1.5) / 3.5 = .571."""
    story = Story().opened()
    story.promised("2025-01-02", "guide", "2025-01-10")
    story.delivered("2025-01-09", "guide")
    told = explained(story, "2025-01-01", "2026-01-09", "2026-01-09")
    before, kept, after = told.parties[0].trust.parts
    assert (before.before, before.after, before.step) == (0.5, 0.5, None)
    assert (kept.before, kept.after) == pytest.approx((0.5, 0.625))
    assert (after.before, after.after) == pytest.approx((0.625, 2 / 3.5))
    assert kept.sentence == "Acme kept “guide”, 1 day early (entry 4)"
    assert kept.kinds == ("kept",)
    assert told.parties[0].trust.by_jumps == pytest.approx(0.125)
    assert told.parties[0].trust.by_decay == pytest.approx(2 / 3.5 - 0.625)
    assert told.is_exact


def test_what_happens_at_one_instant_is_told_in_order_of_entry() -> None:
    """.05 for each meeting: 1.55 / 3.05, then 1.6 / 3.1."""
    story = Story().opened()
    story.on("2025-01-05", MeetingHeld())
    story.on("2025-01-05", MeetingHeld())
    first, second = jumps(explained(story, "2025-01-04", "2025-01-05"))
    assert [part.step and part.step.entry for part in (first, second)] == [3, 4]
    assert (first.before, first.after, second.before, second.after) == pytest.approx(
        (0.5, 1.55 / 3.05, 1.55 / 3.05, 1.6 / 3.1)
    )


def test_what_took_effect_at_the_very_start_is_not_part_of_the_span_and_what_does_at_its_end_is() -> None:
    story = Story().opened()
    story.on("2025-01-05", MeetingHeld())
    story.on("2025-01-06", MeetingHeld())
    told = explained(story, "2025-01-05", "2025-01-06")
    assert [part.step and part.step.entry for part in jumps(told)] == [4]


def test_a_span_of_no_length_has_no_parts() -> None:
    story = Story().opened()
    story.on("2025-01-05", MeetingHeld())
    told = explained(story, "2025-01-05", "2025-01-05")
    assert [party.trust.parts for party in told.parties] == [(), ()]
    assert told.is_exact


def test_of_two_meetings_at_one_instant_the_one_that_stands_is_named() -> None:
    """Their rows are equal, so only what they are about tells them apart."""
    story = Story().opened()
    mistaken = story.on("2025-01-05", MeetingHeld(what="mistaken"))
    story.on("2025-01-05", MeetingHeld(what="real"))
    story.on("2025-01-06", EntryRetracted(entry=mistaken.position, why="never happened"))
    (met,) = jumps(explained(story, "2025-01-04", "2025-01-10"))
    assert met.sentence == "Everybody met; it went well: real (entry 4)"


def test_a_date_moved_there_and_back_is_told_of_the_entry_in_force() -> None:
    story = Story().opened()
    story.promised("2025-01-02", "guide", "2025-01-10")
    for due in ("2025-01-20", "2025-01-10"):
        moved = CommitmentRenegotiated(commitment="guide", due=date.fromisoformat(due))
        last = story.on("2025-01-03", moved)
    deadline = jumps(explained(story, "2025-01-05", "2025-01-15"))[-1]
    assert deadline.sentence == (
        f"Acme's promise “guide” became overdue: due by 2025-01-10 (moved with entry {last.position})"
    )


def test_when_the_delivery_was_a_mistake_the_promise_is_named_not_the_retraction() -> None:
    story = Story().opened()
    promise = story.promised("2025-01-02", "guide", "2025-01-10")
    delivered = story.delivered("2025-01-05", "guide")
    story.on("2025-01-06", EntryRetracted(entry=delivered.position, why="another guide"))
    (deadline,) = jumps(explained(story, "2025-01-05", "2025-01-15"))
    assert deadline.step is not None
    assert (deadline.step.because, deadline.step.entry) == ("deadline", promise.position)


def test_the_silence_of_a_retracted_contact_runs_from_the_one_that_stands() -> None:
    story = Story().opened()
    story.on("2025-01-02", CadenceAgreed(every_days=7))
    one = story.on("2025-01-03", MeetingHeld(what="one"))
    other = story.on("2025-01-03", MeetingHeld(what="other"))
    story.on("2025-01-04", EntryRetracted(entry=one.position, why="there was one only"))
    silence = jumps(explained(story, "2025-01-10", "2025-01-20"))[-1]
    assert silence.sentence == (
        "Silence for 15 days, where contact every 7 days was agreed; "
        f"it runs from entry {other.position}: Everybody met; it went well: other"
    )


def test_momentum_of_all_is_that_of_the_mean_speed() -> None:
    """One promise gives .25 to one of two: speed .125, and .125 / 3.125."""
    story = Story().opened()
    story.promised("2025-01-05", "guide", None)
    told = explained(story, "2025-01-04", "2025-01-05")
    assert told.together.after == pytest.approx(0.125 / 3.125)
    assert told.together.by_jumps == pytest.approx(0.125 / 3.125)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    story = Story(tmp_path / "ledger.sqlite").opened()
    story.on("2025-01-02", CadenceAgreed(every_days=14))
    story.promised("2025-01-02", "Send the [bold]brand[/bold] guide", "2025-01-10", commitment="guide")
    story.ledger.close()
    return Desk(tmp_path, now=noon("2025-01-20"))


def test_the_page(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    told = desk.type(f"explain {SLUG} --from 2025-01-05 --until 2025-01-20 --party acme --format table")
    assert told.out.split("\nMomentum of Acme")[0] == (
        """\
acme-globex: why the scores moved, from the end of Sun 2025-01-05 until the end
of Mon 2025-01-20

Trust in Acme fell by .104, from .51 to .40
  from unknown .51 ± .25 (uncertainty .98, 1 piece of evidence)
  to unknown .40 ± .22 (uncertainty .78, 2 pieces of evidence)
  2025-01-11  -.106  Acme's promise “Send the [bold]brand[/bold] guide” became
                     overdue: due by 2025-01-10 (promised with entry 4)
              +.001  decay: what happened earlier counts less as time passes
  What took effect -.106 and decay +.001 make -.104.
"""
    )


@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.parametrize("command", ["explain", "history", "history --order recorded", "diff --known-at 2025-01-01"])
def test_no_line_is_wider_than_the_terminal(
    desk: Desk, width: int, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    told = desk.type(f"{command} --format table")
    assert told.code == 0, told.err
    assert [line for line in told.out.splitlines() if len(line) > width or line != line.rstrip()] == []
    assert "policy default (" in " ".join(told.out.split())


def rows(desk: Desk, line: str) -> list[dict[str, str]]:
    answer = desk.type(line)
    assert (answer.code, answer.err) == (0, "")
    return list(csv.DictReader(answer.out.splitlines(), delimiter="," if "csv" in line else "\t"))


@pytest.mark.parametrize("form", ["csv", "tsv"])
def test_one_row_a_part(desk: Desk, form: str) -> None:
    told = rows(desk, f"explain --from 2025-01-05 --until 2025-02-20 --format {form}")
    of_acme = [row for row in told if (row["party"], row["score"]) == ("Acme", "trust")]
    assert [row["because"] for row in of_acme if row["part"] == "jump"] == ["deadline", "silence", "deadline"]
    assert sum(float(row["moved"]) for row in of_acme) == pytest.approx(float(of_acme[0]["change"]), abs=1e-9)
    assert {row["exact"] for row in told} == {"true"}


def test_the_documented_keys(desk: Desk) -> None:
    told: Any = json.loads(desk.type("explain --format json").out)
    assert list(told) == [
        *("partnership", "from", "until", "known_at", "policy", "tolerance", "exact", "parties", "momentum_of_all"),
    ]
    movement = ["before", "after", "change", "by_jumps", "by_decay", "difference", "exact", "parts"]
    assert list(told["momentum_of_all"]) == movement
    assert list(told["parties"][0]) == ["party", "trust", "momentum"]
    assert list(told["parties"][0]["trust"]) == [*movement, "at_from", "at_until"]
    assert list(told["parties"][0]["trust"]["parts"][0]) == [
        *("part", "from", "until", "entry", "because", "kinds", "before", "after", "moved", "sentence"),
    ]


def test_a_partner_only_looked_for_has_nothing_to_explain(tmp_path: Path) -> None:
    story = Story(tmp_path / "ledger.sqlite")
    story.on("2025-01-02", PartnershipProspected(by="Acme", purpose="Finland"), "wanted")
    story.ledger.close()
    desk = Desk(tmp_path, now=noon("2025-01-20"))
    assert "There were no parties yet." in desk.type("explain wanted --format table").out
    assert "looked for a partner" in desk.type("history wanted --format table").out
    assert desk.type("diff wanted --known-at 2025-01-01 --format table").code == 0


@pytest.mark.parametrize("command", ["explain", "history", "diff"])
def test_nothing_was_known_of_it_then(desk: Desk, command: str) -> None:
    known_at = "--known-at 2024-12-01" + " --known-at 2024-12-02" * (command == "diff")
    answer = desk.type(f"{command} {SLUG} {known_at}")
    assert (answer.code, answer.what) == (2, f"nothing was known of {SLUG} by 2024-12-0{1 + (command == 'diff')} 23:59")
