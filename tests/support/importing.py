"""Tables and mappings for the tests of imports, and what a ledger holds after them."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pledger.cli.importing.importer import Import
from pledger.cli.importing.mapping import TableMapping, read_mapping
from pledger.domain.ledger import Ledger

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from pledger.cli.importing.report import Report
    from pledger.domain.entry import Entry
    from pledger.domain.fact import Fact

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data"
MAPPINGS = ROOT / "examples" / "mappings"
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)

PROMISES = """
name = "promises"
[columns.Due]
date = "%Y-%m-%d"
[columns.Made]
date = "%Y-%m-%d"
[columns.Done]
date = "%Y-%m-%d"
[row]
id = "{No}"
[partnership]
slug = "{Partner}"
[partnership.open]
parties = ["Acme", "{Partner}"]
purpose = "what {Partner} promises"
[facts.made]
fact = "commitment-made"
on = "{Made}"
[facts.made.fields]
what = "{What}"
commitment = "{No}"
by = "{Partner}"
due = "{Due}"
[facts.done]
fact = "commitment-delivered"
on = "{Done}"
when.present = "Done"
[facts.done.fields]
commitment = "{No}"
"""
"""What a user's own spreadsheet of promises needs."""

HEADER = "No,Partner,What,Made,Due,Done"


def real_table(name: str) -> Path:
    """A real table; the test is skipped where the folder is missing."""
    path = DATA / name
    if not path.exists():
        pytest.skip(f"the real table {name} is not there: ../shared/data is missing")
    return path


def shipped_mapping(name: str) -> TableMapping:
    """A mapping that the project ships."""
    return read_mapping(MAPPINGS / name)


@dataclass
class Bench:
    """A ledger in memory, and files to import into it."""

    folder: Path
    ledger: Ledger

    def mapping(self, text: str = PROMISES) -> TableMapping:
        return TableMapping.parse(text, "the mapping")

    def file(self, *lines: str, header: str = HEADER) -> Path:
        """A table with these lines under a header."""
        path = self.folder / "table.csv"
        path.write_text("\n".join((header, *lines)) + "\n", encoding="utf-8")
        return path

    def take(
        self, file: Path, mapping: TableMapping | None = None, *, dry_run: bool = False, strict: bool = False
    ) -> Report:
        """Import a file."""
        return Import(file, mapping or self.mapping(), dry_run, strict).into(self.ledger, me="jane")

    def told(self) -> list[tuple[str, str]]:
        """What the ledger holds of partnerships, in the order of recording: stored name and day."""
        return [(entry.fact.TOPIC, f"{entry.occurred_at:%Y-%m-%d}") for entry in self.entries()]

    def entries(self, slug: str | None = None) -> list[Entry]:
        found = self.ledger.entries(slug)
        return [entry for entry in found if not entry.partnership.startswith("@")]


def new_bench(folder: Path, zone: str = "UTC", clock: Callable[[], datetime] = lambda: NOW) -> Bench:
    """A bench with an empty ledger whose days are those of a zone."""
    return Bench(folder, Ledger.open(":memory:", time_zone=zone, clock=clock))


def facts_of(entries: Iterable[Entry], *kinds: type[Fact]) -> list[Entry]:
    """The entries with facts of these kinds."""
    return [entry for entry in entries if isinstance(entry.fact, kinds)]


def raw_rows(path: Path) -> list[dict[str, str]]:
    """A table read without any of pledger's code."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def write_rows(path: Path, rows: Sequence[dict[str, str]]) -> Path:
    """A table written without any of pledger's code."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path
