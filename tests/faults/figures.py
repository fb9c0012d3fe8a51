"""The figures of a run of faults: what was done, what had been acknowledged, and what of it was lost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

Told: TypeAlias = dict[str, int]

HEADS = {
    "faults": "faults",
    "in mid-work": "in mid-work",
    "acknowledged": "acknowledged",
    "lost": "lost",
    "partial": "partial batches",
    "findings": "verify findings",
}
BAD = ("lost", "partial", "findings")


class Tally:
    """What one kind of fault did to ledgers in one kind of store."""

    def __init__(self, operation: str, store: str) -> None:
        self.operation = operation
        self.store = store
        self.told: Told = _nothing()
        """Looked at when the test has ended, however it ended."""

    def count(self, **more: int) -> None:
        """Count something under the words that HEADS has for it."""
        for name, number in more.items():
            self.told[name] += number

    def fault(self, *, in_mid_work: bool = True) -> None:
        """Count a fault; it hit in mid-work if what it befell had begun and not ended."""
        self.told["faults"] += 1
        self.told["in mid-work"] += in_mid_work

    def check(self) -> None:
        """Fail where anything is lost, in part, or found."""
        assert {name: self.told[name] for name in BAD} == dict.fromkeys(BAD, 0), (self.operation, self.store)


def table(tallies: Iterable[tuple[str, str, Mapping[str, int]]]) -> Iterator[str]:
    """The lines of a table of tallies, with the sums of each store; those of one operation are added up."""
    found: dict[tuple[str, str], Told] = {}
    sums: dict[str, Told] = {}
    for operation, store, told in tallies:
        for total in (found.setdefault((store, operation), _nothing()), sums.setdefault(store, _nothing())):
            for name in HEADS:
                total[name] += told[name]
    yield f"{'operation':<34}{'store':<8}" + "".join(f"{head:>17}" for head in HEADS.values())
    for (store, operation), told in sorted(found.items()):
        yield _line(operation, store, told)
    for store, told in sorted(sums.items()):
        yield _line("all", store, told)


def _nothing() -> Told:
    return dict.fromkeys(HEADS, 0)


def _line(operation: str, store: str, told: Mapping[str, int]) -> str:
    return f"{operation:<34}{store:<8}" + "".join(f"{told[name]:>17,}" for name in HEADS)
