"""pledger audit-pack: everything an auditor needs, in one archive."""

from __future__ import annotations

from pathlib import Path

import click

from pledger.cli.command import PledgerCommand
from pledger.cli.completion import complete_partnership
from pledger.cli.progress import Progress
from pledger.cli.safe_text import printable
from pledger.cli.session import Session, pass_session
from pledger.cli.verify import SECTION
from pledger.domain.refusal import WrongUsage


@click.command("audit-pack", cls=PledgerCommand, section=SECTION, example="audit-pack acme-globex -o acme-globex.zip")
@click.argument("partnership", required=False, shell_complete=complete_partnership)
@click.option("--all", "every", is_flag=True, help="Pack the whole ledger.")
@click.option("-o", "--output", metavar="FILE", required=True, help="The archive to write (zip).")
@click.option("--key", metavar="NAME|FILE", help="The key to sign with; the one for this ledger unless told.")
@pass_session
def audit_pack(session: Session, partnership: str | None, every: bool, output: str, key: str | None) -> None:
    """Pack what an auditor needs: entries, proofs, policies, checkpoint and key.

    PARTNERSHIP: any beginning of its name that fits one only.

    In the archive are the entries as bytes and in words, the proof of each, every policy that was in force, the signed
    checkpoint, the public key, and a page that says how to check it all with sha256sum and the Go project's own tools.
    The same ledger gives the same bytes.
    """
    from pledger.cli.checkpoint import signed_now
    from pledger.cli.names import find_partnership
    from pledger.cli.saving import exported
    from pledger.projections.audit_pack import Pack
    from pledger.projections.log_tree import ledger_log, read_tree
    from pledger.projections.wording import several

    if every == (partnership is not None):
        raise WrongUsage("tell either a partnership or --all", remedy="pledger audit-pack PARTNERSHIP|--all -o FILE")
    slug = find_partnership(session.ledger(), partnership) if partnership is not None else None
    with ledger_log(session.ledger_path) as log, Progress() as progress:
        tree = read_tree(log, progress.show)
        pack = Pack(tree, slug, *signed_now(session, tree, key))
        with exported(Path(output)) as aside:
            entries = pack.write(aside, progress.show)
    click.echo(printable(f"packed {several(entries, 'entry', 'entries')} into {output}"))
