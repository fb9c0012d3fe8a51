"""How the scores moved, as a table with a sentence a step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from pledger.cli.people_named import names_of, told_with_names
from pledger.cli.render import sentence, show, table, words
from pledger.domain.days import day_of
from pledger.projections.wording import several, share, signed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from zoneinfo import ZoneInfo

    from pledger.cli.queries import Query
    from pledger.projections.history import History, HistoryStep, PartyAround

ORDERS = {
    "occurred": "as things happened, by what is known now",
    "recorded": "as the ledger learned them: what was believed at each moment",
}
SMALL = 0.0005
EXPLAINED = (
    "Trust and momentum just before and after each step, and the uncertainty after it (1 with no evidence at all). "
    "Decay is what trust moved since the party's line before, as earlier evidence counts less. Parties that a step did "
    "not move are left out."
)


def show_history(told: History, query: Query, limit: int | None) -> None:
    """Print the table."""
    rows = _rows(told, query.ledger.zone, names_of(query.ledger))
    shown = rows[-limit:] if limit else rows
    of_all = f"The last {len(shown)} of " if len(shown) < len(rows) else ""
    show(
        sentence(words(told.partnership, "bold"), f": how the scores moved, {ORDERS[told.order]}"),
        "",
        table(["Day", "What happened, and the scores before and after"], shown, stiff=(0,)),
        "",
        words(f"{query.asked_words()} {of_all}{several(len(rows), 'step')}.", "dim"),
        words(EXPLAINED, "dim"),
    )


def _rows(told: History, zone: ZoneInfo, names: Mapping[str, str]) -> list[list[Text | str]]:
    """One row a step: what happened, and a line for each party that it moved."""
    shown_last = {party.party: party.before.trust for step in told.steps[:1] for party in step.parties}
    rows: list[list[Text | str]] = []
    for step in told.steps:
        lines = [_what(step, names)]
        for party in step.parties:
            if party.has_moved or step.told is None:
                lines.append(_scores(party, party.before.trust - shown_last[party.party]))
                shown_last[party.party] = party.after.trust
        rows.append([f"{day_of(step.step.at, zone)}", Text("\n", overflow="fold").join(lines)])
    return rows


def _scores(party: PartyAround, decay: float) -> Text:
    faded = f", decay {signed(decay)}" if abs(decay) >= SMALL else ""
    momentum = _moved(party.momentum_before, party.momentum_after)
    return Text.assemble(
        words(f"  {party.party}: trust "),
        Text(_moved(party.before.trust, party.after.trust), style=_colour(party.after.trust - party.before.trust)),
        f" (uncertainty {share(party.after.uncertainty)}{faded}), momentum {momentum}",
    )


def _moved(before: float, after: float) -> str:
    """Both ends of a move, or one where they read alike."""
    ends = dict.fromkeys((share(before), share(after)))
    return " to ".join(ends)


def _colour(moved: float) -> str:
    if not moved:
        return ""
    return "green" if moved > 0 else "red"


def _what(step: HistoryStep, names: Mapping[str, str]) -> Text:
    if step.told is None:
        return words("The moment asked about", "dim")
    said = words(told_with_names(step.sentence, step.told.entry, names))
    if step.told.retracted_by:
        said.append(f" [taken back with entry {step.told.retracted_by.entry}]", style="dim")
    return said
