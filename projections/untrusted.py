"""Files and TOML texts that others wrote, read within bounds: of size, of depth, and so of time and memory."""

from __future__ import annotations

import os
import re
import tomllib
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

TEXT_BYTES_MAX = 1_000_000
"""More than any policy, mapping, settings file or draft needs."""
DEPTH_MAX = 20
"""Tables within tables; what pledger reads goes six deep."""
NUMBER_BITS_MAX = 1_000
"""An amount has thirty digits at the most."""

_PART = r"""(?:[\w-]++|"(?:[^"\\\n]|\\.)*+"?|'[^'\n]*+'?)"""
_WORDS = r"""
      \#[^\n]*+                                # what is in comments
    | \"\"\"(?:[^"\\]|\\.|"(?!""))*+(?:\"\"\")?   # and in long texts is no key
    | '''(?:[^']|'(?!''))*+(?:''')?
    | (?P<deep>(?:PART[ \t]*+\.[ \t]*+){DEPTH})
    | PART
    """.replace("PART", _PART).replace("DEPTH", str(DEPTH_MAX))


def without_waiting(path: str, flags: int) -> int:
    """An opener for files that may be anything: a pipe into which nobody writes is empty, not waited for."""
    descriptor = os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
    os.set_blocking(descriptor, True)  # somebody who does write may take the time
    return descriptor


def bytes_of(path: Path | str, bytes_max: int) -> bytes:
    """What a file or a pipe says; raises OSError, and ValueError where it is larger or its name can be none."""
    with open(path, "rb", opener=without_waiting) as file:
        content = file.read(bytes_max + 1)
    if len(content) > bytes_max:
        raise ValueError(f"it is larger than {bytes_max:,} bytes")
    return content


def text_of(path: Path | str, bytes_max: int = TEXT_BYTES_MAX) -> str:
    """The same as text, whose byte-order mark is no part of it; raises UnicodeDecodeError where it is not UTF-8."""
    return bytes_of(path, bytes_max).decode("utf-8-sig")


def tables_of(text: str, parse_float: Callable[[str], Any] = float) -> dict[str, Any]:
    """What a TOML text says; raises TOMLDecodeError, and ValueError with the reason where it goes beyond the bounds.

    The parser's time and memory grow with the square of the parts of a name: 50,000 take a minute, and gigabytes.
    """
    if len(text) > TEXT_BYTES_MAX:
        raise ValueError(f"it has more than {TEXT_BYTES_MAX:,} characters")
    if any(found["deep"] for found in re.finditer(_WORDS, text, re.VERBOSE | re.DOTALL)):
        raise ValueError("a name has too many parts")
    try:
        tables = tomllib.loads(text, parse_float=parse_float)
    except RecursionError:
        raise ValueError("brackets stand within brackets without end") from None
    _check_bounds(tables)
    return tables


def _check_bounds(tables: dict[str, Any]) -> None:
    level: list[Any] = [tables]
    for _ in range(DEPTH_MAX):
        level = [inner for each in level for inner in _inside(each)]
        if any(isinstance(each, int) and each.bit_length() > NUMBER_BITS_MAX for each in level):
            raise ValueError("a number has hundreds of digits")
        if any(isinstance(each, Decimal) and abs(each.adjusted()) > NUMBER_BITS_MAX for each in level):
            raise ValueError("a number has hundreds of digits")
    if level:
        raise ValueError(f"tables or lists stand within one another more than {DEPTH_MAX} deep")


def _inside(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        yield from value.values()
    elif isinstance(value, list):
        yield from value
