"""Building pages on all cores: worker processes that each open the ledger for themselves and are told what to build.

They are programs of their own rather than forks or spawned copies of the caller, so that they share no connection and
need nothing of the program that calls.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from pledger.domain.refusal import IntegrityFailure, Problem, StorageTrouble
from pledger.projections.pages import Pages, Span, build_here

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

TASK_PAGES_MAX = 64
"""How many pages a worker writes as one: it holds the evidence of so many in memory, 150 MB or so."""
ALONE_PAGES_MAX = 8
"""Up to so many pages are built sooner than a worker has started."""

_PROBLEMS: dict[str, type[Problem]] = {kind.__name__: kind for kind in (IntegrityFailure, StorageTrouble)}


def build_on_all_cores(pages: Pages, spans: Sequence[Span]) -> None:
    """Build the pages of these stretches; raises what reading the ledger or writing a page raises."""
    cores = os.cpu_count() or 1
    if len(spans) <= ALONE_PAGES_MAX or cores == 1:
        build_here(pages, spans)
        return
    tasks = list(_tasks(spans, min(TASK_PAGES_MAX, max(1, len(spans) // (2 * cores)))))
    idle: SimpleQueue[_Worker] = SimpleQueue()

    def done(task: Sequence[Span]) -> int:
        worker = idle.get()
        try:
            worker.build(task)
        finally:
            idle.put(worker)
        return len(task)

    with _workers(min(cores, len(tasks)), pages) as workers, ThreadPoolExecutor(len(workers)) as pool:
        for worker in workers:
            idle.put(worker)
        built = 0
        pages.watch("building pages", built, len(spans))
        try:
            for number in pool.map(done, tasks):
                built += number
                pages.watch("building pages", built, len(spans))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            for worker in workers:
                worker.stop()
            raise


def _tasks(spans: Sequence[Span], size: int) -> Iterator[list[Span]]:
    """Neighbouring stretches, so many at once."""
    task = [spans[0]]
    for before, span in pairwise(spans):
        if len(task) == size or before.last != span.after:
            yield task
            task = []
        task.append(span)
    yield task


class _Worker:
    """A process that builds pages of one ledger in one folder until its input ends."""

    def __init__(self, pages: Pages) -> None:
        self._where = {"ledger": pages.ledger.path, "folder": str(pages.folder)}
        self._process = subprocess.Popen(  # noqa: S603 -- this very program
            [sys.executable, "-m", __name__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def build(self, task: Sequence[Span]) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(json.dumps({**self._where, "spans": task}) + "\n")
            self._process.stdin.flush()
            answer = self._process.stdout.readline()
        except OSError:
            answer = ""
        if not answer:
            raise StorageTrouble(
                f"a process that builds pages ended early (exit code {self._process.wait()})",
                where=self._where["folder"],
                remedy="try again; what was built is kept",
            )
        problem = json.loads(answer)
        if problem:
            raise _PROBLEMS.get(problem.pop("kind"), StorageTrouble)(**problem)

    def stop(self) -> None:
        self._process.kill()

    def close(self) -> None:
        self._process.communicate()


@contextmanager
def _workers(number: int, pages: Pages) -> Iterator[list[_Worker]]:
    workers = [_Worker(pages) for _ in range(number)]
    try:
        yield workers
    finally:
        for worker in workers:
            worker.close()


def _build(told: dict[str, Any]) -> dict[str, str] | None:
    """Build what is told; the problem, if there is one."""
    from pledger.domain.ledger import Ledger

    try:
        with Ledger.open(told["ledger"], create=False) as ledger:
            Pages(ledger, Path(told["folder"])).write([Span(*span) for span in told["spans"]])
    except Problem as problem:
        return {"kind": type(problem).__name__, "what": problem.what, "where": problem.where, "remedy": problem.remedy}
    except OSError as error:
        what = f"an evidence page cannot be written: {error.strerror or error}"
        return {"kind": "StorageTrouble", "what": what, "where": told["folder"], "remedy": "make room there"}
    return None


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(_build(json.loads(line))), flush=True)  # noqa: T201 -- the answer to who asked
