"""pledger log: what happened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from pledger.cli.output import print_json_lines, print_rows
from pledger.cli.queries import Query, all_option, limit_option, partnership_argument, query

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pledger.domain.entry import Entry
    from pledger.projections.timeline import TimelineEntry


KEYS = """
--format json gives a list of entries, one a line, with these keys:
  position (in the ledger), partnership, version (in the partnership)
  fact: its stored name
  occurred_at, recorded_at: when it happened, and when the ledger learned
    it, in UTC
  recorded_by, source, link, note
  retracted_by: null, or {entry, recorded_at, recorded_by, why}
  data: all fields of the fact, as `pledger facts FACT` describes them,
    the stamped ones too
csv and tsv have one row an entry, its data as JSON in the last column; what
took it back is in the columns retracted_by (that entry),
retracted_recorded_at, retracted_recorded_by and retracted_why.
"""


@query("log", example="log acme-globex --limit 20", keys=KEYS)
@partnership_argument
@all_option
@click.option("--recorded", is_flag=True, help="In order of recording; of occurrence unless told.")
@limit_option("last")
@click.option("--reverse", is_flag=True, help="Last things first.")
def log(asked: Query, partnership: str | None, every: bool, recorded: bool, limit: int | None, reverse: bool) -> None:
    """Show what happened, in order of occurrence; what was taken back is marked.

    PARTNERSHIP: any beginning of its name that fits one only; the configured one, or else all, where it is left out.

    The opening of a partnership comes before everything else in it, whatever its date.
    """
    from pledger.projections.views import timeline

    told = timeline(
        asked.ledger,
        asked.partnership_or_all(partnership, every=every),
        as_of=asked.moment.as_of,
        known_at=asked.moment.known_at,
        order="recording" if recorded else "occurrence",
    )
    most = asked.limit(limit)
    shown = told[-most:] if most else told
    if reverse:
        shown.reverse()
    if asked.form == "table":
        from pledger.cli.log_table import show_log

        show_log(shown, asked, len(told))
    else:
        _print(shown, asked.form)


def print_entries(entries: Iterable[Entry], form: str) -> None:
    """Entries just recorded, for a program, as `log` would give them."""
    from pledger.projections.timeline import TimelineEntry

    _print([TimelineEntry(entry, None) for entry in entries], form)


def _print(told: Sequence[TimelineEntry], form: str) -> None:
    if form == "json":
        print_json_lines(each.as_json() for each in told)
    else:
        print_rows((_row(each) for each in told), COLUMNS, form)


COLUMNS = (
    *("position", "partnership", "version", "fact", "occurred_at", "recorded_at", "recorded_by"),
    *("source", "link", "note", "retracted_by", "retracted_recorded_at", "retracted_recorded_by", "retracted_why"),
    *("sentence", "data"),
)


def _row(told: TimelineEntry) -> dict[str, Any]:
    from pledger.projections.sentences import sentence

    taken_back = told.retracted_by
    return {
        **told.as_json(),
        "retracted_by": taken_back and taken_back.entry,
        "retracted_recorded_at": taken_back and taken_back.recorded_at,
        "retracted_recorded_by": taken_back and taken_back.recorded_by,
        "retracted_why": taken_back and taken_back.why,
        "sentence": sentence(told.entry),
    }
