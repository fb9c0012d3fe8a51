"""pledger backup: the whole ledger as it is now, in one file that is a ledger in itself."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from pledger.cli.command import PledgerCommand
from pledger.cli.progress import Progress
from pledger.cli.safe_text import on_one_line, printable
from pledger.cli.session import Session, pass_session
from pledger.domain.refusal import Refused, StorageTrouble, WrongUsage
from pledger.domain.store import IN_MEMORY, in_full, is_file

SECTION = "Keep"
BESIDE_A_LEDGER = ("", "-wal", "-shm", "-journal")


@click.command("backup", cls=PledgerCommand, section=SECTION, example="backup ledger-2026-03-02.backup")
@click.argument("file")
@click.option("--replace", is_flag=True, help="Let it take the place of a file that is there.")
@pass_session
def backup(session: Session, file: str, replace: bool) -> None:
    """Keep the ledger as it is now in a file.

    Others may go on recording: the backup holds one moment. Entries are kept byte for byte, with their positions and
    both clocks, so that checkpoints and proofs hold for it as well; the names of people are kept, too, so give it to
    nobody who may not read the ledger. What was written is read again and compared before it takes its name. The file
    is a ledger in itself (pledger --ledger FILE verify), whatever the ledger is kept in; pledger restore makes it one
    again, in a file or on a server.
    """
    from pledger.cli.saving import exported, sweep
    from pledger.projections.keeping import back_up
    from pledger.projections.signed_note import to_base64

    path = Path(file)
    _check_place(session.ledger_path, path, replace)
    sweep(path.resolve().parent, f".{path.resolve().name}.")
    with Progress() as progress, exported(path) as aside:
        kept = back_up(in_full(session.ledger_path), aside, file, progress.show)
    told = [
        f"backup    {file}, {path.stat().st_size:,} bytes",
        f"ledger    {kept.name}",
        f"entries   {kept.entries:,}, equal to those of the ledger",
        f"root      {to_base64(kept.root)}",
        *(["people    their names are in it, too: keep it from those who may not read them"] if kept.people else []),
        f"  next: keep it elsewhere; pledger --ledger {shlex.quote(file)} verify checks it at any time",
    ]
    click.echo(printable("\n".join(map(on_one_line, told[:-1])) + "\n" + told[-1]))


def _check_place(ledger: str, path: Path, replace: bool) -> None:
    """Refuse to write over the ledger, and over what is there unless that is wanted."""
    if ledger == IN_MEMORY:
        raise WrongUsage("a ledger in memory cannot be kept", remedy="name one that is in a file with --ledger")
    if is_file(ledger):
        own = in_full(ledger)
        if str(path.resolve()) in {f"{own}{ending}" for ending in BESIDE_A_LEDGER} or _is_same_file(path, Path(own)):
            raise WrongUsage("that is the ledger itself", where=str(path), remedy="name another file for the backup")
    if not path.parent.is_dir():
        raise StorageTrouble("there is no such folder", where=str(path.parent), remedy="make it, or name another file")
    if path.exists() and not replace:
        raise Refused(
            "there is a file already", where=str(path), remedy="name another, or add --replace to write over this one"
        )


def _is_same_file(path: Path, other: Path) -> bool:
    return path.exists() and other.exists() and path.samefile(other)
