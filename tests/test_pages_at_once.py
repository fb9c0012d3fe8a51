"""Several processes at the same pages, some of them killed: no lock, and never a wrong answer."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support.page_processes import ask_as_it_grows, ask_until, build, fingerprint, rebuild, started
from support.paging import SMALL, a_ledger, beside, from_the_log, grow, names, through_pages

from pledger.projections.page import ANEW, UNFINISHED, sweep

if TYPE_CHECKING:
    from collections.abc import Callable

ENTRIES = 60 * SMALL + 5
pytestmark = pytest.mark.usefixtures("small_pages")


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def test_processes_that_build_at_once_leave_what_one_alone_would(path: Path, tmp_path: Path) -> None:
    with a_ledger(path, ENTRIES) as ledger:
        pages = beside(ledger)
        pages.complete()
        alone = contents(pages.folder)
        shutil.rmtree(pages.folder)
        builders = [started(build, path, tmp_path / "begun") for _ in range(4)]
        for builder in builders:
            builder.join(60)
        assert [builder.exitcode for builder in builders] == [0, 0, 0, 0]
        assert through_pages(pages) == from_the_log(ledger)
        assert contents(pages.folder) == alone


def test_every_answer_is_right_while_the_ledger_grows_and_others_build_and_merge(path: Path, tmp_path: Path) -> None:
    stop = tmp_path / "stop"
    with a_ledger(path, 2 * SMALL) as ledger:
        asking = [started(ask_as_it_grows, stop, path) for _ in range(3)]
        for _ in range(60):
            grow(path, 3)
            time.sleep(0.01)
        stop.touch()
        for process in asking:
            process.join(60)
        assert [process.exitcode for process in asking] == [0, 0, 0]
        assert through_pages(beside(ledger)) == from_the_log(ledger)


@pytest.mark.parametrize(
    ("work", "kills", "ends"),
    [
        (build, 20, {0, -9}),
        (rebuild, 10, {0, -9}),
    ],
)
def test_killing_a_build_at_random_moments_never_gives_a_wrong_answer(
    path: Path, tmp_path: Path, work: Callable[[Path, Path], None], kills: int, ends: set[int]
) -> None:
    """Meanwhile others ask, build what they miss, and see the folder deleted beneath them."""
    stop, begun, chance = tmp_path / "stop", tmp_path / "begun", random.Random(3)
    with a_ledger(path, ENTRIES) as ledger:
        pages, expected = beside(ledger), from_the_log(ledger)
        asking = [started(ask_until, stop, path, fingerprint(expected)) for _ in range(2)]
        for number in range(kills):
            builder = started(work, path, begun)
            if number % 2:
                shutil.rmtree(pages.folder, ignore_errors=True)
            wait_for(begun)
            time.sleep(chance.random() * 0.1)
            builder.kill()
            builder.join(60)
            assert builder.exitcode in ends
            assert through_pages(pages) == expected
        stop.touch()
        for process in asking:
            process.join(60)
        assert [process.exitcode for process in asking] == [0, 0]
        assert through_pages(pages) == expected
        assert all(name.endswith(".evidence") for name in names(pages))


def wait_for(file: Path) -> None:
    """Wait until another process has made a file, and take it away."""
    until = time.monotonic() + 60
    while not file.exists():
        assert time.monotonic() < until, "it never began"
        time.sleep(0.001)
    file.unlink()


# What the killed leave behind


@pytest.fixture
def dead() -> int:
    """The number of a process that is no more."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        return process.pid


def test_what_the_dead_left_unfinished_is_swept_and_what_the_living_write_is_not(tmp_path: Path, dead: int) -> None:
    page = "000000000000-000000000008-0123456789abcdef.evidence"
    for writer in (dead, os.getpid(), os.getppid()):
        (tmp_path / f"{page}.{writer}{UNFINISHED}").write_bytes(b"pledger")
        (tmp_path / f"{ANEW}.{writer}").mkdir()
        (tmp_path / f"{ANEW}.{writer}" / page).write_bytes(b"pledger")
    for other in (page, f"mine{UNFINISHED}", f"mine.1x{UNFINISHED}", f"{ANEW}.mine", "anewspaper.7"):
        (tmp_path / other).touch()
    sweep(tmp_path)
    left = {file.name for file in tmp_path.iterdir()}
    assert not any(f".{dead}" in name for name in left)
    assert len(left) == 2 * 2 + 5


def test_the_next_question_sweeps_what_a_killed_build_left(path: Path, dead: int) -> None:
    with a_ledger(path, 3 * SMALL) as ledger:
        pages = beside(ledger)
        pages.folder.mkdir()
        left = pages.folder / f"000000000000-000000000008-0123456789abcdef.evidence.{dead}{UNFINISHED}"
        left.write_bytes(b"pledger")
        assert through_pages(pages) == from_the_log(ledger)
        assert not left.exists()


def test_a_number_that_no_process_has_keeps_nobody_from_asking(tmp_path: Path) -> None:
    (tmp_path / f"mine.{10**20}{UNFINISHED}").touch()
    sweep(tmp_path)


def test_a_folder_that_is_not_there_needs_no_sweeping(tmp_path: Path) -> None:
    sweep(tmp_path / "nowhere")
    assert not (tmp_path / "nowhere").exists()


def test_a_folder_that_is_deleted_while_it_is_swept_keeps_nobody_from_asking(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(folder: Path, _: str) -> list[Path]:
        raise FileNotFoundError(2, "No such file or directory", str(folder))

    monkeypatch.setattr(Path, "glob", gone)
    sweep(tmp_path)
