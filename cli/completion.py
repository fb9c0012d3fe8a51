"""Shell completion: of commands and options by click itself, of names from the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from pledger.cli.command import PledgerCommand
from pledger.domain.refusal import Problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.shell_completion import CompletionItem

    from pledger.domain.fact import Fact

HOW = {
    "bash": "echo 'eval \"$(pledger completion bash)\"' >> ~/.bashrc",
    "zsh": "echo 'eval \"$(pledger completion zsh)\"' >> ~/.zshrc",
    "fish": "pledger completion fish > ~/.config/fish/completions/pledger.fish",
}


def complete_partnership(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem | str]:
    """The partnerships whose names begin like that; none where the ledger cannot be read."""
    from pledger.cli.session import Session

    already = context.params.get(parameter.name or "")
    if already:
        return []
    session = context.ensure_object(Session)
    try:
        names = session.ledger().partnerships()
    except Problem:
        return []
    return [name for name in names if name.casefold().startswith(incomplete.casefold())]


def words_completion(kind: type[Fact]) -> Callable[[click.Context, click.Parameter, str], list[CompletionItem | str]]:
    """The completion of a verb's words: the partnership first, then what the verb names in it."""

    def complete(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem | str]:
        words = context.params.get(parameter.name or "") or ()
        if not words:
            return complete_partnership(context, parameter, incomplete)
        field = kind.ARGUMENTS[len(words) - 1] if len(words) <= len(kind.ARGUMENTS) else ""
        return [name for name in _may_be(kind, field, words[0], context) if incomplete.casefold() in name]

    return complete


def _may_be(kind: type[Fact], field: str, partnership: str, context: click.Context) -> list[str]:
    """What a field told by its place may be."""
    from pledger.cli.names import exact_partnership
    from pledger.cli.references import open_names
    from pledger.cli.session import Session
    from pledger.cli.verbs import choices, referring

    fixed = choices(kind.model_fields[field]) if field else None
    if field not in referring(kind):
        return list(fixed or ())
    try:
        ledger = context.ensure_object(Session).ledger()
        return open_names(kind, field, context.params, ledger.partnership(exact_partnership(ledger, partnership)))
    except Problem:
        return []


@click.command(
    "completion",
    cls=PledgerCommand,
    section="Set up",
    example="completion bash",
    help="Print the completion script for a shell.\n\n\b\nSwitch it on for good with:\n" + "\n".join(HOW.values()),
)
@click.argument("shell", metavar="SHELL", type=click.Choice(list(HOW)))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the completion script for a shell."""
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    assert kind is not None  # the choices are the shells that click knows
    click.echo(kind(context.find_root().command, {}, "pledger", "_PLEDGER_COMPLETE").source())
