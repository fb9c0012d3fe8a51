"""pledger verify: was anything altered, and does the ledger still hold what was signed?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from pledger.cli.command import PledgerCommand
from pledger.cli.output import print_json
from pledger.cli.progress import Progress
from pledger.cli.queries import help_with_keys
from pledger.cli.safe_text import on_one_line, printable
from pledger.cli.session import Session, pass_session

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pledger.projections.findings import Finding
    from pledger.projections.signed_state import Signed
    from pledger.projections.verification import Verified

SECTION = "Prove"
FINDINGS_SHOWN_MAX = 20


def _verify(session: Session, checkpoint: Sequence[str], key: Sequence[str], form: str) -> None:
    """Check every entry, and the whole ledger against what was signed.

    The tree is computed anew from the stored bytes. Every entry must be as pledger writes it; versions and positions
    must follow one another and clocks must be sane; and the entries of every partnership, in order of occurrence, must
    be admitted with the stamps they carry. With checkpoints, the ledger must still hold exactly what they sign.
    Whatever is wrong is told with its place, and the exit code is 3.
    """
    from pledger.projections.log_tree import ledger_log
    from pledger.projections.verification import verify as verified

    signed = signed_told(session, checkpoint, key)
    with ledger_log(session.ledger_path) as log, Progress() as progress:
        found = verified(log, signed, progress.show)
    if form == "json":
        print_json(found.as_json())
    else:
        click.echo(printable("\n".join(_lines(found))))
    if found.findings:
        raise found.failure()


def signed_told(session: Session, files: Sequence[str], keys: Sequence[str]) -> list[Signed]:
    """The checkpoints in these files, as far as one of these keys has signed them, or one of the user's own."""
    if not files:
        return []
    from pledger.cli.keyring import keys_told
    from pledger.cli.proof_files import read_untrusted
    from pledger.projections.signed_note import NOTE_BYTES_MAX
    from pledger.projections.signed_state import opened

    known = keys_told(keys, session.keyring)
    return [opened(file, read_untrusted(file, NOTE_BYTES_MAX), known) for file in files]


def _lines(found: Verified) -> list[str]:
    from pledger.projections.signed_note import to_base64
    from pledger.projections.wording import several

    told = [
        f"ledger    {found.name} in {found.path}",
        f"origin    {found.origin or 'unknown'}",
        f"entries   {found.entries:,} in {several(found.partnerships, 'partnership')}",
        f"root      {to_base64(found.root)}",
    ]
    for each in found.held:
        size = f"{each.signed.checkpoint.size:,} entries" if each.signed.checkpoint else "not opened"
        told.append(f"signed    {each.signed.file}, {size}: {'does NOT hold' if each.finding else 'holds'}")
    told += [line for finding in found.findings[:FINDINGS_SHOWN_MAX] for line in _told(finding)]
    more = len(found.findings) - FINDINGS_SHOWN_MAX
    if more > 0:
        told.append(f"found     {several(more, 'more finding')}: --format json tells all")
    if not found.findings:
        told.append(f"sound     {_sound(found)}")
    return [on_one_line(line) for line in told]


def _sound(found: Verified) -> str:
    """What is known of entries of which nothing is wrong: what was signed is known to be the same, of others less."""
    signed = max((each.signed.checkpoint.size for each in found.held if each.signed.checkpoint), default=0)
    if not signed:
        told = "that none was altered or taken out, only a checkpoint can tell (pledger checkpoint)"
        return f"every entry is whole and holds; {told}"
    if signed == found.entries:
        return "every entry is as it was signed, and none is missing"
    return f"entries 1 to {signed:,} are as they were signed, and none is missing; those after them are whole and hold"


def _told(finding: Finding) -> list[str]:
    return [f"found     {finding.where}: {finding.what}"]


KEYS = """
Keys of --format json: ledger, name, origin, entries, partnerships,
root, sound; checkpoints: file, holds, origin, size, root; findings:
what, where, remedy, entry.
"""

CHECKPOINT_OPTIONS = (
    click.Option(
        ["--checkpoint"],
        metavar="FILE",
        multiple=True,
        help="A signed checkpoint that the ledger must still agree with; may be given several times.",
    ),
    click.Option(
        ["--key"],
        metavar="VKEY|FILE",
        multiple=True,
        help="Whose signatures count; your own keys unless told. May be given several times.",
    ),
)

verify = PledgerCommand(
    "verify",
    section=SECTION,
    example="verify --checkpoint january.checkpoint",
    help=help_with_keys(_verify, KEYS),
    params=[
        *CHECKPOINT_OPTIONS,
        click.Option(
            ["--format", "form"], type=click.Choice(("table", "json")), default="table", help="How to show it."
        ),
    ],
    callback=pass_session(_verify),
)
