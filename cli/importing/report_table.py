"""The report of an import, for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pledger.cli.importing.report import numbers
from pledger.cli.render import heading, show, table, words

if TYPE_CHECKING:
    from rich.console import RenderableType

    from pledger.cli.importing.report import BadRow, ChangedFact, Report

LISTED_MAX = 50


def show_report(report: Report) -> None:
    """Print the report: the sums first, then each row that needs somebody."""
    parts: list[RenderableType] = [heading(_title(report)), _sums(report)]
    if report.bad:
        parts += [words(""), heading("Bad rows, recorded nowhere"), _bad(report.bad)]
    if report.changed:
        parts += [words(""), heading("Changed since they were recorded"), _changed(report.changed)]
    show(*parts)


def _title(report: Report) -> str:
    how = "What would be recorded of" if report.dry_run else "Import of"
    return f"{how} {report.file} with the mapping {report.mapping}"


def _sums(report: Report) -> RenderableType:
    recorded = "would be recorded" if report.dry_run else "recorded"
    rows = [(report.rows_read, "rows read"), (report.rows_recorded, f"  {recorded}")]
    rows += [(report.rows_already, "  already recorded"), (report.rows_changed, "  changed since they were recorded")]
    rows += [(count, f"  left out: {reason}") for reason, count in report.rows_left_out.items()]
    rows += [
        (report.rows_bad, "  bad"),
        (report.rows_held_back, "  good, but held back: --strict records all or nothing"),
    ]
    rows.append((report.facts_recorded.total(), f"facts {recorded}"))
    rows += [(count, f"  {fact}") for fact, count in sorted(report.facts_recorded.items())]
    rows += [(report.facts_already, "facts already recorded")]
    if not report.rows_held_back:
        rows += [(report.facts_held_back, "facts held back until a change of their row is recorded")]
    rows += [(len(report.partnerships_opened), "partnerships opened")]
    shown = [row for row in rows if row[0] or row[1] in ("rows read", f"facts {recorded}")]
    return table(("", ""), [(f"{count:>9,}", what) for count, what in shown], stiff=(0,))


def _bad(rows: list[BadRow]) -> RenderableType:
    titles = ("line", "column", "value", "why")
    lines = [(_lines(row.lines), row.column or row.fact, row.value, row.reason) for row in rows[:LISTED_MAX]]
    return table(titles, [*lines, *_more(len(rows), 4)], stiff=())


def _changed(facts: list[ChangedFact]) -> RenderableType:
    lines = [(_lines(fact.lines), f"{fact.fact} (entry {fact.entry}): {fact.told}", fact.remedy) for fact in facts]
    return table(("line", "what", "to record the change"), [*lines[:LISTED_MAX], *_more(len(facts), 3)])


def _lines(lines: tuple[int, ...]) -> str:
    return numbers(lines) if len(lines) <= 5 else f"{numbers(lines[:5])} and {len(lines) - 5} more"


def _more(count: int, columns: int) -> list[tuple[str, ...]]:
    if count <= LISTED_MAX:
        return []
    return [("...", f"{count - LISTED_MAX:,} more: --format json lists all", *[""] * (columns - 2))]
