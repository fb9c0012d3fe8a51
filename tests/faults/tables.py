"""Tables to import, of a real one's size, and what a ledger holds of them when nothing goes wrong."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from support.importing import HEADER, PROMISES

from pledger.cli.importing import transfer
from pledger.cli.importing.importer import Import
from pledger.cli.importing.mapping import TableMapping
from pledger.domain.ledger import Ledger

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from pathlib import Path

    from pledger.domain.entry import Entry

    Told = tuple[str, int, str, str, datetime, str | None]

PARTNERS, ROWS_EACH = 40, 12
TRANSACTION_FACTS = 150
"""How many facts a transaction has in these tests: several partnerships."""


def lines(name: str) -> list[str]:
    """The rows of a table of promises, three quarters of them kept; `name` tells it from other tables."""
    partners = [f"{name} Partner {number:02}" for number in range(PARTNERS)]
    return [
        f"{name}-{number},{partners[number % PARTNERS]},Promise {number},2026-01-{1 + number % 28:02},2026-03-10,"
        + ("" if number % 4 == 0 else f"2026-03-{1 + number % 20:02}")
        for number in range(PARTNERS * ROWS_EACH)
    ]


def written(folder: Path, name: str) -> list[str]:
    """Write a table and its mapping; the words of the command that imports it."""
    table, mapping = folder / f"{name}.csv", folder / "promises.toml"
    table.write_text("\n".join((HEADER, *lines(name))) + "\n", encoding="utf-8")
    mapping.write_text(PROMISES, encoding="utf-8")
    return ["import", "csv", str(table), "--mapping", str(mapping), "--format", "json"]


@dataclass(frozen=True)
class Whole:
    """What an import leaves that nothing disturbs: its entries, and the partnerships that share a transaction."""

    told: frozenset[Told]
    transactions: tuple[frozenset[str], ...]

    def torn(self, entries: Iterable[Entry]) -> int:
        """How many transactions are there in part, among the entries of a ledger that holds other things too."""
        there = told_of(entries) & self.told
        slugs = {slug for slug, *_ in there}
        missing = {slug for slug, *_ in self.told - there}
        return sum(bool(transaction & slugs and transaction & missing) for transaction in self.transactions)


def told_of(entries: Iterable[Entry]) -> frozenset[Told]:
    """What entries tell, without what an import again may give otherwise: positions, and when it was recorded."""
    return frozenset(
        (e.partnership, e.version, e.fact.TOPIC, e.fact.model_dump_json(), e.occurred_at, e.source) for e in entries
    )


@cache
def whole(folder: Path, name: str) -> Whole:
    """What a table tells, imported into a ledger in memory."""
    usual = transfer.FACTS_PER_TRANSACTION
    transfer.FACTS_PER_TRANSACTION = TRANSACTION_FACTS
    try:
        written(folder, name)
        with Ledger.open(":memory:", time_zone="Europe/Berlin") as ledger:
            Import(folder / f"{name}.csv", TableMapping.parse(PROMISES, "the mapping")).into(ledger, me="jane")
            entries = [entry for entry in ledger.entries() if not entry.partnership.startswith("@")]
    finally:
        transfer.FACTS_PER_TRANSACTION = usual
    moments: dict[datetime, set[str]] = {}
    for entry in entries:
        moments.setdefault(entry.recorded_at, set()).add(entry.partnership)
    return Whole(told_of(entries), tuple(map(frozenset, moments.values())))
