"""The rows of a ledger on a PostgreSQL server as they are."""

from __future__ import annotations

from typing import Any

import psycopg

from pledger.domain.postgres_trouble import connection_told, told_as_trouble
from pledger.domain.raw import BEFORE_ALL, OTHER_TABLES, RawLog, Row
from pledger.domain.store import EVENTS, without_password

ENTRY_COLUMNS = (
    "notification_id, convert_to(originator_id, 'UTF8'), originator_version, convert_to(topic, 'UTF8'), state, 1"
)


class PostgresLog(RawLog):
    """The tables in the schema that the connection is in; the server holds its columns to their types."""

    POSITION = "notification_id"
    STREAM = "convert_to(originator_id, 'UTF8')"
    OF_STREAM = "originator_id = convert_from(?, 'UTF8')"
    BRIEF = "notification_id, originator_version, convert_to(topic, 'UTF8'), state"
    may_have_gaps = True

    def __init__(self, address: str) -> None:
        self.address, self.path = address, without_password(address)
        with told_as_trouble(self.path):
            self._connection = psycopg.connect(**connection_told(address), autocommit=True)
        self.tables = {name for name in (EVENTS, *OTHER_TABLES) if self._rows("SELECT to_regclass(?)", name)[0][0]}
        if self.has_table:
            last = self._rows(f"SELECT max(notification_id) FROM {EVENTS}")[0][0]
            self.last = BEFORE_ALL if last is None else last

    def damage(self) -> list[str]:
        """Nothing: a server that was set up with checksums finds damaged pages when they are read."""
        return []

    def cut_off(self) -> str | None:
        """Nothing: what is not committed uses positions up, so only a checkpoint tells what is missing at the end."""
        return None

    def close(self) -> None:
        self._connection.close()

    def _found(self, condition: str, *params: object) -> list[Row]:
        return list(map(Row._make, self._rows(f"SELECT {ENTRY_COLUMNS} FROM {EVENTS} WHERE {condition}", *params)))

    def _rows(self, query: str, *params: object) -> list[Any]:
        with told_as_trouble(self.path):
            return self._connection.execute(query.replace("?", "%s"), params, binary=True).fetchall()
