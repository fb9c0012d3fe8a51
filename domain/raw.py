"""A ledger as the bytes that are kept: what `verify` reads, and believes nothing of."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Self

from pledger.domain.mapper import Stored
from pledger.domain.store import EVENTS, PEOPLE, SNAPSHOTS, check_driver, check_order, is_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

Brief = tuple[int, int, bytes, bytes]
"""An entry in brief: position, version, topic and state, of the types that the columns should have, or of others."""

BEFORE_ALL, AFTER_ALL = -(2**63), 2**63 - 1
ROWS_AT_ONCE = 1_000
OTHER_TABLES = {SNAPSHOTS, "sqlite_sequence", PEOPLE}


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


class RawLog(ABC):
    """The rows of one ledger, which is only read, up to the last entry that was there when it was opened.

    `last` is that entry's position. Everything raises StorageTrouble where the place cannot be read.
    """

    POSITION: ClassVar[str]
    """The column that holds an entry's position."""
    STREAM: ClassVar[str]
    """How a query tells the bytes of a stream's name."""
    OF_STREAM: ClassVar[str]
    """The condition that an entry is of the stream with a name told as bytes."""
    BRIEF: ClassVar[str]
    """The columns of what `history_of` tells."""

    path: str
    """Where it is, for people."""
    address: str
    """What opens it again."""
    tables: set[str]
    last: int = BEFORE_ALL
    may_have_gaps: bool = False
    """Whether positions may be missing between entries: on a server, what is not committed uses positions up."""

    @property
    def has_table(self) -> bool:
        """Whether the table of the entries is there."""
        return EVENTS in self.tables

    @property
    def was_ledger(self) -> bool:
        """Whether anything in that place says that it was a ledger."""
        return self.has_table or bool(self.tables & OTHER_TABLES)

    def rows(self, after: int = BEFORE_ALL, until: int = AFTER_ALL) -> Iterator[Row]:
        """The rows after a position, and up to another, in the order of the log."""
        condition = f"{self.POSITION} > ? AND {self.POSITION} <= ? ORDER BY {self.POSITION} LIMIT ?"
        while found := self._found(condition, after, min(until, self.last), ROWS_AT_ONCE):
            check_order(self.path, after, [row.position for row in found])
            yield from found
            after = found[-1].position

    def streams(self) -> list[tuple[bytes, int]]:
        """Every stream with how many rows it has, as the index of the table tells."""
        return self._rows(
            f"SELECT {self.STREAM}, count(*) FROM {EVENTS} WHERE {self.POSITION} <= ? GROUP BY originator_id", self.last
        )

    def ends(self, number: int) -> list[int]:
        """The position of every so-manieth row, and of the last one."""
        found: list[int] = []
        after, place = BEFORE_ALL, self.POSITION
        each = f"SELECT {place} FROM {EVENTS} WHERE {place} > ? AND {place} <= ? ORDER BY {place} LIMIT 1 OFFSET ?"
        while rows := self._rows(each, after, self.last, number - 1):
            check_order(self.path, after, rows[0])
            (after,) = rows[0]
            found.append(after)
        return found if found[-1:] == [self.last] or self.last == BEFORE_ALL else [*found, self.last]

    def rank(self, position: int) -> int:
        """How many rows come before a position."""
        return int(self._rows(f"SELECT count(*) FROM {EVENTS} WHERE {self.POSITION} < ?", position)[0][0])

    def rows_of(self, stream: bytes) -> list[Row]:
        """The rows of one stream, in the order of the log."""
        return sorted(self._found(f"{self.OF_STREAM} AND {self.POSITION} <= ?", stream, self.last))

    def history_of(self, stream: bytes) -> list[Brief]:
        """The same in brief, which takes half the time."""
        where = f"{self.OF_STREAM} AND {self.POSITION} <= ?"
        return sorted(self._rows(f"SELECT {self.BRIEF} FROM {EVENTS} WHERE {where}", stream, self.last))

    @abstractmethod
    def damage(self) -> list[str]:
        """What is wrong with the place itself, in the words of the database: its pages, tables and indexes."""

    @abstractmethod
    def cut_off(self) -> str | None:
        """What says that entries are missing after the last one, if anything does."""

    @abstractmethod
    def close(self) -> None:
        """Give back what it holds open."""

    @abstractmethod
    def _found(self, condition: str, *params: object) -> list[Row]:
        """The rows under a condition on the table of the entries."""

    @abstractmethod
    def _rows(self, query: str, *params: object) -> list[Any]:
        """What a query finds; its parameters are marked with `?`."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_raw(address: str, *, mapped: bool = False) -> RawLog:
    """The rows of the ledger at an address; raises StorageTrouble where nothing can be read there.

    A file that is `mapped` into memory is read faster, but a place of it that cannot be read kills the program.
    """
    if is_file(address):
        from pledger.domain.sqlite_raw import SQLiteLog

        return SQLiteLog(address, mapped=mapped)
    check_driver(address)
    from pledger.domain.postgres_raw import PostgresLog

    return PostgresLog(address)
