"""The span that --from and --until tell, and the party asked about."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from pledger.cli.dates import end_of, parse_when, spoken
from pledger.cli.names import find_party
from pledger.domain.refusal import WrongUsage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from pledger.cli.queries import Query
    from pledger.domain.entry import Entry


def party_option(answer: Callable[..., None]) -> Callable[..., None]:
    """One party alone."""
    about = "Of this party only; any beginning of its name that fits one only."
    return click.option("--party", metavar="PARTY", help=about)(answer)


def span_options(answer: Callable[..., None]) -> Callable[..., None]:
    """A span of what happened."""
    start = "The moment it starts from; 30 days before its end unless told. A day means its end."
    end = "The moment it ends at; that of --as-of unless told. A day means its end."
    answer = click.option("--until", metavar="DATE", help=end)(answer)
    return click.option("--from", "since", metavar="DATE", help=start)(answer)


def span_of(asked: Query, since: str | None, until: str | None) -> tuple[Query, datetime]:
    """The question about the end of the span, and the instant from which it runs; raises WrongUsage."""
    asked_at_end = asked if until is None else replace(asked, as_of_told=until)
    end, zone = asked_at_end.moment.as_of, asked.ledger.zone
    if until is not None and asked.as_of_told is not None and end > asked.moment.as_of:
        raise _impossible(f"--until {until} is after --as-of {asked.as_of_told}", "leave one of them out")
    if since is None:
        from pledger.projections.change import span_before

        return asked_at_end, span_before(end)
    start = end_of(parse_when(since, asked.ledger.now(), zone), zone)
    if start > end:
        raise _impossible(
            f"the span ends on {spoken(end, zone)}, before it starts", f"give an --until after --from {since}"
        )
    return asked_at_end, start


def party_named(told: str | None, known: Iterable[Entry]) -> str | None:
    """The party that --party means, whether or not it is still there; none where none is told."""
    if told is None:
        return None
    from pledger.projections.members import everybody

    return find_party(everybody(known), told)


def _impossible(what: str, remedy: str) -> WrongUsage:
    return WrongUsage(what, where=click.get_current_context().command_path, remedy=remedy)
