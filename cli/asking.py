"""What a verb needs and was not told: asked for on a terminal, refused elsewhere."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from pledger.cli.verbs import argument_name, choices, option_names, takes_many
from pledger.domain.refusal import WrongUsage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pledger.domain.fact import Fact


def on_terminal() -> bool:
    """Whether somebody is there to answer."""
    return sys.stdin is not None and sys.stdin.isatty()


def ask_for(kind: type[Fact], names: Sequence[str], told: dict[str, Any]) -> None:
    """Ask for these required fields on a terminal; elsewhere refuse, naming them all."""
    if names and not on_terminal():
        missing = " and ".join(told_by(kind, name) for name in names)
        raise WrongUsage(
            f"{missing} {'is' if len(names) == 1 else 'are'} missing",
            where=f"pledger {kind.VERB}",
            remedy=f"for example: pledger {kind.EXAMPLE}",
        )
    for name in names:
        info = kind.model_fields[name]
        meaning = info.description or ""
        if takes_many(info):
            answer = asked(name.replace("_", " "), f"{meaning}; with commas between")
            told[name] = [part.strip() for part in answer.split(",") if part.strip()]
        else:
            told[name] = asked(name.replace("_", " "), meaning, choices(info))


def ask_for_partnership(kind: type[Fact]) -> str:
    """Ask which partnership is meant, where somebody is there to answer."""
    if on_terminal():
        return asked("partnership", "its name in full")
    raise WrongUsage(
        "no partnership is named",
        where=f"pledger {kind.VERB}",
        remedy=f"for example: pledger {kind.EXAMPLE} (or configure one: pledger config partnership NAME)",
    )


def asked(name: str, meaning: str, among: Sequence[str] | None = None) -> str:
    """What somebody on a terminal answers; asked on standard error, so that the output stays clean."""
    wanted = click.Choice(among, case_sensitive=False) if among else None
    answer: str = click.prompt(f"{name} ({meaning})", type=wanted, err=True)
    return answer


def told_by(kind: type[Fact], name: str) -> str:
    """How the command line tells a field: the name of an argument, or an option."""
    return argument_name(kind, name).strip("[]") if name in kind.ARGUMENTS else option_names(kind, name)[0]
