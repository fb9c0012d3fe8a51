"""Processes that are killed: what they say is read through a pipe, and they end when the test wants them to."""

from __future__ import annotations

import multiprocessing
import os
import select
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Mapping

_CONTEXT = multiprocessing.get_context("forkserver")
_ROOMS = ["domain.recording", "domain.postgres_store", "domain.sqlite_store", "domain.rehearsal", "cli.main"]
_ROOMS += ["cli.importing.importer", "projections.rebuilding", "projections.verification", "projections.keeping"]
_PRELOADED = ["pytest", "hypothesis", "psycopg", "numpy", *(f"pledger.{room}" for room in _ROOMS)]
"""What need not be imported by every process anew."""
BEGUN = "begun"
PATIENCE_S = 60
KILLED = -9


class Child:
    """A process that works, killed with this one; all that it prints, errors too, is read here."""

    def __init__(self, environment: Mapping[str, str], work: Callable[..., object], *given: object) -> None:
        _CONTEXT.set_forkserver_preload(_PRELOADED)
        ours, theirs = _CONTEXT.Pipe(duplex=False)
        self._pipe = ours
        self._said = b""
        self._process = _CONTEXT.Process(target=_work, args=(theirs, dict(environment), work, given), daemon=True)
        self._process.start()
        theirs.close()

    @property
    def said(self) -> str:
        """What it has said until now."""
        return self._said.decode()

    def wait_for(self, line: str) -> None:
        """Read until it says a line, or ends."""
        until = time.monotonic() + PATIENCE_S
        while f"{line}\n" not in self.said and self._read(until):
            pass

    def read_for(self, seconds: float) -> None:
        """Read what it says for so long, or until it ends."""
        until = time.monotonic() + seconds
        while self._read(until):
            pass

    def kill(self) -> int:
        """Kill it without warning, and read what it had said; how it ended."""
        self._process.kill()
        return self.end()

    def end(self) -> int:
        """Wait until it has ended; its exit code."""
        self.read_for(PATIENCE_S)
        self._process.join(PATIENCE_S)
        self._pipe.close()
        code = self._process.exitcode
        assert code is not None, "it does not end"
        return code

    def _read(self, until: float) -> bool:
        left = max(0.0, until - time.monotonic())
        if not select.select([self._pipe.fileno()], [], [], left)[0]:
            return False
        piece = os.read(self._pipe.fileno(), 65_536)
        self._said += piece
        return bool(piece)


def _work(
    pipe: multiprocessing.connection.Connection,
    environment: dict[str, str],
    work: Callable[..., object],
    given: tuple[object, ...],
) -> None:
    """In the process itself: standard output and errors go into the pipe."""
    os.environ.update(environment)
    for descriptor in (1, 2):
        os.dup2(pipe.fileno(), descriptor)
    pipe.close()
    code = work(*given)
    os._exit(code if isinstance(code, int) else 0)  # as quickly as a process that is killed


def killed_in_mid_work(child: Child, usual_s: float, chance: random.Random) -> int:
    """Kill a process at a random moment between its beginning and about its usual end; how it ended."""
    child.wait_for(BEGUN)
    child.read_for(chance.random() * usual_s)
    code = child.kill()
    assert code in (0, KILLED), child.said
    return code


def usual_s(child: Child) -> float:
    """How long a process works that nobody disturbs."""
    child.wait_for(BEGUN)
    begun = time.monotonic()
    assert child.end() == 0, child.said
    return time.monotonic() - begun
