"""Files that are no ledgers, ledgers that are damaged, and disks that do not do as they should."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from support.histories import SLUG, Clock, utc

from pledger.domain import sqlite_store, store
from pledger.domain.communication import MeetingHeld
from pledger.domain.ledger import Ledger
from pledger.domain.lifecycle import PartnershipOpened
from pledger.domain.raw import open_raw
from pledger.domain.refusal import IntegrityFailure, StorageTrouble, WrongUsage
from pledger.domain.sqlite_store import SQLiteStore
from pledger.projections.checking import checked_history

if TYPE_CHECKING:
    from pathlib import Path

CLOCK = Clock(utc(2018, 11, 6, 9))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A ledger with one partnership."""
    file = tmp_path / "ledger.sqlite"
    with Ledger.open(file, time_zone="UTC", clock=CLOCK) as ledger:
        ledger.record(PartnershipOpened(parties=("Acme", "Globex"), purpose="launch"), SLUG)
    return file


def trouble(path: Path | str, *, create: bool = True) -> StorageTrouble:
    with pytest.raises(StorageTrouble) as raised:
        Ledger.open(path, create=create, time_zone="UTC")
    assert raised.value.exit_code == 4
    assert raised.value.where == str(path)
    return raised.value


def test_a_folder(tmp_path: Path) -> None:
    told = trouble(tmp_path)
    assert (told.what, told.remedy) == ("it is a folder", "name a file in it with --ledger")


def test_a_missing_file_that_nobody_wants_made(tmp_path: Path) -> None:
    told = trouble(tmp_path / "ledger.sqlite", create=False)
    assert told.what == "there is no ledger"
    assert told.remedy.startswith("make one with: pledger init")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("create", [True, False])
def test_a_file_that_is_no_database(tmp_path: Path, create: bool) -> None:
    notes = tmp_path / "notes.txt"
    notes.write_text("Buy milk. " * 500)
    told = trouble(notes, create=create)
    assert told.what == "file is not a database"
    assert told.remedy == "name a ledger with --ledger; this file is something else"
    assert notes.read_text() == "Buy milk. " * 500


@pytest.mark.parametrize("create", [True, False])
def test_the_database_of_another_program_is_left_as_it_is(tmp_path: Path, create: bool) -> None:
    file = tmp_path / "music.sqlite"
    with sqlite3.connect(file) as music:
        music.execute("CREATE TABLE songs (title TEXT)")
    music.close()
    before = file.read_bytes()
    told = trouble(file, create=create)
    assert told.what == "it holds something else than a ledger"
    assert told.remedy.startswith("name another file with --ledger")
    assert file.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["music.sqlite"]


def test_an_empty_file(tmp_path: Path) -> None:
    """It is no ledger, but may become one."""
    file = tmp_path / "empty.sqlite"
    file.touch()
    assert trouble(file, create=False).what == "there is no ledger in it yet"
    with Ledger.open(file, time_zone="UTC") as ledger:
        assert ledger.name == "empty"


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    told = trouble(tmp_path / "file" / "ledger.sqlite")
    assert told.what == "there is a file where its folder would be"
    assert told.remedy == "name a file that may be made with --ledger"


def test_other_kinds_of_databases_hold_no_ledger() -> None:
    assert trouble("mysql://db/ledger").what == "no ledger can be kept there"


def test_a_time_zone_that_nobody_knows_makes_no_file(tmp_path: Path) -> None:
    with pytest.raises(WrongUsage, match="'Europe/Atlantis' is not a time zone"):
        Ledger.open(tmp_path / "ledger.sqlite", time_zone="Europe/Atlantis")
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_cannot_be_shown(tmp_path: Path) -> None:
    with pytest.raises(WrongUsage, match=r"'a\\nb' cannot name a ledger"):
        Ledger.open(tmp_path / "ledger.sqlite", name="a\nb", time_zone="UTC")


def test_another_process_that_writes_for_long(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_store, "LOCK_TIMEOUT_S", 0.05)
    with Ledger.open(path, clock=CLOCK) as ledger:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageTrouble, match="database is locked") as raised:
            ledger.record(MeetingHeld(), SLUG)
        assert raised.value.remedy.startswith("another program has been writing for long")
        other.execute("ROLLBACK")
        other.close()
        assert ledger.record(MeetingHeld(), SLUG).version == 2


