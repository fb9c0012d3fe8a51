"""One moment of a ledger: taken out of any store, and put into any store again, bytes and clocks as they were."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pledger.domain.refusal import StorageTrouble
from pledger.domain.store import PEOPLE, check_driver, is_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from pledger.domain.raw import Row

    Watch = Callable[[str, int, int], None]
    """Who is told how far some work is: what is done, how much of it, and of how much."""

BESIDE = (PEOPLE,)
"""The tables beside the log that a backup holds too, where the store has them. Snapshots are a cache, and left out."""
ROWS_BETWEEN_LOOKS = 1_000


@dataclass(frozen=True)
class Table:
    """A table beside the log: what its columns are called, and its rows."""

    name: str
    columns: tuple[str, ...]
    rows: list[tuple[object, ...]]


@dataclass(frozen=True)
class Seal:
    """With which entries a backup was written: how many, and the root of the tree over them."""

    entries: int
    root: bytes


@dataclass(frozen=True)
class Moment:
    """What a ledger held at one moment, whoever wrote meanwhile.

    `rows` come in the order of the log, once, as they are asked for; `given` is the last position that was ever given
    to an entry, and `may_have_gaps` whether positions may be missing before it, as on a server. A backup has a `seal`.
    """

    path: str
    """Where it is, for people."""
    entries: int
    given: int
    may_have_gaps: bool
    rows: Iterator[Row]
    beside: list[Table]
    seal: Seal | None = None


def moment_of(address: str) -> AbstractContextManager[Moment]:
    """What the ledger at an address holds now; raises StorageTrouble and IntegrityFailure where it cannot be read."""
    if is_file(address):
        from pledger.domain.sqlite_backup import moment_of_file

        return moment_of_file(address)
    check_driver(address)
    from pledger.domain.postgres_backup import moment_of_server

    return moment_of_server(address)


def put_back(file: Path, address: str, *, replace: bool, watch: Watch) -> str | None:
    """Make a copy that was checked the ledger at an address, at once or not at all.

    Nothing that is there is lost: unless `replace`, it stays; else it is kept aside, and where is told. Raises
    FileExistsError where something has come there meanwhile, and StorageTrouble.
    """
    if is_file(address):
        from pledger.domain.sqlite_replacing import put_into_file

        return put_into_file(file, address, replace=replace, watch=watch)
    check_driver(address)
    from pledger.domain.postgres_backup import put_into_server

    return put_into_server(file, address, replace=replace, watch=watch)


def no_ledger(where: str) -> StorageTrouble:
    """What to raise where there is no table of entries to take out."""
    return StorageTrouble("there is no ledger in it", where=where, remedy="name another with --ledger")


def watched(rows: Iterator[Row], watch: Watch, what: str, total: int) -> Iterator[Row]:
    """Pass rows on, saying now and then how many went by."""
    for number, row in enumerate(rows):
        if number % ROWS_BETWEEN_LOOKS == 0:
            watch(what, number, total)
        yield row
    watch(what, total, total)
