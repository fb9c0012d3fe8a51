"""The store on a PostgreSQL server, through the eventsourcing library's connections and under its table's names.

One lock, taken by whoever appends until all is committed, keeps positions in the order of commitment: nobody who reads
ever sees a gap that fills later. It needs no more than the right to read and to insert; the library's own lock on the
table would need the right to change it. Before it comes another, the turn: who lost a race takes it, and keeps it while
loading and admitting again, so that nobody is in between.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import psycopg
from eventsourcing.persistence import PersistenceError
from eventsourcing.postgres import PostgresDatastore
from psycopg.rows import tuple_row
from psycopg_pool import PoolTimeout

from pledger.domain.mapper import Stored, to_bytes
from pledger.domain.partnership import SNAPSHOT_FORM
from pledger.domain.postgres_people import PEOPLE_TABLE, PostgresRegister
from pledger.domain.postgres_trouble import CONNECT_TIMEOUT_S, NOT_FOR_EVER, connection_told, told_as_trouble
from pledger.domain.refusal import Conflict, StorageTrouble
from pledger.domain.store import Store, without_password

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from psycopg import Cursor

    from pledger.domain.entry import Entry

    Row = tuple[str, int, str, bytes]

TABLES = (
    """
CREATE TABLE IF NOT EXISTS stored_events (
    originator_id text COLLATE "C" NOT NULL,
    originator_version bigint NOT NULL,
    topic text NOT NULL,
    state bytea NOT NULL,
    notification_id bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    PRIMARY KEY (originator_id, originator_version)
);
CREATE TABLE IF NOT EXISTS stored_snapshots (
    originator_id text COLLATE "C" PRIMARY KEY,
    originator_version bigint NOT NULL,
    topic text NOT NULL,
    state bytea NOT NULL
);
"""
    + PEOPLE_TABLE
)
"""Names are compared by their bytes ("C"), whatever the language of the database."""

MAKING = 0x706C6564676572
"""The lock of whoever makes the tables: 'pledger' in ASCII, since there is no table yet whose number it could have."""
TURN = f"SELECT {NOT_FOR_EVER}, pg_advisory_xact_lock('stored_snapshots'::regclass::oid::bigint)"
"""The server gives turns in the order in which they were asked for."""
_APPENDING = "pg_advisory_xact_lock('stored_events'::regclass::oid::bigint)"
LOCK, LOCK_IN_TURN = f"{TURN}, {_APPENDING}", f"SELECT {NOT_FOR_EVER}, {_APPENDING}"
INSERT = (
    "INSERT INTO stored_events (originator_id, originator_version, topic, state) "
    "SELECT * FROM unnest(%s::text[], %s::bigint[], %s::text[], %s::bytea[]) RETURNING notification_id"
)
FOLLOWED = (
    "SELECT count(*) FROM stored_events "
    "JOIN unnest(%s::text[], %s::bigint[]) AS before (id, version) "
    "ON (originator_id, originator_version) = (id, version)"
)
FIND = (
    "SELECT notification_id FROM stored_events "
    "WHERE (originator_id, originator_version, topic, state) = (%s, %s, %s, %s)"
)
KEEP = (
    "INSERT INTO stored_snapshots VALUES (%s, %s, %s, %s) ON CONFLICT (originator_id) DO UPDATE SET "
    "originator_version = EXCLUDED.originator_version, topic = EXCLUDED.topic, state = EXCLUDED.state"
)


class _Datastore(PostgresDatastore):
    """The library's pool of connections (of one), opened by all that a connection string can tell."""

    def __init__(self, address: str) -> None:
        super().__init__("", "", "", "", "", connect_timeout=CONNECT_TIMEOUT_S, pre_ping=True)
        self.pool.kwargs = {**connection_told(address), "row_factory": tuple_row}

    def register_type_adapters(self) -> None:
        """None: entries are inserted column by column."""


