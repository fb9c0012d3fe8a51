"""A ledger that faults happen to: what it has acknowledged, and whether it still holds that, whole and sound."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import TYPE_CHECKING

from support.paging import beside, from_the_log, through_pages
from support.proving import unwatched

from pledger.domain.communication import UpdateShared
from pledger.domain.delivery import CommitmentMade
from pledger.domain.entry import Proposal
from pledger.domain.ledger import Ledger
from pledger.domain.lifecycle import PartnershipOpened
from pledger.domain.store import is_file
from pledger.projections.log_tree import ledger_log
from pledger.projections.verification import verify

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from faults.figures import Tally
    from pledger.domain.mapper import Stored

FILE, SERVER = STORES = ("file", "server")
SLUGS = ("acme-globex", "acme-initech", "globex-hooli")
BATCH = re.compile(rb'"note":"batch (\S+) of (\d+)"')
RECORDED_AT = re.compile(rb'"recorded_at":"[^"]+"')


def fingerprint(stored: Stored) -> str:
    """An entry's place in its stream and every byte of it, in short."""
    return sha256(repr(tuple(stored[1:])).encode()).hexdigest()


@dataclass
class Place:
    """A ledger, and what somebody was told that it holds: fingerprints by position."""

    address: str
    folder: Path
    tally: Tally
    acknowledged: dict[int, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """What a program that works here must have in its environment."""
        return {
            "PLEDGER_LEDGER": self.address,
            "PLEDGER_CONFIG": str(self.folder / "config.toml"),
            "PLEDGER_ME": "jane",
            "XDG_CACHE_HOME": str(self.folder / "cache"),
            "PYTHONUTF8": "1",
        }

    @property
    def is_file(self) -> bool:
        return is_file(self.address)

    def make(self) -> None:
        """A ledger of three partnerships."""
        with Ledger.open(self.address, time_zone="Europe/Berlin", me="jane") as ledger:
            for slug in SLUGS:
                ledger.record(PartnershipOpened(parties=("Acme", "Globex"), purpose="joint launch"), slug)
        self.acknowledge_all()

    def opened(self) -> Ledger:
        return Ledger.open(self.address, create=False, me="jane")

    def grow(self, entries: int, batch: str) -> None:
        """Let so many facts be recorded in one batch, every hundredth of them a promise."""
        told = [
            Proposal((UpdateShared if n % 100 else CommitmentMade)(what=f"{batch} {n}", by="Acme"), SLUGS[n % 3])
            for n in range(entries)
        ]
        told = [replace(each, note=f"batch {batch} of {entries}") for each in told]
        with self.opened() as ledger:
            ledger.record_all(told)
        self.acknowledge_all()

    def rows(self) -> list[Stored]:
        """Everything stored, by a ledger opened anew."""
        with self.opened() as ledger:
            return list(ledger.stored())

    def acknowledge(self, told: Iterable[tuple[int, str]]) -> None:
        """Note that somebody was told that these are recorded."""
        for position, print_ in told:
            assert self.acknowledged.setdefault(position, print_) == print_, f"position {position} was given twice"
            self.tally.count(acknowledged=1)

    def acknowledge_all(self) -> None:
        """Note that all that is stored now is known to be."""
        rows = self.rows()
        self.acknowledge((each.position, fingerprint(each)) for each in rows if each.position not in self.acknowledged)

    def examine(self) -> list[Stored]:
        """What must hold after every fault; the entries that are there."""
        rows = self.rows()
        found = {each.position: fingerprint(each) for each in rows}
        lost = [position for position, print_ in self.acknowledged.items() if found.get(position) != print_]
        self.tally.count(lost=len(lost), partial=len(_torn(rows)), findings=self.findings())
        self.tally.check()
        assert len({(each.stream, each.version) for each in rows}) == len(rows)
        self.goes_on()
        return rows

    def findings(self) -> int:
        """How much `verify` finds."""
        with ledger_log(self.address) as log:
            return len(verify(log, [], unwatched).findings)

    def goes_on(self) -> None:
        """The next fact is recorded, and pages say what the log does."""
        with self.opened() as ledger:
            entry = ledger.record(CommitmentMade(what="go on", by="Globex"), SLUGS[0])
            assert through_pages(beside(ledger)) == from_the_log(ledger)
            (stored,) = ledger.stored(entry.position - 1, entry.position)
        self.acknowledge([(entry.position, fingerprint(stored))])


def _torn(rows: Iterable[Stored]) -> list[bytes]:
    """The batches of which a part is missing, or that were recorded at more than one moment."""
    there: Counter[bytes] = Counter()
    moments: dict[bytes, set[bytes]] = {}
    sizes: dict[bytes, int] = {}
    for each in rows:
        told, moment = BATCH.search(each.state), RECORDED_AT.search(each.state)
        if told is not None:
            assert moment is not None
            batch = told[1]
            sizes[batch] = int(told[2])
            there[batch] += 1
            moments.setdefault(batch, set()).add(moment[0])
    return [batch for batch, size in sizes.items() if there[batch] != size or len(moments[batch]) > 1]
