"""Rebuilding pages from the log, beside those that are there, to replace them and to prove them equal."""

from __future__ import annotations

import filecmp
import os
import shutil
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pledger.projections.page import ANEW, Page
from pledger.projections.pages import PAGE_ENTRIES, Pages, Span

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What rebuilding found: how many entries lie in pages now, in how many pages; and what the old pages were.

    `different` names the old pages that were not, byte for byte, what the log gives; damaged and foreign ones too.
    """

    entries: int
    pages: int
    equal: int
    different: tuple[str, ...]


def rebuild(pages: Pages) -> Rebuilt:
    """Build all pages anew, and put them in the place of those that are there; raises what building raises."""
    pages = replace(pages, dropped=[])
    with pages.trouble():
        while True:
            with suppress(FileNotFoundError):  # another process has taken a page away meanwhile
                return _rebuilt(pages)


def _rebuilt(pages: Pages) -> Rebuilt:
    old, missing = pages.survey()
    fresh = replace(pages, folder=pages.folder / f"{ANEW}.{os.getpid()}")
    for folder in (pages.folder, fresh.folder):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        for page in old:
            fresh.build(fresh, list(_spans(pages, page)))
            _join(fresh, page)
        if missing:
            fresh.build(fresh, missing)
        different = [page.path.name for page in old if not _is_equal(fresh, page)]
        for path in fresh.folder.glob("*.evidence"):
            path.replace(pages.folder / path.name)
    finally:
        shutil.rmtree(fresh.folder, ignore_errors=True)
    now = pages.complete()
    entries = sum(page.foot.entries for page in now)
    return Rebuilt(entries, len(now), len(old) - len(different), (*pages.dropped, *different))


def _spans(pages: Pages, page: Page) -> Iterator[Span]:
    """The stretches of 4,096 entries that a page covers."""
    after = page.foot.after
    for last in pages.ledger.every(PAGE_ENTRIES, after):
        if last > page.foot.last:
            return
        yield Span(after, last)
        after = last


def _join(fresh: Pages, old: Page) -> None:
    """Merge the new pages that together cover what an old one does."""
    new = [Page(path) for path in sorted(fresh.folder.glob("*.evidence"))]
    covering = [page for page in new if old.foot.after <= page.foot.after]
    if len(covering) > 1:
        fresh.merge(covering)
        for page in covering:
            page.path.unlink()


def _is_equal(fresh: Pages, page: Page) -> bool:
    new = fresh.folder / page.path.name
    return new.exists() and filecmp.cmp(new, page.path, shallow=False)
