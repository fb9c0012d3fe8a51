"""pledger undo: the last thing that I recorded, shown and taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from pledger.cli.asking import on_terminal
from pledger.cli.command import PledgerCommand
from pledger.cli.echo import also_retracted, echo_of
from pledger.cli.safe_text import on_one_line, printable
from pledger.cli.session import Session, pass_session
from pledger.cli.telling import reason_told
from pledger.cli.verbs import SECTIONS
from pledger.domain.outcome import Recorded
from pledger.domain.refusal import WrongUsage
from pledger.domain.undoing import last_recorded, several_at_once, take_back
from pledger.projections.sentences import sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pledger.domain.entry import Entry


@click.command(
    "undo",
    cls=PledgerCommand,
    section=SECTIONS["correction"],
    example='undo --yes --why "wrong partnership"',
)
@click.option("--why", metavar="TEXT", help="Why it is taken back; 'undone' unless told.")
@click.option("--yes", is_flag=True, help="Do not ask; needed where nobody can be asked.")
@click.option("--batch", is_flag=True, help="Also where many entries were recorded at once: take all of them back.")
@click.option("--cascade", is_flag=True, help="Also retract what would no longer hold without it.")
@click.option("--me", metavar="ID", help="Whose last entry; else PLEDGER_ME, the configuration or your login.")
@click.option(
    "--format", "form", type=click.Choice(["table", "json", "csv", "tsv"]), help="How to show what was recorded."
)
@pass_session
def undo(
    session: Session, why: str | None, yes: bool, batch: bool, cascade: bool, me: str | None, form: str | None
) -> None:
    """Take back the last thing that I recorded, in whichever partnership.

    It is shown first. Undone again, the thing before is taken back. Nothing is deleted: a retraction is recorded, as by
    `pledger retract`. A retraction itself cannot be undone: record the fact again; an amendment is amended back.
    """
    ledger, me, why = session.ledger(), session.me_or(me), reason_told(why)
    last = last_recorded(ledger, me)
    if len(last) > 1 and not batch:
        raise several_at_once(last)
    if not (yes or _confirmed(last)):
        click.echo("nothing changed")
        return
    told = take_back(ledger, last, why=why, me=me, cascade=cascade)
    if form not in (None, "table"):
        from pledger.cli.log import print_entries

        print_entries(told, form)
        return
    own, also = told[: len(last)], told[len(last) :]
    if len(own) == 1:
        click.echo("\n".join(echo_of(Recorded(own[0]), also, ledger.zone)))
        return
    click.echo(f"recorded entries {own[0].position} to {own[-1].position}: {len(own):,} entries were taken back")
    click.echo("\n".join([f"  first: {_described(last[0])}", f"  last: {_described(last[-1])}", *also_retracted(also)]))


def _confirmed(last: Sequence[Entry]) -> bool:
    """Whether somebody who is asked wants it; where nobody can be asked, that is an error."""
    shown = _described(last[0]) if len(last) == 1 else f"{len(last):,} entries, the last of them {_described(last[-1])}"
    if on_terminal():
        return click.confirm(f"take back {shown}?", default=False, err=True)
    raise WrongUsage(f"nobody can be asked whether to take back {shown}", remedy="if that is meant, add --yes")


def _described(entry: Entry) -> str:
    return printable(f"entry {entry.position} in {entry.partnership}: {on_one_line(sentence(entry))}")
