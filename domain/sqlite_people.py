"""The register of people in the ledger's SQLite file, written so that nothing of what is taken out stays in any file.

Two things would keep it. A deleted row stays in its page, and so does a row that moved to another when the page was
split: `secure_delete` overwrites every page that is given back, so the whole table is given back and written anew. And
the write-ahead log holds pages as they were: it is carried over into the file, and cut to nothing.
"""

from __future__ import annotations

import contextlib
import sqlite3
from typing import TYPE_CHECKING

from pledger.domain.people import Person, Register, still_in_the_file, with_in_place
from pledger.domain.store import PEOPLE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from eventsourcing.sqlite import SQLiteConnection, SQLiteCursor, SQLiteDatastore

CARRIED_OVER_TIMEOUT_S = 5
PEOPLE_TABLE = (
    f"CREATE TABLE IF NOT EXISTS {PEOPLE} (id TEXT PRIMARY KEY, name TEXT NOT NULL, address TEXT) WITHOUT ROWID"
)
EVERYBODY = f"SELECT id, name, address FROM {PEOPLE} ORDER BY id"
INSERT = f"INSERT OR IGNORE INTO {PEOPLE} (id, name, address) VALUES (?, ?, ?)"


class SQLiteRegister(Register):
    """A table in the ledger's own file."""

    def __init__(
        self, datastore: SQLiteDatastore, path: str, trouble: Callable[[], AbstractContextManager[None]]
    ) -> None:
        self._datastore = datastore
        self._path = path
        self._trouble = trouble

    def rows(self) -> list[Person]:
        with self._trouble(), self._datastore.transaction(commit=False) as cursor:
            cursor.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", (PEOPLE,))
            return _everybody(cursor) if cursor.fetchall() else []  # a ledger of an earlier version has no such table

    def add(self, person: Person) -> bool:
        with self._trouble(), self._writing() as connection, _transaction(connection) as cursor:
            cursor.execute(INSERT, person)
            cursor.execute("SELECT changes()")
            return bool(cursor.fetchone()[0])

    def replace(self, id_: str, person: Person | None) -> bool:
        with self._trouble(), self._writing() as connection:
            with _transaction(connection) as cursor:
                after, was_there = with_in_place(_everybody(cursor), id_, person)
                cursor.execute(f"DELETE FROM {PEOPLE}")
                cursor.executemany(INSERT, after)
            if not _carried_over(connection.cursor()):
                raise still_in_the_file(self._path, id_, changed=person is not None)
        return was_there

    @contextlib.contextmanager
    def _writing(self) -> Iterator[SQLiteConnection]:
        """A connection of the store's that overwrites what it deletes."""
        with self._datastore.get_connection(commit=True) as connection:
            connection.cursor().execute("PRAGMA secure_delete = ON")
            yield connection


@contextlib.contextmanager
def _transaction(connection: SQLiteConnection) -> Iterator[SQLiteCursor]:
    """A transaction that nobody else writes in, on a connection that commits by itself otherwise."""
    cursor = connection.cursor()
    cursor.execute("BEGIN IMMEDIATE")
    try:
        cursor.execute(PEOPLE_TABLE)
        yield cursor
        connection.commit()
    except BaseException:
        connection.rollback()
        raise


def _everybody(cursor: SQLiteCursor) -> list[Person]:
    cursor.execute(EVERYBODY)
    return [Person(*row) for row in cursor.fetchall()]


def _carried_over(cursor: SQLiteCursor) -> bool:
    """Whether the write-ahead log could be carried over into the file and cut to nothing: nobody may be reading it."""
    cursor.execute("PRAGMA busy_timeout")
    (usual_ms,) = cursor.fetchone()
    cursor.execute(f"PRAGMA busy_timeout = {CARRIED_OVER_TIMEOUT_S * 1_000}")
    try:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (busy, *_) = cursor.fetchone()
    except sqlite3.OperationalError as error:
        if "locked" not in str(error):
            raise
        return False
    finally:
        cursor.execute(f"PRAGMA busy_timeout = {usual_ms}")
    return not busy
