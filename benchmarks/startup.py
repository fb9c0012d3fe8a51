"""The whole process of `pledger show` on 200 entries, beside a Python that only imports what pledger is built on."""

from __future__ import annotations

import argparse
import subprocess
import sys
from typing import TYPE_CHECKING

import made_up
import pairs

import pledger

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

PARTNERSHIP = "acme-globex"
IMPORTS = "import click, pydantic, eventsourcing.sqlite"
ABOUT = {
    "show, piped": ["show", PARTNERSHIP],
    "show --format table": ["show", PARTNERSHIP, "--format", "table"],
    "--version": ["--version"],
}


def command(words: Sequence[str], around: dict[str, str]) -> pairs.Side:
    """A side that runs a whole command."""
    return lambda _: lambda: subprocess.run(words, env=around, check=True, capture_output=True)


def slowest_imports(words: Sequence[str], around: dict[str, str], most: int) -> list[tuple[float, str]]:
    """The modules that took longest to import by themselves, in milliseconds, and where they were imported."""
    python = [sys.executable, "-X", "importtime", pairs.program(), *words]
    told = subprocess.run(python, env=around, check=True, capture_output=True, text=True).stderr
    lines = [line.removeprefix("import time:").split("|") for line in told.splitlines() if line.count("|") == 2]
    found = [(int(own) / 1000, name.strip()) for own, _, name in lines if own.strip().isdigit()]
    return sorted(found, reverse=True)[:most]


def build(path: Path, entries: int) -> None:
    """A ledger with one partnership."""
    with pledger.Ledger.open(path, time_zone="Europe/Berlin", me="benchmark") as ledger:
        ledger.record_all([row.proposal() for row in made_up.history(PARTNERSHIP, entries)])


def main() -> None:
    """Measure each command in pairs with the imports, and print one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=200, help="entries of the partnership")
    parser.add_argument("--rounds", type=int, default=25, help="pairs measured of each command")
    parser.add_argument("--imports", type=int, default=0, help="also list so many of the slowest imports of show")
    told = parser.parse_args()
    with pairs.folder(None) as where:
        ledger = where / "ledger.sqlite"
        build(ledger, told.entries)
        around = pairs.surroundings(ledger)
        base = command([sys.executable, "-c", IMPORTS], around)
        print(f"whole processes, {told.entries} entries, beside: python -c '{IMPORTS}' ({pairs.machine()})\n")
        rows = [
            [f"pledger {name}", *pairs.compare(base, command([pairs.program(), *words], around), told.rounds).cells()]
            for name, words in ABOUT.items()
        ]
        pairs.table(["command", "imports ms", "command ms", "ratio of medians", "middle half of ratios"], rows)
        if told.imports:
            imports = slowest_imports(ABOUT["show --format table"], around, told.imports)
            pairs.table(["module", "own ms"], [[name, f"{took:.1f}"] for took, name in imports])


if __name__ == "__main__":
    main()
