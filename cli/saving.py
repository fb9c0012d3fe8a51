"""Files that appear under their name when they are complete, or not at all."""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import TextIO


@contextmanager
def unfinished(path: Path) -> Iterator[Path]:
    """A name to write a file under, which then takes the place of `path`; removed if anything goes wrong."""
    aside = path.with_name(f".{path.name}.{os.getpid()}.unfinished")
    try:
        yield aside
        aside.replace(path)
    finally:
        with suppress(OSError):
            aside.unlink()


@contextmanager
def appearing(path: Path) -> Iterator[TextIO]:
    """A text file, in UTF-8, that appears when it is complete."""
    with unfinished(path) as aside, aside.open("w", encoding="utf-8", newline="") as file:
        yield file
