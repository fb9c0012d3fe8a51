"""The evidence of the whole ledger, for questions about all partnerships: from pages, built with a progress bar."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from pledger.cli.progress import Progress
from pledger.cli.safe_text import printable
from pledger.domain.refusal import WrongUsage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pledger.domain.ledger import Ledger
    from pledger.projections.merging import Merge
    from pledger.projections.pages import Pages


def evidence_of_all(ledger: Ledger, wanted: Iterable[str]) -> Merge:
    """The evidence of all partnerships, with these columns; pages that are missing are built."""
    from pledger.projections.pages import evidence_of_ledger

    with Progress() as progress:
        return evidence_of_ledger(ledger, wanted, note=note, watch=progress.show)


def evidence_of_some(ledger: Ledger, partnerships: Sequence[str]) -> Merge:
    """The evidence of some partnerships, read from their own streams."""
    from pledger.projections.columns import columns_of
    from pledger.projections.merging import Merge

    return Merge([columns_of(stored for slug in dict.fromkeys(partnerships) for stored in ledger.stored_of(slug))])


@contextmanager
def pages_of(ledger: Ledger) -> Iterator[Pages]:
    """The ledger's pages, watched by a progress bar; raises WrongUsage for a ledger that has no place for any."""
    from pledger.projections.page_building import build_on_all_cores
    from pledger.projections.pages import Pages, pages_folder

    folder = pages_folder(ledger)
    if folder is None:
        raise WrongUsage("a ledger in memory keeps no pages", where=ledger.path, remedy="name a file with --ledger")
    with Progress() as progress:
        yield Pages(ledger, folder, build_on_all_cores, note=note, watch=progress.show)


def note(text: str) -> None:
    """Say on standard error what users should know of, and need do nothing about."""
    click.echo(printable(f"note: {text}"), err=True)
