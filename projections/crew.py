"""Work on all cores: programs of our own that each open the ledger for themselves and are told what to do.

They are programs of their own rather than forks or spawned copies of the caller, so that they share no connection and
need nothing of the program that calls.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cached_property
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from pledger.domain.refusal import IntegrityFailure, Problem, StorageTrouble

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_PROBLEMS: dict[str, type[Problem]] = {kind.__name__: kind for kind in (IntegrityFailure, StorageTrouble)}


def cores() -> int:
    """How many processes can work at once."""
    return os.cpu_count() or 1


def on_all_cores(room: str, tasks: Iterable[Any], where: str) -> Iterator[Any]:
    """What the program in the module `room` answers to each task, in the order of the tasks; see `serve`.

    Tasks and answers are what JSON can tell; the first tasks are worked on while the next are thought of. Raises the
    Problem that an answer is, and StorageTrouble, with `where` as its place, if a program ends early.
    """
    idle: SimpleQueue[_Worker] = SimpleQueue()
    workers = [_Worker(room, where) for _ in range(cores())]
    for worker in workers:
        idle.put(worker)

    def done(task: Any) -> Any:
        worker = idle.get()
        try:
            return worker.ask(task)
        finally:
            idle.put(worker)

    pool = ThreadPoolExecutor(len(workers))
    try:
        yield from pool.map(done, tasks)
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        for worker in workers:
            worker.stop()
        raise
    finally:
        pool.shutdown()
        for worker in workers:
            worker.close()


class _Worker:
    """A program that answers tasks until its input ends; it is started with the first of them."""

    def __init__(self, room: str, where: str) -> None:
        self._room = room
        self._where = where

    @cached_property
    def _process(self) -> subprocess.Popen[str]:
        """`-P`: what lies in the folder that the user is in is none of our modules."""
        return subprocess.Popen(  # noqa: S603 -- this very program
            [sys.executable, "-P", "-m", self._room], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    @property
    def _started(self) -> bool:
        return "_process" in vars(self)

    def ask(self, task: Any) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(json.dumps(task) + "\n")
            self._process.stdin.flush()
            told = self._process.stdout.readline()
        except OSError:
            told = ""
        if not told:
            raise StorageTrouble(
                f"a process that shares the work ended early (exit code {self._process.wait()})",
                where=self._where,
                remedy="do it again",
            )
        answer = json.loads(told)
        if "problem" in answer:
            problem = answer["problem"]
            raise _PROBLEMS.get(problem.pop("kind"), StorageTrouble)(**problem)
        return answer["answer"]

    def stop(self) -> None:
        if self._started:
            self._process.kill()

    def close(self) -> None:
        if self._started:
            self._process.communicate()


def serve(work: Callable[[Any], Any]) -> None:
    """Be such a program: answer each line of the input until it ends, or somebody interrupts the whole command."""
    with suppress(KeyboardInterrupt):  # the command itself says so
        for line in sys.stdin:
            print(json.dumps(_answered(work, json.loads(line))), flush=True)  # noqa: T201 -- the answer to who asked


def _answered(work: Callable[[Any], Any], task: Any) -> dict[str, Any]:
    try:
        return {"answer": work(task)}
    except Problem as problem:
        told = {"what": problem.what, "where": problem.where, "remedy": problem.remedy}
        return {"problem": {"kind": type(problem).__name__, **told}}
