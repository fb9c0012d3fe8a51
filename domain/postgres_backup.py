"""A ledger on a PostgreSQL server taken out in one transaction, and put back in one."""

from __future__ import annotations

import contextlib
from itertools import count
from typing import TYPE_CHECKING, Any

import psycopg

from pledger.domain.backup import BESIDE, Moment, Table, moment_of, no_ledger, watched
from pledger.domain.postgres_raw import ENTRY_COLUMNS
from pledger.domain.postgres_store import LOCK, MAKING, TABLES, has_tables
from pledger.domain.postgres_trouble import connection_told, told_as_trouble
from pledger.domain.raw import Row
from pledger.domain.store import EVENTS, SNAPSHOTS, without_password

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pledger.domain.backup import Watch

    Connection = psycopg.Connection[Any]

ROWS_AT_ONCE = 2_000
COPY = f"COPY {EVENTS} (notification_id, originator_id, originator_version, topic, state) FROM STDIN (FORMAT BINARY)"
COPIED_TYPES = ("int8", "text", "int8", "text", "bytea")
CONTINUE = f"SELECT setval(pg_get_serial_sequence('{EVENTS}', 'notification_id'), max(notification_id)) FROM {EVENTS}"


@contextlib.contextmanager
def moment_of_server(address: str) -> Iterator[Moment]:
    """What a ledger on a server holds now: one transaction of the server's own sees one moment, whoever writes."""
    shown = without_password(address)
    with contextlib.ExitStack() as opened:
        with told_as_trouble(shown):
            connection = opened.enter_context(psycopg.connect(**connection_told(address)))
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            connection.read_only = True
            if not has_tables(connection):
                raise no_ledger(shown)
            counted = f"SELECT count(*), coalesce(max(notification_id), 0) FROM {EVENTS}"
            entries, last = connection.execute(counted).fetchone() or (0, 0)
            beside = [_table(connection, name) for name in BESIDE if _is_there(connection, name)]
        yield Moment(shown, entries, last, entries != last, _rows(connection, shown), beside)


def put_into_server(copy: Path, address: str, *, replace: bool, watch: Watch) -> str | None:
    """Make a checked copy the ledger in a database, in one transaction; the table in which the old one is kept, if any.

    The tables themselves stay, with the rights to them that were given. Raises FileExistsError where there are entries
    and not `replace`, and StorageTrouble.
    """
    shown = without_password(address)
    with (
        moment_of(str(copy)) as moment,
        told_as_trouble(shown),
        psycopg.connect(**connection_told(address)) as connection,
    ):
        if not has_tables(connection):
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (MAKING,))
            connection.execute(TABLES)
        connection.execute(LOCK)  # nobody appends until all is committed
        kept = _kept_aside(connection, replace)
        _run(connection, f"DELETE FROM {SNAPSHOTS}")
        with connection.cursor() as cursor, cursor.copy(COPY) as copied:
            copied.set_types(COPIED_TYPES)
            for row in watched(moment.rows, watch, "restoring entries", moment.entries):
                copied.write_row((row.position, row.stream.decode(), row.version, row.topic.decode(), row.state))
        if moment.entries:
            _run(connection, CONTINUE)
        for table in moment.beside:
            _put_beside(connection, table)
    return f"the table {kept} of {shown}" if kept else None


def _kept_aside(connection: Connection, replace: bool) -> str | None:
    """Move what the tables hold into tables of another name; which one the entries are in, if there were any."""
    if not _run(connection, f"SELECT 1 FROM {EVENTS} LIMIT 1"):
        return None
    if not replace:
        raise FileExistsError(EVENTS)
    tables = [EVENTS, *(each for each in BESIDE if _is_there(connection, each))]
    number = next(n for n in count(1) if not any(_is_there(connection, f"{each}_replaced_{n}") for each in tables))
    for name in tables:
        kept = f"{name}_replaced_{number}"
        _run(connection, f"CREATE TABLE {kept} AS TABLE {name} WITH NO DATA")
        for column in connection.execute(f"SELECT * FROM {kept}").description or ():
            # the server's statistics would tell names that are erased from the tables
            _run(connection, f'ALTER TABLE {kept} ALTER COLUMN "{column.name}" SET STATISTICS 0')
        _run(connection, f"INSERT INTO {kept} SELECT * FROM {name}")
        _run(connection, f"DELETE FROM {name}")
    return f"{EVENTS}_replaced_{number}"


def _put_beside(connection: Connection, table: Table) -> None:
    columns = ", ".join('"' + column.replace('"', '""') + '"' for column in table.columns)
    marks = ", ".join(["%s"] * len(table.columns))
    query = f"INSERT INTO {table.name} ({columns}) VALUES ({marks})"
    with connection.cursor() as cursor:
        cursor.executemany(query, table.rows)


def _rows(connection: Connection, shown: str) -> Iterator[Row]:
    query = f"SELECT {ENTRY_COLUMNS} FROM {EVENTS} ORDER BY notification_id"
    with told_as_trouble(shown), connection.cursor("rows", binary=True) as cursor:  # named: the server keeps the rest
        cursor.itersize = ROWS_AT_ONCE
        yield from map(Row._make, cursor.execute(query))


def _table(connection: Connection, name: str) -> Table:
    found = connection.execute(f"SELECT * FROM {name}")
    return Table(name, tuple(column.name for column in found.description or ()), found.fetchall())


def _is_there(connection: Connection, name: str) -> bool:
    return bool(_run(connection, "SELECT to_regclass(%s)", name)[0][0])


def _run(connection: Connection, query: str, *params: object) -> list[Any]:
    done = connection.execute(query, params or None)
    return done.fetchall() if done.description else []
