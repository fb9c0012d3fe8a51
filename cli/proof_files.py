"""Files of proof: untrusted ones read with a bound, and ours written whole, or printed byte for byte."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from pledger.cli.saving import exported
from pledger.domain.refusal import StorageTrouble, WrongUsage


def read_untrusted(told: str, bytes_max: int) -> bytes:
    """What a file says, if it is no larger than that; raises WrongUsage and StorageTrouble."""
    try:
        if not Path(told).is_file():
            raise WrongUsage("there is no such file", where=told, remedy="name a file that is there")
        with Path(told).open("rb") as file:
            content = file.read(bytes_max + 1)
    except (OSError, ValueError) as error:  # ValueError: a zero byte in the name
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise StorageTrouble(
            f"the file cannot be read: {reason}", where=told, remedy="check the name, and that it may be read"
        ) from error
    if len(content) > bytes_max:
        raise WrongUsage(f"it is larger than {bytes_max:,} bytes", where=told, remedy="name a file that pledger wrote")
    return content


def write_or_print(content: bytes, output: str | None) -> None:
    """Write a file, or print its bytes as they are."""
    if output is not None:
        with exported(Path(output)) as aside:
            aside.write_bytes(content)
        return
    if hasattr(sys.stdout, "buffer"):
        click.echo(content, nl=False)
    else:  # a stream of text that a program put there
        click.echo(content.decode("utf-8"), nl=False)
