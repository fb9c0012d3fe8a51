"""What a PostgreSQL server says of itself and of whoever asks: looked at, never changed."""

from __future__ import annotations

from dataclasses import dataclass

import psycopg

from pledger.domain.postgres_store import has_tables
from pledger.domain.postgres_trouble import connection_told, told_as_trouble
from pledger.domain.store import without_password

RIGHTS = ("SELECT", "INSERT", "UPDATE", "DELETE")


@dataclass(frozen=True)
class ServerLooked:
    """A server's version and encoding, the role that asks, and what it may do with the table of the entries.

    `rights` is None where there is no such table; `is_replica` says that nothing can be written there.
    """

    version: str
    role: str
    encoding: str
    is_replica: bool
    rights: frozenset[str] | None
    bytes: int


def looked_at_server(address: str) -> ServerLooked:
    """What the server at an address says; raises StorageTrouble where it does not answer."""
    with told_as_trouble(without_password(address)), psycopg.connect(**connection_told(address)) as connection:
        connection.read_only = True
        told = connection.execute(
            "SELECT current_setting('server_version'), current_user, current_setting('server_encoding'), "
            "pg_is_in_recovery() OR current_setting('default_transaction_read_only')::boolean"
        ).fetchone()
        assert told is not None  # a query without a table has one row
        version, role, encoding, is_replica = told
        rights, size = None, 0
        if has_tables(connection):
            query = "SELECT has_table_privilege('stored_events', %s)"
            rights = frozenset(right for right in RIGHTS if connection.execute(query, (right,)).fetchone() == (True,))
            (size,) = connection.execute("SELECT pg_total_relation_size('stored_events')").fetchone() or (0,)
        return ServerLooked(version, role, encoding, is_replica, rights, size)
