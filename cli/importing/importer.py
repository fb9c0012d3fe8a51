"""A table into a ledger: read, understood, rehearsed, recorded, reported."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pledger.cli.importing.record import Reading
from pledger.cli.importing.records import tellings
from pledger.cli.importing.report import Report
from pledger.cli.importing.table import Table
from pledger.cli.importing.transfer import transfer
from pledger.cli.progress import Progress

if TYPE_CHECKING:
    from pathlib import Path

    from pledger.cli.importing.mapping import TableMapping
    from pledger.domain.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Import:
    """What is to be imported, and how."""

    file: Path
    mapping: TableMapping
    dry_run: bool = False
    strict: bool = False

    def check_file(self) -> None:
        """Look at the beginning of the file; raises Problem where it is no table with the columns that are wanted."""
        if self.file.is_file():  # a pipe can be read only once
            next(self._table.rows(), None)

    @property
    def _table(self) -> Table:
        return Table(self.file, self.mapping.file, self.mapping.wanted)

    def into(self, ledger: Ledger, *, me: str) -> Report:
        """Import it, and report what became of every row; raises Problem where the file is no table."""
        report = Report(str(self.file), self.mapping.name, self.dry_run, self.strict)
        with Progress() as progress:
            reading = Reading(self.mapping, ledger.zone)
            told = tellings(progress.rows(self._table.rows()), reading, report)
            transfer(told, ledger, me, report, lambda done, total: progress.show("recording", done, total))
        report.bad.sort()
        report.changed.sort(key=lambda fact: fact.lines)
        report.partnerships_opened.sort()
        return report
