"""Backups and restores while others write, while disks are full, and when they are killed at any moment."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from support.histories import SLUG, Clock, utc
from support.keeping import a_kept_ledger, copies, rows
from support.proving import unwatched, verified

from pledger.domain import sqlite_backup, sqlite_replacing
from pledger.domain.backup import put_back
from pledger.domain.communication import MeetingHeld
from pledger.domain.ledger import Ledger
from pledger.domain.refusal import StorageTrouble
from pledger.domain.sqlite_raw import HAS_GAPS
from pledger.projections.keeping import back_up, checked_copy

if TYPE_CHECKING:
    from pathlib import Path

    from support.desk import Desk


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger and its backup, to be copied."""
    return a_kept_ledger(tmp_path_factory.mktemp("long"))


WRITER = """
import sys
from pledger.domain.communication import MeetingHeld
from pledger.domain.ledger import Ledger
with Ledger.open(sys.argv[1], create=False) as ledger:
    while True:
        print(ledger.record(MeetingHeld(), "acme-globex").position, flush=True)
"""


def test_what_was_acknowledged_before_a_backup_began_is_in_it_whoever_writes_meanwhile(
    long: Path, tmp_path: Path
) -> None:
    ledger, _ = copies(long, tmp_path)
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(ledger)], stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    try:
        for number in range(5):
            acknowledged = int(writer.stdout.readline())
            backup = tmp_path / f"{number}.backup"
            kept = back_up(str(ledger), backup, str(backup), unwatched)
            assert kept.entries >= acknowledged
            assert rows(backup) == rows(ledger)[: kept.entries]
            assert verified(backup).findings == ()
    finally:
        writer.kill()
        writer.communicate()


def test_whoever_recorded_before_a_restore_goes_on_with_what_was_restored(long: Path, tmp_path: Path) -> None:
    """They remember where the partnership stood; what they record next follows what is there now."""
    ledger, backup = copies(long, tmp_path)
    clock = Clock(utc(2027, 1, 1, 9))
    with Ledger.open(ledger, create=False, clock=clock) as busy:
        busy.record(MeetingHeld(), SLUG)
        put_back(backup, str(ledger), replace=True, watch=unwatched)
        told = busy.record(MeetingHeld(), SLUG)
    assert told.position == len(rows(backup)) + 1
    assert verified(ledger).findings == ()


