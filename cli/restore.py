"""pledger restore: a ledger from a backup, which is verified before anything is touched."""

from __future__ import annotations

import os
import shlex
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pledger.cli.backup import BESIDE_A_LEDGER, SECTION
from pledger.cli.command import PledgerCommand
from pledger.cli.progress import Progress
from pledger.cli.safe_text import on_one_line, printable
from pledger.cli.saving import sweep
from pledger.cli.session import Session, pass_session
from pledger.cli.verify import CHECKPOINT_OPTIONS, signed_told
from pledger.domain.refusal import Refused, StorageTrouble, WrongUsage
from pledger.domain.store import IN_MEMORY, in_full, is_file, is_there, without_password

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pledger.projections.keeping import There
    from pledger.projections.verification import Verified

RESTORING = ".pledger-restores-"
"""How the folder begins in which a restore works, before the number of its program."""


def _restore(session: Session, file: str, replace: bool, checkpoint: Sequence[str], key: Sequence[str]) -> None:
    """Make a ledger of a backup, bytes and clocks as they were.

    The backup is copied entry by entry and verified as `pledger verify` does before anything is touched; with
    checkpoints, it must hold what they sign. A ledger that is there stays, unless --replace: then it is kept aside, and
    the answer says where. Others that have it open go on with what was restored. The people come back as they were
    kept: forget those again who were forgotten since (pledger people forget), and think of what was kept aside, too.
    """
    from pledger.domain.backup import put_back
    from pledger.projections.keeping import checked_copy, forget_pages, what_is_there

    address = in_full(session.ledger_path)
    _check_file(Path(file), address)
    signed = signed_told(session, checkpoint, key)
    with Progress() as progress, _aside(address) as aside:
        found = checked_copy(Path(file), aside, signed, progress.show)
        if found.findings:
            raise found.failure()
        there = what_is_there(address, aside, progress.show) if _is_anything(address) else None
        if there is not None and not replace:
            raise _refused(there, address, file)
        try:
            forget_pages(address)
            kept = put_back(aside, address, replace=replace, watch=progress.show)
            forget_pages(address)  # of whoever asked meanwhile
        except FileExistsError as error:
            raise _refused(None, address, file) from error
    click.echo(printable("\n".join(map(on_one_line, _lines(found, file, address, kept, there)))))
    click.echo("  next: pledger verify; then go on where it ends: pledger log")


def _lines(found: Verified, file: str, address: str, kept: str | None, there: There | None) -> Iterator[str]:
    from pledger.projections.signed_note import to_base64
    from pledger.projections.wording import several

    yield f"restored  {found.name} from {file} to {without_password(address)}"
    yield f"entries   {found.entries:,} in {several(found.partnerships, 'partnership')}"
    yield f"root      {to_base64(found.root)}"
    yield from (f"signed    {each.signed.file}: holds" for each in found.held)
    if kept is not None:
        yield f"kept      what was there is in {kept}"
    if kept is not None and there is not None and there.lost:
        yield f"lost      {several(there.lost, 'entry', 'entries')} that the backup does not hold: only there now"


def _refused(there: There | None, address: str, file: str) -> Refused:
    """What to say where something is there already."""
    from pledger.projections.wording import several

    what = "there is a ledger already"
    if there is not None and there.unreadable:
        what += f", and it cannot be read: {there.unreadable}"
    elif there is not None and there.entries:
        what += f", '{there.name}' of {several(there.entries, 'entry', 'entries')}"
        what += f", and the backup lacks {there.lost:,} of them" if there.lost else ", all of which are in the backup"
    return Refused(
        what,
        where=without_password(address),
        remedy=f"name another place with --ledger, or put it aside: pledger restore {shlex.quote(file)} --replace",
    )


def _check_file(path: Path, address: str) -> None:
    """Refuse what is no file by itself: what is not there, a ledger in use, the ledger itself."""
    if address == IN_MEMORY:
        raise WrongUsage("a ledger in memory cannot be restored", remedy="name a file or a server with --ledger")
    if not path.is_file():
        raise WrongUsage("there is no such file", where=str(path), remedy="name a file that pledger backup wrote")
    if is_file(address) and Path(address).exists() and path.samefile(address):
        raise WrongUsage("that is the ledger itself", where=str(path), remedy="name a backup of it")
    log = path.with_name(f"{path.name}-wal")
    if log.exists() and log.stat().st_size:
        raise WrongUsage(
            "it is a ledger in use, and its last entries are in another file",
            where=str(path),
            remedy=f"make a backup of it: pledger --ledger {path} backup FILE",
        )


def _is_anything(address: str) -> bool:
    """Whether anything is there that a restored ledger would take the place of."""
    if not is_file(address):
        return is_there(address)
    return any(Path(f"{address}{ending}").exists() for ending in BESIDE_A_LEDGER)


@contextmanager
def _aside(address: str) -> Iterator[Path]:
    """Where the copy is made: beside the ledger's file, whose name it may take; for a server, among temporary files."""
    folder = Path(address).parent if is_file(address) else None
    try:
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        sweep(folder or Path(tempfile.gettempdir()), RESTORING)
        with tempfile.TemporaryDirectory(prefix=f"{RESTORING}{os.getpid()}.", dir=folder) as made:
            yield Path(made) / "ledger.sqlite"
    except FileExistsError:
        raise
    except OSError as error:
        raise StorageTrouble(
            f"the ledger cannot be written: {error.strerror or error}",
            where=str(folder or tempfile.gettempdir()),
            remedy="see that the folder may be written and has room, or name another place with --ledger",
        ) from error


restore = PledgerCommand(
    "restore",
    section=SECTION,
    example="restore ledger-2026-03-02.backup",
    help=_restore.__doc__,
    params=[
        click.Argument(["file"]),
        click.Option(["--replace"], is_flag=True, help="Put aside a ledger that is there, and take its place."),
        *CHECKPOINT_OPTIONS,
    ],
    callback=pass_session(_restore),
)
