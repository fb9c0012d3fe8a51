"""The scenarios about what goes wrong underneath, with the steps that only they need."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from pytest_bdd import given, parsers, scenarios, then
from support.importing import HEADER, PROMISES

from pledger.cli.importing import transfer
from pledger.domain import postgres_store, sqlite_store

if TYPE_CHECKING:
    from collections.abc import Callable

    from psycopg import Cursor
    from support.recording_steps import Day

pytest_plugins = ["support.recording_steps"]

scenarios("faults.feature")

MEETINGS = """
import sys
from pledger.cli.main import run
while run(["meet", "acme-globex"]) == 0:
    sys.stdout.flush()
"""
TOLD_BEFORE_KILLED = 12
FACTS_PER_TRANSACTION, TRANSACTIONS_BEFORE = 20, 2


@pytest.fixture
def told() -> set[int]:
    """The positions of the entries that a program said it recorded."""
    return set()


@given("a program recorded meetings, one after another, until it was killed")
def recorded_until_killed(day: Day, told: set[int]) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", MEETINGS], env=day.desk.program_environment(), stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        said = [process.stdout.readline() for _ in range(TOLD_BEFORE_KILLED)]
        process.kill()
        said += process.stdout.readlines()
    told.update(int(line.split()[2]) for line in said if line.startswith("recorded entry ") and line.endswith("\n"))


@then("every meeting that it told is in the log")
def all_are_there(day: Day, told: set[int]) -> None:
    assert told
    assert told <= {entry.position for entry in day.desk.entries() if entry.fact.TOPIC == "meeting-held"}


def in_mid_import(day: Day, monkeypatch: pytest.MonkeyPatch, fault: Callable[[], None]) -> Callable[[], None]:
    """A table that takes several transactions; what to call in each, which lets the fault happen in one of them."""
    rows = [f"{number},Partner {number % 8},Promise {number},2026-01-10,2026-12-01," for number in range(40)]
    (day.desk.folder / "promises.toml").write_text(PROMISES, encoding="utf-8")
    (day.desk.folder / "table.csv").write_text("\n".join((HEADER, *rows)) + "\n", encoding="utf-8")
    monkeypatch.setattr(transfer, "FACTS_PER_TRANSACTION", FACTS_PER_TRANSACTION)
    begun = 0

    def another_begins() -> None:
        nonlocal begun
        begun += 1
        if begun == TRANSACTIONS_BEFORE:
            fault()

    return another_begins


@given("the server goes away when half of a table is recorded")
def the_server_goes_away(day: Day, monkeypatch: pytest.MonkeyPatch) -> None:
    """It ends the connection in the middle of a transaction, as when it is shut down."""
    inserted = postgres_store._inserted
    now: list[Cursor[Any]] = []

    def thrown_out() -> None:
        pid = now[-1].connection.info.backend_pid
        assert day.desk.change("SELECT pg_terminate_backend(?)", pid) == [(True,)]

    begins = in_mid_import(day, monkeypatch, thrown_out)

    def inserting(cursor: Cursor[Any], rows: Any) -> list[int]:
        now.append(cursor)
        begins()
        return inserted(cursor, rows)

    monkeypatch.setattr(postgres_store, "_inserted", inserting)


@given("the disk is full when half of a table is recorded")
def the_disk_is_full(day: Day, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite gets no further page, which it tells as it tells a disk that is full."""
    insert = sqlite_store._Entries._insert_events
    now: list[Any] = []
    begins = in_mid_import(day, monkeypatch, lambda: now[-1].execute("PRAGMA max_page_count = 1"))

    def inserting(entries: Any, cursor: Any, events: Any, **more: Any) -> Any:
        now.append(cursor)
        begins()
        return insert(entries, cursor, events, **more)

    monkeypatch.setattr(sqlite_store._Entries, "_insert_events", inserting)


@then("the import ends in storage trouble")
def ends_in_trouble(day: Day) -> None:
    assert (day.answer.code, day.answer.out) == (4, "")
    assert day.answer.err.startswith("storage trouble: ")


@then(parsers.parse("each of the {count:d} promises is in the log once"))
def each_once(day: Day, count: int) -> None:
    promises = [entry.source for entry in day.desk.entries() if entry.fact.TOPIC == "commitment-made"]
    assert len(promises) == len(set(promises)) == count
