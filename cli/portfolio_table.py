"""The portfolio for people: a paragraph a partnership, which says why it stands where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from pledger.cli.render import BAND_STYLES, DOUBT, indented, sentence, show, table, words
from pledger.projections.wording import several, share, with_doubt

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import RenderableType

    from pledger.cli.queries import Query
    from pledger.projections.outlook import Outlook
    from pledger.projections.trust import TrustInParty

NAME_WIDTH_MAX = 22


def show_portfolio(outlooks: Sequence[Outlook], query: Query, number_of_all: int) -> None:
    """Print the paragraphs, and below them what was asked and how much is unknown."""
    show(
        *_paragraphs(outlooks),
        words(f"{query.asked_words()} {_how_much(outlooks, number_of_all)}", "dim"),
    )


def _name_width(outlooks: Sequence[Outlook]) -> int:
    """As wide as the longest name of a party, within reason, so that the paragraphs' columns stand below each other."""
    names = [len(held.party) for outlook in outlooks for held in outlook.parties]
    return min(max(names, default=0), NAME_WIDTH_MAX)


def _paragraphs(outlooks: Sequence[Outlook]) -> Iterator[RenderableType]:
    name_width = _name_width(outlooks)
    for outlook in outlooks:
        yield from _paragraph(outlook, name_width)
    if not outlooks:
        yield from (words("No partnership was known then."), "")


def _paragraph(outlook: Outlook, name_width: int) -> Iterator[RenderableType]:
    yield sentence(words(outlook.partnership, "bold"), f": {outlook.headline}")
    if outlook.parties:
        trust = table(["", "", "", ""], [_trust(held) for held in outlook.parties], stiff=(1, 2, 3))
        trust.columns[0].min_width = name_width
        yield indented(trust)
    if outlook.phase.name in ("active", "paused"):
        yield words(f"  {_promises(outlook)}; {_momentum(outlook)}")
    yield ""


def _trust(held: TrustInParty) -> list[Text | str]:
    number = "" if held.band == "unknown" else f" {with_doubt(held.opinion)}"
    return [
        held.party,
        Text.assemble((held.band, BAND_STYLES[held.band]), number),
        f"uncertainty {share(held.opinion.uncertainty)}",
        f"from {several(held.evidence, 'piece')}",
    ]


def _promises(outlook: Outlook) -> str:
    counts = outlook.counts
    late = f", {counts.overdue} of them overdue" if counts.overdue else ""
    return f"{several(counts.open, 'promise')} open{late}"


def _momentum(outlook: Outlook) -> str:
    return f"momentum {share(outlook.momentum.together.value)}, {outlook.momentum.together.state}"


def _how_much(outlooks: Sequence[Outlook], number_of_all: int) -> str:
    of_all = ""
    if len(outlooks) < number_of_all:
        of_all = f"The first {len(outlooks)} of {several(number_of_all, 'partnership')}. "
    parties = [held for outlook in outlooks for held in outlook.parties]
    unknown = sum(held.band == "unknown" for held in parties)
    return f"{of_all}Trust is unknown in {unknown} of {several(len(parties), 'party', 'parties')}. {DOUBT}"
