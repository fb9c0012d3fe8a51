"""Why the scores moved, told in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from pledger.cli.people_named import telling_names
from pledger.cli.queries import instant_in_words
from pledger.cli.render import DOUBT, heading, indented, sentence, show, table, words
from pledger.domain.days import day_of
from pledger.projections.wording import several, share, signed, with_doubt

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from zoneinfo import ZoneInfo

    from rich.console import RenderableType

    from pledger.cli.queries import Query
    from pledger.projections.explain import Explanation, PartyExplained
    from pledger.projections.momentum import Momentum
    from pledger.projections.movement import Movement, Part
    from pledger.projections.trust import TrustInParty

    Tell = Callable[[int, str], str]

SMALL = 0.0005
"""A move that reads as .000 is told together with the others of its kind."""


def show_explanation(told: Explanation, query: Query) -> None:
    """Print the page."""
    show(*_parts(told, query))


def _parts(told: Explanation, query: Query) -> Iterator[RenderableType]:
    zone, tell = query.ledger.zone, telling_names(query.ledger, told.partnership)
    since, until = instant_in_words(told.since, zone), instant_in_words(told.until, zone)
    yield sentence(words(told.partnership, "bold"), f": why the scores moved, from {since} until {until}")
    for party in told.parties:
        yield from _party(party, zone, tell)
    if told.parties:
        yield ""
        yield heading(_whole("Momentum of all together", told.together))
        yield words(f"  {_sum(told.together)}")
    else:
        yield words("There were no parties yet.")
    yield ""
    yield words(_checked(told), "" if told.is_exact else "red")
    yield words(query.asked_words(), "dim")
    yield words(DOUBT, "dim")


def _party(party: PartyExplained, zone: ZoneInfo, tell: Tell) -> Iterator[RenderableType]:
    yield ""
    yield heading(_whole(f"Trust in {party.party}", party.trust))
    yield words(f"  from {_trust(party.trust_before)}")
    yield words(f"  to {_trust(party.trust_after)}")
    yield from _told(party.trust, zone, tell)
    yield ""
    yield heading(_whole(f"Momentum of {party.party}", party.momentum))
    yield words(f"  from {_momentum(party.momentum_before)} to {_momentum(party.momentum_after)}")
    yield from _told(party.momentum, zone, tell)


def _whole(what: str, movement: Movement) -> str:
    if not movement.has_moved:
        return f"{what} stayed as it was: {share(movement.after)}"
    if abs(movement.change) < SMALL:
        return f"{what} came back to where it was: {share(movement.after)}"
    moved = "rose" if movement.change > 0 else "fell"
    by = signed(abs(movement.change))[1:]
    return f"{what} {moved} by {by}, from {share(movement.before)} to {share(movement.after)}"


def _trust(held: TrustInParty) -> str:
    pieces = several(held.evidence, "piece")
    return (
        f"{held.band} {with_doubt(held.opinion)} (uncertainty {share(held.opinion.uncertainty)}, {pieces} of evidence)"
    )


def _momentum(momentum: Momentum) -> str:
    return f"{share(momentum.value)} {momentum.state}"


def _told(movement: Movement, zone: ZoneInfo, tell: Tell) -> Iterator[RenderableType]:
    """The jumps in their order, those too small to read together, and the sum."""
    if not movement.has_moved:
        return
    jumps = [part for part in movement.parts if part.step]
    large = [part for part in jumps if abs(part.moved) >= SMALL]
    small = [part for part in jumps if abs(part.moved) < SMALL]
    rows: list[list[Text | str]] = [
        [f"{day_of(part.until, zone)}", _signed(part.moved), words(tell(part.step.entry, part.sentence))]
        for part in large
        if part.step
    ]
    if small:
        rows.append(["", signed(_moved(small)), f"{several(len(small), 'move')} of less than {signed(SMALL)[1:]} each"])
    if any(part.step is None for part in movement.parts):
        rows.append(["", signed(movement.by_decay), "decay: what happened earlier counts less as time passes"])
    if rows:
        yield indented(table(["", "", ""], rows, stiff=(0, 1)))
    yield words(f"  {_sum(movement)}")


def _signed(moved: float) -> Text:
    return Text(signed(moved), style="green" if moved > 0 else "red")


def _moved(parts: Sequence[Part]) -> float:
    return sum(part.moved for part in parts)


def _sum(movement: Movement) -> str:
    parts = f"What took effect {signed(movement.by_jumps)} and decay {signed(movement.by_decay)}"
    return f"{parts} make {signed(movement.change)}."


def _checked(told: Explanation) -> str:
    every = [movement for party in told.parties for movement in (party.trust, party.momentum)]
    most = max((abs(movement.difference) for movement in (*every, told.together)), default=0.0)
    if told.is_exact:
        return f"Checked: all parts sum to the whole change to 1e-9 (the largest difference is {most:.1e})."
    return f"The parts do not sum to the whole change: they are off by {most:.1e}. Please report this."
