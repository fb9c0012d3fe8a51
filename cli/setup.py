"""Setting up: a ledger with a name and a time zone, and the user's defaults."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pledger.cli.command import PledgerCommand
from pledger.cli.safe_text import printable
from pledger.cli.session import Session, pass_session
from pledger.cli.settings import MEANINGS, check_key, read_settings, write_setting
from pledger.cli.telling import fact_told
from pledger.domain.ledger import Ledger
from pledger.domain.ledger_facts import LedgerOpened
from pledger.domain.refusal import Refused, StorageTrouble, WrongUsage
from pledger.domain.store import is_file, without_password

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


@click.command("init", cls=PledgerCommand, section="Set up", example=LedgerOpened.EXAMPLE)
@click.option("--name", metavar="TEXT", help="What the ledger is called; the file's name unless told.")
@click.option(
    "--time-zone",
    metavar="ZONE",
    help="The zone whose days count, like Europe/Berlin; the machine's unless told.",
)
@click.option("--me", metavar="ID", help="Who makes it.")
@pass_session
def init(session: Session, name: str | None, time_zone: str | None, me: str | None) -> None:
    """Make a ledger with a name and a time zone.

    Recording makes one by itself where there is none, under the file's name and in the machine's time zone.
    """
    _refuse_existing(session)
    if name is not None:
        fact_told(LedgerOpened, {"name": name, "time_zone": "UTC"})  # refused before a file is made
    if time_zone is not None:
        _check_zone(time_zone)
    ledger = Ledger.open(session.ledger_path, name=name, time_zone=time_zone, me=session.me_or(me), clock=session.clock)
    with ledger:
        click.echo(f"made the ledger '{ledger.name}' in {ledger.path}; its days are those of {ledger.zone.key}")
        click.echo("  next: pledger open PARTNERSHIP --party ... --party ... --purpose ...")


def _refuse_existing(session: Session) -> None:
    try:
        ledger = session.ledger()
    except StorageTrouble:
        return  # none there yet; what is wrong with the place, making one will tell
    raise Refused(
        f"there is a ledger already, '{ledger.name}', with the days of {ledger.zone.key}",
        where=ledger.path,
        remedy="use it as it is, or name another place: pledger --ledger PATH init",
    )


def _check_zone(time_zone: str) -> None:
    from zoneinfo import available_timezones

    from pledger.domain.naming import nearest

    known = available_timezones()
    if time_zone not in known:
        guesses = nearest(time_zone, sorted(known))
        raise WrongUsage(
            f"'{time_zone}' is not a time zone",
            where="pledger init --time-zone",
            remedy=f"did you mean {' or '.join(guesses)}?" if guesses else "give one like Europe/Berlin or UTC",
        )


def _complete_key(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem | str]:
    return [key for key in MEANINGS if key.startswith(incomplete)]


@click.command("config", cls=PledgerCommand, section="Set up", example="config partnership acme-globex")
@click.argument("key", required=False, shell_complete=_complete_key)
@click.argument("value", required=False)
@click.option("--unset", is_flag=True, help="Take the setting out.")
@pass_session
def config(session: Session, key: str | None, value: str | None, unset: bool) -> None:
    r"""Show the defaults, or set one.

    \b
    ledger       the ledger's file, unless --ledger or PLEDGER_LEDGER names one
    me           who records, where neither --me nor PLEDGER_ME tells
    partnership  the partnership meant where none is named
    """
    if key is not None:
        check_key(key, "pledger config")
    if unset and (key is None or value is not None):
        raise WrongUsage(
            "--unset takes a setting's name and no value", where="pledger config", remedy="pledger config KEY --unset"
        )
    if key is not None and (value is not None or unset):
        if key == "ledger" and value and is_file(value):
            value = str(Path(value).expanduser().absolute())  # the same file from wherever pledger is run
        write_setting(session.settings_path, key, value)
        session.settings = read_settings(session.settings_path)
    in_force = {
        "ledger": without_password(session.ledger_path),
        "me": session.me,
        "partnership": session.partnership_default,
    }
    if key is None:
        click.echo(f"settings: {session.settings_path}")
    for name in [key] if key is not None else MEANINGS:
        click.echo(printable(f"{name:<12} {in_force[name] or '-'}{_origin(in_force[name], session, name)}"))


def _origin(in_force: str | None, session: Session, name: str) -> str:
    """What to say beside a value that is not the one in the settings."""
    in_settings = getattr(session.settings, name)
    if name == "ledger" and in_settings:
        in_settings = without_password(in_settings)
    if in_settings in (None, in_force):
        return "" if in_settings else "  (not set)"
    return f"  (for this run; the settings say {in_settings})"
