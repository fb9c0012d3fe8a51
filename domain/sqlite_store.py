"""The store in one SQLite file, through the eventsourcing library."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eventsourcing.persistence import ConnectionPoolClosedError, IntegrityError, PersistenceError, StoredEvent
from eventsourcing.sqlite import SQLiteAggregateRecorder, SQLiteApplicationRecorder, SQLiteDatastore

from pledger.domain.mapper import Stored, to_bytes
from pledger.domain.partnership import SNAPSHOT_FORM
from pledger.domain.refusal import Conflict, IntegrityFailure, StorageTrouble
from pledger.domain.store import IN_MEMORY, LOCK_TIMEOUT_S, STILL_LOCKED, Store

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from eventsourcing.sqlite import SQLiteCursor

    from pledger.domain.entry import Entry
    from pledger.domain.sqlite_people import SQLiteRegister

READ_SOONER_MAX = 1_000_000
"""To count all entries takes as long as to read about so many."""
COUNTED = (
    "SELECT (SELECT count(*) FROM stored_events), (SELECT min(rowid) FROM stored_events), "
    "(SELECT max(rowid) FROM stored_events)"
)
"""Each by itself goes through the smallest index, or to one end of the table."""
WRITE_VERSION, WRITE_AHEAD = 18, 2
"""Where the header of an SQLite file says how it is written, and what that of a ledger says."""


class _Entries(SQLiteApplicationRecorder):
    """The library's recorder, with positions that are never renumbered (not even by VACUUM) nor used twice."""

    def __init__(self, datastore: SQLiteDatastore) -> None:
        super().__init__(datastore)
        columns = "originator_id, originator_version, topic, state"
        self.insert_events_statement = f"INSERT INTO {self.events_table_name} ({columns}) VALUES (?,?,?,?)"

    def construct_create_table_statements(self) -> list[str]:
        return [
            f"CREATE TABLE IF NOT EXISTS {self.events_table_name} ("
            "rowid INTEGER PRIMARY KEY AUTOINCREMENT, "
            "originator_id TEXT NOT NULL, originator_version INTEGER NOT NULL, "
            "topic TEXT NOT NULL, state BLOB NOT NULL, UNIQUE (originator_id, originator_version))"
        ]

    def _insert_events(
        self, c: SQLiteCursor, stored_events: Sequence[StoredEvent], **kwargs: Any
    ) -> Sequence[int] | None:
        """The library's, unless what a stream's first event follows is not there (any more): a backup was restored."""
        positions = super()._insert_events(c, stored_events, **kwargs)  # first, since whoever reads first gets no lock
        firsts = {event.originator_id: event.originator_version for event in reversed(stored_events)}
        query = f"SELECT 1 FROM {self.events_table_name} WHERE originator_id = ? AND originator_version = ?"
        for slug, version in firsts.items():
            c.execute(query, (slug, version - 1))
            if version > 1 and c.fetchone() is None:
                raise IntegrityError("the event before is not there")
        return positions


class _Snapshots(SQLiteAggregateRecorder):
    """Snapshots, of which each stream keeps the latest only: they are a cache."""

    def _insert_events(self, c: SQLiteCursor, stored_events: Sequence[StoredEvent], **kwargs: Any) -> None:
        for event in stored_events:
            c.execute(f"DELETE FROM {self.events_table_name} WHERE originator_id=?", (event.originator_id,))
        super()._insert_events(c, stored_events, **kwargs)


