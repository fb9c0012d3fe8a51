"""Where pages are kept, and what is said when they cannot be."""

from __future__ import annotations

import errno
import io
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from support.paging import SMALL, a_ledger, beside, from_the_log, grow, names, through_pages

from pledger.domain.ledger import Ledger
from pledger.domain.refusal import StorageTrouble
from pledger.projections.pages import Pages, pages_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.usefixtures("small_pages")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with a_ledger(tmp_path / "ledger.sqlite", 3 * SMALL + 1) as ledger:
        yield ledger


# Where


def forbid(patch: pytest.MonkeyPatch, *folders: Path) -> None:
    """Let nobody write into these folders; those who run tests as root could."""
    access = os.access
    patch.setattr(os, "access", lambda path, mode: Path(path) not in folders and access(path, mode))


def test_pages_lie_beside_the_ledger(ledger: Ledger, tmp_path: Path) -> None:
    assert pages_folder(ledger) == tmp_path / "ledger.sqlite.pages"


@pytest.mark.parametrize("is_there_already", [False, True])
def test_beside_a_ledger_that_may_only_be_read_they_lie_in_the_cache_of_the_user(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_there_already: bool
) -> None:
    home = tmp_path / "home"
    monkeypatch.setenv("XDG_CACHE_HOME", str(home))
    if is_there_already:  # built by somebody who may write there
        beside(ledger).complete()
    forbid(monkeypatch, tmp_path, tmp_path / "ledger.sqlite.pages")
    folder = pages_folder(ledger)
    assert folder is not None
    assert folder.is_relative_to(home / "pledger")
    assert through_pages(Pages(ledger, folder)) == from_the_log(ledger)
    assert len(list(folder.glob("*.evidence"))) == 1
    assert folder.stat().st_mode & 0o777 == 0o700


def test_every_ledger_has_a_place_of_its_own_in_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    folders = set()
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        with Ledger.open(tmp_path / name / "ledger.sqlite", time_zone="UTC") as ledger, monkeypatch.context() as patch:
            forbid(patch, tmp_path / name)
            folders.add(pages_folder(ledger))
            assert pages_folder(ledger) in folders
    assert len(folders) == 2


def test_a_ledger_in_memory_has_no_pages() -> None:
    assert pages_folder(Ledger.open(":memory:", time_zone="UTC")) is None


# A full disk


class FullDisk(io.FileIO):
    """A file on a disk that has room for so many more bytes."""

    def __init__(self, descriptor: int, room: int) -> None:
        super().__init__(descriptor, "w")
        self.room = room

    def write(self, content: Any) -> int:
        if self.tell() + len(content) > self.room:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return super().write(content)


def fill(patch: pytest.MonkeyPatch, room: int) -> None:
    """Let every file that is written from now on end in a full disk."""
    patch.setattr(os, "fdopen", lambda descriptor, mode: io.BufferedWriter(FullDisk(descriptor, room)))


@pytest.mark.parametrize("room", [0, 24, 600, 4_000])
def test_a_full_disk_is_told_and_leaves_no_broken_page(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, room: int
) -> None:
    pages = beside(ledger)
    with monkeypatch.context() as patch:
        fill(patch, room)
        with pytest.raises(StorageTrouble) as trouble:
            through_pages(pages)
    assert str(trouble.value) == (
        "storage trouble: the evidence pages cannot be kept: No space left on device\n"
        f"  where: {pages.folder}\n"
        "  now:   make room there, or let the folder be written; deleting it loses nothing"
    )
    assert names(pages) in ([], [name for name in names(pages) if name.endswith(".evidence")])
    assert through_pages(pages) == from_the_log(ledger)


def test_a_disk_that_is_full_when_pages_are_merged_loses_none(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    pages = beside(ledger)
    pages.complete()
    before = names(pages)
    grow(Path(ledger.path), 2 * SMALL)
    size = (pages.folder / before[0]).stat().st_size
    with monkeypatch.context() as patch:
        fill(patch, size)  # enough for the new ones, not for all together
        with pytest.raises(StorageTrouble, match="No space left on device"):
            through_pages(pages)
    assert set(before) < set(names(pages))
    assert all(name.endswith(".evidence") for name in names(pages))
    notes: list[str] = []
    assert through_pages(beside(ledger, note=notes.append)) == from_the_log(ledger)
    assert notes == []


@pytest.mark.parametrize("obstacle", ["where the folder would be", "where its folder would be"])
def test_a_folder_that_cannot_be_made_is_told(ledger: Ledger, tmp_path: Path, obstacle: str) -> None:
    (tmp_path / "file").touch()
    folder = tmp_path / "file" if obstacle == "where the folder would be" else tmp_path / "file" / "pages"
    with pytest.raises(StorageTrouble) as trouble:
        through_pages(Pages(ledger, folder))
    assert trouble.value.where == str(folder)
    assert trouble.value.what.startswith("the evidence pages cannot be kept: ")


def test_a_link_that_leads_nowhere_under_the_name_of_a_page_does_not_keep_anybody_waiting(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages, turns = beside(ledger), 0
    (page,) = pages.complete()
    page.path.unlink()
    page.path.symlink_to("nowhere")
    survey = Pages.survey

    def counting(self: Pages) -> Any:
        nonlocal turns
        turns += 1
        assert turns < 100, "without end"
        return survey(self)

    monkeypatch.setattr(Pages, "survey", counting)
    assert through_pages(pages) == from_the_log(ledger)
