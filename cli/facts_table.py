"""The catalogue of facts as tables."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from pledger.cli.render import heading, indented, show, table, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import RenderableType


def show_facts(every: Sequence[dict[str, Any]]) -> None:
    """Print what can be recorded, by theme."""
    parts: list[Any] = []
    for theme, kinds in groupby(every, key=lambda fact: fact["theme"]):
        rows = [[words(fact["verb"], "bold"), fact["description"], words(fact["fact"], "dim")] for fact in kinds]
        parts += [heading(theme.capitalize()), indented(table(["", "", ""], rows, stiff=(0,))), ""]
    show(*parts, words("Each line: the verb, what it records, its stored name. More: pledger facts NAME", "dim"))


def show_fact(fact: dict[str, Any]) -> None:
    """Print everything about one fact."""
    show(*_parts_of(fact))


def _parts_of(fact: dict[str, Any]) -> Iterator[RenderableType]:
    told = [field for field in fact["fields"] if not field["stamped"]]
    stamped = [field for field in fact["fields"] if field["stamped"]]
    yield words(f"{fact['fact']} ({fact['theme']})", "bold")
    yield words(fact["description"])
    yield from ("", heading("Told"))
    yield _fields(told) if told else words("  nothing but when")
    if stamped:
        yield from ("", heading("Filled in by the ledger"), _fields(stamped))
    yield from ("", words(f"$ {fact['example']}"))


def _fields(fields: Sequence[dict[str, Any]]) -> RenderableType:
    rows = [
        [words(field["name"], "bold"), field["description"], "required" if field["required"] else ""]
        for field in fields
    ]
    return indented(table(["", "", ""], rows, stiff=(0, 2)))
