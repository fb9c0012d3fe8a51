"""What was learned between two moments, told in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from pledger.cli.people_named import names_of, with_names
from pledger.cli.queries import instant_in_words
from pledger.cli.render import DOUBT, heading, indented, sentence, show, table, words
from pledger.domain.days import day_of
from pledger.projections.movement import TOLERANCE
from pledger.projections.sentences import sentence as told_in_words
from pledger.projections.wording import joined, quoted, several, share, signed, with_doubt

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from zoneinfo import ZoneInfo

    from rich.console import RenderableType

    from pledger.cli.queries import Query
    from pledger.domain.ledger import Ledger
    from pledger.projections.commitments import Commitment
    from pledger.projections.diff import Difference, ScoreChange

SMALL = 0.0005


def show_difference(told: Difference, earlier: Query, later: Query) -> None:
    """Print the page."""
    asked = [words(query.asked_words(), "dim") for query in (earlier, later)]
    show(*_parts(told, later.ledger), *asked, words(DOUBT, "dim"))


def _parts(told: Difference, ledger: Ledger) -> Iterator[RenderableType]:
    zone = ledger.zone
    before, after = (instant_in_words(question.known_at, zone) for question in told.questions)
    as_of = instant_in_words(told.questions[0].as_of, zone)
    yield sentence(words(told.partnership, "bold"), f": what was learned after {before}, up to {after}")
    yield ""
    yield from _learned(told, zone, names_of(ledger))
    yield ""
    yield heading(f"What that changed in the picture of {as_of}")
    for when, outlook in zip(("before", "after"), told.outlooks, strict=True):
        yield indented(words(f"{when}: {outlook.headline if outlook else 'Nothing was known.'}"))
    if told.parties:
        yield ""
        yield indented(table(["", "", "Before", "After", "Change"], _scores(told), stiff=(1, 2, 3)))
    if told.promises:
        yield ""
        yield heading("Promises that read differently")
        yield indented(table(["Promise", "Before", "After"], _promises(told)))
    yield ""
    yield words(_checked(told))


def _learned(told: Difference, zone: ZoneInfo, names: Mapping[str, str]) -> Iterator[RenderableType]:
    if told.is_policy_new:
        policies = [f"{question.policy.name} ({question.policy_digest[:12]})" for question in told.questions]
        yield words(f"Another policy was in force: {policies[1]} instead of {policies[0]}.")
    if not told.learned:
        yield words("Nothing was recorded in between.")
        return
    rows: list[list[Text | str]] = []
    for place, each in enumerate(told.learned):
        moved = [
            f"{party.party} {signed(party.trust.by_entry[place])}"
            for party in told.parties
            if abs(party.trust.by_entry[place]) >= SMALL
        ]
        entry = each.entry
        taken_back = f" [taken back with entry {each.retracted_by.entry}]" if each.retracted_by else ""
        what = Text.assemble(words(told_in_words(with_names(entry, names))), words(taken_back, "dim"), overflow="fold")
        rows.append(
            [
                words(f"{entry.position}"),
                f"{day_of(entry.recorded_at, zone)}",
                f"{day_of(entry.occurred_at, zone)}",
                what,
                words(joined(moved)),
            ]
        )
    yield table(["Entry", "Learned", "Happened", "What happened", "Moved trust"], rows, stiff=(0, 1, 2))


def _scores(told: Difference) -> list[list[Text | str]]:
    rows: list[list[Text | str]] = []
    for party in told.parties:
        for what, before, after, score in (
            ("trust", with_doubt(party.before), with_doubt(party.after), party.trust),
            ("uncertainty", share(party.before.uncertainty), share(party.after.uncertainty), None),
            ("momentum", share(party.momentum.before), share(party.momentum.after), party.momentum),
        ):
            name = words(party.party) if what == "trust" else ""
            rows.append([name, what, before, after, _change(score, is_policy_new=told.is_policy_new)])
    return rows


def _change(score: ScoreChange | None, *, is_policy_new: bool) -> str:
    if score is None:
        return ""
    if abs(score.change) < SMALL:
        return "none"
    by_policy = f" (by the policy {signed(score.by_policy)})" if is_policy_new else ""
    return f"{signed(score.change)}{by_policy}"


def _promises(told: Difference) -> list[list[Text | str]]:
    return [
        [
            words(f"{promise.either.maker}: {quoted(promise.either.what)}"),
            words(_state(promise.before)),
            words(_state(promise.after)),
        ]
        for promise in told.promises
    ]


def _state(promise: Commitment | None) -> str:
    if promise is None:
        return "not known"
    state = promise.state.replace("-", " ")
    if promise.settled is not None:
        return f"{state} on {promise.settled}"
    return f"{state}, due {promise.due}" if promise.due else state


def _checked(told: Difference) -> str:
    most = max((abs(s.difference) for party in told.parties for s in (party.trust, party.momentum)), default=0.0)
    learned = several(len(told.learned), "entry", "entries")
    if most <= TOLERANCE:
        return f"{learned} learned; the parts sum to the whole change to 1e-9 (off by {most:.1e} at most)."
    return f"The parts do not sum to the whole change: they are off by {most:.1e}. Please report this."
