"""What happened, as a table with a sentence an entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from pledger.cli.people_named import names_of, with_names
from pledger.cli.render import show, table, words
from pledger.domain.days import day_of
from pledger.projections.sentences import sentence
from pledger.projections.wording import several

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from zoneinfo import ZoneInfo

    from pledger.cli.queries import Query
    from pledger.projections.timeline import TimelineEntry


def show_log(told: Sequence[TimelineEntry], query: Query, number_of_all: int) -> None:
    """Print the table."""
    several_partnerships = len({each.entry.partnership for each in told}) > 1
    zone, names = query.ledger.zone, names_of(query.ledger)
    titles = ["Entry", "Day", *(["Partnership"] if several_partnerships else []), "What happened", "Recorded"]
    rows: list[list[Text | str]] = [
        [
            words(f"{each.entry.position}"),
            f"{day_of(each.entry.occurred_at, zone)}",
            *([each.entry.partnership] if several_partnerships else []),
            _what_happened(each, zone, names),
            _recorded(each, zone),
        ]
        for each in told
    ]
    show(
        table(titles, rows, stiff=(0, 1)) if rows else words("Nothing had happened by then that was known."),
        "",
        words(f"{query.asked_words()} {_how_many(told, number_of_all)}", "dim"),
    )


def _what_happened(told: TimelineEntry, zone: ZoneInfo, names: Mapping[str, str]) -> Text:
    taken_back = told.retracted_by
    said = words(sentence(with_names(told.entry, names)), "strike dim" if taken_back else "")
    if taken_back:
        day = day_of(taken_back.recorded_at, zone)
        said = Text.assemble(
            said,
            words(
                f" [taken back with entry {taken_back.entry} by {taken_back.recorded_by} on {day}: {taken_back.why}]"
            ),
        )
    for label, text in (("note", told.entry.note), ("link", told.entry.link)):
        if text:
            said = Text.assemble(said, "\n", words(f"{label}: {text}", "dim"))
    said.overflow = "fold"
    return said


def _recorded(told: TimelineEntry, zone: ZoneInfo) -> Text:
    """Who recorded it, and when, if that was not on the day itself."""
    day = day_of(told.entry.recorded_at, zone)
    on = "" if day == day_of(told.entry.occurred_at, zone) else f", {day}"
    return words(f"{told.entry.recorded_by}{on}", "dim")


def _how_many(told: Sequence[TimelineEntry], number_of_all: int) -> str:
    taken_back = sum(each.retracted_by is not None for each in told)
    of_all = f"The last {len(told)} of " if len(told) < number_of_all else ""
    marked = f", {taken_back} of those shown taken back" if taken_back else ""
    return f"{of_all}{several(number_of_all, 'entry', 'entries')}{marked}."
