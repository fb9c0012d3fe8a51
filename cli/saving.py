"""Files that appear under their name when they are complete, or not at all."""

from __future__ import annotations

import glob
import os
import shutil
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from pledger.domain.refusal import StorageTrouble, WrongUsage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


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


def sweep(folder: Path, begin: str) -> None:
    """Remove what programs that were killed left unfinished in a folder: what begins so, with their number after it."""
    for left in folder.glob(f"{glob.escape(begin)}*") if os.name == "posix" else ():
        number = left.name.removeprefix(begin).partition(".")[0]
        if number.isdecimal() and not _runs(int(number)):
            if left.is_dir():
                shutil.rmtree(left, ignore_errors=True)
            else:
                with suppress(OSError):
                    left.unlink()


def _runs(number: int) -> bool:
    try:
        os.kill(number, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:  # somebody else's
        return True
    return True


@contextmanager
def exported(path: Path) -> Iterator[Path]:
    """The same for a file that a user asked for; behind a link, the file that it leads to is replaced.

    Raises WrongUsage for what is no file (a device would be lost), and StorageTrouble where nothing can be written.
    """
    if path.exists() and not path.is_file():
        raise WrongUsage(f"{path} is no file", remedy="name a file with --output, or leave it out to print the answer")
    try:
        with unfinished(path.resolve()) as aside:
            yield aside
    except OSError as error:
        raise StorageTrouble(
            f"the file cannot be written: {error.strerror or error}",
            where=str(path),
            remedy="name one in a folder that is there, may be written to and has room",
        ) from error
