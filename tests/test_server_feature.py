"""The scenarios about a ledger on a server, with the steps that only they need."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest
from pytest_bdd import given, parsers, scenarios, then

from pledger.domain import postgres_store
from pledger.domain.store import LOCK_TIMEOUT_S

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.recording_steps import Day
    from support.server import Server

pytest_plugins = ["support.recording_steps"]

scenarios("server.feature")

RIGHTS = {"read": "SELECT", "append": "SELECT, INSERT"}
FORBIDDEN = (
    "UPDATE stored_events SET state = ''",
    "DELETE FROM stored_events",
    "TRUNCATE stored_events",
    "DROP TABLE stored_events",
    "ALTER TABLE stored_events ADD COLUMN more text",
)


@given(parsers.parse("I may only {what:w} there"))
def a_role_that_may_only(day: Day, server: Server, what: str) -> None:
    """The rights that the README names, and no more: of the tables of the ledger, `append` needs no other's."""
    address = day.desk.server
    assert address is not None
    schema = parse_qs(urlsplit(address).query)["options"][0].partition("=")[2]
    role = f"{what}er_{schema}"
    with server.connected(address) as connection:
        connection.execute(f"CREATE ROLE {role} LOGIN")
        connection.execute(f"GRANT USAGE ON SCHEMA {schema} TO {role}")
        connection.execute(f"GRANT {RIGHTS[what]} ON stored_events TO {role}")
        connection.execute(f"GRANT SELECT ON stored_snapshots TO {role}")
    day.desk.server = address.replace("postgres@", f"{role}@")


@given("the URL names a server that does not run")
def no_server(day: Day) -> None:
    day.desk.server = f"postgresql://postgres@/postgres?host={day.desk.folder}"


@given(parsers.parse('the URL names the database "{name}", which was never made'))
def no_database(day: Day, server: Server, name: str) -> None:
    day.desk.server = f"postgresql://postgres@/{name}?host={server.folder}"


@given(parsers.parse("the URL tells a password, {password:w}"))
def tells_a_password(day: Day, password: str) -> None:
    assert day.desk.server is not None
    day.desk.server = day.desk.server.replace("postgres@", f"postgres:{password}@")


@given("the server goes away as soon as something was sent to it")
def goes_away(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: object) -> None:
        raise psycopg.OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr("pledger.domain.postgres_store._inserted", gone)
    monkeypatch.setattr("pledger.domain.postgres_store.LOCK", "SELECT pg_terminate_backend(pg_backend_pid())")


@given("another program has been writing there for long", target_fixture="writing")
def writes_for_long(day: Day, monkeypatch: pytest.MonkeyPatch) -> Iterator[psycopg.Connection]:
    """The patience of pledger is shortened, lest the test takes as long."""
    in_no_time = postgres_store.LOCK.replace(f"{LOCK_TIMEOUT_S}s", "100ms")
    assert in_no_time != postgres_store.LOCK
    monkeypatch.setattr(postgres_store, "LOCK", in_no_time)
    assert day.desk.server is not None
    with psycopg.connect(day.desk.server) as connection:  # in a transaction until it is closed
        connection.execute(postgres_store.LOCK)
        yield connection


@then(parsers.parse("once it has finished, I can type: {line}"))
def can_type_then(day: Day, writing: psycopg.Connection, line: str) -> None:
    writing.close()
    assert day.desk.type(line).code == 0


@given("psycopg is not installed")
def not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pledger.domain.store.find_spec", lambda _: None)


@then("the ledger cannot be used: the server does not answer: no such socket")
def cannot_be_reached(day: Day) -> None:
    assert (day.answer.code, day.answer.out) == (4, "")
    assert day.answer.what.startswith("the server does not answer: ")
    assert day.answer.what.endswith("No such file or directory")


@then(parsers.parse("I can ask: {questions}"))
def can_ask(day: Day, questions: str) -> None:
    for question in questions.split("; "):
        answer = day.desk.type(question)
        assert (answer.code, answer.err) == (0, "")
        assert answer.out


@then("nothing that is stored can I change or delete")
def can_change_nothing(day: Day) -> None:
    for statement in FORBIDDEN:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            day.desk.change(statement)


@then(parsers.parse("nobody can read there: {secret:w}"))
def nobody_reads(day: Day, secret: str) -> None:
    for line in ("verify", "log --all", "config", "meet acme-globex", "init", "demo", "rebuild"):
        answer = day.desk.type(line)
        assert secret not in answer.out + answer.err
