"""How many facts a second go into SQLite: made-up ones and a real file, beside plainer ways of storing as many."""

from __future__ import annotations

import argparse
import json
import sqlite3
import subprocess
from contextlib import closing
from itertools import count
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import made_up
import naive_aggregate
import pairs

import pledger
from pledger.domain.outcome import NotAdmitted, Recorded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

ROOT = Path(__file__).resolve().parent.parent
REAL_FILE = ROOT.parent / "shared" / "data" / "scms" / "SCMS_Delivery_History_Dataset.csv"
MAPPING = ROOT / "examples" / "mappings" / "scms-deliveries.toml"
COLUMNS = "originator_id, originator_version, topic, state"


class Run:
    """The rows of one run, a folder to put ledgers into, and how many rows go into one transaction."""

    def __init__(self, where: Path, entries: int, partnerships: int, batch: int) -> None:
        self.where, self.batch = where, batch
        self.rows = made_up.portfolio(entries, partnerships)
        self.facts = len(self.rows)
        self.rows.insert(self.facts // 2, bad_row(self.rows[self.facts // 2]))
        self.refusals: list[str] = []
        self._numbers = count(1)

    def new_file(self) -> Path:
        return self.where / f"{next(self._numbers)}.sqlite"

    def batches(self, items: Sequence[Any]) -> Iterator[Sequence[Any]]:
        return (items[begin : begin + self.batch] for begin in range(0, len(items), self.batch))

    def into_ledger(self, path: Path, *, made_before: bool) -> Callable[[], object]:
        """Admitting and recording every row; the facts are made and validated in the time measured, or before it."""
        rows = [row.proposal() for row in self.rows] if made_before else self.rows

        def record() -> None:
            with pledger.Ledger.open(path, time_zone="Europe/Berlin", me="benchmark") as ledger:
                for batch in self.batches(rows):
                    proposals = batch if made_before else [row.proposal() for row in batch]
                    self.check(ledger.record_all(proposals, partial=True))

        return record

    def check(self, outcomes: Sequence[object]) -> None:
        """Every fact is recorded, but for the bad one."""
        assert all(isinstance(outcome, Recorded | NotAdmitted) for outcome in outcomes)
        self.refusals += [str(outcome.refusal) for outcome in outcomes if isinstance(outcome, NotAdmitted)]

    def stored_rows(self) -> tuple[str, list[tuple[Any, ...]]]:
        """The form of the ledger's table, and every row in it but the ledger's own opening."""
        path = self.new_file()
        self.into_ledger(path, made_before=False)()
        with closing(sqlite3.connect(path)) as connection:
            form = connection.execute("SELECT sql FROM sqlite_master WHERE name = 'stored_events'").fetchone()[0]
            rows = connection.execute(f"SELECT {COLUMNS} FROM stored_events WHERE rowid > 1 ORDER BY rowid").fetchall()
        assert len(rows) == self.facts, "every good row is stored, and the bad one is not"
        assert len(self.refusals) == 1, "the bad row is refused"
        return form, rows

    def raw(self, form: str, rows: Sequence[tuple[Any, ...]]) -> Callable[[], object]:
        """The stored rows as SQLite alone takes them: the same table, write-ahead log and transactions, no rules."""
        path = self.new_file()

        def insert() -> None:
            with closing(sqlite3.connect(path, isolation_level=None)) as connection:
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute(form)
                for batch in self.batches(rows):
                    connection.execute("BEGIN")
                    connection.executemany(f"INSERT INTO stored_events ({COLUMNS}) VALUES (?, ?, ?, ?)", batch)
                    connection.execute("COMMIT")

        return insert

    def naive(self, facts: Sequence[naive_aggregate.Fact], *, one_by_one: bool) -> Callable[[], object]:
        """The facts as events of the library's own aggregates, without rules; a save a batch, or a save a fact."""
        path = self.new_file()

        def tell() -> None:
            ledger = naive_aggregate.NaiveLedger(path)
            for batch in ([fact] for fact in facts) if one_by_one else self.batches(facts):
                ledger.tell(batch)
            ledger.close()

        return tell

    def plain_facts(self) -> list[naive_aggregate.Fact]:
        """The good rows, as the naive aggregates take them."""
        made = [(row, row.proposal().fact) for row in self.rows if row.source != "bad"]
        return [
            (row.partnership, row.on, fact.TOPIC, fact.model_dump(mode="json", exclude_unset=True))
            for row, fact in made
        ]


def bad_row(beside: made_up.Row) -> made_up.Row:
    """A delivery of what nobody promised."""
    values = {"commitment": "never-promised"}
    return made_up.Row(pledger.CommitmentDelivered, values, beside.partnership, beside.on, "bad")


def measure(run: Run, rounds: int, fewer: int) -> list[list[str]]:
    """The lines of the table, the slow ones with fewer facts."""
    form, stored = run.stored_rows()
    facts = run.plain_facts()
    sides: dict[str, tuple[int, pairs.Side]] = {
        "pledger: make, admit and record": (
            run.facts,
            lambda _: run.into_ledger(run.new_file(), made_before=False),
        ),
        "pledger: admit and record": (run.facts, lambda _: run.into_ledger(run.new_file(), made_before=True)),
        "raw sqlite3, the same stored rows, no rules": (run.facts, lambda _: run.raw(form, stored)),
        "eventsourcing aggregates, no rules": (run.facts, lambda _: run.naive(facts, one_by_one=False)),
        "eventsourcing aggregates, a save a fact": (fewer, lambda _: run.naive(facts[:fewer], one_by_one=True)),
    }
    seconds = pairs.in_turn({name: side for name, (_, side) in sides.items()}, rounds)
    took = {name: median(seconds[name]) / facts for name, (facts, _) in sides.items()}
    base = next(iter(took.values()))
    return [
        [
            name,
            f"{sides[name][0]:,}",
            f"{1 / each:,.0f}",
            f"{sides[name][0] / max(seconds[name]):,.0f} to {sides[name][0] / min(seconds[name]):,.0f}",
            f"{base / each:.2f}",
        ]
        for name, each in took.items()
    ]


def measure_real_file(where: Path, rounds: int) -> list[str] | str:
    """`pledger import csv` of a published table, the whole process; or why it cannot be measured."""
    if not REAL_FILE.exists():
        return "left out: the published table is not there (../shared/data/scms, see its README)"
    numbers = count(1)
    recorded: list[int] = []

    def side(_: int) -> Callable[[], object]:
        around = pairs.surroundings(where / f"real-{next(numbers)}.sqlite")
        words = [pairs.program(), "import", "csv", str(REAL_FILE), "--mapping", str(MAPPING), "--format", "json"]

        def run() -> None:
            told = subprocess.run(words, env=around, check=False, capture_output=True, text=True)
            assert told.returncode in (0, 1), told.stderr  # 1: some rows are bad, and are listed
            recorded.append(sum(json.loads(told.stdout)["facts"]["recorded"].values()))

        return run

    seconds = pairs.in_turn({"real": side}, rounds, warm_up=0)["real"]
    assert len(set(recorded)) == 1
    facts = recorded[0]
    rates = f"{facts / max(seconds):,.0f} to {facts / min(seconds):,.0f}"
    return ["pledger import csv, whole process", f"{facts:,}", f"{facts / median(seconds):,.0f}", rates, ""]


def main() -> None:
    """Measure all ways in turn and print one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=20_000, help="made-up facts")
    parser.add_argument("--partnerships", type=int, default=200, help="among so many partnerships, Zipf-sized")
    parser.add_argument("--batch", type=int, default=1_000, help="facts in one transaction")
    parser.add_argument("--rounds", type=int, default=3, help="how often every way is measured")
    parser.add_argument("--folder", help="where the ledgers are made; another disk, or one in memory")
    told = parser.parse_args()
    with pairs.folder(told.folder) as where:
        print(f"importing, {told.batch:,} facts a transaction ({pairs.machine()})\n")
        run = Run(where, told.entries, told.partnerships, told.batch)
        lines = measure(run, told.rounds, fewer=min(run.facts, 1_000))
        real = measure_real_file(where, told.rounds)
        head = ["way", "facts", "facts a second", "slowest to fastest", "times the first"]
        pairs.table(head, lines if isinstance(real, str) else [*lines, real])
        if isinstance(real, str):
            print(f"pledger import csv: {real}\n")
        print(f"refused in every run of pledger, with nothing else lost:\n{run.refusals[0]}\n")


if __name__ == "__main__":
    main()
