"""The steps of the scenarios about recording: few, each said in many scenarios.

Whatever is told goes through the command line. A step that begins with Given must succeed.
"""

from __future__ import annotations

import contextlib
import shlex
import sqlite3
from dataclasses import dataclass, field
from datetime import date
from importlib.resources import files
from typing import TYPE_CHECKING

import pytest
from pytest_bdd import given, parsers, then, when

from pledger.domain.refusal import Conflict
from support.desk import Answer, Desk
from support.importing import HEADER, PROMISES

if TYPE_CHECKING:
    from pledger.domain.entry import Entry


@dataclass
class Day:
    """One scenario: the desk, what was typed last, what the program said, and what was in the ledger before."""

    desk: Desk
    typed: str = ""
    answer: Answer = field(default_factory=lambda: Answer(0, "", ""))
    before: int = 0

    def type(self, line: str) -> None:
        """Type a command and keep what the program says."""
        self.before = len(self.desk.entries())
        self.typed = line
        self.answer = self.desk.type(line)

    def run_program(self, line: str) -> None:
        """The same, as a program of its own."""
        self.before = len(self.desk.entries())
        self.typed = line
        self.answer = self.desk.run_program(line)

    def run_in_shell(self, line: str) -> None:
        """A line for the shell, in which `pledger` is the program."""
        self.before = len(self.desk.entries())
        self.typed = line
        self.answer = self.desk.run_in_shell(line)

    def new_entries(self) -> list[Entry]:
        """What the last command recorded."""
        return self.desk.entries()[self.before :]

    def must(self, line: str) -> None:
        """Type what has to be there for the scenario."""
        self.type(line)
        assert self.answer.code == 0, self.answer.err


@pytest.fixture
def day(desk: Desk) -> Day:
    """A quiet day, with nothing recorded and nothing configured."""
    return Day(desk)


def _parties(listing: str) -> list[str]:
    """The names in `Acme, Globex and Initech`."""
    return [name.strip() for name in listing.replace(" and ", ",").split(",")]


# What there is already


@given(parsers.parse("today is {weekday:w}, {today}"))
def today_is(day: Day, weekday: str, today: str) -> None:
    day.desk.move_to(date.fromisoformat(today))
    assert f"{date.fromisoformat(today):%A}" == weekday


@given(parsers.parse("the partnership {slug:S} of {parties}"))
def the_partnership(day: Day, slug: str, parties: str) -> None:
    if not day.desk.is_ledger_there:
        day.must("init --name Alliances --time-zone Europe/Berlin")
    named = " ".join(f"--party {shlex.quote(party)}" for party in _parties(parties))
    day.must(f'open {slug} {named} --purpose "joint launch"')


@given(parsers.parse('{maker} promised {receiver} "{what}" by {due}'))
def promised_by_a_day(day: Day, maker: str, receiver: str, what: str, due: str) -> None:
    day.must(f"commit acme-globex {shlex.quote(what)} --by {maker} --to {receiver} --due {due}")


@given(parsers.parse('{maker} promised {receiver} "{what}"'))
def promised(day: Day, maker: str, receiver: str, what: str) -> None:
    day.must(f"commit acme-globex {shlex.quote(what)} --by {maker} --to {receiver}")


@given(parsers.parse('{owner} shared the goal "{what}"'))
def shared_a_goal(day: Day, owner: str, what: str) -> None:
    day.must(f"goal share acme-globex {shlex.quote(what)} --by {owner}")


@given(parsers.parse('the norm "{what}" was agreed'))
def agreed_a_norm(day: Day, what: str) -> None:
    day.must(f"norm agree acme-globex {shlex.quote(what)}")


@given(parsers.parse('{party} raised the concern "{what}" about {other}'))
def raised_a_concern(day: Day, party: str, what: str, other: str) -> None:
    day.must(f"concern raise acme-globex {shlex.quote(what)} --by {party} --about {other}")


@given(parsers.parse("on {told} somebody typed: {line}"))
def somebody_typed(day: Day, told: str, line: str) -> None:
    day.desk.move_to(date.fromisoformat(told))
    day.must(line)


@given(parsers.parse("I typed {times:d} times: {line}"))
def i_typed_several_times(day: Day, times: int, line: str) -> None:
    for _ in range(times):
        day.must(line)


@given(parsers.parse("I typed: {line}"))
def i_typed(day: Day, line: str) -> None:
    day.must(line)


@given(parsers.parse('a file "{name}" that says: {text}'))
def a_file(day: Day, name: str, text: str) -> None:
    (day.desk.folder / name).write_text(text + "\n", encoding="utf-8")


@given(parsers.parse('a file "{name}" with the shipped policy'))
def a_policy_file(day: Day, name: str) -> None:
    shipped = files("pledger.projections") / "policies" / "default.toml"
    (day.desk.folder / name).write_bytes(shipped.read_bytes())


@given(parsers.parse('a file "{name}" with the shipped policy, called {called}, in which kept weighs {weight}'))
def a_changed_policy(day: Day, name: str, called: str, weight: str) -> None:
    text = (files("pledger.projections") / "policies" / "default.toml").read_text(encoding="utf-8")
    text = text.replace('name = "default"', f'name = "{called}"')
    text = text.replace("kept               = {weight=1,", f"kept = {{weight={weight},")
    (day.desk.folder / name).write_text(text, encoding="utf-8")


