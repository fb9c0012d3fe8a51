"""The span that --from and --until tell, and the party asked about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from pledger.cli.names import find_party

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

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


def party_named(told: str | None, known: Iterable[Entry]) -> str | None:
    """The party that --party means, whether or not it is still there; none where none is told."""
    if told is None:
        return None
    from pledger.projections.members import everybody

    return find_party(everybody(known), told)
