"""Putting a checked copy where a ledger's file is, or was: at once or not at all, whoever has the old one open.

The pages of a ledger that SQLite can still open are replaced by its online backup, as one transaction of the very file:
no name changes, so that no log of the old file ever meets the new one, and programs that have it open see the new
entries. Only a file that SQLite cannot open any more gives its name away.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from pledger.domain.refusal import StorageTrouble
from pledger.domain.sqlite_backup import synced
from pledger.domain.sqlite_store import check_file, trouble_told
from pledger.domain.store import EVENTS, LOCK_TIMEOUT_S

if TYPE_CHECKING:
    from pledger.domain.backup import Watch

LOGS = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a file that is in use, and would apply to whatever stands under its name."""
BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
UNREADABLE = (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT)


def put_into_file(copy: Path, address: str, *, replace: bool, watch: Watch) -> str | None:
    """Make a copy the ledger's file; where the old one is kept, if there was one.

    The copy lies in the folder of the ledger, and may be used up. Raises FileExistsError where there is something and
    not `replace`, and StorageTrouble.
    """
    path = Path(address).expanduser().resolve()
    there = [each for each in (path, *_logs(path)) if os.path.lexists(each)]
    if there and not replace:
        raise FileExistsError(there[0])
    if path.exists():
        check_file(path, create=False)
        kept = _free_name(path)
        with trouble_told(str(path)):
            if not _is_open_to_sqlite(path) or not _has_replaced_pages(copy, path, kept, watch):
                _keep_files(path, kept)
                _give_name(copy, path)
        return str(kept)
    kept = _free_name(path)
    _keep_files(path, kept)
    if there:  # a log without its file
        _give_name(copy, path)
        return f"{kept}*"
    try:
        os.link(copy, path)  # unlike a renaming, it never replaces what has come there meanwhile
    except FileExistsError:
        raise
    except OSError:  # a file system that knows no second names
        copy.rename(path)
    copy.unlink(missing_ok=True)
    synced(path)
    return None


def _is_open_to_sqlite(path: Path) -> bool:
    """Whether SQLite can still write this file as a ledger's; raises StorageTrouble for another program's database."""
    with contextlib.closing(_connected(path)) as database:
        try:
            tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            if tables and EVENTS not in tables:
                raise StorageTrouble(
                    "it holds something else than a ledger", where=str(path), remedy="name another file with --ledger"
                )
            (mode,) = database.execute("PRAGMA journal_mode = WAL").fetchone()
        except sqlite3.DatabaseError as error:
            if not _is_damage(error):
                raise
            return False
    return bool(mode == "wal")


def _is_damage(error: sqlite3.Error) -> bool:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in UNREADABLE


def _connected(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, isolation_level=None, timeout=LOCK_TIMEOUT_S)


def _has_replaced_pages(copy: Path, path: Path, kept: Path, watch: Watch) -> bool:
    """Write the copy's pages over the ledger's in one transaction, in which the old ones are kept aside first.

    From the first page on the ledger is locked, so that nothing that somebody records meanwhile is in neither.
    False, and nothing is changed, where SQLite finds the old file too damaged for that.
    """

    def after_each_page(status: int, remaining: int, total: int) -> None:
        if status in BUSY:  # after SQLite has waited for LOCK_TIMEOUT_S; left to itself, it would do so again and again
            raise sqlite3.OperationalError("database is locked")
        if not kept.exists():
            _keep_pages(path, kept)
        watch("replacing pages", total - remaining, total)

    with contextlib.closing(_connected(copy)) as source, contextlib.closing(_connected(path)) as ledger:
        try:
            _give_pages_the_size_of(ledger, source)
            source.backup(ledger, pages=1, progress=after_each_page)
        except sqlite3.DatabaseError as error:
            if not _is_damage(error):
                raise
            kept.unlink(missing_ok=True)
            return False
        with contextlib.suppress(sqlite3.Error):  # it is on the disk; this only makes the log small again
            ledger.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return True


def _give_pages_the_size_of(ledger: sqlite3.Connection, source: sqlite3.Connection) -> None:
    """Pages go only where they are as large as those that they replace."""
    ours, theirs = (database.execute("PRAGMA page_size").fetchone()[0] for database in (source, ledger))
    if ours != theirs:
        source.execute(f"PRAGMA page_size = {theirs:d}")
        source.execute("VACUUM")


def _keep_pages(path: Path, kept: Path) -> None:
    """Keep the ledger as it stands, while it is locked against whoever writes."""
    aside = kept.with_name(f"{kept.name}.unfinished")
    aside.unlink(missing_ok=True)  # of somebody who was killed: nobody else is at this while the ledger is locked
    try:
        os.close(os.open(aside, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        with (
            contextlib.closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as old,
            contextlib.closing(_connected(aside)) as new,
        ):
            old.backup(new)
        synced(aside)
        aside.rename(kept)
        synced(kept)
    finally:
        for each in (aside, *_logs(aside)):
            each.unlink(missing_ok=True)


def _keep_files(path: Path, kept: Path) -> None:
    """Keep a file that is no database any more, byte for byte, and what SQLite kept beside it."""
    for each in (path, *_logs(path)):
        if each.exists() and not each.name.endswith("-shm"):
            other = kept.with_name(kept.name + each.name.removeprefix(path.name))
            shutil.copyfile(each, other)
            other.chmod(0o600)
            synced(other)


def _give_name(copy: Path, path: Path) -> None:
    """Give the copy the ledger's name, after no log is left that would be applied to it."""
    for each in _logs(path):
        each.unlink(missing_ok=True)
    copy.replace(path)
    synced(path)


def _free_name(path: Path) -> Path:
    """The first name for an old ledger that nothing has yet."""
    names = (path.with_name(f"{path.name}.replaced-{number}") for number in count(1))
    return next(name for name in names if not any(os.path.lexists(each) for each in (name, *_logs(name))))


def _logs(path: Path) -> list[Path]:
    return [path.with_name(path.name + ending) for ending in LOGS]
