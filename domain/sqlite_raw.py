"""The rows of a ledger's SQLite file as they are."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path
from typing import Any

from pledger.domain.raw import BEFORE_ALL, RawLog, Row
from pledger.domain.sqlite_store import check_file, trouble_told
from pledger.domain.store import EVENTS

ENTRY_COLUMNS = (
    "rowid, originator_id, originator_version, topic, state, typeof(originator_id) = 'text' "
    "AND typeof(originator_version) = 'integer' AND typeof(topic) = 'text' AND typeof(state) = 'blob'"
)
MAPPED_BYTES_MAX = 2**40
"""More than any ledger has: as much is mapped as SQLite was built to, which is 2 GB as a rule."""
HAS_GAPS = 1
"""The file's user version where its entries come from a server, which may have left positions out."""


class SQLiteLog(RawLog):
    """One SQLite file."""

    POSITION = "rowid"
    STREAM = "CAST(originator_id AS BLOB)"
    OF_STREAM = "originator_id = CAST(? AS TEXT)"
    BRIEF = "rowid, originator_version, topic, state"

    def __init__(self, path: str, *, as_it_is: bool = False, mapped: bool = False) -> None:
        """Raises StorageTrouble where there is no such file.

        `as_it_is`, no lock is taken, and nothing beside the file is read, or made as SQLite would even to read. For
        `mapped`, see `open_raw`.
        """
        self.path = self.address = str(Path(path).expanduser().resolve())
        check_file(Path(self.path), create=False)
        with self._trouble():
            uri = f"{Path(self.path).as_uri()}?mode=ro{'&immutable=1' if as_it_is else ''}"
            self._database = sqlite3.connect(uri, uri=True, check_same_thread=False)
            self._database.text_factory = bytes
            if mapped:
                self._database.execute(f"PRAGMA mmap_size = {MAPPED_BYTES_MAX}")
            found = self._database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            self.tables = {name.decode("utf-8", "replace") for (name,) in found}
            self._database.execute("BEGIN")  # so that both are told of one moment, whoever writes meanwhile
            last = self._rows(f"SELECT max(rowid) FROM {EVENTS}")[0][0] if self.has_table else None
            self.last = BEFORE_ALL if last is None else last
            self._last_given = self._remembered()
            self.may_have_gaps = self._rows("PRAGMA user_version")[0][0] == HAS_GAPS
            self._database.execute("COMMIT")

    def damage(self) -> list[str]:
        told = [text.decode("utf-8", "replace") for (text,) in self._rows("PRAGMA integrity_check(5)")]
        return [] if told == ["ok"] else told

    def cut_off(self) -> str | None:
        given, last = self._last_given, max(self.last, 0)
        if given is None or given < last:
            return "SQLite's own count of the entries was altered"
        if given == last:
            return None
        lost = f"entry {given} is" if given == last + 1 else f"entries {last + 1} to {given} are"
        return f"the log is cut off: {lost} missing"

    def _remembered(self) -> int | None:
        """The last position that was ever given to an entry, as SQLite itself remembers."""
        if "sqlite_sequence" not in self.tables:
            return None
        found = self._rows("SELECT seq FROM sqlite_sequence WHERE name = ?", EVENTS)
        return found[0][0] if found and isinstance(found[0][0], int) else None

    def close(self) -> None:
        self._database.close()

    def _trouble(self) -> contextlib.AbstractContextManager[None]:
        return trouble_told(self.path)

    def _found(self, condition: str, *params: object) -> list[Row]:
        return list(map(Row._make, self._rows(f"SELECT {ENTRY_COLUMNS} FROM {EVENTS} WHERE {condition}", *params)))

    def _rows(self, query: str, *params: object) -> list[Any]:
        with self._trouble():
            return self._database.execute(query, params).fetchall()