class SQLiteStore(Store):
    """One SQLite file in write-ahead mode, readable by its owner only."""

    POSITION = "rowid"

    def __init__(self, path: str, *, create: bool) -> None:
        self.path = self.address = path
        self.suggested_name = Path(path).stem
        if path != IN_MEMORY:
            check_file(Path(path), create=create)
        with self._trouble():
            if path != IN_MEMORY and _is_of_another_kind(Path(path)):
                raise self._no_ledger("it holds something else than a ledger")
            self._datastore = SQLiteDatastore(path, lock_timeout=LOCK_TIMEOUT_S, originator_id_type="text")
            self._entries = _Entries(self._datastore)
            self._snapshots = _Snapshots(self._datastore, "stored_snapshots")
            self._prepare(create)

    def _prepare(self, create: bool) -> None:
        with self._datastore.transaction(commit=False) as cursor:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            tables = {row["name"] for row in cursor.fetchall()}
        if self._entries.events_table_name in tables:
            return
        if tables or not create:
            raise self._no_ledger("it holds something else than a ledger" if tables else "there is no ledger in it yet")
        self._entries.create_table()
        self._snapshots.create_table()
        from pledger.domain.sqlite_people import PEOPLE_TABLE

        with self._datastore.transaction(commit=True) as cursor:
            cursor.execute(PEOPLE_TABLE)

    def _no_ledger(self, what: str) -> StorageTrouble:
        return StorageTrouble(
            what, where=self.path, remedy="name another file with --ledger, or make a ledger there with: pledger init"
        )

    def every(self, number: int, after: int = 0) -> Iterator[int]:
        """As for every store; from many entries, none of which is missing, without reading them."""
        ((last,),) = self._select("SELECT coalesce(max(rowid), 0) FROM stored_events")
        if last - after > READ_SOONER_MAX and self._has_all_until(last):
            yield from range(after + number, last + 1, number)
        else:
            yield from super().every(number, after)

    def _has_all_until(self, last: int) -> bool:
        """Whether every position up to the last one has an entry: counted in the index, which is small."""
        ((count, first, now_last),) = self._select(COUNTED)
        return bool(first == 1 and now_last == last == count)

    def _select(self, query: str, *params: object) -> list[Any]:
        return self._rows(tuple, query, params)

    def _rows(self, kind: type[tuple[Any, ...]], query: str, params: Sequence[object]) -> list[Any]:
        """The rows that a query finds, as tuples of a kind: made at once, for there are millions."""
        with self._trouble(), self._datastore.transaction(commit=False) as cursor:
            cursor.sqlite_cursor.row_factory = lambda _, row: tuple.__new__(kind, row)
            cursor.execute(query, params)
            rows: list[Any] = cursor.fetchall()
            return rows

    def _stored(self, condition: str, *params: object) -> list[Stored]:
        columns = "rowid, originator_id, originator_version, topic, CAST(state AS BLOB)"  # even if edited as text
        return self._rows(Stored, f"SELECT {columns} FROM stored_events WHERE {condition}", params)

    def append(self, entries: Sequence[Entry]) -> list[int]:
        """Store all entries or none, and return their positions; raises Conflict."""
        events = [StoredEvent(e.partnership, e.version, e.fact.TOPIC, to_bytes(e)) for e in entries]
        with self._trouble():
            try:
                return list(self._entries.insert_events(events) or ())
            except IntegrityError as error:
                raise Conflict from error

    def snapshot(self, slug: str) -> bytes | None:
        """The last snapshot of a stream's standing, if it has the form that this version writes."""
        with self._trouble():
            kept = self._snapshots.select_events(slug, desc=True, limit=1)
        return bytes(kept[0].state) if kept and kept[0].topic == SNAPSHOT_FORM else None

    def keep_snapshot(self, slug: str, version: int, state: bytes) -> None:
        """Keep a snapshot instead of any earlier one; losing one loses nothing, so trouble with it is none."""
        with contextlib.suppress(PersistenceError, sqlite3.Error):
            self._snapshots.insert_events([StoredEvent(slug, version, SNAPSHOT_FORM, state)])

    def register(self) -> SQLiteRegister:
        """Where people's names are kept, in the same file."""
        from pledger.domain.sqlite_people import SQLiteRegister

        return SQLiteRegister(self._datastore, self.path, self._trouble)

    def close(self) -> None:
        """Give the file back."""
        self._datastore.close()

    def _trouble(self) -> contextlib.AbstractContextManager[None]:
        return trouble_told(self.path)


@contextlib.contextmanager
def trouble_told(path: str) -> Iterator[None]:
    """Tell a store's own errors in the form that all messages have."""
    try:
        yield
    except ConnectionPoolClosedError as error:
        raise StorageTrouble("the ledger has been closed", where=path, remedy="open it again") from error
    except (PersistenceError, sqlite3.Error, OSError) as error:
        text = getattr(error, "strerror", None) or str(error)
        if "malformed" in text:
            raise IntegrityFailure(
                f"the database is damaged: {text}", where=path, remedy="restore it from a backup"
            ) from error
        raise StorageTrouble(text, where=path, remedy=_remedy(text)) from error


def _remedy(text: str) -> str:
    if "locked" in text:
        return STILL_LOCKED
    if "not a database" in text:
        return "name a ledger with --ledger; this file is something else"
    if "readonly" in text or "read-only" in text:
        return "make the file and its folder writable, or name another ledger with --ledger"
    if "disk I/O" in text:
        return "see that the disk has room and is sound; `pledger log` shows what is recorded"
    if "full" in text:
        return "free some space on the disk, then do it again; what failed was not recorded"
    return "check that the file exists, is a ledger, and may be read and written"


def check_file(path: Path, *, create: bool) -> None:
    """Make the file for its owner only, or say what is in the way."""
    try:
        if path.is_dir():
            raise StorageTrouble("it is a folder", where=str(path), remedy="name a file in it with --ledger")
        if path.exists() and not path.is_file():  # opening a pipe waits for whoever writes into it
            raise StorageTrouble("it is a pipe or a device", where=str(path), remedy="name a file with --ledger")
        if create:
            _make_folder(path.parent)
            with contextlib.suppress(FileExistsError):
                os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        elif not path.exists():
            raise StorageTrouble(
                "there is no ledger",
                where=str(path),
                remedy="make one with: pledger init (opening a partnership makes one, too), or name one with --ledger",
            )
    except OSError as error:
        what = "there is a file where its folder would be" if isinstance(error, NotADirectoryError) else error.strerror
        raise StorageTrouble(
            what or str(error), where=str(path), remedy="name a file that may be made with --ledger"
        ) from error


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except FileExistsError as error:
        raise NotADirectoryError from error


def _is_of_another_kind(path: Path) -> bool:
    """Whether it is another program's database; looking does not change how it keeps its journal, as opening would."""
    with path.open("rb") as file:
        header = file.read(20)
    if len(header) < 20 or not header.startswith(b"SQLite format 3\0") or header[WRITE_VERSION] == WRITE_AHEAD:
        return False
    with contextlib.closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as database:
        tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    return bool(tables) and "stored_events" not in tables
