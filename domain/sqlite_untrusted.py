"""Backups as somebody hands them in: read without running anything in them, and never longer than their size allows."""

from __future__ import annotations

import contextlib
import sqlite3
from dataclasses import replace
from typing import TYPE_CHECKING

from pledger.domain.backup import Moment
from pledger.domain.refusal import IntegrityFailure, StorageTrouble
from pledger.domain.sqlite_backup import moment_in, own_schema
from pledger.domain.store import EVENTS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pledger.domain.raw import Row

MAGIC = b"SQLite format 3\0"
ROW_BYTES_MIN = 4
"""No row takes fewer bytes of a file, beside its texts."""
STEPS_BETWEEN_LOOKS, STEPS_PER_BYTE, STEPS_MIN = 10_000, 8, 2_000_000
"""SQLite takes fewer steps than this to read a whole file of ours; one that takes more was made to take for ever."""
LENGTH_MIN, LENGTH_MAX = 100_000, 10**9
LIMITS = {
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 10_000,
    sqlite3.SQLITE_LIMIT_COLUMN: 100,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 20,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH: 1,
    sqlite3.SQLITE_LIMIT_WORKER_THREADS: 0,
}
"""What a file's schema may ask of SQLite before anybody has looked at it."""
SCHEMA_ROWS_MAX = 100


@contextlib.contextmanager
def untrusted_moment(path: Path) -> Iterator[Moment]:
    """What a file holds that anybody may have made; raises IntegrityFailure unless it is as pledger writes backups.

    It is read as it is: without a lock, without a log that lies beside it, and without anything in it being run.
    """
    shown, size = str(path), path.stat().st_size
    with path.open("rb") as file:
        if file.read(len(MAGIC)) != MAGIC:
            raise _no_backup(shown, "it is no SQLite file")
    uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
    with contextlib.closing(sqlite3.connect(uri, uri=True, isolation_level=None)) as database:
        with _said_of_the_file(shown):
            _bind(database, size)
            _check_schema(database, shown)
            _check_pages(database, shown)
            moment = moment_in(database, shown)
        yield replace(moment, rows=_bounded(moment.rows, shown, size))


def _no_backup(path: str, why: str) -> IntegrityFailure:
    return IntegrityFailure(
        f"it is not a backup as pledger writes it: {why}",
        where=path,
        remedy="name a file that `pledger backup` wrote, or another copy of it",
    )


@contextlib.contextmanager
def _said_of_the_file(shown: str) -> Iterator[None]:
    """Whatever goes wrong in reading is the file's fault: nobody else has to do with it."""
    try:
        yield
    except StorageTrouble as trouble:
        raise _no_backup(shown, trouble.what) from trouble
    except (sqlite3.Error, ValueError, OverflowError, MemoryError) as error:
        endless = "interrupted" in str(error)
        raise _no_backup(shown, "reading it does not end" if endless else f"it cannot be read: {error}") from error


def _bind(database: sqlite3.Connection, size: int) -> None:
    """See that reading takes no more steps, and asks for no more memory, than a file of that size can need."""
    for limit, most in LIMITS.items():
        database.setlimit(limit, most)
    database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, min(max(size, LENGTH_MIN), LENGTH_MAX))
    left = (STEPS_MIN + size * STEPS_PER_BYTE) // STEPS_BETWEEN_LOOKS

    def is_too_long() -> bool:
        nonlocal left
        left -= 1
        return left < 0

    database.set_progress_handler(is_too_long, STEPS_BETWEEN_LOOKS)
    for pragma in ("trusted_schema = OFF", "cell_size_check = ON", "mmap_size = 0", "query_only = ON"):
        database.execute(f"PRAGMA {pragma}")


def _check_schema(database: sqlite3.Connection, shown: str) -> None:
    """Refuse a file in which there is anything but tables as pledger makes them, statement by statement."""
    query = "SELECT type, name, tbl_name, sql FROM sqlite_master LIMIT ?"
    found = database.execute(query, (SCHEMA_ROWS_MAX,)).fetchall()
    odd = next((row for row in found if row not in own_schema()), None)
    if odd is not None:
        raise _no_backup(shown, f"the {odd[0]} {str(odd[1])[:100]} is not one that pledger makes")
    needed = {row for row in own_schema() if EVENTS in row[1:3]}
    if not needed <= set(found) or len(found) != len(set(found)):
        raise _no_backup(shown, "its tables are not those of a ledger")


def _check_pages(database: sqlite3.Connection, shown: str) -> None:
    """Refuse a file whose pages do not hang together as SQLite's must; each is looked at once."""
    ((told,),) = database.execute("PRAGMA integrity_check(1)").fetchall()
    if told != "ok":
        raise _no_backup(shown, f"the file is damaged: {' '.join(told.split())}")


def _bounded(rows: Iterator[Row], shown: str, size: int) -> Iterator[Row]:
    """The rows of a file of that size, unless they are more than it can hold, or go round."""
    last: int | None = None
    with _said_of_the_file(shown):
        for row in rows:
            size -= ROW_BYTES_MIN + sum(len(each) for each in row[1:5] if isinstance(each, bytes))
            if size < 0 or (last is not None and row.position <= last):
                raise _no_backup(shown, "its pages lead to one another more than once")
            last = row.position
            yield row
