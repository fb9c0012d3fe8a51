"""Processes of their own that forget somebody, and may be killed meanwhile."""

from __future__ import annotations

import multiprocessing
import os
import signal
from itertools import count
from typing import TYPE_CHECKING, Any

from eventsourcing.sqlite import SQLiteCursor

from pledger.domain.ledger import Ledger

if TYPE_CHECKING:
    from multiprocessing.context import ForkServerProcess
    from pathlib import Path

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["hypothesis", "pledger.projections.rebuilding", "pledger.domain.recording"])


def forgetting(path: Path, begun: Path, statement: int | None) -> ForkServerProcess:
    """A process that forgets p-1, once it has made the file `begun`; it ends before a statement, if one is told."""
    process = _CONTEXT.Process(target=_forget, args=(path, begun, statement), daemon=True)
    process.start()
    return process


def _forget(path: Path, begun: Path, statement: int | None) -> None:
    with Ledger.open(path, create=False) as ledger:
        people = ledger.people
        if statement is not None:
            _die_before(statement)
        begun.touch()
        people.forget("p-1")


def _die_before(number: int) -> None:
    """Make this process end at once, as if it were killed, when SQLite is told that many statements more."""
    numbers, execute = count(), SQLiteCursor.execute

    def counted(self: SQLiteCursor, *given: Any) -> None:
        if next(numbers) == number:
            os.kill(os.getpid(), signal.SIGKILL)
        execute(self, *given)

    SQLiteCursor.execute = counted  # type: ignore[method-assign]
