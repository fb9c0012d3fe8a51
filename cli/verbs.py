"""The verbs: one command for every fact, made from its class, so that a new fact needs no new command."""

from __future__ import annotations

import textwrap
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

import click

from pledger.cli.command import PledgerCommand, PledgerGroup
from pledger.cli.completion import words_completion
from pledger.domain.catalogue import facts

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

    from pledger.domain.fact import Fact

SECTIONS = {
    "lifecycle": "Record the partnership itself",
    "communication": "Record communication",
    "norms": "Record norms and fit",
    "goals": "Record goals",
    "planning": "Record plans",
    "delivery": "Record promises, investments, outcomes",
    "rating": "Record what people say",
    "correction": "Record corrections",
}
GROUP_HELP = {
    "manager": "Who looks after the relationship.",
    "concern": "What worries a party.",
    "norm": "What the parties hold in common.",
    "goal": "What the parties want to achieve.",
    "plan": "What the parties plan together.",
}


@cache
def _kinds_by_first_word() -> dict[str, list[type[Fact]]]:
    kinds: dict[str, list[type[Fact]]] = {}
    for kind in facts().values():
        if kind.THEME in SECTIONS:
            kinds.setdefault(kind.VERB.partition(" ")[0], []).append(kind)
    return kinds


def verb_names() -> list[str]:
    """The first words of all verbs, theme by theme."""
    return list(_kinds_by_first_word())


@cache
def command_of(first: str) -> click.Command | None:
    """The command that a verb's first word names: a verb, or the group of those that begin with it."""
    kinds = _kinds_by_first_word().get(first, [])
    if not kinds:
        return None
    if first == kinds[0].VERB:
        return verb_command(kinds[0], first)
    section = SECTIONS[kinds[0].THEME]
    group = PledgerGroup(first, help=GROUP_HELP[first], section=section, no_args_is_help=True)
    for kind in kinds:
        group.add_command(verb_command(kind, kind.VERB.partition(" ")[2]))
    return group


def verb_command(kind: type[Fact], name: str) -> click.Command:
    """The command that records one kind of fact."""
    from pledger.cli.telling import tell

    told = [field for field in kind.model_fields if field not in kind.stamps()]
    params: list[click.Parameter] = [_Words(kind)]
    params += [_option(kind, field) for field in told if field not in kind.ARGUMENTS]
    params += _common_options()
    if kind.TOPIC == "entry-retracted":
        cascade = "Also retract what would no longer hold without it."
        params.append(click.Option(["--cascade"], is_flag=True, help=cascade))

    def callback(**values: Any) -> None:
        tell(kind, values)

    return PledgerCommand(
        name,
        params=params,
        callback=callback,
        help=f"{kind.__doc__}\n\n{_arguments_help(kind)}",
        short_help=(kind.__doc__ or "").splitlines()[0],
        section=SECTIONS[kind.THEME],
        example=kind.EXAMPLE,
    )


class _Words(click.Argument):
    """The partnership, then the words of the fact; read together, since a configured partnership may be left out."""

    def __init__(self, kind: type[Fact]) -> None:
        super().__init__(["words"], nargs=-1, type=click.STRING, shell_complete=words_completion(kind))
        self.kind = kind

    def make_metavar(self, ctx: click.Context) -> str:
        return " ".join(["[PARTNERSHIP]", *(argument_name(self.kind, name) for name in self.kind.ARGUMENTS)])


def argument_name(kind: type[Fact], field: str) -> str:
    """How the help calls a field told by its place."""
    name = {"every_days": "DAYS"}.get(field, field.upper())
    may_be_left_out = field in referring(kind) or not kind.model_fields[field].is_required()
    return f"[{name}]" if may_be_left_out else name


def referring(kind: type[Fact]) -> list[str]:
    """The fields that name a promise, goal, norm or concern that is there already; told in part, or not at all."""
    own = kind.NAMED[0] if kind.NAMED else None
    return [name for name in kind.model_fields if name in ("commitment", "goal", "concern", "norm") and name != own]


def option_names(kind: type[Fact], field: str) -> tuple[str, ...]:
    """The options that tell a field."""
    return kind.OPTIONS.get(field, ("--" + field.replace("_", "-"),))


def choices(info: FieldInfo) -> tuple[str, ...] | None:
    """The words that a field may have, where they are fixed."""
    if get_origin(info.annotation) is Literal:
        return tuple(str(choice) for choice in get_args(info.annotation))
    return None


def takes_many(info: FieldInfo) -> bool:
    """Whether a field may be told several times."""
    return get_origin(info.annotation) is tuple


def _arguments_help(kind: type[Fact]) -> str:
    lines = ["PARTNERSHIP: its name in full; may be left out where one is configured."]
    for field in kind.ARGUMENTS:
        info = kind.model_fields[field]
        among = f" ({', '.join(choices(info) or ())})" if choices(info) else ""
        part = "; any part of its name, or nothing where only one is open" if field in referring(kind) else ""
        lines.append(f"{argument_name(kind, field).strip('[]')}: {info.description}{among}{part}.")
    return "\b\n" + "\n".join(textwrap.fill(line, 76, subsequent_indent="  ") for line in lines)


def _option(kind: type[Fact], field: str) -> click.Option:
    info = kind.model_fields[field]
    names = [*option_names(kind, field), field]
    about = _sentence(info.description or "")
    if info.annotation is bool:
        return click.Option(names, is_flag=True, default=None, help=about)
    if takes_many(info):
        return click.Option(names, multiple=True, metavar=_metavar(field), help=about)
    fixed = choices(info)
    if info.is_required():
        about += "  [required]"
    elif info.default is not None:
        about += f"  [default: {info.default}]"
    if fixed:
        return click.Option(names, type=click.Choice(fixed, case_sensitive=False), help=about)
    return click.Option(names, metavar=_metavar(field), help=about)


def _metavar(field: str) -> str:
    parties = {"by", "to", "of", "about", "owner", "party", "parties", "present"}
    return "PARTY" if field in parties else {"due": "DATE"}.get(field, "TEXT")


def _common_options() -> list[click.Parameter]:
    return [
        click.Option(["--on"], metavar="DATE", help="When it happened; now unless told."),
        click.Option(["--note"], metavar="TEXT", help="A remark."),
        click.Option(["--link"], metavar="URL", help="A document that shows it."),
        click.Option(["--source"], metavar="TEXT", help="Where it comes from; the same again is not recorded twice."),
        click.Option(["--me"], metavar="ID", help="Who records it; else PLEDGER_ME, the configuration or your login."),
        click.Option(
            ["--format", "form"],
            type=click.Choice(["table", "json", "csv", "tsv"]),
            help="How to show what was recorded.",
        ),
    ]


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "."
