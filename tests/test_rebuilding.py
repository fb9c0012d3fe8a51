"""Rebuilding gives, byte for byte, the pages that were there, or names those that were something else."""

from __future__ import annotations

import contextlib
import errno
import os
import sqlite3
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.paging import SMALL, a_ledger, beside, from_the_log, grow, names, through_pages

from pledger.domain.ledger import Ledger
from pledger.domain.refusal import IntegrityFailure, StorageTrouble
from pledger.projections.page import ANEW, Page
from pledger.projections.pages import Pages, Span
from pledger.projections.rebuilding import Rebuilt, rebuild

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.usefixtures("small_pages")


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[Pages]:
    """Three pages, of 9, 3 and 1 stretches, and a tail."""
    with a_ledger(tmp_path / "ledger.sqlite", 13 * SMALL + 5) as ledger:
        pages, spans = beside(ledger), stretches(ledger)
        for some in (spans[:9], spans[9:12], spans[12:]):
            pages.write(some)
        yield pages


def stretches(ledger: Ledger) -> list[Span]:
    return [Span(*ends) for ends in pairwise([0, *ledger.every(SMALL)])]


def alter(ledger: Ledger, position: int, state: bytes) -> None:
    """Write over a stored entry, as no program of ours would."""
    with contextlib.closing(sqlite3.connect(ledger.path)) as database, database:
        database.execute("UPDATE stored_events SET state = ? WHERE rowid = ?", (state, position))


def contents(pages: Pages) -> dict[str, bytes]:
    return {name: (pages.folder / name).read_bytes() for name in names(pages)}


def test_rebuilding_gives_the_very_bytes_that_were_there(pages: Pages) -> None:
    before = contents(pages)
    assert rebuild(pages) == Rebuilt(13 * SMALL, 3, 3, ())
    assert contents(pages) == before


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.integers(1, 11), max_size=5, unique=True))
def test_a_page_is_the_same_bytes_whatever_it_was_merged_from(
    tmp_path_factory: pytest.TempPathFactory, cuts: list[int]
) -> None:
    with a_ledger(tmp_path_factory.mktemp("ledger") / "ledger.sqlite", 12 * SMALL, step=2) as ledger:
        spans = stretches(ledger)
        at_once, merged = (Pages(ledger, Path(ledger.path).parent / name) for name in ("at once", "merged"))
        at_once.write(spans)
        for first, last in pairwise([0, *sorted(cuts), 12]):
            merged.write(spans[first:last])
        whole = merged.merge([Page(merged.folder / name) for name in names(merged)])
        (alone,) = names(at_once)
        assert whole.path.name == alone
        assert whole.path.read_bytes() == (at_once.folder / alone).read_bytes()


def test_rebuilding_what_was_never_built_builds_it(pages: Pages) -> None:
    for name in names(pages):
        (pages.folder / name).unlink()
    pages.folder.rmdir()
    assert rebuild(pages) == Rebuilt(13 * SMALL, 1, 0, ())
    assert through_pages(pages) == from_the_log(pages.ledger)


def test_a_small_ledger_has_nothing_to_rebuild(tmp_path: Path) -> None:
    with a_ledger(tmp_path / "ledger.sqlite", SMALL - 1) as ledger:
        assert rebuild(beside(ledger)) == Rebuilt(0, 0, 0, ())


def test_what_was_told_since_is_built_too(pages: Pages) -> None:
    grow(Path(pages.ledger.path), 2 * SMALL)
    found = rebuild(pages)
    assert (found.entries, found.equal, found.different) == (15 * SMALL, 3, ())
    assert through_pages(pages) == from_the_log(pages.ledger)


@pytest.mark.parametrize("which", [0, 1, 2])
@pytest.mark.parametrize("where", ["in a column", "in the foot", "between columns", "at the end"])
def test_a_page_that_was_damaged_is_named_and_replaced(pages: Pages, which: int, where: str) -> None:
    before = contents(pages)
    name = names(pages)[which]
    columns, content = Page(pages.folder / name).foot.columns, bytearray(before[name])
    first = columns["rows_of_party"]
    place = {
        "in a column": columns["at"].offset,
        "in the foot": len(content) - 60,
        "between columns": first.offset - 1,  # which no question would ever notice
        "at the end": len(content) - 1,
    }[where]
    content[place] ^= 1
    (pages.folder / name).write_bytes(content)
    found = rebuild(pages)
    assert found.equal == 2
    assert found.different == (name,)
    assert through_pages(pages) == from_the_log(pages.ledger)
    assert rebuild(pages).different == ()


def test_an_entry_that_was_altered_in_the_log_shows_in_the_page_that_has_it(pages: Pages) -> None:
    """Questions go on being answered from the page, as before it was altered; `verify` finds the entry."""
    before = contents(pages)
    position = 10 * SMALL
    (entry,) = pages.ledger.stored(position - 1, position)
    alter(pages.ledger, position, entry.state.replace(b'"2025-', b'"2024-'))
    found = rebuild(pages)
    assert found.different == (names(pages)[1],)
    assert [name for name, content in contents(pages).items() if content != before[name]] == [names(pages)[1]]
    assert through_pages(pages) == from_the_log(pages.ledger)


def test_rebuilding_that_fails_leaves_everything_as_it_was(pages: Pages) -> None:
    before = contents(pages)
    alter(pages.ledger, 10 * SMALL, b"{")
    with pytest.raises(IntegrityFailure) as failure:
        rebuild(pages)
    assert failure.value.where.startswith(f"entry {10 * SMALL} ")
    assert contents(pages) == before


def test_the_folder_of_another_rebuilding_is_left_alone(pages: Pages) -> None:
    other = pages.folder / f"{ANEW}.{os.getppid()}"
    other.mkdir()
    rebuild(pages)
    assert other.exists()


# Troubles


def test_a_full_disk_is_told_as_storage_trouble(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    before = contents(pages)
    monkeypatch.setattr(os, "fdopen", full)
    with pytest.raises(StorageTrouble, match="No space left on device"):
        rebuild(pages)
    assert contents(pages) == before


@pytest.mark.parametrize("when", ["while looking", "before comparing"])
def test_another_process_may_take_pages_away_meanwhile(
    pages: Pages, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    """As one does that merges them into a larger one."""
    take_away(monkeypatch, pages, when)
    rebuild(pages)
    assert through_pages(pages) == from_the_log(pages.ledger)


def test_a_damaged_page_is_named_though_another_process_takes_one_away(
    pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    damaged = pages.folder / names(pages)[0]
    damaged.write_bytes(damaged.read_bytes()[:-1])
    take_away(monkeypatch, pages, "before comparing")
    (different,) = rebuild(pages).different
    assert damaged.name in different


def take_away(patch: pytest.MonkeyPatch, pages: Pages, when: str) -> None:
    """Let the second page go, once, just as a rebuilding looks for it or when it has seen it."""
    taken = [names(pages)[1]]
    opened = Pages._opened

    def gone(self: Pages, path: Path) -> Page | None:
        if taken and when == "while looking":
            (pages.folder / taken.pop()).unlink()
        page = opened(self, path)
        if path.name in taken:
            (pages.folder / taken.pop()).unlink()
        return page

    patch.setattr(Pages, "_opened", gone)


def test_the_folder_is_for_its_owner_only(pages: Pages) -> None:
    for name in names(pages):
        (pages.folder / name).unlink()
    pages.folder.rmdir()
    rebuild(pages)
    assert pages.folder.stat().st_mode & 0o777 == 0o700
