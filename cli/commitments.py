"""pledger commitments: what was promised, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from pledger.cli.names import find_party
from pledger.cli.output import print_json, print_rows
from pledger.cli.queries import Query, all_option, limit_option, partnership_argument, query
from pledger.projections.commitments import STATES, Commitment, with_state

if TYPE_CHECKING:
    from collections.abc import Sequence


KEYS = """
--format json gives a list of objects with these keys:
  partnership, commitment (its short name), what, maker, to, stake
  first_date, goal
  due (a day), late_from (the instant from which it is late)
  state (open, overdue, kept, kept-late, broken, released, closed)
  made (a day), moved (how often it was renegotiated)
  entry, settled_by: positions of the entries that made and settled it
  settled (a day), days_early (of what was kept in time),
  days_late (of what was kept late or is overdue), days_left (of the open)
csv and tsv have the same columns.
"""


@query("commitments", example="commitments acme-globex --state open --by Acme", keys=KEYS)
@partnership_argument
@all_option
@click.option(
    "--state",
    "states",
    multiple=True,
    type=click.Choice(STATES),
    help="In this state only; may be told several times. Open ones include those overdue.",
)
@limit_option("first")
@click.option("--by", metavar="PARTY", help="Made by this party only; any beginning of its name that fits one only.")
def commitments(
    asked: Query, partnership: str | None, every: bool, states: Sequence[str], by: str | None, limit: int | None
) -> None:
    """Show what was promised by whom, and what became of it, the most pressing first.

    PARTNERSHIP: any beginning of its name that fits one only; the configured one, or else all, where it is left out.

    Overdue ones come first, the longest overdue first; then open ones, the nearest first; then settled ones, the
    latest first. Closed are those that an ending or a leaving closed before they were late.
    """
    from pledger.projections.views import commitments as all_commitments

    told = all_commitments(
        asked.ledger,
        asked.partnership_or_all(partnership, every=every),
        as_of=asked.moment.as_of,
        known_at=asked.moment.known_at,
    )
    if by is not None:
        maker = find_party({promise.maker for promise in told}, by) if told else by
        told = [promise for promise in told if promise.maker == maker]
    wanted = with_state(told, states) if states else told
    shown = wanted[: asked.limit(limit)]
    match asked.form:
        case "json":
            print_json([promise._asdict() for promise in shown])
        case "table":
            from pledger.cli.commitments_table import show_commitments

            show_commitments(shown, len(wanted), told, asked)
        case form:
            print_rows((promise._asdict() for promise in shown), Commitment._fields, form)
