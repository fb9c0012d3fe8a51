"""Recording one fact into a partnership of 10,000 entries, beside recording it into one that was only opened."""

from __future__ import annotations

import argparse
import sqlite3
import subprocess
from contextlib import closing
from typing import TYPE_CHECKING

import made_up
import pairs

import pledger

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FACT = pledger.UpdateShared(what="Figures of the month", by="Acme")
OPENED = pledger.PartnershipOpened(parties=("Acme", "Globex"), purpose="made up")
LONG, BY_AND_BY = "long", "long-by-and-by"
HEAD = ["setting", "empty ms", "long ms", "ratio of medians", "middle half of ratios"]


class Ledgers:
    """A ledger with two long partnerships, one told in one batch and one by and by, and empty ones as needed."""

    def __init__(self, path: Path, entries: int) -> None:
        self.path = path
        self._empty = 0
        rows = {slug: [row.proposal() for row in made_up.history(slug, entries)] for slug in (LONG, BY_AND_BY)}
        with self.open() as ledger:
            ledger.record_all(rows[LONG])
            nearly = entries * 9 // 10
            ledger.record_all(rows[BY_AND_BY][:nearly])
            for begin in range(nearly, entries, 10):
                ledger.record_all(rows[BY_AND_BY][begin : begin + 10])

    def open(self) -> pledger.Ledger:
        return pledger.Ledger.open(self.path, time_zone="Europe/Berlin", me="benchmark")

    def empty(self) -> str:
        """Another empty partnership."""
        with self.open() as ledger:
            return self.empty_in(ledger)

    def empty_in(self, ledger: pledger.Ledger) -> str:
        """Another empty partnership, known to a ledger that is open already."""
        self._empty += 1
        return ledger.record(OPENED, f"empty-{self._empty}").partnership

    def promised(self, slug: str) -> tuple[str, str]:
        """A partnership and another open promise in it."""
        with self.open() as ledger:
            entry = ledger.record(pledger.CommitmentMade(what="The brand guide", by="Acme"), slug)
        assert isinstance(entry.fact, pledger.CommitmentMade)
        return slug, entry.fact.commitment or ""

    def behind(self, slug: str) -> int:
        """How many entries came after the partnership's last snapshot."""
        newest = "COALESCE((SELECT MAX(originator_version) FROM {} WHERE originator_id = ?), 0)"
        query = f"SELECT {newest.format('stored_events')} - {newest.format('stored_snapshots')}"
        with closing(sqlite3.connect(self.path)) as connection:
            return int(connection.execute(query, (slug, slug)).fetchone()[0])

    def forget_snapshots(self) -> None:
        with closing(sqlite3.connect(self.path)) as connection, connection:
            connection.execute("DELETE FROM stored_snapshots")


def in_open_ledger(ledgers: Ledgers, rounds: int) -> pairs.Compared:
    """A program that keeps the ledger open."""
    with ledgers.open() as ledger:

        def recording(slug: str) -> Callable[[], object]:
            return lambda: ledger.record(FACT, slug)

        return pairs.compare(lambda _: recording(ledgers.empty_in(ledger)), lambda _: recording(LONG), rounds)


def freshly_opened(ledgers: Ledgers, long: str, rounds: int, *, snapshots: bool = True) -> pairs.Compared:
    """Opening the ledger, recording into it and closing it, in a process that has done so before."""

    def recording(slug: str) -> Callable[[], object]:
        def record() -> None:
            with ledgers.open() as ledger:
                ledger.record(FACT, slug)

        if not snapshots:
            ledgers.forget_snapshots()
        return record

    return pairs.compare(lambda _: recording(ledgers.empty()), lambda _: recording(long), rounds)


def update(ledgers: Ledgers, rounds: int) -> pairs.Compared:
    """The whole process, for a fact that refers to nothing."""

    def updating(slug: str) -> Callable[[], object]:
        return command(ledgers, "update", slug, "Figures of the month", "--by", "Acme")

    return pairs.compare(lambda _: updating(ledgers.empty()), lambda _: updating(LONG), rounds)


