"""pledger checkpoint: a signed statement of what the ledger holds now."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from pledger.cli.command import PledgerCommand
from pledger.cli.progress import Progress
from pledger.cli.session import Session, pass_session
from pledger.cli.verify import SECTION

if TYPE_CHECKING:
    from pledger.projections.log_tree import LogTree
    from pledger.projections.signed_note import VerifierKey


def signed_now(session: Session, tree: LogTree, key: str | None) -> tuple[bytes, VerifierKey]:
    """A checkpoint of the ledger as it is, signed, and by which key.

    It never contradicts what the same key has signed before. Raises WrongUsage where no key can sign, and
    IntegrityFailure where the ledger is not what was signed before.
    """
    from pledger.cli.keyring import last_signed
    from pledger.cli.proof_files import read_untrusted
    from pledger.cli.saving import exported
    from pledger.projections.checkpoint import Checkpoint
    from pledger.projections.proving import held_checkpoint
    from pledger.projections.signed_note import NOTE_BYTES_MAX
    from pledger.projections.signed_state import opened
    from pledger.projections.verification import told_origin

    origin = told_origin(tree.log)
    signer, private = session.keyring.signing(key, origin)
    last = last_signed(private)
    if last.exists():
        before = opened(str(last), read_untrusted(str(last), NOTE_BYTES_MAX), [signer.verifier()])
        held_checkpoint(tree, origin, before)
    message = Checkpoint(origin, tree.size, tree.root()).signed_with(signer)
    with exported(last) as aside:
        aside.write_bytes(message)
    return message, signer.verifier()


@click.command("checkpoint", cls=PledgerCommand, section=SECTION, example="checkpoint -o january.checkpoint")
@click.option("-o", "--output", metavar="FILE", help="The file to write; printed unless told.")
@click.option("--key", metavar="NAME|FILE", help="The key to sign with; the one for this ledger unless told.")
@pass_session
def checkpoint(session: Session, output: str | None, key: str | None) -> None:
    """Sign how many entries the ledger holds now, and the root of its tree.

    Give it to others, or keep it where you cannot change it: as long as it is there, nothing of these entries can be
    altered unnoticed (pledger verify --checkpoint FILE). The form is that of C2SP's tlog-checkpoint, which other tools
    read. What contradicts the last checkpoint that the same key signed is never signed.
    """
    from pledger.cli.proof_files import write_or_print
    from pledger.projections.log_tree import ledger_log, read_tree

    with ledger_log(session.ledger_path) as log, Progress() as progress:
        message, _ = signed_now(session, read_tree(log, progress.show), key)
    write_or_print(message, output)
