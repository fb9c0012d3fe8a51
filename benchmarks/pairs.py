"""Measuring in turn: the sides of a comparison run A B A B ..., so that what slows the machine slows them alike."""

from __future__ import annotations

import gc
import os
import platform
import sqlite3
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    Side = Callable[[int], Callable[[], object]]
    """Prepares a round (told by its number), untimed, and returns what is to be timed."""


@dataclass(frozen=True, slots=True)
class Compared:
    """Two sides measured in pairs, in seconds."""

    base: list[float]
    other: list[float]

    @property
    def ratio(self) -> float:
        """How many times as long as the base the other side takes: the ratio of the medians."""
        return median(self.other) / median(self.base)

    def cells(self) -> list[str]:
        """Both medians in milliseconds, their ratio, and between what the middle half of the pairs' ratios lies."""
        ratios = [b / a for a, b in zip(self.base, self.other, strict=True)]
        low, _, high = quantiles(ratios, n=4) if len(ratios) > 1 else (ratios * 3)
        return [
            f"{1000 * median(self.base):.2f}",
            f"{1000 * median(self.other):.2f}",
            f"{self.ratio:.2f}",
            f"{low:.2f} to {high:.2f}",
        ]


def in_turn(sides: Mapping[str, Side], rounds: int, *, warm_up: int = 1) -> dict[str, list[float]]:
    """Seconds of each side in each round, the sides one after the other in every round; warm-up rounds are left out."""
    seconds: dict[str, list[float]] = {name: [] for name in sides}
    for number in range(-warm_up, rounds):
        for name, side in sides.items():
            timed = side(number + warm_up)
            gc.collect()
            began = time.perf_counter()
            timed()
            took = time.perf_counter() - began
            if number >= 0:
                seconds[name].append(took)
    return seconds


def compare(base: Side, other: Side, rounds: int, *, warm_up: int = 1) -> Compared:
    """Two sides, in pairs."""
    seconds = in_turn({"base": base, "other": other}, rounds, warm_up=warm_up)
    return Compared(seconds["base"], seconds["other"])


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table: first column to the left, the others to the right."""
    widths = [max(len(line[column]) for line in (head, *rows)) for column in range(len(head))]
    for line in (head, ["-" * width for width in widths], *rows):
        first, *others = (
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        print("  ".join([first, *others]).rstrip())
    print()


def machine() -> str:
    """What ran this, as far as it explains the figures."""
    return (
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {platform.system()} "
        f"{platform.machine()}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}"
    )


@contextmanager
def folder(where: str | None) -> Iterator[Path]:
    """A folder for this run's ledgers, gone afterwards; in `where`, if told, to measure another disk."""
    with TemporaryDirectory(prefix="pledger-bench-", dir=where) as made:
        yield Path(made)


def program() -> str:
    """The command `pledger` of the interpreter that runs this."""
    return str(Path(sys.executable).with_name("pledger"))


def surroundings(ledger: Path) -> dict[str, str]:
    """An environment for whole commands: that ledger, a user without settings, compiled files read and written."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PLEDGER_", "XDG_"))}
    return {**kept, "HOME": str(ledger.parent), "PLEDGER_LEDGER": str(ledger)}
