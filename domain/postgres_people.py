"""The register of people on a PostgreSQL server, written so that no file of its tables keeps what was taken out.

A deleted row would stay in its file, and even VACUUM FULL copies it while an old transaction may want to see it.
TRUNCATE begins a new file and gives the old one back, so the whole table is truncated and written anew, in one
transaction. Its columns have no statistics, in which ANALYZE would keep the commonest names.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import psycopg
from eventsourcing.persistence import PersistenceError

from pledger.domain.people import Person, Register, may_not_change, with_in_place
from pledger.domain.postgres_trouble import NOT_FOR_EVER, told_as_trouble
from pledger.domain.store import PEOPLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eventsourcing.postgres import PostgresDatastore
    from psycopg import Cursor

PEOPLE_TABLE = f"""
CREATE TABLE IF NOT EXISTS {PEOPLE} (id text COLLATE "C" PRIMARY KEY, name text NOT NULL, address text);
ALTER TABLE {PEOPLE} ALTER COLUMN name SET STATISTICS 0, ALTER COLUMN address SET STATISTICS 0
"""
KEPT_ASIDE = (
    "SELECT oid::regclass::text FROM pg_class "
    f"WHERE relkind = 'r' AND relname ~ '^{PEOPLE}_replaced_[0-9]+$' AND pg_table_is_visible(oid)"
)
"""The registers of ledgers that a restore has put aside."""


class PostgresRegister(Register):
    """A table beside the ledger's others."""

    OUT_OF_REACH = (
        "The server's own write-ahead log, its archives, replicas and base backups, and its text log where that tells "
        "parameters, hold it until they are overwritten or expire: ask who keeps the server. After pg_switch_wal() and "
        "CHECKPOINT it needs its present log no more, but overwrites the log files that it recycles only as it goes on",
    )

    def __init__(self, datastore: PostgresDatastore, path: str) -> None:
        self._datastore = datastore
        self._path = path

    def rows(self) -> list[Person]:
        with told_as_trouble(self._path), self._datastore.transaction(commit=False) as cursor:
            return _everybody(cursor, PEOPLE) if _is_there(cursor) else []

    def add(self, person: Person) -> bool:
        with self._writing() as cursor:
            insert = f"INSERT INTO {PEOPLE} (id, name, address) VALUES (%s, %s, %s) ON CONFLICT (id) DO NOTHING"
            return bool(cursor.execute(insert, person).rowcount)

    def replace(self, id_: str, person: Person | None) -> bool:
        with self._writing() as cursor:
            was_there = _written_anew(cursor, PEOPLE, id_, person)
            for (table,) in cursor.execute(KEPT_ASIDE).fetchall() if person is None else ():
                was_there |= _written_anew(cursor, table, id_, None)
        return was_there

    @contextlib.contextmanager
    def _writing(self) -> Iterator[Cursor[Any]]:
        with told_as_trouble(self._path):
            try:
                with self._datastore.transaction(commit=True) as cursor:
                    cursor.execute(f"SELECT {NOT_FOR_EVER}")
                    if not _is_there(cursor):
                        cursor.execute(PEOPLE_TABLE)
                    yield cursor
            except PersistenceError as error:
                if isinstance(error.__cause__, psycopg.errors.InsufficientPrivilege):
                    raise may_not_change(self._path) from error
                raise


def _is_there(cursor: Cursor[Any]) -> bool:
    ((found,),) = cursor.execute("SELECT to_regclass(%s) IS NOT NULL", (PEOPLE,)).fetchall()
    return bool(found)


def _everybody(cursor: Cursor[Any], table: str) -> list[Person]:
    return [Person(*row) for row in cursor.execute(f"SELECT id, name, address FROM {table} ORDER BY id").fetchall()]


def _written_anew(cursor: Cursor[Any], table: str, id_: str, person: Person | None) -> bool:
    """Begin a table's file anew with somebody in place of whoever has this id; whether anybody had it."""
    cursor.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
    after, was_there = with_in_place(_everybody(cursor, table), id_, person)
    cursor.execute(f"TRUNCATE {table}")
    cursor.executemany(f"INSERT INTO {table} (id, name, address) VALUES (%s, %s, %s)", after)
    return was_there