def deliver(ledgers: Ledgers, rounds: int) -> pairs.Compared:
    """The whole process, for a fact that refers to an open promise."""

    def delivering(slug: str) -> Callable[[], object]:
        return command(ledgers, "deliver", *ledgers.promised(slug))

    return pairs.compare(lambda _: delivering(ledgers.empty()), lambda _: delivering(LONG), rounds)


def command(ledgers: Ledgers, *words: str) -> Callable[[], object]:
    """Runs pledger with these words, as a user would."""
    around = pairs.surroundings(ledgers.path)
    return lambda: subprocess.run([pairs.program(), *words], env=around, check=True, capture_output=True)


def raw_insert(ledgers: Ledgers, where: Path, rounds: int) -> pairs.Compared:
    """What SQLite alone takes: one stored row a transaction, into the same table, empty or with the same rows in it."""
    with closing(sqlite3.connect(ledgers.path)) as kept:
        form = kept.execute("SELECT sql FROM sqlite_master WHERE name = 'stored_events'").fetchone()[0]
        columns = "originator_id, originator_version, topic, state"
        rows = kept.execute(f"SELECT {columns} FROM stored_events WHERE originator_id = ?", (LONG,)).fetchall()

    def inserting(connection: sqlite3.Connection, number: int) -> Callable[[], object]:
        slug, _, topic, state = rows[-1]

        def insert() -> None:
            connection.execute("BEGIN")
            connection.execute(statement, (slug, len(rows) + 1 + number, topic, state))
            connection.execute("COMMIT")

        return insert

    statement = f"INSERT INTO stored_events ({columns}) VALUES (?, ?, ?, ?)"
    connections = []
    for name, there in (("raw-empty", []), ("raw-long", rows)):
        connection = sqlite3.connect(where / f"{name}.sqlite", isolation_level=None)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(form)
        connection.execute("BEGIN")
        connection.executemany(statement, there)
        connection.execute("COMMIT")
        connections.append(connection)
    empty, long = connections
    with closing(empty), closing(long):
        return pairs.compare(lambda n: inserting(empty, n), lambda n: inserting(long, n), rounds)


def main() -> None:
    """Measure all settings and print one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=10_000, help="entries of the long partnership")
    parser.add_argument("--rounds", type=int, default=100, help="pairs measured inside this process")
    parser.add_argument("--commands", type=int, default=20, help="pairs of whole processes")
    parser.add_argument("--folder", help="where the ledgers are made; another disk, or one in memory")
    told = parser.parse_args()
    with pairs.folder(told.folder) as where:
        ledgers = Ledgers(where / "ledger.sqlite", told.entries)
        fresh = max(1, told.rounds // 3)
        print(f"recording one fact: empty partnership, one of {told.entries:,} entries ({pairs.machine()})\n")
        settings: list[tuple[str, Callable[[], pairs.Compared]]] = [
            (f"(b) freshly opened ledger, {behind(ledgers, LONG)}", lambda: freshly_opened(ledgers, LONG, fresh)),
            (
                f"(b) freshly opened ledger, {behind(ledgers, BY_AND_BY)}",
                lambda: freshly_opened(ledgers, BY_AND_BY, fresh),
            ),
            ("(a) open ledger", lambda: in_open_ledger(ledgers, told.rounds)),
            ("(c) pledger update, whole process", lambda: update(ledgers, told.commands)),
            ("(c) pledger deliver, whole process", lambda: deliver(ledgers, told.commands)),
            (
                "(d) freshly opened ledger, snapshots deleted",
                lambda: freshly_opened(ledgers, LONG, fresh // 3, snapshots=False),
            ),
            ("raw sqlite3 insert of one row", lambda: raw_insert(ledgers, where, told.rounds)),
        ]
        pairs.table(HEAD, [[name, *measure().cells()] for name, measure in settings])


def behind(ledgers: Ledgers, slug: str) -> str:
    """How old a partnership's snapshot is, in words."""
    return f"{ledgers.behind(slug):,} entries after the snapshot"


if __name__ == "__main__":
    main()
