"""The check-up: it works wherever something is wrong, says what to do about it, and changes nothing."""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from support.desk import Answer, Desk


def looks(answer: Answer) -> dict[str, dict[str, Any]]:
    """What was looked at, by its part; the last look of each."""
    return {look["part"]: look for look in json.loads(answer.out)["looks"]}


def contents(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {
        str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_ledger_that_is_well(opened: Desk) -> None:
    opened.type("keys new audit")
    opened.type("checkpoint -o first.checkpoint")
    answer = opened.type("doctor --format json")
    found = looks(answer)
    assert (answer.code, answer.err) == (0, "")
    assert {look["state"] for look in found.values()} <= {"ok", "note"}
    assert found["ledger"]["told"] == f"{opened.ledger_path}, told by --ledger"
    assert found["entries"]["told"].startswith("2 entries; the last one was recorded at 2026-03-02 09:02:00 UTC")
    assert found["name"]["told"] == "Alliances, with the days of Europe/Berlin"
    assert found["key"]["told"] == "audit, for this ledger"
    assert found["checkpoint"]["told"].startswith("the last one signs 2 entries")
    assert {"pledger", "Python", "SQLite", "libraries", "settings", "file", "disk", "size", "pages"} <= set(found)


def of_text(desk: Desk) -> None:
    desk.ledger_path.write_text("Buy milk. " * 500)


def cut_in_half(desk: Desk) -> None:
    content = desk.ledger_path.read_bytes()
    desk.ledger_path.write_bytes(content[: len(content) // 2])


def of_another_program(desk: Desk) -> None:
    with closing(sqlite3.connect(desk.ledger_path)) as database:
        database.executescript("DROP TABLE stored_events; CREATE TABLE customers (name TEXT)")


def with_the_last_entry_gone(desk: Desk) -> None:
    desk.change("DELETE FROM stored_events WHERE rowid = 2")


def with_a_last_entry_that_cannot_be_read(desk: Desk) -> None:
    desk.overwrite("state", 2, "{}")


def with_a_last_entry_of_another_type(desk: Desk) -> None:
    desk.overwrite("originator_version", 2, "two")


def gone(desk: Desk) -> None:
    desk.ledger_path.unlink()


def a_folder(desk: Desk) -> None:
    desk.ledger_path.unlink()
    desk.ledger_path.mkdir()


def with_broken_settings(desk: Desk) -> None:
    desk.settings_path.write_text("= broken", encoding="utf-8")


WRONG: list[tuple[Callable[[Desk], None], int, str]] = [
    (of_text, 4, "file is not a database"),
    (cut_in_half, 3, "the database is damaged"),
    (of_another_program, 3, "there is no table of entries in it"),
    (with_the_last_entry_gone, 3, "the log is cut off: entry 2 is missing"),
    (with_a_last_entry_that_cannot_be_read, 3, "the stored bytes cannot be read: 'fact_version' is missing"),
    (with_a_last_entry_of_another_type, 3, "the last entry cannot be read"),
    (gone, 4, "there is no ledger yet"),
    (a_folder, 4, "it is a folder"),
    (with_broken_settings, 4, "the settings cannot be read"),
]


@pytest.mark.parametrize(("damage", "code", "what"), WRONG, ids=[damage.__name__ for damage, _, _ in WRONG])
def test_whatever_is_wrong_is_told_and_nothing_is_changed(
    opened: Desk, damage: Callable[[Desk], None], code: int, what: str
) -> None:
    with closing(sqlite3.connect(opened.ledger_path)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for log in opened.folder.glob("ledger.sqlite-*"):
        log.unlink()
    damage(opened)
    before = contents(opened.folder)
    answer = opened.type("doctor")
    assert (answer.code, answer.err) == (code, "")
    problems = [line for line in answer.out.splitlines() if line.startswith("PROBLEM")]
    assert any(what in line for line in problems), answer.out
    assert "  next: " in answer.out
    assert "pledger backup" not in answer.out
    assert contents(opened.folder) == before


def test_a_ledger_that_others_write_is_looked_at_too(opened: Desk) -> None:
    with closing(sqlite3.connect(opened.ledger_path, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        before = set(contents(opened.folder))
        answer = opened.type("doctor")
        assert answer.code == 0, answer.out
        assert set(contents(opened.folder)) == before


def test_a_clock_that_went_backwards_is_told(opened: Desk) -> None:
    opened.now -= timedelta(days=400)
    found = looks(opened.type("doctor --format json"))["entries"]
    assert found["state"] == "note"
    assert "this machine's clock says 2025-01-26" in found["told"]


def test_a_key_that_others_may_read_is_told(opened: Desk) -> None:
    opened.type("keys new audit")
    private = opened.folder / "keys" / "audit.key"
    private.chmod(0o644)
    answer = opened.type("doctor --format json")
    found = looks(answer)["key"]
    assert (answer.code, found["state"]) == (4, "problem")
    assert found["remedy"] == f"nobody else may sign: chmod go= {private}"


def test_a_ledger_that_others_may_read_is_told(opened: Desk) -> None:
    opened.ledger_path.chmod(0o664)
    found = looks(opened.type("doctor --format json"))["file"]
    assert found["state"] == "note"
    assert "others may change it (mode 664)" in found["told"]


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is closed to root")
def test_a_ledger_that_may_not_be_read_is_told(opened: Desk) -> None:
    opened.ledger_path.chmod(0)
    answer = opened.type("doctor")
    assert answer.code == 4
    assert "you may not read it" in answer.out


def test_a_server_that_does_not_answer_is_told(opened: Desk) -> None:
    opened.environment["PLEDGER_LEDGER"] = ""  # told by the option below
    answer = opened.type(f"--ledger postgresql://x@/y?host={opened.folder} doctor")
    assert answer.code == 4
    assert "the server does not answer" in answer.out


def test_a_password_is_never_shown(opened: Desk) -> None:
    answer = opened.type(f"--ledger postgresql://x:secret@/y?host={opened.folder} doctor")
    assert "secret" not in answer.out + answer.err


def test_how_the_ledger_was_chosen(opened: Desk) -> None:
    told = opened.run_program("doctor --format json")
    assert looks(told)["ledger"]["told"].endswith("named by PLEDGER_LEDGER")
    opened.type(f"config ledger {opened.ledger_path}")
    told = opened.run_in_shell("unset PLEDGER_LEDGER; pledger doctor --format json")
    assert looks(told)["ledger"]["told"].endswith("named by the settings")
    told = opened.run_in_shell(
        "unset PLEDGER_LEDGER; PLEDGER_CONFIG=none XDG_DATA_HOME=$PWD pledger doctor --format json"
    )
    assert looks(told)["ledger"]["told"].endswith("the one in your data folder, since none is named")
