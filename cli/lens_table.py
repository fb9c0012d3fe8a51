"""A partnership through a lens, and the lenses, for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.text import Text

from pledger.cli.render import BAND_STYLES, DOUBT, heading, indented, sentence, show, table, words
from pledger.domain.days import day_of
from pledger.projections.wording import share, with_doubt

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import RenderableType

    from pledger.cli.queries import Query
    from pledger.projections.lens import Cog, Facet, Held, LensView


def show_lens(view: LensView, query: Query) -> None:
    """Print every facet with its evidence, and which cog holds the others back."""
    show(*_parts(view, query))


def _parts(view: LensView, query: Query) -> Iterator[RenderableType]:
    yield sentence(words(view.partnership, "bold"), f" through the lens {view.lens}")
    yield words(view.source, "dim")
    if view.cogs:
        yield from ("", sentence(words(view.holding_back or "", "bold")))
        yield indented(table(["", ""], [[cog.name, _cog(cog)] for cog in view.cogs], stiff=(0,)))
    for facet in view.facets:
        yield from ("", heading(facet.name[:1].upper() + facet.name[1:]))
        yield indented(table(["", "", "", "Latest"], list(_rows(facet, query)), stiff=(1, 2)))
    unknown = sum(facet.together.band == "unknown" for facet in view.facets)
    yield ""
    yield words(f"{query.asked_words()} Of {unknown} of {len(view.facets)} facets too little is known.", "dim")
    yield words(
        f"{DOUBT} Together is the opinion over the mean of the parties' evidence; pieces are counted for (+) and "
        "against (-), fresh or old.",
        "dim",
    )


def _cog(cog: Cog) -> Text:
    number = "" if cog.band == "unknown" else f" {share(cog.number)}"
    return Text.assemble((cog.band, BAND_STYLES[cog.band]), number)


def _rows(facet: Facet, query: Query) -> Iterator[list[Text | str]]:
    yield ["together", _opinion(facet.together), _counts(facet.together), _latest(facet.together, query)]
    for party, held in facet.by_party.items():
        yield [party, _opinion(held), _counts(held), _latest(held, query)]


def _opinion(held: Held) -> Text:
    number = "" if held.band == "unknown" else f" {with_doubt(held.opinion)}"
    return Text.assemble((held.band, BAND_STYLES[held.band]), number)


def _counts(held: Held) -> str:
    return f"+{held.pieces_for} -{held.pieces_against}" if held.pieces else "nothing"


def _latest(held: Held, query: Query) -> str:
    zone = query.ledger.zone
    return ", ".join(f"{piece.kind} {day_of(piece.at, zone)} (entry {piece.entry})" for piece in held.latest)


def show_lenses(told: Sequence[dict[str, Any]], policy: str) -> None:
    """Print the lenses with their facets and sources."""
    parts: list[RenderableType] = []
    for lens in told:
        own = "" if lens["shipped"] else f" (of the policy {policy})"
        parts += [sentence(words(lens["lens"], "bold"), own), indented(words(", ".join(lens["facets"])))]
        parts += [indented(words(lens["source"], "dim")), ""] if lens["source"] else [""]
    show(*parts, words("Look through one with: pledger lens LENS PARTNERSHIP", "dim"))
