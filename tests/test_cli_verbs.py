"""The verbs: every example in the help works, and what is recorded is echoed so that it can be checked."""

from __future__ import annotations

import json
from datetime import date
from importlib.resources import files
from typing import TYPE_CHECKING

import click
import pytest

from pledger.cli.main import pledger
from pledger.domain.catalogue import facts

if TYPE_CHECKING:
    from support.desk import Desk

STORY = {
    date(2026, 8, 3): """
        ledger-opened policy-adopted partnership-prospected partnership-opened party-joined party-left
        relationship-manager-appointed relationship-manager-left cadence-agreed meeting-held meeting-missed
        update-shared contact-waived contact-chased concern-raised concern-resolved
        norm-agreed norm-breached breach-repaired difference-acknowledged style-adapted fit-reviewed
        goal-asked goal-shared goal-acknowledged goal-supported goal-achieved goal-shared goal-dropped
        plan-agreed plan-reviewed trust-rated investment-made outcome-realised
        commitment-made commitment-renegotiated""",
    date(2026, 8, 10): """
        commitment-delivered commitment-made commitment-broken commitment-made commitment-released
        entry-retracted partnership-paused""",
    date(2026, 9, 2): "partnership-resumed partnership-ended",
}
"""An order in which the examples of all facts follow from each other."""


def test_the_examples_of_all_facts_are_commands_that_work(desk: Desk) -> None:
    shipped = files("pledger.projections") / "policies" / "default.toml"
    (desk.folder / "mine.toml").write_bytes(shipped.read_bytes())
    for day, topics in STORY.items():
        desk.move_to(day)
        for topic in topics.split():
            answer = desk.type(facts()[topic].EXAMPLE)
            assert answer.code == 0, (facts()[topic].EXAMPLE, answer.err)
            assert topic == desk.entries()[-1].fact.TOPIC
            for line in answer.out.splitlines():
                if line.startswith("  next: "):
                    assert_is_a_command(line.removeprefix("  next: pledger ").split())
    assert {topic for topics in STORY.values() for topic in topics.split()} == set(facts())


def assert_is_a_command(words: list[str]) -> None:
    command: click.Command | None = pledger
    while isinstance(command, click.Group):
        command = command.get_command(click.Context(command), words.pop(0))
    assert command is not None


def test_the_echo_says_what_was_understood(opened: Desk) -> None:
    opened.type('goal share acme-globex "Enter the Nordic market" --by Globex')
    answer = opened.type('commit acme-globex "Send the brand guide" --by acme --due "next fri" --goal nordic')
    assert answer.out.splitlines() == [
        "recorded entry 4 in acme-globex: Acme promised Globex “Send the brand guide” by 2026-03-06",
        "  when: Mon 2026-03-02 10:04; due: Fri 2026-03-06; goal: enter-the-nordic-market; "
        "commitment: send-the-brand-guide",
        "  next: pledger deliver acme-globex send-the-brand-guide",
    ]


def test_a_text_of_several_lines_is_echoed_on_one(opened: Desk) -> None:
    answer = opened.call(["norm", "agree", "acme-globex", "No surprises:\nbad news\ttravels first\u202e"])
    assert "A norm was agreed: No surprises: bad news travels first\N{REPLACEMENT CHARACTER}\n" in answer.out


@pytest.mark.parametrize("form", ["json", "csv", "tsv"])
def test_what_was_recorded_can_be_had_as_log_gives_it(opened: Desk, form: str) -> None:
    recorded = opened.type(f"meet acme-globex --format {form}")
    logged = opened.type(f"log acme-globex --format {form}")
    assert recorded.code == logged.code == 0
    assert recorded.out.splitlines()[-2:][0] in logged.out
    if form == "json":
        (entry,) = json.loads(recorded.out)
        assert entry["fact"] == "meeting-held"
        assert entry["position"] == 3


def test_a_cascade_in_json_gives_all_that_was_recorded(opened: Desk) -> None:
    opened.type("commit acme-globex x --by Acme")
    opened.type("deliver acme-globex")
    answer = opened.type("retract acme-globex 3 --why mistake --cascade --format json")
    assert [entry["data"]["entry"] for entry in json.loads(answer.out)] == [3, 4]


def test_who_records_is_told_or_found(opened: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    opened.type("meet acme-globex --me p-omar")
    assert opened.entries()[-1].recorded_by == "p-omar"
    opened.me = None
    opened.type("config me p-ada")
    opened.type("meet acme-globex")
    assert opened.entries()[-1].recorded_by == "p-ada"
    monkeypatch.setenv("PLEDGER_ME", "p-eve")
    opened.type("meet acme-globex")
    assert opened.entries()[-1].recorded_by == "p-eve"


def test_the_ledger_may_be_named_anywhere_on_the_line(opened: Desk) -> None:
    for line in (
        "--ledger other.sqlite open a-b --party A --party B --purpose x",
        "meet --ledger other.sqlite a-b",
        "goal share a-b Grow --by A --ledger other.sqlite",
        "goal --ledger other.sqlite achieve a-b",
    ):
        answer = opened.type(line)
        assert answer.code == 0, answer.err
    assert len(opened.entries()) == 2


def test_a_new_partnership_is_always_named_even_where_one_is_configured(opened: Desk) -> None:
    opened.type("config partnership acme-globex")
    answer = opened.type("prospect acme-nordics --by Acme")
    assert answer.err.startswith("error: PURPOSE is missing\n")


@pytest.mark.parametrize("words", ["", "'the monthly report'"])
def test_optional_words_may_be_left_out_with_the_configured_partnership(opened: Desk, words: str) -> None:
    opened.type("config partnership acme-globex")
    assert opened.type(f"waive {words} --by Acme").code == 0


def test_a_partnership_for_the_run_may_come_from_the_environment(opened: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLEDGER_PARTNERSHIP", "acme-globex")
    assert opened.type("meet").code == 0


def test_a_first_opening_that_is_refused_makes_no_ledger(desk: Desk) -> None:
    answer = desk.type('open acme-globex --party Acme --party Globex --purpose "joint launch" --on 2999-01-01')
    assert answer.code == 1
    assert "lies in the future" in answer.err
    assert not desk.ledger_path.exists()
