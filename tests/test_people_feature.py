"""The scenarios about people and forgetting them, with the steps that only they need."""

from __future__ import annotations

import contextlib
import sqlite3
import zipfile
from typing import TYPE_CHECKING

import pytest
from pytest_bdd import given, parsers, scenarios, then, when
from support.erasure import files_in, holding

from pledger.domain import sqlite_people

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from support.recording_steps import Day
    from support.server import Server

pytest_plugins = ["support.recording_steps"]

scenarios("people.feature")

TOLD = ("Ottoline Zweig", "Ottoline", "zweig@acme.example")
SCORES = ("portfolio --format json", "show acme-globex --format json", "history acme-globex --format json")


@pytest.fixture
def scores(day: Day) -> list[str]:
    """What was noted of the scores, at a moment that will be asked about again."""
    return []


@pytest.fixture
def reader(day: Day) -> Iterator[sqlite3.Connection]:
    """Another program, at the ledger's file."""
    with contextlib.closing(sqlite3.connect(day.desk.ledger_path, isolation_level=None)) as database:
        yield database


def told_scores(day: Day) -> list[str]:
    return [day.desk.type(f"{line} --as-of 2026-06-30 --known-at 2026-03-03").out for line in SCORES]


@given("I noted every score, and signed what there is")
def noted(day: Day, scores: list[str]) -> None:
    scores += told_scores(day)
    assert all("acme-globex" in told for told in scores)
    day.must("keys new audit")
    day.must("checkpoint -o before.checkpoint")


@given("another program is reading the ledger")
def is_reading(reader: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_people, "CARRIED_OVER_TIMEOUT_S", 0.1)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM stored_events").fetchone()


@when("the other program has finished")
def has_finished(reader: sqlite3.Connection) -> None:
    reader.execute("ROLLBACK")


@then("verify still passes with what was signed")
def still_passes(day: Day) -> None:
    answer = day.desk.type("verify --checkpoint before.checkpoint")
    assert answer.code == 0, answer.err
    assert "every entry is as it was signed" in answer.out
    assert "holds" in answer.out


@then("every score is as I noted it")
def as_noted(day: Day, scores: list[str]) -> None:
    assert told_scores(day) == scores


@then(parsers.parse("the name is in no answer to: {questions}"))
def in_no_answer(day: Day, questions: str) -> None:
    for question in questions.split("; "):
        answer = day.desk.type(question)
        assert (answer.code, answer.err) == (0, ""), question
        assert not any(word in answer.out for word in TOLD), question


@then(parsers.parse("{id_:S} is not among them"))
def is_not_among_them(day: Day, id_: str) -> None:
    assert id_ not in day.answer.out.split()


@then("the name is in no file but the ledger itself")
def in_no_other_file(day: Day) -> None:
    for line in ("keys new audit", "rebuild", "replay", "audit-pack --all -o pack.zip", "prove 3 -o 3.proof"):
        day.must(line)
    with zipfile.ZipFile(day.desk.folder / "pack.zip") as pack:
        pack.extractall(day.desk.folder / "pack")
    files = [file for file in files_in(day.desk.folder) if not file.name.startswith("ledger.sqlite")]
    assert files
    assert holding(TOLD, files) == []


@then("the name is in no file at all")
def in_no_file(day: Day, request: pytest.FixtureRequest) -> None:
    files = list(files_in(day.desk.folder))
    if day.desk.server is not None:
        files += files_of_the_server(request.getfixturevalue("server"), day.desk.server)
    assert holding(TOLD, files) == []


def files_of_the_server(server: Server, address: str) -> list[Path]:
    """The files of all databases, but for those of the tables of other ledgers on the server."""
    of_others = (
        "SELECT pg_relation_filepath(oid) FROM pg_class WHERE relnamespace::regnamespace::text LIKE 'place_%' "
        "AND relnamespace <> current_schema()::regnamespace"
    )
    with server.connected(address) as connection:
        connection.execute("CHECKPOINT")  # which writes what the tables hold into their files
        others = {server.folder / "cluster" / str(path) for (path,) in connection.execute(of_others)}
    return [file for file in files_in(server.folder / "cluster" / "base") if file not in others]
