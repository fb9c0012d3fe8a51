"""The catalogue of facts as tables."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from pledger.cli.render import heading, indented, show, table, words

if TYPE_CHECKING:
    from collections.abc import Sequence


def show_facts(every: Sequence[dict[str, Any]]) -> None:
    """Print what can be recorded, by theme."""
    parts: list[Any] = []
    for theme, kinds in groupby(every, key=lambda fact: fact["theme"]):
        rows = [[words(fact["verb"], "bold"), fact["description"], words(fact["fact"], "dim")] for fact in kinds]
        parts += [heading(theme.capitalize()), indented(table(["", "", ""], rows, stiff=(0,))), ""]
    show(*parts, words("Each line: the verb, what it records, its stored name. More: pledger facts NAME", "dim"))


def show_fact(fact: dict[str, Any]) -> None:
    """Print everything about one fact."""
    told = [
        [words(field["name"], "bold"), field["description"], "required" if field["required"] else ""]
        for field in fact["fields"]
        if not field["stamped"]
    ]
    stamped = [[words(field["name"], "bold"), field["description"]] for field in fact["fields"] if field["stamped"]]
    show(
        words(f"{fact['fact']} ({fact['theme']})", "bold"),
        words(fact["description"]),
        "",
        heading("Told"),
        indented(table(["", "", ""], told, stiff=(0, 2))) if told else words("  nothing but when"),
        *(["", heading("Filled in by the ledger"), indented(table(["", ""], stamped, stiff=(0,)))] if stamped else []),
        "",
        words(f"$ {fact['example']}"),
    )
