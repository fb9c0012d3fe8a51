"""How far a long work is: on standard error, on a terminal only, and only once it has taken a second."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self

import click

from pledger.cli.safe_text import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import TracebackType
    from typing import TypeVar

    from rich.progress import Progress as Bar

    T = TypeVar("T")

SHOWN_AFTER_S = 1.0
ROWS_BETWEEN_LOOKS = 1_000


class Progress:
    """A bar that comes when it is worth it, and goes when it is done."""

    def __init__(self) -> None:
        self._begun_s = time.monotonic()
        self._bar: Bar | None = None

    def rows(self, rows: Iterable[T]) -> Iterator[T]:
        """Pass rows on, watching them go by; how many there are is not known."""
        for number, row in enumerate(rows):
            if number % ROWS_BETWEEN_LOOKS == 0:
                self.show("reading", number, None)
            yield row

    def show(self, what: str, done: int, total: int | None) -> None:
        """Say how much is done, of how much where that is known."""
        if self._bar is None and self._is_worth_it():
            from rich.console import Console
            from rich.progress import Progress as Bar

            self._bar = Bar(console=Console(stderr=True), transient=True)
            self._bar.add_task(what, total=total)
            self._bar.start()
        if self._bar is not None:
            self._bar.update(self._bar.task_ids[0], description=what, completed=done, total=total)

    def _is_worth_it(self) -> bool:
        return sys.stderr.isatty() and time.monotonic() - self._begun_s >= SHOWN_AFTER_S

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()


@contextmanager
def watched() -> Iterator[dict[str, Any]]:
    """What questions about all partnerships are told, so that long ones show how far they are."""
    with Progress() as progress:
        yield {"note": note, "watch": progress.show}


def note(text: str) -> None:
    """Say on standard error what users should know of, and need do nothing about."""
    click.echo(printable(f"note: {text}"), err=True)
