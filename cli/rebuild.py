"""pledger rebuild: the evidence pages anew from the log, and whether they equal what was there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from pledger.cli.command import PledgerCommand
from pledger.cli.progress import watched
from pledger.cli.safe_text import printable
from pledger.cli.session import Session, pass_session
from pledger.domain.refusal import IntegrityFailure
from pledger.projections.wording import several

if TYPE_CHECKING:
    from pledger.projections.rebuilding import Rebuilt


@click.command("rebuild", cls=PledgerCommand, section="Keep", example="rebuild --check")
@click.option("--check", is_flag=True, help="Fail (exit code 3) unless the pages that were there equal the new ones.")
@pass_session
def rebuild(session: Session, check: bool) -> None:
    """Build the evidence pages anew from the log.

    Pages are a cache that makes questions about all partnerships quick; they are built and mended by themselves, and
    deleting them loses nothing. Rebuilding proves it: the new pages replace the old ones, and --check tells whether
    these were what the log says, byte for byte.
    """
    from pledger.projections.pages import PAGE_ENTRIES, pages_folder
    from pledger.projections.views_of_all import rebuild as rebuilt

    ledger = session.ledger()
    with watched() as told:
        found = rebuilt(ledger, **told)
    folder = str(pages_folder(ledger))
    few = f"there are no pages yet: they begin with {PAGE_ENTRIES:,} entries, and fewer are read from the log"
    click.echo(printable(_told(found, folder) if found.pages else few))
    if check and found.different:
        raise IntegrityFailure(
            f"{several(len(found.different), 'evidence page')} differed from the log: {', '.join(found.different)}",
            where=folder,
            remedy="nothing is lost, and they are replaced: answers given from them before may have been wrong",
        )


def _told(found: Rebuilt, folder: str) -> str:
    same = f"{found.equal} of {found.equal + len(found.different)} that were there were equal, byte for byte"
    was = same if found.equal or found.different else "there were none before"
    return f"rebuilt {several(found.pages, 'evidence page')} of {found.entries:,} entries in {folder}; {was}"
