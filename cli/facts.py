"""pledger facts: what can be recorded, from the classes themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from pledger.cli.command import PledgerCommand
from pledger.cli.names import find_beginning, unknown_name
from pledger.cli.output import print_json, print_rows
from pledger.cli.queries import SECTION, form_for, format_option, help_with_keys
from pledger.domain.catalogue import facts as catalogue

if TYPE_CHECKING:
    from pledger.domain.fact import Fact


KEYS = """
--format json gives a list of objects with these keys:
  fact (its stored name), verb, theme, description, example
  fields: a list of {name, description, required, stamped}; the ledger
    fills the stamped ones by itself
With FACT it gives the JSON Schema of its data.
"""


def _answer(fact: tuple[str, ...], form: str | None) -> None:
    """Show what can be recorded, or everything about one FACT.

    FACT: its stored name, or any beginning of it that fits one only, or the verb that records it.
    """
    told = form_for(form)
    if fact:
        kind = fact_named(" ".join(fact))
        if told == "json":
            print_json(schema(kind))
        elif told == "table":
            from pledger.cli.facts_table import show_fact

            show_fact(described(kind))
        else:
            print_rows(described(kind)["fields"], ("name", "description", "required", "stamped"), told)
        return
    every = [described(kind) for kind in catalogue().values()]
    if told == "json":
        print_json(every)
    elif told == "table":
        from pledger.cli.facts_table import show_facts

        show_facts(every)
    else:
        print_rows(every, ("fact", "verb", "theme", "description", "example"), told)


facts = PledgerCommand(
    "facts",
    section=SECTION,
    example="facts commitment-made",
    help=help_with_keys(_answer, KEYS),
    params=[click.Argument(["fact"], required=False, nargs=-1), format_option()],
    callback=_answer,
)


def fact_named(told: str) -> type[Fact]:
    """The fact of that stored name or verb, or of the only name that begins so; raises WrongUsage."""
    for topic, kind in catalogue().items():
        if told.casefold() in (topic, kind.VERB, kind.__name__.casefold()):
            return kind
    if any(topic.startswith(told.casefold()) for topic in catalogue()):
        return catalogue()[find_beginning(told, list(catalogue()), "fact", "")]
    raise unknown_name(
        told, [*catalogue(), *(kind.VERB for kind in catalogue().values())], "fact", "see: pledger facts"
    )


def described(kind: type[Fact]) -> dict[str, Any]:
    """A fact as the catalogue tells it."""
    return {
        "fact": kind.TOPIC,
        "verb": kind.VERB,
        "theme": kind.THEME,
        "description": (kind.__doc__ or "").strip(),
        "example": f"pledger {kind.EXAMPLE}",
        "fields": [
            {
                "name": name,
                "description": (field.description or "").removesuffix(" (stamped when admitted)"),
                "required": field.is_required(),
                "stamped": name in kind.stamps(),
            }
            for name, field in kind.model_fields.items()
        ],
    }


def schema(kind: type[Fact]) -> dict[str, Any]:
    """The JSON Schema of a fact's data, as `log --format json` gives it."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **kind.model_json_schema(mode="validation"),
        "title": kind.TOPIC,
    }
