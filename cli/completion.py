"""Shell completion: of commands and options by click itself, of partnership names from the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from pledger.cli.command import PledgerCommand
from pledger.domain.refusal import Problem

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

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
