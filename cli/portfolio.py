"""pledger portfolio: every partnership, worst news first."""

from __future__ import annotations

from pledger.cli.output import print_json
from pledger.cli.progress import Progress
from pledger.cli.queries import Query, limit_option, query
from pledger.cli.show import print_outlook_rows

KEYS = """
--format json gives a list of the objects that `show --format json` gives;
`headline` says why each is where it is. csv and tsv have one row a party.
"""


@query("portfolio", example="portfolio --limit 10", keys=KEYS)
@limit_option("first")
def portfolio(asked: Query, limit: int | None) -> None:
    """Show every partnership, worst news first.

    First come the partnerships with the most overdue promises of large stake; then those in which trust in a party fell
    most within 30 days (in steps of .05; less is no news); then those with the lowest cautious trust (trust less its
    spread), where parties of whom too little is known count only if that goes for all of them. What only looks for a
    partner and what has ended comes last.
    """
    from pledger.projections.views import portfolio_of

    with Progress() as progress:
        every = portfolio_of(asked.ledger, asked.question, progress.show)
    outlooks = every[: asked.limit(limit)]
    match asked.form:
        case "json":
            print_json([outlook.as_json() for outlook in outlooks])
        case "table":
            from pledger.cli.portfolio_table import show_portfolio

            show_portfolio(outlooks, asked, len(every))
        case form:
            print_outlook_rows(outlooks, form)
