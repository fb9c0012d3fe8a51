"""pledger explain: why the scores moved."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pledger.cli.output import print_json, print_rows
from pledger.cli.queries import Query, partnership_argument, query
from pledger.cli.spans import party_named, party_option, span_options

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pledger.projections.explain import Explanation
    from pledger.projections.movement import Movement


KEYS = """
--format json gives an object with these keys:
  partnership, from, until, known_at, policy {name, digest}
  tolerance (1e-9), exact: whether all parts sum to all changes within it
  parties: a list of {party, trust, momentum}, each of these two
    {before, after, change, by_jumps, by_decay,
    difference (sum of the parts, less the change), exact, parts,
    at_from, at_until (all that `show` tells of it then)}
  momentum_of_all: the same of the mean speed of the members
  parts: in their order, a list of {part (jump, decay), from, until,
    entry, because (told: an entry; matured: its outcome is credited;
    deadline, silence: it fell due), kinds (of evidence), before, after,
    moved, sentence}
csv and tsv have one row a part.
"""


@query("explain", example="explain acme-globex --from 2026-01-01 --until 2026-04-01", keys=KEYS)
@partnership_argument
@span_options
@party_option
def explain(asked: Query, partnership: str | None, since: str | None, until: str | None, party: str | None) -> None:
    """Explain why trust and momentum moved: which entries, deadlines and silences did it, and what is decay.

    PARTNERSHIP: any beginning of its name that fits one only; the configured or the only one where it is left out.

    What takes effect at one instant is told in order of entry, so that all parts sum to the whole change: to 1e-9,
    which is checked against the scores that `show` gives for both ends. Everything is told as known at one moment: a
    promise that was kept, but told late, was never overdue.
    """
    from pledger.projections.views import known_entries
    from pledger.projections.views_of_change import explain as explained

    at_end = asked if until is None else replace(asked, as_of_told=until)
    slug = asked.partnership(partnership)
    told = explained(
        asked.ledger,
        slug,
        since=asked.when(since),
        until=asked.when(until),
        as_of=asked.when(asked.as_of_told),
        known_at=asked.when(asked.known_at_told),
        policy=at_end.policy,
        party=None if party is None else party_named(party, known_entries(asked.ledger, slug, at_end.question)),
    )
    match asked.form:
        case "json":
            print_json(told.as_json())
        case "table":
            from pledger.cli.explain_table import show_explanation

            show_explanation(told, at_end)
        case form:
            print_rows(_rows(told), COLUMNS, form)


COLUMNS = (
    *("partnership", "party", "score", "part", "from", "until", "entry", "because", "kinds"),
    *("before", "after", "moved", "sentence", "change", "difference", "exact"),
)


def _rows(told: Explanation) -> Iterator[dict[str, Any]]:
    for party in told.parties:
        yield from _parts(told, party.party, "trust", party.trust)
        yield from _parts(told, party.party, "momentum", party.momentum)
    yield from _parts(told, None, "momentum", told.together)


def _parts(told: Explanation, party: str | None, score: str, movement: Movement) -> Iterator[dict[str, Any]]:
    whole = {"change": movement.change, "difference": movement.difference, "exact": movement.is_exact}
    for part in movement.parts:
        kinds = ", ".join(part.kinds)
        yield {
            **part.as_json(),
            "partnership": told.partnership,
            "party": party,
            "score": score,
            **whole,
            "kinds": kinds,
        }
