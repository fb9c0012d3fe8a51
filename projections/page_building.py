"""Building pages on all cores."""

from __future__ import annotations

import gc
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pledger.domain.refusal import StorageTrouble
from pledger.projections.crew import cores, on_all_cores, serve
from pledger.projections.pages import Pages, Span, build_here

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

TASK_PAGES_MAX = 64
"""How many pages a worker writes as one: it holds the evidence of so many in memory, 150 MB or so."""
ALONE_PAGES_MAX = 8
"""Up to so many pages are built sooner than a worker has started."""


def build_on_all_cores(pages: Pages, spans: Sequence[Span]) -> None:
    """Build the pages of these stretches; raises what reading the ledger or writing a page raises."""
    if len(spans) <= ALONE_PAGES_MAX or cores() == 1:
        build_here(pages, spans)
        return
    folder = str(pages.folder)
    what = {"ledger": pages.ledger.address, "folder": folder, "map": pages.map_digest}
    parts = list(_tasks(spans, min(TASK_PAGES_MAX, max(1, len(spans) // (2 * cores())))))
    tasks = [{**what, "spans": part} for part in parts]
    built = 0
    pages.watch("building pages", built, len(spans))
    for number in on_all_cores(__name__, tasks, folder):
        built += number
        pages.watch("building pages", built, len(spans))


def _tasks(spans: Sequence[Span], size: int) -> Iterator[list[Span]]:
    """Neighbouring stretches, so many at once."""
    task = [spans[0]]
    for before, span in pairwise(spans):
        if len(task) == size or before.last != span.after:
            yield task
            task = []
        task.append(span)
    yield task


def _build(told: dict[str, Any]) -> int:
    """Build what is told; how many pages that was."""
    from pledger.domain.ledger import Ledger

    try:
        with Ledger.open(told["ledger"], create=False) as ledger:
            pages = Pages(ledger, Path(told["folder"]))
            if pages.map_digest != told["map"]:
                raise StorageTrouble(
                    "pledger was updated while it ran", where=told["folder"], remedy="type the same again"
                )
            pages.write([Span(*span) for span in told["spans"]])
    except OSError as error:
        raise StorageTrouble(
            f"an evidence page cannot be written: {error.strerror or error}",
            where=told["folder"],
            remedy="make room there",
        ) from error
    return len(told["spans"])


if __name__ == "__main__":
    gc.freeze()  # what was imported stays: the collector need not look through it again and again
    serve(_build)
