"""pledger keys: the keys that sign what a ledger holds."""

from __future__ import annotations

import click

from pledger.cli.command import PledgerGroup
from pledger.cli.output import one_line, print_json
from pledger.cli.safe_text import printable
from pledger.cli.session import Session, pass_session
from pledger.cli.verify import SECTION


@click.group("keys", cls=PledgerGroup, section=SECTION)
def keys() -> None:
    """Make and show the keys that sign checkpoints.

    A key is for one ledger, whose origin is its name in the signatures. The private half stays in a file that only you
    may read; the public half is for whoever shall check.
    """


@keys.command("new", example="keys new audit-2026")
@click.argument("name")
@click.option("--out", metavar="FILE", help="Where to keep the private half instead, on a stick, say.")
@pass_session
def new(session: Session, name: str, out: str | None) -> None:
    """Make a pair of keys for the ledger, and print the public one.

    NAME: what you call it, in small letters, digits and hyphens.

    Whoever has the private key can sign: it is kept in your configuration folder, readable by you alone, and is never
    printed nor overwritten. Give the public one to those who shall check, on another way than what it signs.
    """
    from pledger.projections.log_tree import ledger_log
    from pledger.projections.verification import told_origin

    with ledger_log(session.ledger_path) as log:
        origin = told_origin(log)
    public, private = session.keyring.made(name, origin, out)
    click.echo(public)
    click.echo(printable(f"the private half is in {one_line(str(private))}"), err=True)


@keys.command("list", example="keys list")
@click.option("--format", "form", type=click.Choice(("table", "json")), default="table", help="How to show it.")
@pass_session
def list_(session: Session, form: str) -> None:
    r"""List your keys: what you call each, and the ledger it is for.

    \b
    Keys of --format json: name, origin, id, vkey.
    """
    found = session.keyring.public()
    if form == "json":
        print_json(
            [{"name": name, "origin": key.name, "id": key.id.hex(), "vkey": str(key)} for name, key in found.items()]
        )
        return
    if not found:
        click.echo("there are no keys yet; make one: pledger keys new NAME")
    width = max(map(len, found), default=0)
    for name, key in found.items():
        click.echo(printable(f"{name:<{width}}  {one_line(key.name)}+{key.id.hex()}"))


@keys.command("show", example="keys show audit-2026")
@click.argument("name")
@pass_session
def show(session: Session, name: str) -> None:
    """Print the public half of a key, as other tools read it.

    NAME: what you call it.
    """
    click.echo(printable(str(session.keyring.named(name))))
