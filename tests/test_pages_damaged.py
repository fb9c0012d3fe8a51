"""A page is believed only if it is whole, of this log and of this evidence map; else it is built anew, with a note."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from support.paging import SMALL, a_ledger, beside, from_the_log, grow, make_small, names, remove, through_pages
from support.story import Story

from pledger.domain.communication import MeetingHeld
from pledger.domain.ledger import Ledger
from pledger.domain.lifecycle import PartnershipOpened
from pledger.domain.refusal import IntegrityFailure
from pledger.projections import pages as room
from pledger.projections.page import COLUMNS, FORM, Page
from pledger.projections.pages import Pages, Span, build_here

if TYPE_CHECKING:
    from collections.abc import Sequence

pytestmark = pytest.mark.usefixtures("small_pages")


class Kept:
    """A ledger whose pages are three, of 9, 3 and 1 stretches, and what it says of itself."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "ledger.sqlite"
        self.notes: list[str] = []
        self.ledger = a_ledger(self.path, 13 * SMALL + 5)
        spans = [Span(*ends) for ends in pairwise([0, *self.ledger.every(SMALL)])]
        for some in (spans[:9], spans[9:12], spans[12:]):
            self.pages.write(some)
        self.files = [self.pages.folder / name for name in names(self.pages)]
        self.content = [file.read_bytes() for file in self.files]
        self.columns = [Page(file).foot.columns for file in self.files]
        self.says = from_the_log(self.ledger)

    @property
    def pages(self) -> Pages:
        """As a process sees them that comes anew."""
        return beside(self.ledger, note=self.notes.append)

    def mend(self) -> None:
        """Put back what was there."""
        self.notes.clear()
        for file in self.pages.folder.iterdir():
            file.unlink()
        for file, content in zip(self.files, self.content, strict=True):
            file.write_bytes(content)

    def is_between_columns(self, which: int, place: int) -> bool:
        """Whether a byte of a page belongs to nothing."""
        columns = self.columns[which].items()
        spans = [(at.offset, at.offset + at.values * np.dtype(COLUMNS[name]).itemsize) for name, at in columns]
        inside = any(start <= place < end for start, end in spans)
        return not inside and len(FORM) <= place < max(end for _, end in spans)

    def check(self, *damaged: int) -> None:
        """The answer is right, what was damaged was noted and is as it was, in whatever pages it lies now."""
        assert through_pages(self.pages) == self.says
        assert sorted({self.files.index(Path(note.split()[3])) for note in self.notes}) == sorted(damaged)
        assert all(note.startswith("the evidence page ") and " is built anew: it" in note for note in self.notes)
        self.notes.clear()
        assert through_pages(self.pages) == self.says
        assert self.notes == []


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(tmp_path)


@pytest.fixture(scope="module")
def for_all(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """One for many tries, mended between them."""
    with pytest.MonkeyPatch.context() as patch:
        make_small(patch)
        return Kept(tmp_path_factory.mktemp("kept"))


tried = settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))


@tried
@given(st.integers(0, 2), st.integers(0, 10**6), st.integers(1, 255))
@example(which=1, place=0, flip=1)
@example(which=1, place=-1, flip=1)
@example(which=1, place=-30, flip=128)
def test_flipping_any_byte_of_a_page_is_noticed(for_all: Kept, which: int, place: int, flip: int) -> None:
    """But for what fills the gaps between columns, which says nothing."""
    for_all.mend()
    content = bytearray(for_all.content[which])
    place %= len(content)
    content[place] ^= flip
    for_all.files[which].write_bytes(content)
    for_all.check(*(() if for_all.is_between_columns(which, place) else (which,)))


@tried
@given(st.integers(0, 2), st.integers(0, 10**6))
def test_a_page_that_was_cut_off_is_noticed(for_all: Kept, which: int, length: int) -> None:
    for_all.mend()
    content = for_all.content[which]
    for_all.files[which].write_bytes(content[: length % len(content)])
    for_all.check(which)


@pytest.mark.parametrize("more", [b"\0", b"pledger evidence page 1\n", b"x" * 5000])
def test_a_page_with_something_after_it_is_noticed(kept: Kept, more: bytes) -> None:
    kept.files[1].write_bytes(kept.content[1] + more)
    kept.check(1)


@pytest.mark.parametrize("content", [b"", b"pledger evidence page 1\n" * 3, b"\0" * 10_000, b"PAR1" * 999])
def test_something_else_under_the_name_of_a_page_is_noticed(kept: Kept, content: bytes) -> None:
    kept.files[0].write_bytes(content)
    kept.check(0)


@pytest.mark.parametrize(("one", "other"), [(0, 1), (0, 2), (1, 2)])
def test_two_pages_that_changed_places_are_noticed(kept: Kept, one: int, other: int) -> None:
    kept.files[one].write_bytes(kept.content[other])
    kept.files[other].write_bytes(kept.content[one])
    kept.check(one, other)


def test_a_page_that_says_to_cover_more_than_it_does_is_noticed(kept: Kept) -> None:
    whole = kept.files[0].with_name(kept.files[0].name.replace(f"{9 * SMALL:012}", f"{13 * SMALL:012}"))
    kept.files[0].rename(whole)
    kept.files.append(whole)
    kept.check(3)


