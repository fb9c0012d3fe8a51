"""Short names made from words, names matched without case, and the nearest name for one that nobody knows."""

from __future__ import annotations

import difflib
import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

SLUG_LENGTH_MAX = 60
COMPARED_LENGTH_MAX = 200
"""No name is longer, and comparing takes as long as the square of the length."""
SLUG_PATTERN = r"^[^\W_A-Z]+(?:[-._][^\W_A-Z]+)*$"


def slug_from(text: str) -> str:
    """A short name for a text: lower case, accents dropped, words joined by hyphens, whole words only."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).casefold()
    named = "".join(" " if unicodedata.category(c) == "No" else c for c in unicodedata.normalize("NFC", plain))
    words = re.findall(r"[^\W_]+", named)  # numerals that are no digits are letters to `re`, and not to SLUG_PATTERN
    slug = "-".join(words) or "unnamed"
    if len(slug) <= SLUG_LENGTH_MAX:
        return slug
    return slug[: SLUG_LENGTH_MAX + 1].rpartition("-")[0] or slug[:SLUG_LENGTH_MAX]


def free_slug(text: str, is_taken: Callable[[str], bool]) -> str:
    """The first of `brand`, `brand-2`, `brand-3`, ... that is not taken."""
    base = slug_from(text)
    slug, number = base, 1
    while is_taken(slug):
        number += 1
        slug = f"{base}-{number}"
    return slug


def listed(names: Iterable[str], *, most: int = 8, none: str = "none") -> str:
    """Names for a message: the first few, and how many more there are."""
    every = list(names)
    if not every:
        return none
    more = f" and {len(every) - most} more" if len(every) > most else ""
    return ", ".join(every[:most]) + more


def nearest(name: str, names: Iterable[str], *, most: int = 3) -> list[str]:
    """The known names that a mistyped one most likely meant, best first."""
    if len(name) > COMPARED_LENGTH_MAX:
        return []
    by_key = {known.casefold(): known for known in names if len(known) <= COMPARED_LENGTH_MAX}
    key = name.casefold()
    starts = [known for folded, known in by_key.items() if key and folded.startswith(key)]
    close = [by_key[folded] for folded in difflib.get_close_matches(key, by_key, n=most, cutoff=0.5)]
    return list(dict.fromkeys([*close, *starts]))[:most]
