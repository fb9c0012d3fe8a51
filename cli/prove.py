"""pledger prove and check-proof: that an entry is in a signed ledger, and that a ledger only grew."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from pledger.cli.command import PledgerCommand
from pledger.cli.progress import Progress
from pledger.cli.safe_text import on_one_line, printable
from pledger.cli.session import Session, pass_session
from pledger.cli.verify import SECTION
from pledger.domain.refusal import IntegrityFailure, Problem, WrongUsage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pledger.projections.checkpoint import Checkpoint
    from pledger.projections.log_tree import LogTree
    from pledger.projections.proof import ConsistencyProof, InclusionProof
    from pledger.projections.signed_note import VerifierKey
    from pledger.projections.signed_state import Signed

SIGNATURES = "Whose signatures count; your own keys unless told. May be given several times."


@click.command("prove", cls=PledgerCommand, section=SECTION, example="prove 12 -o entry-12.proof")
@click.argument("entry", type=int, required=False)
@click.option(
    "--since", metavar="FILE", help="Prove instead that the ledger still begins with what this checkpoint signs."
)
@click.option("--checkpoint", metavar="FILE", help="The checkpoint to prove it against; one is signed now unless told.")
@click.option("-o", "--output", metavar="FILE", help="The file to write; printed unless told.")
@click.option("--key", metavar="NAME|FILE", help="The key to sign with; the one for this ledger unless told.")
@pass_session
def prove(
    session: Session, entry: int | None, since: str | None, checkpoint: str | None, output: str | None, key: str | None
) -> None:
    """Prove that an entry is in the ledger, or that the ledger only grew since a checkpoint.

    ENTRY: its position, as `log` shows it.

    The proof is a small file with the signed checkpoint in it. Whoever has it, and your public key, can check it
    without the ledger (pledger check-proof), and nothing but that entry is given away.
    """
    from pledger.cli.proof_files import write_or_print
    from pledger.projections.log_tree import ledger_log, read_tree
    from pledger.projections.proving import prove_entry, prove_growth, row_at

    if (entry is None) == (since is None):
        raise WrongUsage("tell either an entry or --since", remedy="pledger prove ENTRY, or pledger prove --since FILE")
    with ledger_log(session.ledger_path) as log, Progress() as progress:
        tree = read_tree(log, progress.show)
        proof: InclusionProof | ConsistencyProof
        if entry is not None:
            row = row_at(tree, entry)
            message, newer = _against(session, tree, checkpoint, key)
            proof = prove_entry(row, log.rank(entry), newer.size, message, tree.paged)
        else:
            assert since is not None
            earlier = _held(session, tree, since)
            message, newer = _against(session, tree, checkpoint, key)
            proof = prove_growth(tree, earlier, newer, message)
    write_or_print(bytes(proof), output)


def _against(session: Session, tree: LogTree, file: str | None, key: str | None) -> tuple[bytes, Checkpoint]:
    """The checkpoint that a proof is made against: the one in the file, or one that is signed now."""
    from pledger.cli.checkpoint import signed_now
    from pledger.cli.proof_files import read_untrusted
    from pledger.projections.checkpoint import Checkpoint
    from pledger.projections.signed_note import NOTE_BYTES_MAX, read_note

    if file is None:
        message, _ = signed_now(session, tree, key)
        return message, Checkpoint.parse(read_note(message).text)
    return read_untrusted(file, NOTE_BYTES_MAX), _held(session, tree, file)


def _held(session: Session, tree: LogTree, file: str) -> Checkpoint:
    """What one of the user's own keys has signed in a file, which the ledger still holds."""
    from pledger.projections.proving import held_checkpoint
    from pledger.projections.verification import told_origin

    return held_checkpoint(tree, told_origin(tree.log), _opened(file, list(session.keyring.public().values())))


def _opened(file: str, known: Sequence[VerifierKey]) -> Signed:
    from pledger.cli.proof_files import read_untrusted
    from pledger.projections.signed_note import NOTE_BYTES_MAX
    from pledger.projections.signed_state import opened

    return opened(file, read_untrusted(file, NOTE_BYTES_MAX), known)


@click.command(
    "check-proof", cls=PledgerCommand, section=SECTION, example="check-proof entry-12.proof --key ledger.pub"
)
@click.argument("file")
@click.option("--since", metavar="FILE", help="The earlier checkpoint, where the proof is that a ledger only grew.")
@click.option("--key", metavar="VKEY|FILE", multiple=True, help=SIGNATURES)
@pass_session
def check_proof(session: Session, file: str, since: str | None, key: Sequence[str]) -> None:
    """Check a proof, and tell what it proves; needs no ledger.

    FILE: what `prove` wrote. The exit code is 3 where it does not hold.
    """
    from pledger.cli.keyring import keys_told
    from pledger.cli.proof_files import read_untrusted
    from pledger.projections.proof import PROOF_BYTES_MAX, InclusionProof, read_proof

    known = keys_told(key, session.keyring)
    if not known:
        raise WrongUsage("no key is known", remedy="tell the public key of the ledger with --key")
    try:
        proof = read_proof(read_untrusted(file, PROOF_BYTES_MAX))
        lines = _included(proof, known) if isinstance(proof, InclusionProof) else _grown(proof, since, known)
    except Problem as problem:
        raise problem.at(file) from None
    click.echo(printable("\n".join(map(on_one_line, lines))))


def _included(proof: InclusionProof, known: Sequence[VerifierKey]) -> list[str]:
    from pledger.projections.checking import read_whole
    from pledger.projections.sentences import sentence

    checkpoint = proof.check(known)
    stored = proof.stored()
    told = [
        f"holds      entry {proof.index + 1} of the {checkpoint.size:,} entries of {checkpoint.origin}",
        f"entry      version {stored.version} of {stored.stream}: {stored.topic}",
    ]
    try:
        entry = read_whole(stored)
        sentence_told = sentence(entry)
    except (IntegrityFailure, AttributeError, TypeError, ValueError):  # no ledger of ours would hold such a one
        return [*told, "says       nothing that this version of pledger can read"]
    return [
        *told,
        f"says       {sentence_told}",
        f"occurred   {entry.occurred_at.isoformat()}",
        f"recorded   {entry.recorded_at.isoformat()} by {entry.recorded_by}",
        *(f"{name:<10} {words}" for name in ("source", "link", "note") if (words := getattr(entry, name))),
    ]


def _grown(proof: ConsistencyProof, since: str | None, known: Sequence[VerifierKey]) -> list[str]:
    if since is None:
        raise WrongUsage(
            "it proves that a ledger only grew, which takes the earlier checkpoint",
            remedy="name that with --since",
        )
    signed = _opened(since, known)
    if signed.checkpoint is None:
        assert signed.unsigned is not None
        raise signed.unsigned.at(since)
    newer = proof.check(signed.checkpoint, known)
    return [f"holds      the {newer.size:,} entries of {newer.origin} begin with the {proof.old:,} of {since}"]
