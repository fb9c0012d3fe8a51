"""What processes of their own do with the small pages of one ledger, for tests in which several work at once."""

from __future__ import annotations

import multiprocessing
from hashlib import sha256
from time import sleep
from typing import TYPE_CHECKING

import pytest

from pledger.domain.ledger import Ledger
from pledger.projections import rebuilding
from pledger.projections.columns import columns_of
from support.columnar import plain
from support.paging import beside, make_small, through_pages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.context import ForkServerProcess
    from pathlib import Path

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["hypothesis", "pledger.projections.rebuilding", "pledger.domain.recording"])


def started(work: Callable[..., None], *given: object) -> ForkServerProcess:
    """A process that works, killed with this one."""
    process = _CONTEXT.Process(target=_with_small_pages, args=(work, *given), daemon=True)
    process.start()
    return process


def _with_small_pages(work: Callable[..., None], *given: object) -> None:
    with pytest.MonkeyPatch.context() as patch:
        make_small(patch)
        work(*given)


def fingerprint(said: dict[str, object]) -> str:
    """What evidence says, in short."""
    return sha256(repr(said).encode()).hexdigest()


def build(path: Path, begun: Path) -> None:
    """Build and merge what is missing."""
    with Ledger.open(path, create=False) as ledger:
        begun.touch()
        beside(ledger).complete()


def rebuild(path: Path, begun: Path) -> None:
    """Build everything anew."""
    with Ledger.open(path, create=False) as ledger:
        begun.touch()
        rebuilding.rebuild(beside(ledger))


def ask_until(stop: Path, path: Path, expected: str) -> None:
    """Ask for all evidence again and again; ends badly when an answer is wrong."""
    with Ledger.open(path, create=False) as ledger:
        for _ in _until(stop):
            assert fingerprint(through_pages(beside(ledger))) == expected


def ask_as_it_grows(stop: Path, path: Path) -> None:
    """Ask again and again; every answer is that of the log at some moment between the question and the answer."""
    with Ledger.open(path, create=False) as ledger:
        for _ in _until(stop):
            before = sum(1 for _ in ledger.stored())
            answer = through_pages(beside(ledger))
            stored = list(ledger.stored())
            assert any(plain(columns_of(stored[:n])) == answer for n in range(before, len(stored) + 1))


def _until(stop: Path) -> Iterator[None]:
    """Again and again, three times at least, until a file is there that says to stop."""
    turns = 0
    while turns < 3 or not stop.exists():
        turns += 1
        yield
        sleep(0.01)
