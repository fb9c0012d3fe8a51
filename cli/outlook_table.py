"""Where one partnership stands, as a page for its relationship manager."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from pledger.cli.people_named import names_of
from pledger.cli.render import BAND_STYLES, DOUBT, heading, indented, page_width, sentence, show, table, words
from pledger.projections.opinion import band
from pledger.projections.wording import joined, several, share, with_doubt

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rich.console import RenderableType

    from pledger.cli.queries import Query
    from pledger.projections.commitments import Commitment
    from pledger.projections.opinion import Opinion
    from pledger.projections.outlook import Outlook
    from pledger.projections.policy import Bands
    from pledger.projections.trust import TrustInParty

PROMISES_MAX = 5
STEPS_MAX = 5
LABEL_WIDTH, PARTY_WIDTH = 18, 30


def show_outlook(outlook: Outlook, query: Query) -> None:
    """Print the page."""
    show(*_parts(outlook, query))


def _parts(outlook: Outlook, query: Query) -> Iterator[RenderableType]:
    yield from _head(outlook, names_of(query.ledger))
    if outlook.parties:
        yield from _trust(outlook)
        yield from _promises(outlook)
        yield from _contact(outlook)
    yield from _steps(outlook)
    yield ""
    yield words(f"{query.asked_words()} {_how_much_is_unknown(outlook.parties)}.", "dim")
    if outlook.parties:
        yield words(
            f"{DOUBT} + and - are the evidence for and against, one being a promise just kept. "
            "Momentum, from 0 to 1, is what acts gave lately; building, steady and slowing compare it with before.",
            "dim",
        )


def _how_much_is_unknown(parties: Sequence[TrustInParty]) -> str:
    unknown = [held.party for held in parties if held.band == "unknown"]
    if not parties:
        return "There are no parties yet"
    if not unknown:
        return "Of every party enough is known to speak of trust"
    return f"Of {len(unknown)} of {len(parties)} parties too little is known to speak of trust: {joined(unknown)}"


def _head(outlook: Outlook, names: Mapping[str, str]) -> Iterator[RenderableType]:
    phase = outlook.phase
    yield sentence(words(outlook.partnership, "bold"), f": {outlook.purpose}")
    people = [f"{names.get(person, person)} for {party}" for person, party in outlook.relationship_managers.items()]
    if phase.name in ("active", "paused"):
        why = f" ({phase.why})" if phase.why else ""
        managed = f"; relationship managers: {joined(people)}" if people else ""
        yield words(f"{phase.name} since {phase.since}{why}{managed}")
    yield ""
    yield words(outlook.headline, "bold")


def _trust(outlook: Outlook) -> Iterator[RenderableType]:
    at_once = max(1, (page_width() - LABEL_WIDTH) // PARTY_WIDTH)
    for start in range(0, len(outlook.parties), at_once):
        yield ""
        yield _trust_table(outlook, outlook.parties[start : start + at_once])
    together = outlook.momentum.together
    yield words(f"Momentum of all together: {share(together.value)}, {together.state}.")


def _trust_table(outlook: Outlook, parties: Sequence[TrustInParty]) -> RenderableType:
    by_party = outlook.momentum.by_party
    rows: list[list[Text | str]] = [
        ["Trust", *(_opinion(held.opinion, held.bands) for held in parties)],
        ["  within 30 days", *(_change(outlook.change[held.party]) for held in parties)],
        ["  uncertainty", *(share(held.opinion.uncertainty) for held in parties)],
        ["  rests on", *(f"{several(held.evidence, 'piece')} of evidence" for held in parties)],
        ["  as people rate", *(_rated(held) for held in parties)],
        ["Keeps promises", *(_opinion(held.reliability, held.bands) for held in parties)],
        *_ingredients(parties),
        ["Momentum", *(f"{share(by_party[held.party].value)} {by_party[held.party].state}" for held in parties)],
    ]
    if not any(held.rated for held in parties):
        del rows[4]
    return table(["", *(held.party for held in parties)], rows, stiff=(0,))


def _ingredients(parties: Sequence[TrustInParty]) -> Iterator[list[Text | str]]:
    for name in parties[0].ingredients:
        yield [name.capitalize(), *(_opinion(held.ingredients[name], held.bands) for held in parties)]


def _opinion(opinion: Opinion, bands: Bands) -> Text:
    """The word for an opinion, its number unless that is unknown, and the evidence."""
    word = band(opinion, bands)
    number = "" if word == "unknown" else f" {with_doubt(opinion)}"
    return Text.assemble((word, BAND_STYLES[word]), f"{number}  {_evidence(opinion)}".rstrip())


def _evidence(opinion: Opinion) -> str:
    sides = (f"+{opinion.supporting:.1f}", f"-{opinion.opposing:.1f}")
    return " ".join(side for side in sides if side[1:] != "0.0")


def _change(change: float) -> str:
    if abs(change) < 0.005:  # what two decimals show as nothing
        return "unchanged"
    return f"{'up' if change > 0 else 'down'} {share(abs(change))}"


def _rated(held: TrustInParty) -> str:
    return f"{held.rated.rating:g} of 10, {held.rated.at:%Y-%m-%d}" if held.rated else "not rated"


def _promises(outlook: Outlook) -> Iterator[RenderableType]:
    counts = outlook.counts
    told = [
        f"{number} {word}"
        for word, number in (
            ("kept", counts.kept),
            ("kept late", counts.kept_late),
            ("broken", counts.broken),
            ("released", counts.released),
            ("closed", counts.closed),
            ("open", counts.open - counts.overdue),
            ("overdue", counts.overdue),
        )
        if number
    ]
    yield ""
    yield sentence(heading("Promises"), f"  {counts.made} made" + (f": {', '.join(told)}" if told else ""))
    due = [*outlook.overdue, *outlook.next_deadlines]
    if due:
        yield indented(table(["", ""], [_promise(promise) for promise in due[:PROMISES_MAX]], stiff=(0,)))
    if len(due) > PROMISES_MAX:
        yield words(f"  and {len(due) - PROMISES_MAX} more: pledger commitments {outlook.partnership} --state open")


def _promise(promise: Commitment) -> list[Text | str]:
    if promise.state == "overdue":
        when = Text(f"{several(promise.days_late or 0, 'day')} overdue", style="red")
    else:
        when = Text(f"due {promise.due}")
    marks = [f"{promise.stake} stake"] * (promise.stake != "medium") + ["first date"] * promise.first_date
    marks.append(f"entry {promise.entry}")
    return [when, sentence(f"{promise.maker}: {promise.what}", words(f" ({', '.join(marks)})", "dim"))]


def _contact(outlook: Outlook) -> Iterator[RenderableType]:
    contact = outlook.contact
    if contact.days_since is None:
        told = "none yet"
    else:
        what = "met" if contact.last_was == "meeting-held" else "an update"
        told = f"last {several(contact.days_since, 'day')} ago ({what}, {contact.last})"
    if contact.every_days:
        told += f"; every {several(contact.every_days, 'day')} agreed"
    if contact.is_due:
        told += f", so due since {contact.due}"
    elif contact.due:
        told += f", so due by {contact.due}"
    if contact.silence_from:
        since = "since" if contact.is_silent else "from"
        told += f"; {since} {contact.silence_from} the silence counts against every party"
    yield ""
    yield sentence(heading("Contact"), f"  {told}.")


def _steps(outlook: Outlook) -> Iterator[RenderableType]:
    steps = outlook.next_steps
    if not steps:
        return
    yield ""
    yield heading("Next steps")
    rows: list[list[Text | str]] = []
    for number, step in enumerate(steps[:STEPS_MAX], 1):
        entry = f" (entry {step.entry})" if step.entry else ""
        instead = f"  or: {', '.join(step.instead)}" if step.instead else ""
        rows += [
            [f"{number}", step.do],
            ["", words(f"because {step.because}{entry}", "dim")],
            ["", Text.assemble(words(step.command, "cyan"), (instead, "dim"), overflow="fold")],
        ]
    yield table(["", ""], rows, stiff=(0,))
    if len(steps) > STEPS_MAX:
        yield words(f"and {len(steps) - STEPS_MAX} more; all of them: pledger show {outlook.partnership} --format json")
