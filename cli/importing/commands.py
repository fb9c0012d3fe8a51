"""pledger import: facts from files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pledger.cli.command import PledgerCommand, PledgerGroup
from pledger.cli.queries import form_for, format_option, help_with_keys
from pledger.cli.session import Session, pass_session
from pledger.domain.refusal import Refused

if TYPE_CHECKING:
    from pledger.cli.importing.report import Report
    from pledger.domain.ledger import Ledger

SECTION = "Move data in and out"
PATH = click.Path(path_type=Path)
KEYS = """
It ends with 0 where all that the file tells is recorded now, and with 1
where a row is bad or has changed: then the good rows are recorded, or
with --strict nothing is.

\b
--format json gives an object with these keys:
  file, mapping, dry_run, strict
  rows {read, recorded, already_recorded, changed, left_out, bad,
    held_back}: counts; read is the sum of the others
  left_out: a list of {reason, rows}
  facts {recorded: counts by stored name, already_recorded, held_back}
  partnerships_opened: a list of names
  bad: a list of {lines, fact, column, value, reason}
  changed: a list of {lines, partnership, entry, fact,
    differences: {field: {recorded, told}}, remedy}
With --dry-run, recorded and opened mean that it would be so.
"""


@click.group("import", cls=PledgerGroup, section=SECTION, no_args_is_help=True)
def import_() -> None:
    """Record facts from files."""


def _answer(
    session: Session, file: Path, mapping: Path, dry_run: bool, strict: bool, me: str | None, form: str | None
) -> None:
    """Record the facts that the rows of a CSV file tell.

    FILE: a table whose first line names its columns.

    The mapping says what the rows mean; examples/mappings/README.md documents its format, and two real ones stand
    beside it. Facts are recorded in order of occurrence, whatever the order of rows. Importing a file again records
    only what is new in it. A row that says something else now is told, with the command that would record the change.
    Rows that cannot be used are listed, with line, column, value and reason, and recorded nowhere.
    """
    from pledger.cli.importing.importer import Import
    from pledger.cli.importing.mapping import read_mapping

    wanted = Import(file, read_mapping(mapping), dry_run, strict)
    wanted.check_file()  # before a ledger is made for it
    report = wanted.into(_ledger(session, dry_run=dry_run), me=me or session.me)
    _show(report, form_for(form))
    if not report.is_complete:
        raise _incomplete(report)


import_.add_command(
    PledgerCommand(
        "csv",
        section=SECTION,
        example="import csv milestones.csv --mapping examples/mappings/w3f-grants.toml --dry-run",
        help=help_with_keys(_answer, KEYS),
        params=[
            click.Argument(["file"], type=PATH),
            click.Option(["--mapping"], type=PATH, required=True, metavar="TOML", help="What the rows mean."),
            click.Option(["--dry-run"], is_flag=True, help="Show what would be recorded, and record nothing."),
            click.Option(["--strict"], is_flag=True, help="Record all or nothing."),
            click.Option(
                ["--me"], metavar="ID", help="Who records; PLEDGER_ME, the configuration or login unless told."
            ),
            format_option(),
        ],
        callback=pass_session(_answer),
    )
)


def _ledger(session: Session, *, dry_run: bool) -> Ledger:
    """The ledger; for a dry run where there is none, one in memory that nobody sees again."""
    from pledger.domain.ledger import Ledger

    if dry_run and not session.is_ledger_there:
        return Ledger.open(":memory:", me=session.me, clock=session.clock)
    return session.ledger(create=not dry_run)


def _show(report: Report, form: str) -> None:
    from pledger.cli.output import print_json, print_rows

    if form == "json":
        print_json(report.as_json())
    elif form == "table":
        from pledger.cli.importing.report_table import show_report

        show_report(report)
    else:
        from pledger.cli.importing.report import COLUMNS

        print_rows([dict(zip(COLUMNS, row, strict=True)) for row in report.table()], COLUMNS, form)


def _incomplete(report: Report) -> Refused:
    """What is left to do, as the refusal with which the command ends."""
    told, remedies = [], []
    if report.bad:
        told.append(f"{report.rows_bad:,} of {report.rows_read:,} rows {'is' if report.rows_bad == 1 else 'are'} bad")
        remedies.append("correct the bad rows in the file, or leave them out in the mapping")
    if report.changed:
        have = "has" if report.rows_changed == 1 else "have"
        told.append(f"{report.rows_changed:,} of {report.rows_read:,} rows {have} changed since they were recorded")
        remedies.append("record the changes with the commands shown, saying --on where they were agreed earlier")
    return Refused(
        " and ".join(told) + (", so nothing was recorded" if report.strict else ""),
        where=report.file,
        remedy="; ".join(remedies) + "; then import the file again: what is recorded already stays as it is",
    )