def test_a_page_of_another_evidence_map_under_the_name_of_this_one_is_noticed(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(room, "map_digest", lambda: "0123456789abcdef")
        kept.pages.complete()
    (foreign,) = kept.pages.folder.glob("*0123456789abcdef*")
    for file in kept.files:
        file.unlink(missing_ok=True)
    kept.files = [foreign.with_name(foreign.name.replace("0123456789abcdef", room.map_digest()))]
    foreign.rename(kept.files[0])
    kept.check(0)


def test_a_page_that_begins_where_none_ends_costs_the_others_nothing(kept: Kept) -> None:
    odd = kept.files[0].with_name(kept.files[0].name.replace(f"{0:012}", f"{3:012}", 1))
    kept.files[0].rename(odd)
    kept.files.append(odd)
    asked: list[Span] = []

    def build(pages: Pages, spans: Sequence[Span]) -> None:
        asked.extend(spans)
        build_here(pages, spans)

    beside(kept.ledger, build=build, note=kept.notes.append).complete()
    assert [span.last for span in asked] == [(1 + number) * SMALL for number in range(9)]
    kept.check(3)


def test_all_pages_damaged_at_once_are_noticed(kept: Kept) -> None:
    for file, content in zip(kept.files, kept.content, strict=True):
        file.write_bytes(content[:-1])
    kept.check(0, 1, 2)


def test_what_is_damaged_in_a_column_is_noticed_when_it_is_first_needed(kept: Kept) -> None:
    """Needing it may mean merging it into a larger page, too."""
    content = bytearray(kept.content[2])
    content[kept.columns[2]["measure"].offset] ^= 1
    kept.files[2].write_bytes(content)
    kept.pages.evidence(["at", "kind"])
    assert kept.notes == []
    grow(kept.path, SMALL)
    kept.says = from_the_log(kept.ledger)
    kept.pages.evidence(["at", "kind"])
    assert [Path(note.split()[3]) for note in kept.notes] == [kept.files[2]]
    kept.notes.clear()
    kept.check()


def test_an_entry_that_somebody_has_edited_as_text_is_read_or_told(tmp_path: Path) -> None:
    """As the shell of SQLite leaves it after `UPDATE stored_events SET state = replace(state, ...)`."""
    with a_ledger(tmp_path / "ledger.sqlite", SMALL) as ledger:
        with contextlib.closing(sqlite3.connect(ledger.path)) as database, database:
            database.execute("UPDATE stored_events SET state = CAST(state AS TEXT) WHERE rowid = 5")
        try:
            assert through_pages(beside(ledger)) == from_the_log(ledger)
        except IntegrityFailure as failure:
            assert failure.where.startswith("entry 5 ")  # noqa: PT017 -- either would do


# Pages of other ledgers


def put_pages_of(kept: Kept, other: Ledger) -> None:
    """Let only the pages of another ledger lie beside this one."""
    shutil.rmtree(kept.pages.folder)
    shutil.copytree(beside(other).folder, kept.pages.folder)
    kept.files = sorted(kept.pages.folder.iterdir())


def test_the_pages_of_another_ledger_are_not_believed(kept: Kept, tmp_path: Path) -> None:
    """Though all its entries but the first are the same, at the same positions."""
    with Story(tmp_path / "other.sqlite").ledger as other:
        grow(Path(other.path), 13 * SMALL + 4)
        through_pages(beside(other))
        put_pages_of(kept, other)
    kept.check(0)


@pytest.mark.parametrize("shared", [1, SMALL - 1, SMALL, 5 * SMALL + 3, 9 * SMALL, 12 * SMALL])
@pytest.mark.parametrize("gone_on", [3, SMALL, 8 * SMALL])
def test_the_pages_of_a_copy_that_was_restored_and_went_on_differently_are_not_believed(
    kept: Kept, tmp_path: Path, shared: int, gone_on: int
) -> None:
    """Pages of what both share may be believed, and no others; whatever is shorter, the copy or the original."""
    copy = tmp_path / "copy.sqlite"
    kept.ledger.close()
    shutil.copy(kept.path, copy)
    remove(copy, f"rowid > {shared}")
    with Ledger.open(copy) as restored:
        story_of_its_own(restored, gone_on)
        shutil.copytree(kept.pages.folder, beside(restored).folder)
        assert through_pages(beside(restored)) == from_the_log(restored)
        kept.ledger = Ledger.open(kept.path)
        shutil.rmtree(kept.pages.folder)
        shutil.copytree(beside(restored).folder, kept.pages.folder)
    assert through_pages(kept.pages) == kept.says


def story_of_its_own(ledger: Ledger, entries: int) -> None:
    """Let so many entries be told that the original does not know."""
    opened = PartnershipOpened(parties=("Hooli", "Umbrella"), purpose="something else")
    ledger.record(opened, "hooli-umbrella")
    for _ in range(entries - 1):
        ledger.record(MeetingHeld(), "hooli-umbrella")
