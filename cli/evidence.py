"""What building evidence pages says on standard error: a progress bar, and notes that users need do nothing about."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from pledger.cli.progress import Progress
from pledger.cli.safe_text import printable

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def watched() -> Iterator[dict[str, Any]]:
    """What questions about all partnerships are told, so that long ones show how far they are."""
    with Progress() as progress:
        yield {"note": note, "watch": progress.show}


def note(text: str) -> None:
    """Say on standard error what users should know of, and need do nothing about."""
    click.echo(printable(f"note: {text}"), err=True)
