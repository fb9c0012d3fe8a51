"""Every fact there is, by its stored name; the one list that commands, imports, documentation and storage read."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from pledger.domain import (
    communication,
    correction,
    delivery,
    goals,
    ledger_facts,
    lifecycle,
    norms,
    planning,
    rating,
)
from pledger.domain.fact import Fact

if TYPE_CHECKING:
    from types import ModuleType

THEMES: tuple[ModuleType, ...] = (
    lifecycle,
    communication,
    norms,
    goals,
    planning,
    delivery,
    rating,
    correction,
    ledger_facts,
)


@cache
def facts() -> dict[str, type[Fact]]:
    """Stored name -> fact class, theme by theme in the order of their modules."""
    found: dict[str, type[Fact]] = {}
    for theme in THEMES:
        for member in vars(theme).values():
            is_fact = isinstance(member, type) and issubclass(member, Fact)
            if is_fact and member.__module__ == theme.__name__:
                assert member.TOPIC not in found, member.TOPIC
                found[member.TOPIC] = member
    return found