def test_a_ledger_that_somebody_writes_for_long_is_not_replaced(
    long: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger, backup = copies(long, tmp_path)
    old = rows(ledger)
    monkeypatch.setattr(sqlite_replacing, "LOCK_TIMEOUT_S", 0.5)
    with closing(sqlite3.connect(ledger, isolation_level=None)) as writer:
        writer.execute("PRAGMA journal_mode = WAL")
        writer.execute("BEGIN IMMEDIATE")
        begun_s = time.monotonic()
        with pytest.raises(StorageTrouble, match="locked"):
            put_back(backup, str(ledger), replace=True, watch=unwatched)
        assert 0.4 < time.monotonic() - begun_s < 10
    assert rows(ledger) == old
    assert not (tmp_path / "ledger.sqlite.replaced-1").exists()


def test_a_full_disk_leaves_everything_as_it_was(long: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger, backup = copies(long, tmp_path)
    old = rows(ledger)

    def full(path: Path) -> None:
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(sqlite_backup, "synced", full)
    monkeypatch.setattr(sqlite_replacing, "synced", full)
    with pytest.raises((OSError, StorageTrouble), match="No space left"):
        put_back(backup, str(ledger), replace=True, watch=unwatched)
    monkeypatch.undo()
    assert rows(ledger) == old
    assert sorted(each.name for each in tmp_path.iterdir() if "replaced" in each.name) == []


def test_a_file_that_may_not_grow_is_told_as_a_full_disk(desk: Desk, long: Path, tmp_path: Path) -> None:
    """A limit on the size of files does to a program what a full disk does."""
    ledger, _ = copies(long, tmp_path)
    line = f"ulimit -f 100; trap '' XFSZ; pledger --ledger {ledger} backup small.backup"
    answer = desk.run_in_shell(line)
    assert (answer.code, answer.err.splitlines()[0][:15]) == (4, "storage trouble")
    assert [each.name for each in tmp_path.glob("*small*")] == []


def test_what_somebody_who_was_killed_left_is_swept_up(opened: Desk) -> None:
    """It holds the names of people, too."""
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    left = opened.folder / f".monday.backup.{gone.pid}.unfinished"
    left.touch()
    others = opened.folder / f".monday.backup.{os.getppid()}.unfinished"
    others.touch()
    folder = opened.folder / f".pledger-restores-{gone.pid}.x"
    folder.mkdir()
    (folder / "ledger.sqlite").touch()
    opened.type("backup monday.backup")
    assert (left.exists(), others.exists()) == (False, True)
    opened.type("--ledger other.sqlite restore monday.backup")
    assert not folder.exists()


def test_a_backup_is_for_its_owner_only(opened: Desk) -> None:
    assert opened.type("backup monday.backup").code == 0
    assert stat.S_IMODE((opened.folder / "monday.backup").stat().st_mode) == 0o600
    assert opened.type("--ledger restored.sqlite restore monday.backup").code == 0
    assert stat.S_IMODE((opened.folder / "restored.sqlite").stat().st_mode) == 0o600


def test_a_folder_that_is_not_there_and_a_place_that_is_a_folder_are_told(opened: Desk) -> None:
    assert opened.type("backup nowhere/monday.backup").what == "there is no such folder"
    (opened.folder / "folder").mkdir()
    answer = opened.type("backup folder --replace")
    assert (answer.code, answer.err.count("\n")) == (2, 2 + answer.err.count("where"))
    assert opened.type("restore folder").what == "there is no such file"


def test_a_backup_holds_no_page_of_what_was_erased(opened: Desk) -> None:
    """Free pages of the ledger's file may still tell what was deleted; rows are copied, and so they are not."""
    opened.change("INSERT INTO stored_snapshots VALUES ('x', 1, 'y', ?)", b"Jane Doe" * 1_000)
    opened.change("DELETE FROM stored_snapshots")
    opened.type("backup monday.backup")
    assert b"Jane Doe" not in (opened.folder / "monday.backup").read_bytes()


def test_a_log_without_its_ledger_is_never_applied_to_another(opened: Desk) -> None:
    """SQLite would replay it into whatever stands under the name that it was the log of."""
    opened.type("backup monday.backup")
    for file in opened.folder.glob("ledger.sqlite*"):
        file.unlink()
    (opened.folder / "ledger.sqlite-wal").write_bytes(b"the log of another file")
    refused = opened.type("restore monday.backup")
    assert (refused.code, refused.what.split(",")[0]) == (1, "there is a ledger already")
    assert opened.type("restore monday.backup --replace").code == 0
    assert (opened.folder / "ledger.sqlite.replaced-1-wal").read_bytes() == b"the log of another file"
    assert opened.type("verify").code == 0


def test_a_backup_may_be_of_pages_of_another_size(opened: Desk) -> None:
    opened.type("backup monday.backup")
    with closing(sqlite3.connect(opened.ledger_path)) as database:
        database.execute("PRAGMA journal_mode = DELETE")
        database.execute("PRAGMA page_size = 8192")
        database.execute("VACUUM")
    opened.type("meet acme-globex")
    assert opened.type("restore monday.backup --replace").code == 0
    assert len(opened.entries()) == 2
    assert opened.type("verify").code == 0


def test_evidence_pages_of_the_ledger_that_was_there_are_dropped(opened: Desk) -> None:
    opened.type("backup monday.backup")
    pages = opened.folder / "ledger.sqlite.pages"
    pages.mkdir()
    (pages / "000000000000-000000004096-0123456789abcdef.evidence").touch()
    (pages / "mine.txt").touch()
    opened.type("meet acme-globex")
    assert opened.type("restore monday.backup --replace").code == 0
    assert [each.name for each in pages.iterdir()] == ["mine.txt"]


def test_gaps_between_positions_are_kept_and_meant(tmp_path: Path, long: Path) -> None:
    """On a server what is not committed uses positions up; a backup of it says so, and what is restored does."""
    ledger, _ = copies(long, tmp_path)
    with closing(sqlite3.connect(ledger)) as database:
        database.execute("DELETE FROM stored_events WHERE rowid = (SELECT max(rowid) - 1 FROM stored_events)")
        database.execute("UPDATE stored_events SET originator_version = originator_version - 1 WHERE rowid = 1030")
        database.commit()
    assert "it is missing" in str(verified(ledger).findings)
    with closing(sqlite3.connect(ledger)) as database:
        database.execute(f"PRAGMA user_version = {HAS_GAPS}")
    backup, again = tmp_path / "gaps.backup", tmp_path / "again.sqlite"
    back_up(str(ledger), backup, str(backup), unwatched)
    copy = tmp_path / "copy"
    assert checked_copy(backup, copy, [], unwatched).findings == ()
    put_back(copy, str(again), replace=False, watch=unwatched)
    assert rows(again) == rows(ledger)
    assert verified(again).findings == ()
