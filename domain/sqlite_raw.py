"""A ledger's file as bytes: what `verify` reads, which believes neither the rows nor that they are a ledger's."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from pledger.domain.mapper import Stored
from pledger.domain.store import check_file, trouble_told

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

BEFORE_ALL, AFTER_ALL = -(2**63), 2**63 - 1
ROWS_AT_ONCE = 1_000
TABLE, OTHER_TABLES = "stored_events", {"stored_snapshots", "sqlite_sequence"}

_COLUMNS = (
    "rowid, originator_id, originator_version, topic, state, typeof(originator_id) = 'text' "
    "AND typeof(originator_version) = 'integer' AND typeof(topic) = 'text' AND typeof(state) = 'blob'"
)


class Row(NamedTuple):
    """An entry as its bytes are; only where it `is_typed` are these the types that the columns should have."""

    position: int
    stream: bytes
    version: int
    topic: bytes
    state: bytes
    is_typed: int

    def stored(self) -> Stored:
        """The same as the store tells it; bytes that are no UTF-8 become surrogates."""
        stream, topic = (text.decode("utf-8", "surrogateescape") for text in (self.stream, self.topic))
        return Stored(self.position, stream, self.version, topic, self.state)


class RawLog:
    """The rows of one SQLite file, which is only read, up to the last entry that was there when it was opened.

    `last` is that entry's position, and `last_given` the last one that was ever given to any.
    """

    def __init__(self, path: str) -> None:
        """Raises StorageTrouble where there is no such file."""
        self.path = str(Path(path).expanduser().resolve())
        check_file(Path(self.path), create=False)
        with self.trouble():
            self._database = sqlite3.connect(f"{Path(self.path).as_uri()}?mode=ro", uri=True, check_same_thread=False)
            self._database.text_factory = bytes
            found = self._database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            self.tables = {name.decode("utf-8", "replace") for (name,) in found}
            self._database.execute("BEGIN")  # so that both are told of one moment, whoever writes meanwhile
            last = self._rows(f"SELECT max(rowid) FROM {TABLE}")[0][0] if self.has_table else None
            self.last: int = BEFORE_ALL if last is None else last
            self.last_given = self._last_given()
            self._database.execute("COMMIT")

    @property
    def has_table(self) -> bool:
        """Whether the table of the entries is there."""
        return TABLE in self.tables

    @property
    def was_ledger(self) -> bool:
        """Whether anything in the file says that it was a ledger."""
        return self.has_table or bool(self.tables & OTHER_TABLES)

    def rows(self, after: int = BEFORE_ALL, until: int = AFTER_ALL) -> Iterator[Row]:
        """The rows after a position, and up to another, in the order of the log."""
        condition = "WHERE rowid > ? AND rowid <= ? ORDER BY rowid"
        return self._streamed(condition, after, min(until, self.last))

    def rows_of(self, stream: bytes) -> Iterator[Row]:
        """The rows of one stream, in no order."""
        return self._streamed("WHERE originator_id = CAST(? AS TEXT) AND rowid <= ?", stream, self.last)

    def streams(self) -> list[tuple[bytes, int]]:
        """Every stream with how many rows it has, as the index of the table tells."""
        return self._rows(
            f"SELECT CAST(originator_id AS BLOB), count(*) FROM {TABLE} WHERE rowid <= ? GROUP BY 1", self.last
        )

    def ends(self, number: int) -> list[int]:
        """The position of every so-manieth row, and of the last one."""
        found: list[int] = []
        after = BEFORE_ALL
        while True:
            each = f"SELECT rowid FROM {TABLE} WHERE rowid > ? AND rowid <= ? ORDER BY rowid LIMIT 1 OFFSET ?"
            rows = self._rows(each, after, self.last, number - 1)
            if not rows:
                return found if found[-1:] == [self.last] or self.last == BEFORE_ALL else [*found, self.last]
            (after,) = rows[0]
            found.append(after)

    def rank(self, position: int) -> int:
        """How many rows come before a position."""
        return int(self._rows(f"SELECT count(*) FROM {TABLE} WHERE rowid < ?", position)[0][0])

    def _last_given(self) -> int | None:
        """The last position that was ever given to an entry, as SQLite itself remembers."""
        if "sqlite_sequence" not in self.tables:
            return None
        found = self._rows("SELECT seq FROM sqlite_sequence WHERE name = ?", TABLE)
        return found[0][0] if found and isinstance(found[0][0], int) else None

    def damage(self) -> list[str]:
        """What is wrong with the file itself, in SQLite's words: its pages, its tables and their indexes."""
        told = [text.decode("utf-8", "replace") for (text,) in self._rows("PRAGMA integrity_check(5)")]
        return [] if told == ["ok"] else told

    def close(self) -> None:
        """Give the file back."""
        self._database.close()

    def trouble(self) -> contextlib.AbstractContextManager[None]:
        """Tell SQLite's own errors in the form that all messages have."""
        return trouble_told(self.path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _streamed(self, condition: str, *params: object) -> Iterator[Row]:
        with self.trouble():
            cursor = self._database.execute(f"SELECT {_COLUMNS} FROM {TABLE} {condition}", params)
            while rows := cursor.fetchmany(ROWS_AT_ONCE):
                yield from map(Row._make, rows)

    def _rows(self, query: str, *params: object) -> list[Any]:
        with self.trouble():
            return self._database.execute(query, params).fetchall()
