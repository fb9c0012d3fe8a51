"""Two policies compared, for people: the summary, and a sentence a partnership."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pledger.cli.queries import instant_in_words
from pledger.cli.render import sentence, show, words
from pledger.projections.wording import several

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import RenderableType

    from pledger.cli.queries import Query
    from pledger.projections.question import Question


def show_comparison(
    told: Sequence[tuple[str, str]],
    summary: str,
    asked: Query,
    questions: tuple[Question, Question],
    number_of_all: int,
) -> None:
    """Print the summary and the sentences."""
    show(*_parts(told, summary, asked, questions, number_of_all))


def _parts(
    told: Sequence[tuple[str, str]],
    summary: str,
    asked: Query,
    questions: tuple[Question, Question],
    number_of_all: int,
) -> Iterator[RenderableType]:
    old, new = (f"{each.policy.name} ({each.policy_digest[:12]})" for each in questions)
    yield sentence("From policy ", words(old, "bold"), " to policy ", words(new, "bold"))
    yield words(summary)
    for partnership, said in told:
        yield ""
        yield sentence(words(partnership, "bold"), f": {said}")
    zone, (as_of, known_at) = asked.ledger.zone, asked.moment
    of_all = f"The first {len(told)} of {several(number_of_all, 'partnership')}. " if len(told) < number_of_all else ""
    yield ""
    yield words(
        f"{of_all}As of {instant_in_words(as_of, zone)}, as known {instant_in_words(known_at, zone)}. Differences "
        "below .005 count as none; the entries named are those whose pull differs most. Rank 1 is trusted least.",
        "dim",
    )