class PostgresStore(Store):
    """Tables in the schema that the connection is in."""

    POSITION = "notification_id"

    def __init__(self, address: str, *, create: bool) -> None:
        self.address, self.path = address, without_password(address)
        with told_as_trouble(self.path), psycopg.connect(**connection_told(address)) as connection:
            self.suggested_name = connection.info.dbname
            if not has_tables(connection):
                if not create:
                    raise self.missing()
                connection.execute("SELECT pg_advisory_xact_lock(%s)", (MAKING,))
                connection.execute(TABLES)
        self._datastore = _Datastore(address)
        self._has_turn = False

    def missing(self) -> StorageTrouble:
        return StorageTrouble(
            "there is no ledger in it yet",
            where=self.path,
            remedy="name another with --ledger, or make a ledger there with: pledger init",
        )

    def append(self, entries: Sequence[Entry]) -> list[int]:
        rows = [(e.partnership, e.version, e.fact.TOPIC, to_bytes(e)) for e in entries]
        with told_as_trouble(self.path):
            try:
                with self._datastore.transaction(commit=True) as cursor:
                    cursor.execute(self._lock())
                    return _inserted(cursor, rows)
            except PersistenceError as error:
                match error.__cause__:
                    case psycopg.errors.UniqueViolation():
                        raise Conflict from error
                    case PoolTimeout() | psycopg.errors.LockNotAvailable():
                        raise
                    case psycopg.OperationalError():
                        return self._found_again(rows, error)
                raise

    @contextlib.contextmanager
    def turn(self) -> Iterator[None]:
        """By a connection of its own, so that other transactions can come and go meanwhile, a pooler's too."""
        if self._has_turn:
            yield
            return
        with told_as_trouble(self.path), contextlib.closing(psycopg.connect(**connection_told(self.address))) as other:
            other.execute(TURN)
            self._has_turn = True
            try:
                yield
            finally:
                self._has_turn = False

    def _lock(self) -> str:
        return LOCK_IN_TURN if self._has_turn else LOCK

    def _found_again(self, rows: Sequence[Row], error: PersistenceError) -> list[int]:
        """The positions of what was sent when the connection broke, if it was committed before: only a look can tell.

        Whoever looks waits for the lock, so that nothing is committed afterwards. Raises the error if it was not.
        """
        try:
            with self._datastore.transaction(commit=False) as cursor:
                cursor.execute(self._lock())
                found: list[Any] = [cursor.execute(FIND, row).fetchone() for row in rows]
        except PersistenceError as again:
            raise StorageTrouble(
                "the server went away while it recorded; whether it did is not known",
                where=self.path,
                remedy="when it answers again, see `pledger log` before you tell it again; an import may be repeated",
            ) from again
        positions = [position for (position,) in filter(None, found)]
        if len(positions) < len(rows):
            raise error
        return positions

    def snapshot(self, slug: str) -> bytes | None:
        kept = self._select("SELECT topic, state FROM stored_snapshots WHERE originator_id = ?", slug)
        return bytes(kept[0][1]) if kept and kept[0][0] == SNAPSHOT_FORM else None

    def keep_snapshot(self, slug: str, version: int, state: bytes) -> None:
        with contextlib.suppress(PersistenceError), self._datastore.transaction(commit=True) as cursor:
            cursor.execute(KEEP, (slug, version, SNAPSHOT_FORM, state))

    def register(self) -> PostgresRegister:
        return PostgresRegister(self._datastore, self.path)

    def close(self) -> None:
        self._datastore.close()

    def _select(self, query: str, *params: object) -> list[Any]:
        with told_as_trouble(self.path), self._datastore.transaction(commit=False) as cursor:
            cursor.execute(query.replace("?", "%s"), params)
            rows: list[Any] = cursor.fetchall()
            return rows

    def _stored(self, condition: str, *params: object) -> list[Stored]:
        columns = "notification_id, originator_id, originator_version, topic, state"
        rows = self._select(f"SELECT {columns} FROM stored_events WHERE {condition}", *params)
        return [Stored._make(row) for row in rows]


def is_ledger_at(address: str) -> bool:
    """Whether there is a table of entries in the database at this address."""
    with told_as_trouble(without_password(address)), psycopg.connect(**connection_told(address)) as connection:
        return has_tables(connection)


def has_tables(connection: psycopg.Connection[Any]) -> bool:
    """Whether there is a table of entries where the connection looks for one."""
    found = connection.execute("SELECT to_regclass('stored_events') IS NOT NULL").fetchone()
    return bool(found and found[0])


def _inserted(cursor: Cursor[Any], rows: Sequence[Row]) -> list[int]:
    """Insert rows under the lock; raises Conflict where what they follow is gone, since a backup was restored."""
    firsts = {slug: version for slug, version, _, _ in reversed(rows)}
    before = [(slug, version - 1) for slug, version in firsts.items() if version > 1]
    if before:
        cursor.execute(FOLLOWED, [list(column) for column in zip(*before, strict=True)])
        if cursor.fetchall() != [(len(before),)]:
            raise Conflict
    cursor.execute(INSERT, [list(column) for column in zip(*rows, strict=True)])
    return [position for (position,) in cursor.fetchall()]
