"""Verifying a large ledger on all cores, beside one core that hashes the same bytes and does nothing else."""

from __future__ import annotations

import argparse
import resource
import sqlite3
import time
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from large_ledger import write_ledger

from pledger.projections.log_tree import ledger_log, read_tree
from pledger.projections.verification import verify

if TYPE_CHECKING:
    from collections.abc import Callable


def unwatched(what: str, done: int, total: int) -> None:
    """Nobody looks at how far it is."""


def only_hash(path: Path) -> None:
    """What nothing can undercut: read each entry's bytes, hash them, believe the rest."""
    with closing(sqlite3.connect(path)) as database:
        database.text_factory = bytes
        query = "SELECT originator_id, originator_version, topic, state FROM stored_events ORDER BY rowid"
        for stream, version, topic, state in database.execute(query):
            sha256(b"\x00" + stream + b"%d" % version + topic + state).digest()


def only_tree(path: Path) -> None:
    """The tree over the stored bytes, as a checkpoint needs it."""
    with ledger_log(str(path)) as log:
        assert read_tree(log, unwatched).found == []


def verify_all(path: Path) -> None:
    """Everything that `pledger verify` does."""
    with ledger_log(str(path)) as log:
        assert verify(log, [], unwatched).findings == ()


def cpu_s() -> float:
    """What this process and those that have ended have used."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)


def measured(work: Callable[[], None]) -> tuple[float, float]:
    """Seconds by the clock, and of all processors together."""
    began, used = time.perf_counter(), cpu_s()
    work()
    return time.perf_counter() - began, cpu_s() - used


def main() -> None:
    """Measure each way some times in turn, and print the best of each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--ledger", type=Path, help="one that is there already")
    told = parser.parse_args()
    with TemporaryDirectory() as folder:
        path = told.ledger or Path(folder) / "large.sqlite"
        if told.ledger is None:
            write_ledger(path, told.entries)
        with closing(sqlite3.connect(path)) as database:
            ((entries,),) = database.execute("SELECT count(*) FROM stored_events")
        ways: dict[str, Callable[[], None]] = {
            "hashing alone, one core": lambda: only_hash(path),
            "the tree, all cores": lambda: only_tree(path),
            "verify: that, and every entry decoded, encoded and admitted again": lambda: verify_all(path),
        }
        best: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
        for _ in range(told.rounds):
            for name, work in ways.items():
                best[name].append(measured(work))
        print(f"{entries:,} entries\n| way | seconds | entries a second | processor, us an entry |\n|---|--:|--:|--:|")
        for name, seconds in best.items():
            wall, used = (min(column) for column in zip(*seconds, strict=True))
            print(f"| {name} | {wall:.2f} | {entries / wall:,.0f} | {used / entries * 1e6:.1f} |")


if __name__ == "__main__":
    main()