@pytest.mark.parametrize(
    ("says", "remedy"),
    [
        ("attempt to write a readonly database", "make the file and its folder writable"),
        ("database or disk is full", "free some space on the disk"),
        ("disk I/O error", "see that the disk has room and is sound"),
    ],
)
def test_other_trouble_is_told_with_what_to_do(
    path: Path, monkeypatch: pytest.MonkeyPatch, says: str, remedy: str
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise sqlite3.OperationalError(says)

    with Ledger.open(path, clock=CLOCK) as ledger:
        assert isinstance(ledger._store, SQLiteStore)
        monkeypatch.setattr(ledger._store._entries, "_insert_events", fails)
        with pytest.raises(StorageTrouble, match=says) as raised:
            ledger.record(MeetingHeld(), SLUG)
        assert raised.value.remedy.startswith(remedy)


# Damage


def damage(path: Path, sql: str) -> IntegrityFailure:
    """Change the file behind the ledger's back; how the ledger takes it."""
    with sqlite3.connect(path) as database:
        database.execute(sql)
    database.close()
    with Ledger.open(path, clock=CLOCK) as ledger, pytest.raises(IntegrityFailure) as raised:
        list(ledger.entries(SLUG))
    assert raised.value.exit_code == 3
    assert raised.value.where == "entry 2 (version 1 of acme-globex)"
    return raised.value


def test_a_fact_from_the_future(path: Path) -> None:
    told = damage(path, "UPDATE stored_events SET topic = 'moon-landed' WHERE rowid = 2")
    assert told.what == "the stored fact 'moon-landed' is unknown"
    assert told.remedy == "read it with a newer version of pledger"


def test_a_fact_in_a_form_from_the_future(path: Path) -> None:
    told = damage(
        path,
        """UPDATE stored_events SET state = replace(state, '"fact_version":1', '"fact_version":9') WHERE rowid = 2""",
    )
    assert told.what == "the stored fact 'partnership-opened' has version 9; this pledger knows 1"
    assert told.remedy == "read it with a newer version of pledger"


@pytest.mark.parametrize(
    "state",
    [
        "'{'",
        "'[]'",
        "'{}'",
        "replace(state, 'purpose', 'secret')",
        "replace(state, '2018-11-06', 'yesterday')",
        "x'ff'",
    ],
)
def test_bytes_that_were_tampered_with(path: Path, state: str) -> None:
    told = damage(path, f"UPDATE stored_events SET state = {state} WHERE rowid = 2")  # our own text
    assert told.what.startswith("the stored bytes cannot be read: ")
    assert "\n" not in told.what
    assert told.remedy.startswith("restore the ledger from a backup")


def test_a_damaged_file(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    path.write_bytes(content)
    with pytest.raises(IntegrityFailure) as raised, Ledger.open(path, clock=CLOCK) as ledger:
        list(ledger.entries())
    assert raised.value.what.startswith("the database is damaged")
    assert raised.value.remedy == "restore it from a backup"


def test_entries_that_come_again_and_again_are_damage_and_no_endless_answer(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page of a table that another one has taken the place of tells the same entries for ever."""
    monkeypatch.setattr(store, "PAGE", 2)
    damaged = SQLiteStore(str(path), create=False)
    first = damaged._stored("rowid > 0 ORDER BY rowid LIMIT 2")
    monkeypatch.setattr(damaged, "_stored", lambda *_: first)
    with pytest.raises(IntegrityFailure, match="the entries are not told one after another"):
        list(damaged.stored())
    with pytest.raises(IntegrityFailure, match=f"the entries of {SLUG} are not told one after another"):
        list(damaged.stored_of(SLUG))
    monkeypatch.setattr(damaged, "_select", lambda *_: [(1,)])
    with pytest.raises(IntegrityFailure, match="the entries are not told one after another"):
        list(damaged.every(1))


def test_rows_that_come_again_and_again_are_damage_and_no_endless_check(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_raw(str(path)) as log:
        first = list(log.rows())[:1]
        monkeypatch.setattr(log, "_found", lambda *_: first)
        monkeypatch.setattr(log, "_rows", lambda *_: [(1,)])
        with pytest.raises(IntegrityFailure, match="not told one after another"):
            list(log.rows())
        with pytest.raises(IntegrityFailure, match="not told one after another"):
            log.ends(1)


def test_a_file_that_may_not_be_read_is_told_in_few_words(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(sqlite_store, "_is_of_another_kind", refuse)
    assert trouble(path).what == "Permission denied"


def test_a_partnership_that_only_an_index_knows_is_found(path: Path) -> None:
    with open_raw(str(path)) as log:
        (found,) = checked_history(log, b"nobody", ZoneInfo("UTC"))
    assert found.what == "an index of the table lists nobody, of which there is no entry"