@given(parsers.parse('a database "{name}" of another program'))
def a_foreign_database(day: Day, name: str) -> None:
    with contextlib.closing(sqlite3.connect(day.desk.folder / name)) as database, database:
        database.execute("CREATE TABLE customers (name TEXT)")


@given(parsers.parse('an empty file "{name}"'))
def an_empty_file(day: Day, name: str) -> None:
    (day.desk.folder / name).touch()


@given("the end of the ledger's file was lost")
def the_end_was_lost(day: Day) -> None:
    stored = day.desk.ledger_path.read_bytes()
    day.desk.ledger_path.write_bytes(stored[: len(stored) // 2])


@given(parsers.parse("I imported a table of {count:d} promises of {partner:S}"))
def imported_promises(day: Day, count: int, partner: str) -> None:
    (day.desk.folder / "promises.toml").write_text(PROMISES, encoding="utf-8")
    rows = [f"{number},{partner},Promise {number},2026-01-10,2026-12-01," for number in range(count)]
    (day.desk.folder / "table.csv").write_text("\n".join((HEADER, *rows)) + "\n", encoding="utf-8")
    day.must("import csv table.csv --mapping promises.toml")


@given(parsers.parse("my editor is: {command}"))
def my_editor(day: Day, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    monkeypatch.setenv("EDITOR", command)


@given("others keep writing at the same time")
def others_keep_writing(monkeypatch: pytest.MonkeyPatch) -> None:
    def too_late(*_: object) -> list[int]:
        raise Conflict

    for store in ("sqlite_store.SQLiteStore", "postgres_store.PostgresStore"):
        monkeypatch.setattr(f"pledger.domain.{store}.append", too_late)


@given(parsers.parse("the stored {column:w} of entry {position:d} was overwritten with: {value}"))
def overwritten(day: Day, column: str, position: int, value: str) -> None:
    day.desk.overwrite(column, position, value)


# What is done


@given(parsers.parse("{told} has come"))
@when(parsers.parse("{told} comes"))
def a_day_comes(day: Day, told: str) -> None:
    day.desk.move_to(date.fromisoformat(told))


@when(parsers.parse("I type: {line}"))
def i_type(day: Day, line: str) -> None:
    day.type(line)


@when(parsers.parse("I run the program: {line}"))
def i_run_the_program(day: Day, line: str) -> None:
    day.run_program(line)


@when(parsers.parse("I run in a shell: {line}"))
def i_run_in_a_shell(day: Day, line: str) -> None:
    day.run_in_shell(line)


# What pledger says


@then(parsers.parse("it is recorded: {sentence}"))
def it_is_recorded(day: Day, sentence: str) -> None:
    assert day.answer.code == 0, day.answer.err
    assert day.answer.err == ""
    entry = next(entry for entry in day.new_entries() if entry.fact.TOPIC != "ledger-opened")
    where = entry.partnership if not entry.partnership.startswith("@") else "the ledger"
    assert day.answer.out.splitlines()[0] == f"recorded entry {entry.position} in {where}: {sentence}"
    assert day.typed.startswith((entry.fact.VERB, "undo"))


@then(parsers.parse("it is amended: {sentence}"))
def it_is_amended(day: Day, sentence: str) -> None:
    assert (day.answer.code, day.answer.err) == (0, "")
    taken_back, recorded, *_ = day.answer.out.splitlines()
    new = {entry.position: entry.partnership for entry in day.new_entries() if entry.fact.TOPIC != "entry-retracted"}
    assert taken_back.startswith("took back entry ")
    assert recorded in [f"recorded entry {position} in {slug}: {sentence}" for position, slug in new.items()]


@then(parsers.parse("it is refused: {what}"))
def it_is_refused(day: Day, what: str) -> None:
    _told(day, 1, "refused", what)


@then(parsers.parse("it is not understood: {what}"))
def it_is_not_understood(day: Day, what: str) -> None:
    _told(day, 2, "error", what)


@then(parsers.parse("the ledger is damaged: {what}"))
def the_ledger_is_damaged(day: Day, what: str) -> None:
    assert (day.answer.code, day.answer.err.splitlines()[0]) == (3, f"damaged: {what}")


@then(parsers.parse("the ledger cannot be used: {what}"))
def the_ledger_cannot_be_used(day: Day, what: str) -> None:
    _told(day, 4, "storage trouble", what)


def _told(day: Day, code: int, label: str, what: str) -> None:
    """A message of the agreed form, and nothing recorded."""
    assert (day.answer.code, day.answer.err.splitlines()[:1]) == (code, [f"{label}: {what}"]), day.answer.out
    assert day.answer.out == ""
    assert {entry.fact.TOPIC for entry in day.new_entries()} <= {"ledger-opened"}  # made on first use, and empty


@then(parsers.parse("the advice is: {advice}"))
def the_advice_is(day: Day, advice: str) -> None:
    assert day.answer.advice == advice


@then(parsers.parse("the answer says: {text}"))
def the_answer_says(day: Day, text: str) -> None:
    assert day.answer.code == 0, day.answer.err
    assert text in day.answer.out


@then("nothing is recorded")
def nothing_is_recorded(day: Day) -> None:
    assert day.new_entries() == []


@then(parsers.parse("{count:d} entries are recorded"))
def so_many_entries(day: Day, count: int) -> None:
    assert len(day.new_entries()) == count


@then(parsers.parse("the open promises are: {names}"))
def the_open_promises(day: Day, names: str) -> None:
    assert ", ".join(day.desk.open_promises("acme-globex") or ["none"]) == names
