"""What the fields of a fact take, read from its class."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any, get_args

from pydantic import StringConstraints

from pledger.domain.catalogue import facts
from pledger.domain.naming import SLUG_PATTERN
from pledger.domain.person_ids import PERSON_FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pledger.domain.fact import Fact


@lru_cache(maxsize=1)
def importable() -> dict[str, type[Fact]]:
    """The facts that a table can tell, by their stored name."""
    return {topic: kind for topic, kind in facts().items() if kind.THEME not in ("ledger", "correction")}


def fields_of(kind: type[Fact]) -> list[str]:
    """The names of the fields that can be told."""
    return [name for name in kind.model_fields if name not in kind.stamps()]


@lru_cache(maxsize=1024)
def takes_short_name(kind: type[Fact], name: str) -> bool:
    """Whether a field takes the short name of a promise, a goal, a norm or a concern, which is made from words."""
    if name in PERSON_FIELDS:
        return False
    return any(
        isinstance(part, StringConstraints) and part.pattern == SLUG_PATTERN for part in _annotations(kind, name)
    )


@lru_cache(maxsize=1024)
def takes_day(kind: type[Fact], name: str) -> bool:
    """Whether a field takes a day."""
    return date in _annotations(kind, name)


def _annotations(kind: type[Fact], name: str) -> list[Any]:
    info = kind.model_fields[name]
    return [*info.metadata, *_inside(info.annotation)]


def _inside(annotation: Any) -> Iterator[Any]:
    yield annotation
    for part in get_args(annotation):
        yield from _inside(part)
