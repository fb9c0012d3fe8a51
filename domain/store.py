"""Where entries are kept: what all stores have in common, and which store an address means."""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import nullcontext
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from pledger.domain.mapper import POSITION_MAX, Stored, to_entry
from pledger.domain.refusal import IntegrityFailure, StorageTrouble

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager

    from pledger.domain.entry import Entry
    from pledger.domain.people import Register

IN_MEMORY = ":memory:"
EVENTS, SNAPSHOTS, PEOPLE = "stored_events", "stored_snapshots", "pledger_people"
"""The table of the people, named so that it is nobody else's on a server."""
PAGE = 2_000
LOCK_TIMEOUT_S = 30
"""How long to wait while somebody else writes."""
STILL_LOCKED = "another program has been writing for long: try again when it has finished"
"""What to do now, after that."""
_SERVERS = ("postgresql://", "postgres://")


class Store(ABC):
    """A table of entries, and one of snapshots beside it.

    Every method raises StorageTrouble where the store cannot be used, and IntegrityFailure where it is damaged.
    """

    POSITION: ClassVar[str]
    """The column that holds an entry's position in the log."""

    path: str
    """Where it is, for people: without a password."""
    address: str
    """What opens it again, wherever a program stands."""
    suggested_name: str
    """What a new ledger in it is called unless told."""

    @abstractmethod
    def append(self, entries: Sequence[Entry]) -> list[int]:
        """Store all entries or none, and return their positions; raises Conflict."""

    def turn(self) -> AbstractContextManager[None]:
        """While it lasts nobody else appends, as far as the store can see to that: here, not at all."""
        return nullcontext()

    @abstractmethod
    def snapshot(self, slug: str) -> bytes | None:
        """The last snapshot of a stream's standing, if it has the form that this version writes."""

    @abstractmethod
    def keep_snapshot(self, slug: str, version: int, state: bytes) -> None:
        """Keep a snapshot instead of any earlier one; losing one loses nothing, so trouble with it is none."""

    @abstractmethod
    def register(self) -> Register:
        """Where people's names are kept, beside the log."""

    @abstractmethod
    def close(self) -> None:
        """Give back what it holds open."""

    @abstractmethod
    def _select(self, query: str, *params: object) -> list[Any]:
        """The rows that a query finds; its parameters are marked with `?`."""

    @abstractmethod
    def _stored(self, condition: str, *params: object) -> list[Stored]:
        """The entries under a condition on the table of the entries."""

    def stream(self, slug: str, after: int = 0) -> Iterator[Entry]:
        """One stream's entries after a version, in the order of recording."""
        return (to_entry(*stored) for stored in self.stored_of(slug, after))

    def stored_of(self, slug: str, after: int = 0) -> Iterator[Stored]:
        """What is kept of one stream's entries after a version, in the order of recording."""
        condition = "originator_id = ? AND originator_version > ? ORDER BY originator_version LIMIT ?"
        while True:
            rows = self._stored(condition, slug, after, PAGE)
            if [row.version for row in rows] != list(range(after + 1, after + 1 + len(rows))):
                raise out_of_order(self.path, f"the entries of {slug}")
            yield from rows
            if len(rows) < PAGE:
                return
            after = rows[-1].version

    def log(self, after: int = 0) -> Iterator[Entry]:
        """All entries after a position, in the order of recording."""
        return (to_entry(*stored) for stored in self.stored(after))

    def stored(self, after: int = 0, until: int | None = None) -> Iterator[Stored]:
        """What is kept of all entries after a position, and up to another, in the order of recording."""
        last = POSITION_MAX if until is None else until
        condition = f"{self.POSITION} > ? AND {self.POSITION} <= ? ORDER BY {self.POSITION} LIMIT ?"
        while True:
            rows = self._stored(condition, after, last, PAGE)
            check_order(self.path, after, [row.position for row in rows])
            yield from rows
            if len(rows) < PAGE:
                return
            after = rows[-1].position

    def every(self, number: int, after: int = 0) -> Iterator[int]:
        """The position of every so-manieth entry after a position."""
        place = self.POSITION
        query = f"SELECT {place} FROM stored_events WHERE {place} > ? ORDER BY {place} LIMIT 1 OFFSET ?"
        while rows := self._select(query, after, number - 1):
            check_order(self.path, after, rows[0])
            (after,) = rows[0]
            yield after

    def slugs(self) -> list[str]:
        """The names of all streams, in alphabetical order; hops through the index instead of reading every entry."""
        hop = (
            "WITH RECURSIVE hop(id) AS (SELECT MIN(originator_id) FROM stored_events UNION "  # a damaged index may loop
            "SELECT (SELECT MIN(originator_id) FROM stored_events WHERE originator_id > id) FROM hop "
            "WHERE id IS NOT NULL) "
            "SELECT id FROM hop WHERE id IS NOT NULL"
        )
        return [slug for (slug,) in self._select(hop)]


def open_store(address: str, *, create: bool) -> Store:
    """The store at an address, made first where there is none and `create` allows it; raises StorageTrouble."""
    if is_file(address):
        from pledger.domain.sqlite_store import SQLiteStore

        return SQLiteStore(in_full(address), create=create)
    check_driver(address)
    from pledger.domain.postgres_store import PostgresStore

    return PostgresStore(address, create=create)


def check_order(path: str, after: int, positions: Sequence[int]) -> None:
    """Refuse positions that do not rise, as a damaged database tells them: whoever follows them may never end."""
    for position in positions:
        if position <= after:
            raise out_of_order(path, "the entries")
        after = position


def out_of_order(path: str, what: str) -> IntegrityFailure:
    """What to raise where a database tells entries in another order than it was asked for, or not all of them."""
    return IntegrityFailure(
        f"the database is damaged: {what} are not told one after another",
        where=path,
        remedy="see what is wrong with: pledger verify; then restore it from a backup",
    )


def check_driver(address: str) -> None:
    """Refuse a server where what talks to it is not installed."""
    if find_spec("psycopg") is None or find_spec("psycopg_pool") is None:
        raise StorageTrouble(
            "a ledger on a server needs psycopg, which is not installed",
            where=without_password(address),
            remedy="install it with: pip install 'pledger[postgres]'",
        )


def is_file(address: str) -> bool:
    """Whether an address means a file (or memory), not a server; raises StorageTrouble for what means neither."""
    if address.startswith(_SERVERS):
        return False
    if "://" in address:
        raise StorageTrouble(
            "no ledger can be kept there", where=address, remedy="give the path of a file, or a postgresql:// URL"
        )
    return True


def in_full(address: str) -> str:
    """An address that means the same wherever a program stands."""
    return address if address == IN_MEMORY or not is_file(address) else str(Path(address).expanduser().resolve())


def is_there(address: str) -> bool:
    """Whether anything is where a ledger would be; raises StorageTrouble where a server does not answer."""
    if is_file(address):
        return Path(address).expanduser().exists()
    check_driver(address)
    from pledger.domain.postgres_store import is_ledger_at

    return is_ledger_at(address)


def without_password(address: str) -> str:
    """An address as it may be shown and kept."""
    if is_file(address):
        return address
    told = urlsplit(address)
    user, _, place = told.netloc.rpartition("@")
    shown = f"{user.partition(':')[0]}@{place}" if user else place
    query = [pair for pair in parse_qsl(told.query) if pair[0] != "password"]
    return urlunsplit((told.scheme, shown, told.path, urlencode(query, safe="/"), ""))
