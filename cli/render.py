"""Tables for people, made with rich; imported only where one is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from rich.console import Console, Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from pledger.cli.output import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

WIDTH_MAX = 120
DOUBT = (
    "± is how far trust may well be off (one standard deviation): firm, fair and weak judge the cautious end of that. "
    "Unknown means too little evidence to say."
)
BAND_STYLES = {"firm": "green", "fair": "yellow", "weak": "red", "unknown": "dim"}


def page_width() -> int:
    """As wide as the terminal, but no wider than lines stay readable."""
    return min(Console().width, WIDTH_MAX)


def show(*parts: RenderableType) -> None:
    """Print what was made."""
    console = Console(highlight=False, markup=False, emoji=False)
    with console.capture() as capture:
        console.print(Group(*parts), width=page_width())
    lines = capture.get().split("\n")
    click.echo("\n".join(line.rstrip(" ") for line in lines), nl=False)


def words(text: str, style: str = "") -> Text:
    """Text in one line: stored words are never read as markup, and steer no terminal."""
    return Text(one_line(text), style=style, overflow="fold")


def sentence(*parts: Text | str) -> Text:
    """Several pieces of text, one after the other."""
    return Text.assemble(*(part if isinstance(part, Text) else words(part) for part in parts), overflow="fold")


def heading(text: str) -> Text:
    """The title of a part."""
    return Text(one_line(text), style="bold")


def indented(part: RenderableType, by: int = 2) -> Padding:
    """Something set in from the left."""
    return Padding(part, (0, 0, 0, by))


def table(titles: Sequence[str], rows: Sequence[Sequence[Text | str]], *, stiff: Sequence[int] = ()) -> Table:
    """Rows under their titles, without lines; the columns whose numbers are in `stiff` keep their words together."""
    made = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold", show_header=any(titles))
    for place, title in enumerate(titles):
        made.add_column(Text("\n").join(map(words, title.split("\n"))), no_wrap=place in stiff, overflow="fold")
    for row in rows:
        made.add_row(*(part if isinstance(part, Text) else words(part) for part in row))
    return made
