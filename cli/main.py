"""The command `pledger`: its commands, and the one place where problems become messages and exit codes."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from typing import TYPE_CHECKING

import click

from pledger.cli.command import PledgerGroup
from pledger.cli.session import Session
from pledger.domain.naming import nearest
from pledger.domain.refusal import Problem, StorageTrouble, WrongUsage

if TYPE_CHECKING:
    from collections.abc import Sequence

INTERRUPTED = 130
UNEXPECTED = 70
MESSAGE_LENGTH_MAX = 2_000
AFTER_TROUBLE = "check that it is there and may be read and written; `pledger log` shows what is recorded"
REPORT = "please report this, with what PLEDGER_DEBUG=1 in the environment makes it print"

LATE = {
    "show": "pledger.cli.show:show",
    "log": "pledger.cli.log:log",
    "history": "pledger.cli.history:history",
    "explain": "pledger.cli.explain:explain",
    "diff": "pledger.cli.diff:diff",
    "replay": "pledger.cli.replay:replay",
    "commitments": "pledger.cli.commitments:commitments",
    "portfolio": "pledger.cli.portfolio:portfolio",
    "lens": "pledger.cli.lens:lens",
    "facts": "pledger.cli.facts:facts",
    "amend": "pledger.cli.amend:amend_command",
    "undo": "pledger.cli.undo:undo",
    "import": "pledger.cli.importing.commands:import_",
    "init": "pledger.cli.setup:init",
    "config": "pledger.cli.setup:config",
    "backup": "pledger.cli.backup:backup",
    "restore": "pledger.cli.restore:restore",
    "doctor": "pledger.cli.doctor:doctor",
    "rebuild": "pledger.cli.rebuild:rebuild",
    "verify": "pledger.cli.verify:verify",
    "keys": "pledger.cli.keys:keys",
    "checkpoint": "pledger.cli.checkpoint:checkpoint",
    "prove": "pledger.cli.prove:prove",
    "check-proof": "pledger.cli.prove:check_proof",
    "audit-pack": "pledger.cli.audit_pack:audit_pack",
    "people": "pledger.cli.people:people",
    "policy": "pledger.cli.policy:policy",
    "completion": "pledger.cli.completion:completion",
    "demo": "pledger.cli.demo:demo",
}
"""The commands that are written by hand, and where; a module is imported only when its command runs."""


class _Root(PledgerGroup):
    """The hand-written commands, and a verb for every fact, loaded only when a verb is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        from pledger.cli.verbs import verb_names

        return [*super().list_commands(ctx), *verb_names()]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        command = super().get_command(ctx, cmd_name)
        if command is None:
            from pledger.cli.verbs import command_of

            command = command_of(cmd_name)
        return command


def _version(context: click.Context, parameter: click.Parameter, value: bool) -> None:
    if value:
        from importlib.metadata import version

        click.echo(f"pledger {version('pledger')}")
        context.exit()


@click.group(
    "pledger",
    cls=_Root,
    late=LATE,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    no_args_is_help=True,
)
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Show the version.")
@click.pass_context
def pledger(context: click.Context) -> None:
    """Keep a ledger of what partners promised each other and what they did about it.

    From these facts pledger works out how much trust there is, which way the momentum goes, and what to do next.
    Nothing recorded is ever changed; every score can be traced to the entries behind it.
    """
    session = context.ensure_object(Session)
    context.call_on_close(session.close)


def main(arguments: Sequence[str] | None = None, session: Session | None = None) -> None:
    """Run the program and exit with its code; never a traceback."""
    _print_what_cannot_be_encoded()
    sys.exit(run(arguments, session))


def _print_what_cannot_be_encoded() -> None:
    """Where the output has few characters, others become a question mark instead of an error."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")


def run(arguments: Sequence[str] | None = None, session: Session | None = None) -> int:
    """Run the program; problems are told on standard error and become the exit code."""
    try:
        code = pledger.main(arguments, prog_name="pledger", standalone_mode=False, obj=session or Session())
        if sys.stdout is not None:  # started with its output closed
            sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except SystemExit as leaving:  # click's own way out: a word was completed, or the reader of the output has gone
        return int(leaving.code or 0) if "_PLEDGER_COMPLETE" in os.environ else 0
    except BrokenPipeError:  # the reader has what it wanted
        _forget_output()
        return 0
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        return INTERRUPTED
    except click.exceptions.NoArgsIsHelpError as help_wanted:
        click.echo(help_wanted.format_message(), err=True)
        return WrongUsage.exit_code
    except Exception as error:
        problem = _problem(error)
        if problem is None and os.environ.get("PLEDGER_DEBUG"):
            raise
        return _told(error, problem)


def _problem(error: Exception) -> Problem | None:
    """What went wrong, in the form that all messages have; None where it is pledger's own fault."""
    match error:
        case Problem():
            return error
        case click.UsageError():
            return _usage(error)
        case click.ClickException():
            return WrongUsage(error.format_message(), remedy="see: pledger --help")
        case OSError():
            _forget_output()
            where = str(error.filename or "the output")
            return StorageTrouble(error.strerror or str(error), where=where, remedy=AFTER_TROUBLE)
    return None


def _cut(text: str) -> str:
    """A part of a message: untrusted files may put a megabyte into one."""
    from pledger.cli.safe_text import on_one_line

    told = on_one_line(text)
    return told if len(told) <= MESSAGE_LENGTH_MAX else f"{told[:MESSAGE_LENGTH_MAX]}..."


def _told(error: Exception, problem: Problem | None) -> int:
    from pledger.cli.safe_text import printable

    if problem is None:  # the last line of defence: a message, never a traceback
        text = f"error: pledger itself failed: {type(error).__name__}: {_cut(str(error))}\n  now:   {REPORT}"
    else:
        problem.what, problem.where, problem.remedy = map(_cut, (problem.what, problem.where, problem.remedy))
        text = str(problem)
    click.echo(printable(text), err=True)
    return UNEXPECTED if problem is None else problem.exit_code


def _forget_output() -> None:
    """What could not be written is dropped, so that leaving does not try again."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _usage(error: click.UsageError) -> WrongUsage:
    """A usage error of click's in the form that all messages have."""
    command = error.ctx.command_path if error.ctx is not None else "pledger"
    what, guesses = error.format_message(), list(getattr(error, "possibilities", None) or ())
    if isinstance(error, click.NoSuchOption):
        what = f"there is no option {error.option_name}"
        bare = {known.lstrip("-"): known for known in guesses}
        guesses = [bare[name] for name in nearest(error.option_name.lstrip("-"), bare)]
    guess = f"did you mean {' or '.join(guesses)}? " if guesses else ""
    return WrongUsage(
        f"{what[:1].lower()}{what[1:].rstrip('.')}", where=command, remedy=f"{guess}see: {command} --help"
    )
