"""From the rows of a table to what they tell, with every row that tells nothing accounted for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pledger.cli.importing.cells import BadCell
from pledger.cli.importing.proposing import Telling, telling
from pledger.cli.importing.record import Reading, Row
from pledger.cli.importing.report import BadRow, numbers
from pledger.domain.refusal import WrongUsage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pledger.cli.importing.record import Record
    from pledger.cli.importing.report import Report
    from pledger.cli.importing.table import Ragged

FACTS_MAX = 5_000_000
TELLS_NOTHING = "no fact of the mapping is meant for it"


def tellings(rows: Iterable[Row | Ragged], reading: Reading, report: Report) -> dict[str, list[Telling]]:
    """What good rows tell, by partnership; the others go into the report. Raises WrongUsage where it is too much."""
    by_slug: dict[str, list[Telling]] = {}
    lines_of: dict[str, tuple[int, ...]] = {}
    facts = 0
    for record in _records(_kept(rows, reading, report), reading, report):
        try:
            told = telling(record)
            if told.row in lines_of:
                raise BadCell("", told.row, f"is the row that line {numbers(lines_of[told.row])} tells already")
        except BadCell as bad:
            report.bad.append(bad_row(record.lines, bad))
            continue
        facts += len(told.facts)
        if facts > FACTS_MAX:
            raise WrongUsage(
                f"it tells more than {FACTS_MAX:,} facts", where=report.file, remedy="import it in several files"
            )
        lines_of[told.row] = record.lines
        if told.facts:
            by_slug.setdefault(told.slug, []).append(told)
        else:
            report.rows_left_out[TELLS_NOTHING] += len(record.lines)
    return by_slug


def bad_row(lines: tuple[int, ...], bad: BadCell) -> BadRow:
    """The line of the report that tells of a bad cell."""
    return BadRow(lines, "", bad.column, bad.value, bad.reason)


def _kept(rows: Iterable[Row | Ragged], reading: Reading, report: Report) -> Iterator[Row]:
    """The rows that are not left out."""
    for row in rows:
        report.rows_read += 1
        if not isinstance(row, Row):
            report.bad.append(BadRow((row.line,), "", "", "", row.reason))
            continue
        try:
            reason = _why_left_out(reading.record([row]))
        except BadCell as bad:
            report.bad.append(bad_row((row.line,), bad))
            continue
        if reason is None:
            yield row
        else:
            report.rows_left_out[reason] += 1


def _why_left_out(record: Record) -> str | None:
    cases = record.reading.mapping.left_out.items()
    return next((reason for reason, case in cases if record.fits(case)), None)


def _records(rows: Iterable[Row], reading: Reading, report: Report) -> Iterator[Record]:
    """One record a row, or one for the rows that are one."""
    by = reading.mapping.row.group_by
    if not by:
        yield from (reading.record([row]) for row in rows)
        return
    groups: dict[tuple[str | None, ...], list[Row]] = {}
    for row in rows:
        key = tuple(reading.readers[name].words(row.cells[name]) for name in by)
        if None in key:
            empty = ", ".join(name for name, words in zip(by, key, strict=True) if words is None)
            report.bad.append(BadRow((row.line,), "", empty, "", "has no value, and says which rows are one"))
        else:
            groups.setdefault(key, []).append(row)
    yield from (reading.record(group) for group in groups.values())
