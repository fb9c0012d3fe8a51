"""Texts with `{columns}` in them: how a mapping says what to make of a row."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from pledger.domain.naming import slug_from

if TYPE_CHECKING:
    from collections.abc import Callable

Told = str | date | Decimal
"""What a cell says: words, a day, an instant (a kind of date to Python) or a number."""

CHARACTERS_MAX = 20_000
"""Twice what the longest field takes."""


class TooLong(ValueError):
    """A template makes more text than any field takes."""


_short = lru_cache(maxsize=10_000)(slug_from)
_PIECE = re.compile(r"\{\{|\}\}|\{([^{}]+)\}|[{}]")


@dataclass(frozen=True, slots=True)
class Template:
    """Fixed words and the names of columns or values between them, in their order."""

    pieces: tuple[tuple[bool, str], ...]
    """Each piece, and whether it is a name."""
    names: tuple[str, ...]
    only_name: str | None
    """The one name, where the template is nothing else."""

    def filled(self, value_of: Callable[[str], Told | None]) -> Told | None:
        """What it says of a row; None where one of its names has no value there. Raises TooLong."""
        if self.only_name is not None:
            return value_of(self.only_name)
        told, length = [], 0
        for is_name, text in self.pieces:
            value = value_of(text) if is_name else text
            if value is None:
                return None
            told.append(written(value))
            length += len(told[-1])
            if length > CHARACTERS_MAX:
                raise TooLong(f"makes a text of more than {CHARACTERS_MAX:,} characters")
        return "".join(told)

    def slug(self, value_of: Callable[[str], Told | None]) -> str | None:
        """The same as a short name; each value is shortened by itself, so that none is cut off by those before it."""
        words = []
        for is_name, text in self.pieces:
            value = value_of(text) if is_name else text
            if value is None:
                return None
            if any(character.isalnum() for character in written(value)):
                words.append(_short(written(value)))
        return "-".join(words)


@lru_cache(maxsize=4096)
def template(text: str) -> Template:
    """Read a template; raises ValueError with the reason where a brace stands alone."""
    pieces: list[tuple[bool, str]] = []
    end = 0
    for match in _PIECE.finditer(text):
        words = text[end : match.start()]
        end = match.end()
        if match[1] is not None:
            pieces += [(False, words), (True, match[1].strip())]
        elif len(match[0]) == 2:
            pieces.append((False, words + match[0][0]))
        else:
            raise ValueError(f"has a '{match[0]}' without its other half; write it twice where a brace is meant")
    pieces.append((False, text[end:]))
    pieces = [piece for piece in pieces if piece[1]]
    names = tuple(words for is_name, words in pieces if is_name)
    return Template(tuple(pieces), names, names[0] if len(pieces) == len(names) == 1 else None)


def written(value: Told) -> str:
    """A value as words."""
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, Decimal):
        return f"{value:f}"
    return str(value)
