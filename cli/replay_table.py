"""The history of the scores for people: a line a party whose digits are trust, in tenths; or a line an instant."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from rich.text import Text

from pledger.cli import queries
from pledger.cli.render import BAND_STYLES, page_width, show, table, words
from pledger.domain.days import day_of
from pledger.projections.columns import instant_of
from pledger.projections.opinion import BANDS
from pledger.projections.wording import several, share

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pledger.cli.queries import Query
    from pledger.projections.parties import PartyOf
    from pledger.projections.periods import Every
    from pledger.projections.replay import Replayed

UNKNOWN = "·"
BEFORE = " "
WIDE = 72
"""From so many columns on, partnership and party stand side by side."""
NAME_WIDTH_MAX = 22
DIGITS_MIN = 13
INSTANT_TITLES = ("Day", "Partnership", "Party", "Trust", "Uncertainty", "Momentum", "Entry")
INSTANT_WIDTH = len("2026-12-31  unknown .50  Uncertainty  Momentum  1234567    ")
"""What the columns beside the names take, with the gaps between."""
BESIDE = len("unknown .50") + 2 * len("  ")
"""What the last column takes, with the gaps between."""


def show_replay(stretches: Iterable[Replayed], asked: Query, every: Every) -> None:
    """Print the table; what does not fit in is passed by without being kept."""
    if every == "entry":
        _show_instants(stretches, asked)
    else:
        _show_digits(stretches, asked, every)


def _show_instants(stretches: Iterable[Replayed], asked: Query) -> None:
    rows, number = _last_rows(stretches)
    of_all = f"The last {len(rows):,} of " if len(rows) < number else ""
    zone = asked.ledger.zone
    told = [[f"{day_of(row['at'], zone)}", *_scores(row)] for row in rows]
    titles: Sequence[str] = INSTANT_TITLES
    if page_width() < INSTANT_WIDTH + _width(rows, "partnership") + _width(rows, "party"):
        titles, told = ("Day", "Score"), [[day, _in_words(row)] for (day, *_), row in zip(told, rows, strict=True)]
    show(
        table(titles, told, stiff=(0, *range(3, len(titles)))) if told else words("Nothing had happened by then."),
        "",
        words(
            f"{asked.asked_words()} {of_all}{several(number, 'score')}: one after every instant that moved it.", "dim"
        ),
        words("The entry took effect then, or set the deadline or began the silence that fell due.", "dim"),
    )


def _width(rows: Iterable[Mapping[str, Any]], name: str) -> int:
    """What a column of names takes."""
    return min(max((len(row[name]) for row in rows), default=0), NAME_WIDTH_MAX)


def _last_rows(stretches: Iterable[Replayed]) -> tuple[list[dict[str, Any]], int]:
    """The last rows, as many as a table shows, and how many there are in all."""
    number, kept = 0, deque[dict[str, Any]](maxlen=queries.TABLE_ROWS_MAX)
    for stretch in stretches:
        number += len(stretch.at)
        kept.extend(stretch.last(queries.TABLE_ROWS_MAX).rows())
    return list(kept), number


def _scores(row: dict[str, Any]) -> list[Text | str]:
    trust = Text(f"{row['band']} {share(row['trust'])}", BAND_STYLES[row["band"]])
    return [
        row["partnership"],
        row["party"],
        trust,
        share(row["uncertainty"]),
        share(row["momentum"]),
        f"{row['entry']}",
    ]


def _in_words(row: dict[str, Any]) -> Text:
    partnership, party, trust, uncertainty, momentum, entry = _scores(row)
    return Text.assemble(
        words(f"{partnership}, {party}: "),
        trust,
        f" (uncertainty {uncertainty}), momentum {momentum}, by entry {entry}",
        overflow="fold",
    )


def _show_digits(stretches: Iterable[Replayed], asked: Query, every: Every) -> None:
    shown, moments, number = _first_parties(stretches)
    names = [stretch.names[party] for stretch in shown for party in dict.fromkeys(stretch.party.tolist())]
    room = max(DIGITS_MIN, page_width() - _names_width(names) - BESIDE)
    columns = {at: place for place, at in enumerate(moments[-room:])}
    lines = [line for stretch in shown for line in _lines(stretch, columns)][: queries.TABLE_ROWS_MAX]
    zone = asked.ledger.zone
    days = [f"{day_of(instant_of(at), zone)}" for at in columns]
    of_all = f"The first {len(lines):,} of " if len(lines) < number else ""
    cut = (
        f" Of {several(len(moments), every)}, the last {len(columns)} are shown." if len(columns) < len(moments) else ""
    )
    show(
        _digits(lines, days, room) if lines else words("No scores by then."),
        "",
        words(f"{asked.asked_words()} {of_all}{several(number, 'party', 'parties')}.{cut}", "dim"),
        words(
            f"A digit for the end of every {every} is trust in tenths: 7 is .70 to .79; {UNKNOWN} means too little was "
            "known to say. The last one is the moment asked about.",
            "dim",
        ),
    )


def _first_parties(stretches: Iterable[Replayed]) -> tuple[list[Replayed], list[int], int]:
    """The stretches of as many parties as a table shows; all moments, in order; and how many parties there are."""
    shown: list[Replayed] = []
    moments: set[int] = set()
    number = 0
    for stretch in stretches:
        if number < queries.TABLE_ROWS_MAX:
            shown.append(stretch)
        moments.update(stretch.at.tolist())
        number += len(set(stretch.party.tolist()))
    return shown, sorted(moments), number


def _names_width(names: Sequence[PartyOf]) -> int:
    """What the names take beside the digits: both in one column where there is little room."""
    told = [name._asdict() for name in names]
    partnership, party = _width(told, "partnership"), _width(told, "party")
    return partnership + len("  ") + party if page_width() >= WIDE else max(partnership, party)


def _lines(stretch: Replayed, columns: dict[int, int]) -> Iterator[list[Text | str]]:
    """One line a party: whose it is, its digits, and the last score."""
    whose: dict[int, Text] = {}
    last: dict[int, int] = {}
    at, trust, band = stretch.at.tolist(), stretch.trust.tolist(), stretch.band.tolist()
    for place, party in enumerate(stretch.party.tolist()):
        line = whose.setdefault(party, Text(no_wrap=True))
        last[party] = place
        if at[place] in columns:
            line.append(BEFORE * (columns[at[place]] - len(line)))
            word = BANDS[band[place]]
            line.append(UNKNOWN if word == "unknown" else _tenths(trust[place]), BAND_STYLES[word])
    for party, line in whose.items():
        place, name = last[party], stretch.names[party]
        word = BANDS[band[place]]
        yield [name.partnership, name.party, line, Text(f"{word} {share(trust[place])}", BAND_STYLES[word])]


def _tenths(trust: float) -> str:
    """The first digit of trust as two decimals tell it; 9 for a trust of 1."""
    return f"{min(trust, 0.99):.2f}"[2]


def _digits(lines: Sequence[list[Text | str]], days: Sequence[str], room: int) -> Any:
    """The lines under their titles, which take no more room than the lines."""
    title = f"Trust, {days[0]} to {days[-1]}"
    if len(title) > room:
        title = f"Trust,\n{days[0]} to\n{days[-1]}"
    if page_width() >= WIDE:
        return table(["Partnership", "Party", title, "In the end"], lines, stiff=(2, 3))
    together = [
        [Text("\n").join([words(f"{partnership}"), words(f"{party}")]), *rest] for partnership, party, *rest in lines
    ]
    return table(["Partnership, party", title, "In the end"], together, stiff=(1, 2))
