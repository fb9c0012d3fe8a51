"""The history of the scores for people: a line a party whose digits are trust, in tenths; or a line an instant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from pledger.cli.queries import TABLE_ROWS_MAX
from pledger.cli.render import BAND_STYLES, page_width, show, table, words
from pledger.domain.days import day_of
from pledger.projections.columns import instant_of
from pledger.projections.opinion import BANDS
from pledger.projections.wording import several, share

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pledger.cli.queries import Query
    from pledger.projections.replay import Every, Stretch

UNKNOWN = "·"
BEFORE = " "
NAMES_WIDTH = 50
"""What the columns beside the digits take, about."""


def show_replay(stretches: Sequence[Stretch], asked: Query, every: Every) -> None:
    """Print the table."""
    if every == "entry":
        _show_instants(stretches, asked)
    else:
        _show_digits(stretches, asked, every)


def _show_instants(stretches: Sequence[Stretch], asked: Query) -> None:
    rows = [row for stretch in stretches for row in stretch.rows()]
    shown = rows[-TABLE_ROWS_MAX:]
    zone = asked.ledger.zone
    told = [
        [
            f"{day_of(row['at'], zone)}",
            row["partnership"],
            row["party"],
            Text(f"{row['band']} {share(row['trust'])}", style=BAND_STYLES[row["band"]]),
            share(row["uncertainty"]),
            share(row["momentum"]),
            str(row["entry"]),
        ]
        for row in shown
    ]
    titles = ["Day", "Partnership", "Party", "Trust", "Uncertainty", "Momentum", "Entry"]
    of_all = f"The last {len(shown):,} of " if len(shown) < len(rows) else ""
    show(
        table(titles, told, stiff=(0, 3, 4, 5, 6)) if told else words("Nothing had happened by then."),
        "",
        words(
            f"{asked.asked_words()} {of_all}{several(len(rows), 'score')}: one after every instant that moved it.",
            "dim",
        ),
        words("The entry took effect then, or set the deadline or began the silence that fell due.", "dim"),
    )


def _show_digits(stretches: Sequence[Stretch], asked: Query, every: Every) -> None:
    moments = sorted({at for stretch in stretches for at in set(stretch.at.tolist())})
    room = max(12, page_width() - NAMES_WIDTH)
    columns = {at: place for place, at in enumerate(moments[-room:])}
    lines = [line for stretch in stretches for line in _lines(stretch, columns)]
    shown = lines[:TABLE_ROWS_MAX]
    zone = asked.ledger.zone
    days = [f"{day_of(instant_of(at), zone)}" for at in columns]
    title = f"Trust, {days[0]} to {days[-1]}" if days else "Trust"
    of_all = f"The first {len(shown):,} of " if len(shown) < len(lines) else ""
    cut = (
        f" Of {several(len(moments), every)}, the last {len(columns)} are shown." if len(columns) < len(moments) else ""
    )
    show(
        table(["Partnership", "Party", title, "In the end"], shown, stiff=(2, 3))
        if shown
        else words("No scores by then."),
        "",
        words(f"{asked.asked_words()} {of_all}{several(len(lines), 'party', 'parties')}.{cut}", "dim"),
        words(
            f"A digit for the end of every {every} is trust in tenths: 7 is .70 to .79; {UNKNOWN} means too little was "
            "known to say. The last one is the moment asked about.",
            "dim",
        ),
    )


def _lines(stretch: Stretch, columns: dict[int, int]) -> Iterator[list[Text | str]]:
    """One line a party."""
    whose: dict[int, Text] = {}
    last: dict[int, int] = {}
    at, trust, band = stretch.at.tolist(), stretch.trust.tolist(), stretch.band.tolist()
    for place, party in enumerate(stretch.party.tolist()):
        line = whose.setdefault(party, Text(no_wrap=True))
        last[party] = place
        if at[place] in columns:
            line.append(BEFORE * (columns[at[place]] - len(line)))
            word = BANDS[band[place]]
            line.append(UNKNOWN if word == "unknown" else f"{int(trust[place] * 10):d}"[:1], BAND_STYLES[word])
    for party, line in whose.items():
        place, name = last[party], stretch.names[party]
        word = BANDS[band[place]]
        yield [name.partnership, name.party, line, Text(f"{word} {share(trust[place])}", BAND_STYLES[word])]
