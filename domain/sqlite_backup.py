"""Backups as SQLite files: a moment of a ledger, written as a new file of pledger's own making.

A file's own schema is never taken over, nor its free pages, in which something erased may still stand: rows are copied
one by one into tables that pledger makes itself.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from pledger.domain.backup import BESIDE, Moment, Seal, Table, no_ledger, watched
from pledger.domain.mapper import RESTORE
from pledger.domain.raw import Row
from pledger.domain.refusal import IntegrityFailure
from pledger.domain.sqlite_raw import ENTRY_COLUMNS, HAS_GAPS
from pledger.domain.sqlite_store import SQLiteStore, check_file, trouble_told
from pledger.domain.store import EVENTS, IN_MEMORY, LOCK_TIMEOUT_S, SNAPSHOTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pledger.domain.backup import Watch

    Statement = tuple[str, str, str, str | None]

SEALED, SEAL_FORM = "@backup", "backup-seal-1"
"""Under which name, and in which form, a backup keeps its seal: where snapshots are kept, of which it has none."""
INSERT = (
    f"INSERT INTO {EVENTS} (rowid, originator_id, originator_version, topic, state) "
    "VALUES (?, CAST(? AS TEXT), ?, CAST(? AS TEXT), ?)"
)


@cache
def own_schema() -> frozenset[Statement]:
    """What stands in the schema of a ledger that this version makes: kind, name, table and statement of everything."""
    with contextlib.closing(SQLiteStore(IN_MEMORY, create=True)) as store:
        return frozenset(tuple(row) for row in store._select("SELECT type, name, tbl_name, sql FROM sqlite_master"))


@contextlib.contextmanager
def moment_of_file(path: str) -> Iterator[Moment]:
    """What a ledger's file holds now; it is read in one transaction, which others that write do not wait for."""
    shown = str(Path(path).expanduser().resolve())
    check_file(Path(shown), create=False)
    uri = f"{Path(shown).as_uri()}?mode=ro"
    with contextlib.closing(sqlite3.connect(uri, uri=True, isolation_level=None, timeout=LOCK_TIMEOUT_S)) as database:
        with trouble_told(shown):
            moment = moment_in(database, shown)
        yield moment


def moment_in(database: sqlite3.Connection, shown: str) -> Moment:
    """What a connection is told in one transaction; its rows tell their trouble themselves."""
    database.execute("PRAGMA trusted_schema = OFF")
    database.execute("PRAGMA query_only = ON")
    database.execute("BEGIN")
    tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if EVENTS not in tables:
        raise no_ledger(shown)
    (entries, last), (gaps,) = (
        database.execute(query).fetchone()
        for query in (f"SELECT count(*), coalesce(max(rowid), 0) FROM {EVENTS}", "PRAGMA user_version")
    )
    counted = "sqlite_sequence" in tables
    count = database.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", (EVENTS,)) if counted else ()
    given = next((seq for (seq,) in count if isinstance(seq, int)), last)
    beside = [_table(database, name) for name in BESIDE if name in tables]
    seal = _seal(database) if SNAPSHOTS in tables else None
    database.text_factory = bytes
    return Moment(shown, entries, given, gaps == HAS_GAPS, _rows(database, shown), beside, seal)


def _seal(database: sqlite3.Connection) -> Seal | None:
    query = f"SELECT originator_version, state FROM {SNAPSHOTS} WHERE originator_id = ? AND topic = ?"
    found = database.execute(query, (SEALED, SEAL_FORM)).fetchone()
    return Seal(*found) if found and isinstance(found[0], int) and isinstance(found[1], bytes) else None


def put_seal(path: Path, seal: Seal, shown: str) -> None:
    """Let a backup say with which entries it was written, so that what changes in it later is found."""
    with trouble_told(shown), contextlib.closing(sqlite3.connect(path)) as database, database:
        row = (SEALED, seal.entries, SEAL_FORM, seal.root)
        database.execute(f"INSERT INTO {SNAPSHOTS} VALUES (?, ?, ?, ?)", row)
    synced(path)


def write_copy(moment: Moment, path: Path, watch: Watch, shown: str) -> None:
    """Write a moment as a new file, for its owner only, that is on the disk when this returns; it is shown as `shown`.

    Raises OSError, StorageTrouble, and IntegrityFailure for an entry with a column of another type than it must have.
    """
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    with trouble_told(shown), contextlib.closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode = OFF")  # whoever is killed meanwhile leaves a file that nobody uses
        database.execute("PRAGMA synchronous = OFF")
        database.execute("BEGIN")
        for kind, name, _, statement in sorted(own_schema(), key=lambda each: each[0] != "table"):
            if statement is not None and kind in ("table", "index") and not name.startswith("sqlite_"):
                database.execute(statement)
        rows = watched(moment.rows, watch, "copying entries", moment.entries)
        database.executemany(INSERT, (typed(row, moment.path)[:5] for row in rows))
        database.execute("UPDATE sqlite_sequence SET seq = ? WHERE name = ?", (moment.given, EVENTS))
        database.execute(f"PRAGMA user_version = {HAS_GAPS if moment.may_have_gaps else 0}")
        for table in moment.beside:
            _put_beside(database, table)
        database.execute("COMMIT")
        database.execute("PRAGMA journal_mode = DELETE")
    synced(path)


def typed(row: Row, where: str) -> Row:
    """A row that can be copied; raises IntegrityFailure for one that no store but SQLite would have kept."""
    if not row.is_typed:
        raise IntegrityFailure(
            f"entry {row.position} has a column of another type than it must have", where=where, remedy=RESTORE
        )
    return row


def synced(path: Path) -> None:
    """See that a file is on the disk, and its name too."""
    for each in (path, path.parent):
        descriptor = os.open(each, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _rows(database: sqlite3.Connection, shown: str) -> Iterator[Row]:
    with trouble_told(shown):
        yield from map(Row._make, database.execute(f"SELECT {ENTRY_COLUMNS} FROM {EVENTS} ORDER BY rowid"))


def _table(database: sqlite3.Connection, name: str) -> Table:
    found = database.execute(f"SELECT * FROM {name}")
    return Table(name, tuple(column for column, *_ in found.description), found.fetchall())


def _put_beside(database: sqlite3.Connection, table: Table) -> None:
    columns = ", ".join('"' + column.replace('"', '""') + '"' for column in table.columns)
    marks = ", ".join("?" * len(table.columns))
    database.executemany(f"INSERT INTO {table.name} ({columns}) VALUES ({marks})", table.rows)
