"""The steps of features/import.feature."""

from __future__ import annotations

import csv
import json
import tomllib
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from pytest_bdd import given, parsers, scenarios, then, when
from support.desk import BERLIN, Answer, Desk
from support.importing import HEADER, PROMISES

from pledger.domain.delivery import CommitmentDelivered

scenarios("import.feature")

Rows = list[list[str]]


@dataclass
class Work:
    """One scenario: the desk, the mapping, and what the last import said."""

    desk: Desk
    mapping: dict[str, Any] = field(default_factory=dict)
    before: int = 0
    answer: Answer = field(default_factory=lambda: Answer(0, "", ""))

    @property
    def table(self) -> Path:
        return self.desk.folder / "promises.csv"

    def write_mapping(self, text: str) -> None:
        (self.desk.folder / "mapping.toml").write_text(text, encoding="utf-8")

    def write_table(self, rows: Rows) -> None:
        with self.table.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)

    def take(self, options: str = "") -> None:
        self.before = len(self.desk.entries())
        self.answer = self.desk.type(f"import csv promises.csv --mapping mapping.toml --format json {options}")

    @property
    def report(self) -> dict[str, Any]:
        report: dict[str, Any] = json.loads(self.answer.out)
        return report


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Work:
    for name in ("PLEDGER_LEDGER", "PLEDGER_ME", "PLEDGER_PARTNERSHIP", "PLEDGER_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    return Work(Desk(tmp_path))


@given(parsers.parse("a ledger whose days are those of Berlin, on {today}"))
def a_ledger(work: Work, today: str) -> None:
    work.desk.now = datetime.fromisoformat(f"{today}T10:00").replace(tzinfo=BERLIN)
    assert work.desk.type("init --name Alliances --time-zone Europe/Berlin").code == 0


@given("there is no ledger yet")
def no_ledger(work: Work) -> None:
    for path in work.desk.folder.glob("ledger.sqlite*"):
        path.unlink()


@given("a mapping for promises with the columns No, Partner, What, Made, Due and Done")
def a_mapping(work: Work) -> None:
    work.write_mapping(PROMISES)
    work.write_table([HEADER.split(",")])


@given("the mapping says also")
def also(work: Work, docstring: str) -> None:
    """A table that the mapping has already is told anew."""
    told = {name: tomllib.loads(docstring)[name] for name in tomllib.loads(docstring)}
    kept = PROMISES.replace('[row]\nid = "{No}"\n', "") if "row" in told else PROMISES
    work.write_mapping(f"{kept}\n{docstring}\n")


@given("the table")
@given("the table has changed to")
def the_table(work: Work, datatable: Rows) -> None:
    work.write_table(datatable)


@given("I imported the table")
def imported(work: Work, datatable: Rows) -> None:
    work.write_table(datatable)
    work.take()
    assert work.answer.code == 0, work.answer.err


@when("I import it")
def import_it(work: Work) -> None:
    work.take()


@when(parsers.parse("I import it with {options}"))
def import_it_with(work: Work, options: str) -> None:
    work.take(options)


@when("I type the command that it shows")
def type_the_command(work: Work) -> None:
    type_the_command_with(work, "")


@when(parsers.parse("I type the command that it shows, with {options}"))
def type_the_command_with(work: Work, options: str) -> None:
    answer = work.desk.type(f"{work.report['changed'][0]['remedy']} {options}")
    assert answer.code == 0, answer.err


@then("all is well")
def all_is_well(work: Work) -> None:
    assert (work.answer.code, work.answer.err) == (0, "")
    rows = work.report["rows"]
    assert rows["read"] == sum(count for name, count in rows.items() if name != "read")


@then(parsers.parse("it ends with {what}"))
def it_ends_with(work: Work, what: str) -> None:
    assert (work.answer.code, work.answer.err.splitlines()[0]) == (1, f"refused: {what}")
    assert work.answer.advice


@then(parsers.parse("it is not understood: {what}"))
def not_understood(work: Work, what: str) -> None:
    assert (work.answer.code, work.answer.err.splitlines()[0]) == (2, f"error: {what}")
    assert "where: " in work.answer.err


@then(parsers.parse("it asks: {question}"))
def it_asks(work: Work, question: str) -> None:
    assert work.answer.advice.startswith(question)


@then("nothing is recorded by it")
def nothing_recorded(work: Work) -> None:
    assert len(work.desk.entries()) == work.before


@then(parsers.parse("{count:d} facts are recorded by it"))
def facts_recorded(work: Work, count: int) -> None:
    assert len(work.desk.entries()) - work.before == count == sum(work.report["facts"]["recorded"].values())


@then(parsers.parse("{count:d} facts would be recorded"))
def facts_would_be_recorded(work: Work, count: int) -> None:
    assert work.report["dry_run"]
    assert sum(work.report["facts"]["recorded"].values()) == count


@then(parsers.parse("{count:d} row is already recorded"))
def already_recorded(work: Work, count: int) -> None:
    assert work.report["rows"]["already_recorded"] == count


@then(parsers.parse("{count:d} row is held back"))
def held_back(work: Work, count: int) -> None:
    assert work.report["rows"]["held_back"] == count


@then(parsers.parse("{count:d} row is left out: {reason}"))
def left_out(work: Work, count: int, reason: str) -> None:
    assert work.report["left_out"] == [{"reason": reason, "rows": count}]


@then(parsers.parse("line {line:d} has changed: {what}"))
def has_changed(work: Work, line: int, what: str) -> None:
    (changed,) = work.report["changed"]
    told = "; ".join(f"{name} is {d['recorded']} there, {d['told']} now" for name, d in changed["differences"].items())
    assert (changed["lines"], told) == ([line], what)


@then("these rows are bad")
def these_are_bad(work: Work, datatable: Rows) -> None:
    bad = [
        [", ".join(map(str, row["lines"])), row["column"], row["value"], row["reason"]] for row in work.report["bad"]
    ]
    assert bad == datatable


@then(parsers.parse("the ledger tells of {slug}"))
def the_ledger_tells(work: Work, slug: str, datatable: Rows) -> None:
    entries = [entry for entry in work.desk.entries() if entry.partnership == slug]
    told = [
        [e.fact.TOPIC, f"{e.occurred_at.astimezone(BERLIN):%Y-%m-%d}"] for e in sorted(entries, key=lambda e: e.order)
    ]
    assert told == datatable


@then(parsers.parse("the promise {name} of {slug} was kept late, due on {due}"))
def kept_late(work: Work, name: str, slug: str, due: str) -> None:
    (entry,) = (e for e in work.desk.entries() if e.partnership == slug and isinstance(e.fact, CommitmentDelivered))
    assert isinstance(entry.fact, CommitmentDelivered)
    assert entry.fact.terms is not None
    assert (entry.fact.commitment, str(entry.fact.terms.due)) == (name, due)
    assert entry.fact.terms.is_late(entry.occurred_at)


@then("there is still no ledger")
def still_no_ledger(work: Work) -> None:
    assert not work.desk.is_ledger_there
