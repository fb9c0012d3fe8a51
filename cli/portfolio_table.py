"""The portfolio as a table: where each partnership stands, and why it stands there in the list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from pledger.cli.render import BAND_STYLES, show, table, words
from pledger.projections.wording import several, share, with_doubt

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pledger.cli.queries import Query
    from pledger.projections.outlook import Outlook

PARTIES_MAX = 4


def show_portfolio(outlooks: Sequence[Outlook], query: Query, number_of_all: int) -> None:
    """Print the table."""
    titles = ["Partnership", "Trust in", "", "Momentum", "Why it stands here"]
    rows = [_row(outlook) for outlook in outlooks]
    parties = [held for outlook in outlooks for held in outlook.parties]
    unknown = sum(held.band == "unknown" for held in parties)
    more = f" The first {len(outlooks)} of {several(number_of_all, 'partnership')}." if len(outlooks) < number_of_all else ""
    show(
        table(titles, rows, stiff=(2, 3)) if rows else words("No partnership was known then."),
        "",
        words(
            f"{query.asked_words()}{more} Trust is unknown in {unknown} of {several(len(parties), 'party', 'parties')}: "
            "too little evidence. ± is one standard deviation; firm, fair and weak judge trust less that.",
            "dim",
        ),
    )


def _row(outlook: Outlook) -> list[Text | str]:
    held = outlook.parties[:PARTIES_MAX]
    more = len(outlook.parties) - len(held)
    names = [each.party for each in held] + ([f"and {more} more"] if more else [])
    momentum = outlook.momentum.together
    return [
        words(outlook.partnership, "bold"),
        Text("\n").join(words(name) for name in names),
        Text("\n").join(
            Text.assemble((each.band, BAND_STYLES[each.band]), "" if each.band == "unknown" else f" {with_doubt(each.opinion)}")
            for each in held
        ),
        f"{share(momentum.value)} {momentum.state}" if outlook.is_running else outlook.phase.name,
        outlook.headline,
    ]
