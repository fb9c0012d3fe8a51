"""Building pages on all cores: what processes of their own build is the same, and so are their problems."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from support.paging import a_ledger, beside, from_the_log, names, through_pages

from pledger.domain.refusal import IntegrityFailure, StorageTrouble
from pledger.projections import page_building
from pledger.projections import pages as room
from pledger.projections.page_building import build_on_all_cores
from pledger.projections.pages import PAGE_ENTRIES, Pages, Span, build_here

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pledger.domain.ledger import Ledger

TWO_PAGES = 2 * PAGE_ENTRIES + 100


@pytest.fixture(autouse=True)
def workers_for_few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let workers build what would otherwise be built here, on two cores."""
    monkeypatch.setattr(page_building, "ALONE_PAGES_MAX", 0)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return a_ledger(tmp_path / "ledger.sqlite", TWO_PAGES)


def contents(pages: Pages) -> dict[str, bytes]:
    return {name: (pages.folder / name).read_bytes() for name in names(pages)}


def test_workers_build_the_very_bytes_that_are_built_here(ledger: Ledger, tmp_path: Path) -> None:
    seen: list[tuple[str, int, int]] = []
    there = beside(ledger, build=build_on_all_cores, watch=lambda *told: seen.append(told))
    assert through_pages(there) == from_the_log(ledger)
    here = Pages(ledger, tmp_path / "here", build_here)
    here.complete()
    assert contents(here) == contents(there)
    assert [told for told in seen if told[0] == "building pages"] == [("building pages", n, 2) for n in range(3)]


def test_few_pages_are_built_here_since_workers_start_slowly(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_building, "ALONE_PAGES_MAX", 2)
    monkeypatch.setattr(subprocess, "Popen", None)
    pages = beside(ledger, build=build_on_all_cores)
    assert through_pages(pages) == from_the_log(ledger)


def damage(ledger: Ledger, position: int) -> None:
    with contextlib.closing(sqlite3.connect(ledger.path)) as database, database:
        database.execute("UPDATE stored_events SET state = ? WHERE rowid = ?", (b"{", position))


@pytest.mark.parametrize("build", [build_here, build_on_all_cores])
def test_an_entry_that_cannot_be_read_is_told_with_its_place(ledger: Ledger, build: Any) -> None:
    """Through a worker as without one; what could be built is kept, and serves when the ledger is mended."""
    position = PAGE_ENTRIES + 77
    damage(ledger, position)
    with pytest.raises(IntegrityFailure) as failure:
        through_pages(beside(ledger, build=build))
    assert failure.value.where.startswith(f"entry {position} (version ")
    assert failure.value.what.startswith("the stored bytes cannot be read: ")
    assert failure.value.remedy == "restore the ledger from a backup that was taken before the damage"
    assert not any(name.endswith(".unfinished") for name in names(beside(ledger)))


def test_a_worker_that_cannot_write_says_why(ledger: Ledger, tmp_path: Path) -> None:
    (tmp_path / "a file").touch()
    pages = Pages(ledger, tmp_path / "a file" / "pages", build_on_all_cores)
    with pytest.raises(StorageTrouble, match="Not a directory") as trouble:
        build_on_all_cores(pages, pages_missing(pages))
    assert trouble.value.where == str(pages.folder)


def pages_missing(pages: Pages) -> list[Any]:
    """The stretches of the whole log."""
    return Pages(pages.ledger, pages.folder.parents[1] / "nowhere").survey()[1]


class Doomed(subprocess.Popen[str]):
    """A worker that dies at once."""

    def __init__(self, words: list[str], **more: Any) -> None:
        super().__init__([words[0], "-c", "import os; os.kill(os.getpid(), 9)"], **more)


def test_a_worker_that_dies_is_told_and_the_next_question_builds_the_rest(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(subprocess, "Popen", Doomed)
        with pytest.raises(StorageTrouble) as trouble:
            through_pages(beside(ledger, build=build_on_all_cores))
    assert trouble.value.what.endswith(" ended early (exit code -9)")
    assert trouble.value.where == str(beside(ledger).folder)
    assert trouble.value.remedy == "do it again"
    assert through_pages(beside(ledger, build=build_on_all_cores)) == from_the_log(ledger)


BUILDER = """
import os, sys
from pathlib import Path
from pledger.domain.ledger import Ledger
from pledger.projections import page_building
from pledger.projections import pages as room
from pledger.projections.pages import Pages

page_building.ALONE_PAGES_MAX = 0
os.cpu_count = lambda: 2
with Ledger.open(sys.argv[1], create=False) as ledger:
    watch = lambda what, done, total: print(what, done, flush=True)
    Pages(ledger, Path(sys.argv[1] + ".pages"), page_building.build_on_all_cores, watch=watch).complete()
"""


def a_builder(ledger: Ledger, **more: Any) -> subprocess.Popen[str]:
    """A program that builds pages on two cores."""
    words = [sys.executable, "-c", BUILDER, ledger.path]
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more)


def test_workers_end_when_who_asked_them_is_killed(ledger: Ledger) -> None:
    builder = a_builder(ledger, start_new_session=True)
    assert builder.stdout is not None
    assert builder.stdout.readline() == "building pages 0\n"
    builder.kill()
    builder.wait()
    until = time.monotonic() + 30
    while is_anybody_left(builder.pid):
        assert time.monotonic() < until
        time.sleep(0.01)
    assert through_pages(beside(ledger)) == from_the_log(ledger)


def is_anybody_left(session: int) -> bool:
    """Whether a process of this group is still there."""
    try:
        os.killpg(session, 0)
    except ProcessLookupError:
        return False
    return True


def test_workers_of_another_version_are_not_asked_again_and_again(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who updates pledger while it runs has workers whose pages bear another digest than is looked for."""
    times = 0

    def build(pages: Pages, spans: Sequence[Span]) -> None:
        nonlocal times
        times += 1
        assert times < 2, "without end"
        build_on_all_cores(pages, spans)

    monkeypatch.setattr(room, "map_digest", lambda: "0123456789abcdef")
    with pytest.raises(StorageTrouble):
        through_pages(beside(ledger, build=build))


def test_workers_do_not_run_what_lies_in_the_folder_they_are_started_from(ledger: Ledger, tmp_path: Path) -> None:
    """Somebody's own json.py, say, beside their reports."""
    home = tmp_path / "reports"
    home.mkdir()
    (home / "json.py").write_text("print('hello')\nraise SystemExit('mine')\n", encoding="utf-8")
    with contextlib.chdir(home):
        assert through_pages(beside(ledger, build=build_on_all_cores)) == from_the_log(ledger)


def test_an_interrupt_ends_workers_without_a_traceback_of_theirs() -> None:
    """A terminal interrupts all processes of a command; what the command itself says is its own affair."""
    words, pipe = [sys.executable, "-m", page_building.__name__], subprocess.PIPE
    with subprocess.Popen(words, stdin=pipe, stdout=pipe, stderr=pipe, text=True) as worker:
        assert worker.stdin is not None
        assert worker.stdout is not None
        worker.stdin.write(json.dumps({"ledger": "/nowhere", "folder": "/nowhere", "spans": []}) + "\n")
        worker.stdin.flush()
        assert "there is no ledger" in worker.stdout.readline()
        worker.send_signal(signal.SIGINT)
        _, err = worker.communicate(timeout=30)
    assert "Traceback" not in err
