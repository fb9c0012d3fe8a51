"""What a PostgreSQL server cannot do, in the form that all messages have."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import psycopg
from eventsourcing.persistence import PersistenceError
from psycopg.conninfo import conninfo_to_dict
from psycopg_pool import PoolClosed

from pledger.domain.refusal import IntegrityFailure, Problem, StorageTrouble, WrongUsage
from pledger.domain.store import LOCK_TIMEOUT_S, STILL_LOCKED, without_password

if TYPE_CHECKING:
    from collections.abc import Iterator

CONNECT_TIMEOUT_S = 10
NOT_FOR_EVER = f"set_config('lock_timeout', '{LOCK_TIMEOUT_S}s', true)"
"""What to select in a transaction, lest it waits for others without limit."""

UNREACHABLE = "see that it runs and that --ledger names it as it is, then do it again"
REMEDIES = {
    "08": UNREACHABLE,  # connections
    "25006": "record on the server that may be written, or name another ledger with --ledger",
    "28": "tell the user in the URL, and the password in PGPASSWORD or ~/.pgpass",
    "3D000": "make the database first (createdb), then the ledger in it: pledger init",
    "42501": "ask who keeps the server for the right: SELECT to ask, INSERT as well to record",
    "53100": "free some space on the server, then do it again; what failed was not recorded",
    "53300": "wait until others have finished, then do it again; what failed was not recorded",
    "55P03": STILL_LOCKED,
    "57P": "wait until the server runs again, then do it again",
}
"""What to do now, by how PostgreSQL's code for the error begins (its manual, appendix A)."""
DAMAGED = ("XX001", "XX002")
TURNED_AWAY = {
    "database": "3D000",
    "password": "28",
    "authentication": "28",
    "pg_hba.conf": "28",
    "role": "28",
    "starting up": "57P",
    "shutting down": "57P",
    "recovery": "57P",
    "connection": "53300",
}
"""What a server says to whom it does not let in, by the code that the driver does not tell then; the first fits."""


def connection_told(address: str) -> dict[str, Any]:
    """What a postgresql:// URL says of a connection; raises WrongUsage where it cannot be understood."""
    try:
        return {"connect_timeout": CONNECT_TIMEOUT_S, "application_name": "pledger", **conninfo_to_dict(address)}
    except psycopg.ProgrammingError as error:
        raise WrongUsage(
            f"the URL cannot be understood: {_first_line(error)}",
            where=without_password(address),
            remedy="write it as postgresql://USER@HOST:PORT/DATABASE",
        ) from None


@contextlib.contextmanager
def told_as_trouble(path: str) -> Iterator[None]:
    """Tell the server's errors, and those of the way to it."""
    try:
        yield
    except PersistenceError as error:
        raise _trouble(error.__cause__ or error, path) from error
    except psycopg.Error as error:
        raise _trouble(error, path) from error


def _trouble(error: BaseException, path: str) -> Problem:
    if isinstance(error, PoolClosed):
        return StorageTrouble("the ledger has been closed", where=path, remedy="open it again")
    code = getattr(error, "sqlstate", None) or ""
    if code in DAMAGED:
        return IntegrityFailure(
            f"the database is damaged: {_first_line(error)}", where=path, remedy="restore it from a backup"
        )
    said = str(error).partition("FATAL:")[2].strip()
    if said and not code:
        code = next((code for word, code in TURNED_AWAY.items() if word in said), "08")
        error = psycopg.OperationalError(said)
    if isinstance(error, psycopg.OperationalError) and not code:
        return StorageTrouble(f"the server does not answer: {_first_line(error)}", where=path, remedy=UNREACHABLE)
    remedy = next((told for begin, told in REMEDIES.items() if code.startswith(begin)), None)
    return StorageTrouble(
        _first_line(error), where=path, remedy=remedy or "see what the server's own log says, then do it again"
    )


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
