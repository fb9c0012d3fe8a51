"""What was promised, as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from pledger.cli.render import show, table, words
from pledger.domain.naming import slug_from
from pledger.projections.commitments import counts
from pledger.projections.wording import several

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pledger.cli.queries import Query
    from pledger.projections.commitments import Commitment

STYLES = {"overdue": "red", "broken": "red", "kept-late": "yellow", "kept": "green"}


def show_commitments(shown: Sequence[Commitment], number_wanted: int, told: Sequence[Commitment], query: Query) -> None:
    """Print the table."""
    several_partnerships = len({promise.partnership for promise in told}) > 1
    titles = ["State", "Due", *(["Partnership"] if several_partnerships else []), "By", "Promise"]
    rows: list[list[Text | str]] = [
        [
            Text(_state(promise), style=STYLES.get(promise.state, "")),
            f"{promise.due or '-'}",
            *([promise.partnership] if several_partnerships else []),
            promise.maker,
            _promise(promise),
        ]
        for promise in shown
    ]
    show(
        table(titles, rows, stiff=(0, 1)) if rows else words("No such promises were known then."),
        "",
        words(f"{_first_of(len(shown), number_wanted)}{_counted(told)}.{_without_day(told)}"),
        words(query.asked_words(), "dim"),
    )


def _state(promise: Commitment) -> str:
    match promise.state:
        case "overdue":
            return f"overdue {several(promise.days_late or 0, 'day')}"
        case "open" if promise.days_left is not None:
            return f"open, {several(promise.days_left, 'day')} left"
        case "kept" if promise.days_early:
            return f"kept {several(promise.days_early, 'day')} early"
        case "kept-late":
            return f"kept {several(promise.days_late or 0, 'day')} late"
    return promise.state


def _promise(promise: Commitment) -> Text:
    marks = [f"{promise.stake} stake"] * (promise.stake != "medium") + ["first date"] * promise.first_date
    marks += [f"moved {several(promise.moved, 'time')}"] * bool(promise.moved) + [f"entry {promise.entry}"]
    named = f" = {promise.commitment}" if promise.commitment != slug_from(promise.what) else ""
    return Text.assemble(words(promise.what), words(f"{named} ({', '.join(marks)})", "dim"), overflow="fold")


def _first_of(number_shown: int, number_wanted: int) -> str:
    return f"The first {number_shown} of {number_wanted}. " if number_shown < number_wanted else ""


def _counted(told: Sequence[Commitment]) -> str:
    of_all = counts(told)
    return (
        f"{of_all.made} made: {of_all.open} open ({of_all.overdue} overdue), {of_all.kept} kept, "
        f"{of_all.kept_late} kept late, {of_all.broken} broken, {of_all.released} released, {of_all.closed} closed"
    )


def _without_day(told: Sequence[Commitment]) -> str:
    without = sum(promise.is_unsettled and promise.due is None for promise in told)
    have = "has no day, and so is" if without == 1 else "have no day, and so are"
    return f" {several(without, 'open one')} {have} never overdue." if without else ""
