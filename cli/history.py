"""pledger history: how the scores moved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from pledger.cli.output import print_json, print_rows
from pledger.cli.queries import Query, partnership_argument, query
from pledger.cli.spans import party_named, party_option

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pledger.projections.history import History, Order


KEYS = """
--format json gives an object with these keys:
  partnership, order, as_of, known_at, policy {name, digest}
  steps: in their order, a list of {at, because (told: an entry;
    matured: its outcome is credited; deadline, silence: it fell due;
    end: the moment asked about), entry (the one that told or set it),
    fact, occurred_at, recorded_at, retracted_by, sentence, scores}
  scores: a list of {party, trust_drift (decay since the step before),
    trust_before, trust_after, trust_jump, uncertainty_before,
    uncertainty_after, spread_after, and the same four of momentum}
csv and tsv have one row a step and party.
"""


@query("history", example="history acme-globex --order recorded", keys=KEYS)
@partnership_argument
@click.option(
    "--order",
    type=click.Choice(("occurred", "recorded")),
    default="occurred",
    help="In the order in which things happened, which is usual, or in which the ledger learned them.",
)
@party_option
@click.option("--limit", metavar="N", type=click.IntRange(min=1), help="The last N steps only.")
def history(asked: Query, partnership: str | None, order: Order, party: str | None, limit: int | None) -> None:
    """Show trust and momentum before and after every entry, deadline and silence.

    PARTNERSHIP: any beginning of its name that fits one only; the configured or the only one where it is left out.

    In order of occurrence it is the past as known at one moment: an entry counts from when it happened, and what was
    taken back moves nothing. In order of recording it is what was believed: an entry counts from when the ledger
    learned it, and after each step the scores are those that `show` gave at that instant.
    """
    from pledger.projections.views import known_entries
    from pledger.projections.views_of_change import history_of

    slug = asked.partnership(partnership)
    only = None if party is None else party_named(party, known_entries(asked.ledger, slug, asked.question))
    told = history_of(asked.ledger, slug, asked.question, order, only)
    match asked.form:
        case "json":
            print_json({**told.as_json(), "steps": [step.as_json() for step in told.steps[-(limit or 0) :]]})
        case "table":
            from pledger.cli.history_table import show_history

            show_history(told, asked, limit)
        case form:
            print_rows(_rows(told, limit), COLUMNS, form)


_SCORES = (
    *("party", "trust_drift", "trust_before", "trust_after", "trust_jump"),
    *("uncertainty_before", "uncertainty_after", "spread_after"),
    *("momentum_drift", "momentum_before", "momentum_after", "momentum_jump"),
)
COLUMNS = (
    *("partnership", "order", "at", "because", "entry", "fact", "occurred_at", "recorded_at", "retracted_by"),
    *_SCORES,
    *("sentence", "as_of", "known_at", "policy", "policy_digest"),
)


def _rows(told: History, limit: int | None) -> Iterator[dict[str, Any]]:
    of_all = {
        "partnership": told.partnership,
        "order": told.order,
        "as_of": told.as_of,
        "known_at": told.known_at,
        "policy": told.policy,
        "policy_digest": told.policy_digest,
    }
    for step in told.steps[-(limit or 0) :]:
        for scores in [party.as_json() for party in step.parties] or [dict.fromkeys(_SCORES)]:
            yield {**of_all, **step.as_json(), **scores}
