"""What every command has in common: --ledger wherever it is typed, help in sections, guesses for mistyped names."""

from __future__ import annotations

import contextlib
import importlib
from typing import TYPE_CHECKING, Any

import click

from pledger.cli.session import Session
from pledger.domain.naming import nearest
from pledger.domain.refusal import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LEDGER_HELP = "The ledger's file, or postgresql://... on a server.  [env var: PLEDGER_LEDGER]"


def ledger_option() -> click.Option:
    """--ledger, which every command takes, so that it may stand anywhere on the line."""
    return click.Option(["--ledger"], metavar="PATH", expose_value=False, callback=_use_ledger, help=LEDGER_HELP)


def _use_ledger(context: click.Context, parameter: click.Parameter, value: str | None) -> None:
    if value is not None:
        context.ensure_object(Session).ledger_told = value


@contextlib.contextmanager
def _placed(context: click.Context) -> Iterator[None]:
    """Say of every wrong usage which command it is about; click forgets it now and then."""
    try:
        yield
    except click.UsageError as error:
        error.ctx = error.ctx or context
        raise


class NoSuchCommand(click.UsageError):
    """A mistyped command, with the nearest ones that there are."""

    def __init__(self, name: str, possibilities: list[str], ctx: click.Context) -> None:
        super().__init__(f"there is no command '{name}'", ctx)
        self.possibilities = possibilities


class PledgerCommand(click.Command):
    """A command with --ledger and an example in its help."""

    section = ""

    def __init__(self, *args: Any, section: str = "", example: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.help = self.help and self.help.replace("\\b\n", "\b\n")  # click's mark, as a raw docstring spells it
        self.params.append(ledger_option())
        self.section = section
        if example:
            self.epilog = f"Example:\n\n  $ pledger {example}"

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        with _placed(ctx):
            return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Problem as problem:
            problem.at(ctx.command_path)  # unless it knows a nearer place
            raise

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        if self.epilog:
            formatter.write_paragraph()
            formatter.write(self.epilog + "\n")


class PledgerGroup(click.Group):
    """A group whose commands may load late, listed by section, with the nearest name for a mistyped one."""

    command_class = PledgerCommand

    def __init__(
        self,
        *args: Any,
        late: Mapping[str, str] | None = None,
        section: str = "",
        **kwargs: Any,
    ) -> None:
        """`late` maps a name to the `module:attribute` that holds the command."""
        super().__init__(*args, **kwargs)
        self.params.append(ledger_option())
        self.late = dict(late or {})
        self.section = section

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        with _placed(ctx):
            return super().parse_args(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*self.late, *(name for name in self.commands if name not in self.late)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in self.commands:
            return self.commands[cmd_name]
        if cmd_name in self.late:
            module, _, attribute = self.late[cmd_name].partition(":")
            command: click.Command = getattr(importlib.import_module(module), attribute)
            return command
        return None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if not name.startswith("-") and self.get_command(ctx, name) is None:
            raise NoSuchCommand(name, nearest(name, self.list_commands(ctx)), ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        sections: dict[str, list[tuple[str, str]]] = {}
        for name in self.list_commands(ctx):
            command = self.get_command(ctx, name)
            if command is not None and not command.hidden:
                row = (name, command.get_short_help_str(limit=90))
                sections.setdefault(getattr(command, "section", "") or "Commands", []).append(row)
        for section, rows in sections.items():
            with formatter.section(section):
                formatter.write_dl(rows)
