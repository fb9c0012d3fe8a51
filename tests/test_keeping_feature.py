"""The scenarios about keeping the ledger, with the steps that only they need."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from pytest_bdd import given, parsers, scenarios, then
from support.proving import bytes_of, hands_on, put

if TYPE_CHECKING:
    from pathlib import Path

    from support.recording_steps import Day

pytest_plugins = ["support.recording_steps"]

scenarios("keeping.feature")


ROWS = "SELECT rowid, originator_id, originator_version, topic, state FROM stored_events ORDER BY rowid"


def rows(path: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as database:
        return database.execute(ROWS).fetchall()


@given("the ledger is gone")
def the_ledger_is_gone(day: Day) -> None:
    if day.desk.server is not None:
        day.desk.change("DROP TABLE stored_events, stored_snapshots, pledger_people")
    for file in day.desk.folder.glob("ledger.sqlite*"):
        file.unlink()


@given(parsers.parse('in the backup "{name}" somebody wrote "{text}" over the {column} of entry {position:d}'))
def wrote_over(day: Day, name: str, text: str, column: str, position: int) -> None:
    with hands_on(day.desk.folder / name) as database:
        put(database, column, position, text.encode())


@given(parsers.parse('in the backup "{name}" somebody wrote "{new}" over "{old}" in entry {position:d}'))
def wrote_over_words(day: Day, name: str, new: str, old: str, position: int) -> None:
    with hands_on(day.desk.folder / name) as database:
        state = bytes_of(database, "state", position)
        assert old.encode() in state
        put(database, "state", position, state.replace(old.encode(), new.encode()))


@then("the log is as it was kept")
def as_it_was(day: Day) -> None:
    kept = rows(day.desk.folder / "monday.backup")
    assert day.desk.change(ROWS) == kept
    assert len(kept) == 2


@then(parsers.parse("the check-up finds, with exit code {code:d}: {what}"))
def the_check_up_finds(day: Day, code: int, what: str) -> None:
    assert (day.answer.code, day.answer.err) == (code, "")
    assert any(line.startswith("PROBLEM ") and what in line for line in day.answer.out.splitlines())


@then(parsers.parse("the check-up ends with: {line}"))
def the_check_up_ends_with(day: Day, line: str) -> None:
    assert day.answer.out.splitlines()[-1].strip() == line
