"""Undoing goes back over what I recorded, step by step, and never by surprise."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from support.desk import Terminal
from support.messages import told_in_form

import pledger
from pledger.domain import finding
from pledger.domain.finding import entry_at, latest_first

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.desk import Desk

SLUG = "acme-globex"


@pytest.fixture
def ledger() -> Iterator[pledger.Ledger]:
    """Opened by jane; a minute passes whenever somebody looks at the clock."""
    now = datetime(2026, 3, 2, 9, tzinfo=UTC)

    def clock() -> datetime:
        nonlocal now
        now += timedelta(minutes=1)
        return now

    with pledger.Ledger.open(":memory:", time_zone="UTC", me="jane", clock=clock) as ledger:
        ledger.record(pledger.PartnershipOpened(parties=("Acme", "Globex"), purpose="launch"), SLUG)
        yield ledger


def met(ledger: pledger.Ledger, me: str = "jane") -> int:
    return ledger.record(pledger.MeetingHeld(), SLUG, me=me).position


def undone(ledger: pledger.Ledger, *, batch: bool = False, cascade: bool = False) -> list[int]:
    """What undoing took back."""
    facts = [entry.fact for entry in pledger.undo(ledger, batch=batch, cascade=cascade)]
    return [fact.entry for fact in facts if isinstance(fact, pledger.EntryRetracted)]


def test_each_undoing_takes_back_what_i_had_recorded_before(ledger: pledger.Ledger) -> None:
    first, _, second, _ = met(ledger), met(ledger, "bob"), met(ledger), met(ledger, "bob")
    assert [undone(ledger), undone(ledger)] == [[second], [first]]


def test_after_an_undoing_what_is_recorded_anew_comes_first(ledger: pledger.Ledger) -> None:
    first = met(ledger)
    met(ledger)
    undone(ledger)
    anew = met(ledger)
    assert [undone(ledger), undone(ledger)] == [[anew], [first]]


def test_what_somebody_else_took_back_is_gone_over(ledger: pledger.Ledger) -> None:
    first, second = met(ledger), met(ledger)
    ledger.record(pledger.EntryRetracted(entry=second, why="no"), SLUG, me="bob")
    assert undone(ledger) == [first]


def test_a_retraction_of_something_older_stops_it(ledger: pledger.Ledger) -> None:
    first, _ = met(ledger), met(ledger)
    ledger.record(pledger.EntryRetracted(entry=first, why="no"), SLUG)
    with pytest.raises(pledger.Refused, match="is a retraction: entry 5"):
        undone(ledger)


def test_a_retraction_that_took_more_with_it_stops_it(ledger: pledger.Ledger) -> None:
    """It began with something older than what was recorded last, so it was no undoing."""
    made = ledger.record(pledger.CommitmentMade(what="guide", by="Acme"), SLUG)
    ledger.record(pledger.CommitmentDelivered(commitment="guide"), SLUG)
    ledger.record(pledger.EntryRetracted(entry=made.position, why="no"), SLUG, cascade=True)
    with pytest.raises(pledger.Refused, match="is a retraction: entry 5"):
        undone(ledger)


def test_an_undoing_with_a_cascade_is_gone_over(ledger: pledger.Ledger) -> None:
    first = met(ledger)
    made = ledger.record(pledger.CommitmentMade(what="guide", by="Acme"), SLUG).position
    delivered = ledger.record(pledger.CommitmentDelivered(commitment="guide"), SLUG, me="bob").position
    assert undone(ledger, cascade=True) == [made, delivered]
    assert undone(ledger) == [first]


def test_where_only_retractions_are_mine_there_is_nothing_else(ledger: pledger.Ledger) -> None:
    ledger.record(pledger.EntryRetracted(entry=met(ledger), why="no"), SLUG, me="bob")
    with pytest.raises(pledger.Refused, match="is a retraction"):
        pledger.undo(ledger, me="bob")


def test_a_batch_is_one_thing_in_all_its_partnerships(ledger: pledger.Ledger) -> None:
    opened = pledger.PartnershipOpened(parties=("Acme", "Hooli"), purpose="launch")
    facts = ((opened, "acme-hooli"), (pledger.MeetingHeld(), "acme-hooli"), (pledger.MeetingHeld(), SLUG))
    ledger.record_all([pledger.Proposal(fact, slug) for fact, slug in facts])
    with pytest.raises(pledger.Refused, match=r"3 entries at once in 2 partnerships, from entry 3 to 5"):
        undone(ledger)
    assert sorted(undone(ledger, batch=True)) == [3, 4, 5]


def test_what_is_left_of_an_amended_entry_is_not_lost(ledger: pledger.Ledger) -> None:
    done = pledger.amend(ledger, met(ledger), {"went": "poorly"})
    assert done is not None
    with pytest.raises(pledger.Refused, match=f"is an amendment: entry {done.now.position}"):
        undone(ledger)


def test_entries_are_found_across_pages(ledger: pledger.Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    positions = [1, 2, *(met(ledger) for _ in range(7))]
    for page in (1, 2, 3, 9, 10):
        monkeypatch.setattr(finding, "PAGE", page)
        assert [entry.position for entry in latest_first(ledger)] == positions[::-1]
    assert [entry_at(ledger, position) is not None for position in (0, 1, 9, 10, 2**70)] == [0, 1, 1, 0, 0]


# On the command line


@pytest.mark.parametrize(("typed", "count"), [("y\n", 1), ("n\n", 0), ("\n", 0)])
def test_on_a_terminal_it_asks_first(opened: Desk, monkeypatch: pytest.MonkeyPatch, typed: str, count: int) -> None:
    opened.type("meet acme-globex")
    before = opened.entries()
    monkeypatch.setattr("sys.stdin", Terminal(typed))
    answer = opened.type("undo --why 'it was cancelled'")
    assert "take back entry 3 in acme-globex: Everybody met; it went well? [y/N]: " in answer.err
    assert answer.code == 0
    assert len(opened.entries()) - len(before) == count
    assert ("taken back: it was cancelled" in answer.out, "nothing changed" in answer.out) == (count == 1, count == 0)


def test_whoever_gives_no_answer_undoes_nothing(opened: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    before = opened.entries()
    monkeypatch.setattr("sys.stdin", Terminal(""))
    assert opened.type("undo").code == 130
    assert opened.entries() == before


def test_a_batch_is_described_before_it_is_taken_back(opened: Desk) -> None:
    with pledger.Ledger.open(opened.ledger_path, me="jane", clock=lambda: opened.now + timedelta(minutes=1)) as ledger:
        ledger.record_all([pledger.Proposal(pledger.MeetingHeld(), SLUG)] * 2)
    message = told_in_form(opened.type("undo --batch"))
    assert message["what"].endswith(
        "take back 2 entries, the last of them entry 4 in acme-globex: Everybody met; it went well"
    )
    answer = opened.type("undo --batch --yes")
    assert answer.out.splitlines()[0] == "recorded entries 5 to 6: 2 entries were taken back"


def test_programs_get_the_retractions_as_entries(opened: Desk) -> None:
    opened.type("commit acme-globex guide --by Acme")
    opened.type("deliver acme-globex --me bob")
    told = json.loads(opened.type("undo --yes --cascade --format json").out)
    assert [(entry["fact"], entry["data"]["entry"]) for entry in told] == [
        ("entry-retracted", 3),
        ("entry-retracted", 4),
    ]


@pytest.mark.parametrize(
    "line", ["undo --me ''", "undo --yes --why ''", "undo --yes --why '\x07'", "undo acme-globex", "undo --format xml"]
)
def test_wrong_words_change_nothing(opened: Desk, line: str) -> None:
    before = opened.entries()
    told_in_form(opened.type(line))
    assert opened.entries() == before


def test_what_was_taken_back_is_struck_out_on_a_terminal(opened: Desk) -> None:
    opened.type("meet acme-globex")
    opened.type("retract acme-globex 3 --why cancelled")
    ours, theirs = pty.openpty()
    line = "log acme-globex --as-of 2026-12-31 --known-at 2026-12-31"
    subprocess.run(
        [sys.executable, "-m", "pledger", *line.split()],
        cwd=opened.folder,
        env={**opened.program_environment(), "TERM": "xterm", "COLUMNS": "120"},
        stdout=theirs,
        check=True,
    )
    os.close(theirs)
    with os.fdopen(ours, "rb") as terminal:
        shown = terminal.read1().decode()
    assert (
        "\x1b[2;9mEverybody met; it went well\x1b[0m [taken back with entry 4 by jane on 2026-03-02: cancelled]"
        in shown
    )
