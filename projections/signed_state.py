"""Signed states: whether a ledger still holds exactly what a checkpoint says, and if not, where it begins to differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pledger.domain.mapper import RESTORE
from pledger.domain.refusal import IntegrityFailure, StorageTrouble, WrongUsage
from pledger.projections.checkpoint import Checkpoint, open_checkpoint
from pledger.projections.findings import Finding
from pledger.projections.log_tree import rooted
from pledger.projections.merkle import PAGE_LEAVES
from pledger.projections.signed_note import read_note, to_base64

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pledger.projections.log_tree import LogTree
    from pledger.projections.signed_note import VerifierKey

BY_PAGES = "by the roots kept with the evidence pages"
ASK = "keep both, and ask whoever keeps the ledger for it as it was signed"


@dataclass(frozen=True)
class Signed:
    """A checkpoint that was opened, and the file that it is from; `unsigned` is why nobody known has signed it."""

    file: str
    checkpoint: Checkpoint | None
    unsigned: IntegrityFailure | None = None


@dataclass(frozen=True)
class Held:
    """Whether the ledger still holds what a checkpoint signs; if not, what was found."""

    signed: Signed
    finding: Finding | None

    def as_json(self) -> dict[str, Any]:
        """The checkpoint by its documented keys."""
        checkpoint = self.signed.checkpoint
        return {
            "file": self.signed.file,
            "holds": self.finding is None,
            "origin": checkpoint and checkpoint.origin,
            "size": checkpoint and checkpoint.size,
            "root": checkpoint and to_base64(checkpoint.root),
        }


def opened(file: str, message: bytes, known: Iterable[VerifierKey]) -> Signed:
    """The checkpoint in a file; raises WrongUsage where it is none."""
    try:
        Checkpoint.parse(read_note(message).text)  # what is none is not said to be badly signed
        return Signed(file, open_checkpoint(message, known))
    except IntegrityFailure as failure:
        return Signed(file, None, failure)
    except WrongUsage as problem:
        raise problem.at(file) from None


def held_against(tree: LogTree, origin: str | None, signed: Sequence[Signed]) -> Iterator[Held]:
    """Whether the log holds what each checkpoint signs; a smaller one that holds tells more of where others fail."""
    held: dict[int, Held] = {}
    sound = 0
    order = sorted(range(len(signed)), key=lambda n: checkpoint.size if (checkpoint := signed[n].checkpoint) else 0)
    for number in order:
        each = signed[number]
        finding = _finding(tree, origin, each, sound)
        if finding is None and each.checkpoint is not None:
            sound = each.checkpoint.size
        held[number] = Held(each, finding)
    return (held[number] for number in range(len(signed)))


def _finding(tree: LogTree, origin: str | None, signed: Signed, sound: int) -> Finding | None:
    checkpoint = signed.checkpoint
    if checkpoint is None:
        assert signed.unsigned is not None
        return Finding(signed.unsigned.what, signed.file, signed.unsigned.remedy)
    if checkpoint.origin != origin:
        is_now = f"this ledger is {origin}" if origin else "the first entry says of no ledger that it is this one"
        return Finding(
            f"{signed.file} speaks for {checkpoint.origin}, and {is_now}: "
            "it is another ledger, or its first entry was altered",
            "the first entry",
            "name the checkpoint's own ledger with --ledger; or " + RESTORE,
        )
    if tree.size < checkpoint.size:
        return Finding(
            f"{signed.file} signs {checkpoint.size:,} entries, and there are {tree.size:,}: "
            f"{checkpoint.size - tree.size:,} are missing, the last ones unless something is found before them",
            _shortened(tree, checkpoint, sound),
            ASK,
        )
    root = tree.root(checkpoint.size)
    if root == checkpoint.root:
        return None
    begin, end, how = _differing(tree, checkpoint, sound)
    return Finding(
        f"the first {checkpoint.size:,} entries are not those that {signed.file} signs: their root is "
        f"{to_base64(root)}, and should be {to_base64(checkpoint.root)}",
        f"entries {begin + 1} to {end} of the log{how}",
        ASK,
    )


def _shortened(tree: LogTree, checkpoint: Checkpoint, sound: int) -> str:
    """Where entries are missing: anywhere, unless kept roots tell the first stretch that differs."""
    pairs = enumerate(zip(_kept(tree), tree.page_roots, strict=False))
    page = next((page for page, (kept, now) in pairs if kept != now), None)
    if page is None:
        return f"entries {sound + 1} to {checkpoint.size} of the log"
    begin, end = max(sound, page * PAGE_LEAVES), min((page + 1) * PAGE_LEAVES, checkpoint.size)
    return f"entries {begin + 1} to {end} of the log, {BY_PAGES}"


def _differing(tree: LogTree, checkpoint: Checkpoint, sound: int) -> tuple[int, int, str]:
    """Between which ranks the log begins to differ from what was signed, and how that is known."""
    size = checkpoint.size
    kept = _kept(tree)[: size // PAGE_LEAVES]
    differing = [n for n, (one, other) in enumerate(zip(kept, tree.page_roots, strict=False)) if one != other]
    if differing:
        page = differing[0]
        proven = len(kept) == size // PAGE_LEAVES and rooted(kept, tree.leaves, size) == checkpoint.root
        how = "of which the evidence pages keep the signed roots" if proven else BY_PAGES
        more = f"; {len(differing) - 1} later stretches of {PAGE_LEAVES:,} differ, too" if len(differing) > 1 else ""
        return max(sound, page * PAGE_LEAVES), (page + 1) * PAGE_LEAVES, f", {how}{more}"
    if len(kept) * PAGE_LEAVES > sound:
        agree = len(kept) * PAGE_LEAVES
        unless = f"; after entry {agree}, unless the evidence pages were built after the change"
        return sound, size, unless if agree < size else ""
    return sound, size, f"; up to entry {sound} an earlier checkpoint holds" if sound else ""


def _kept(tree: LogTree) -> list[bytes]:
    from pledger.projections.kept_roots import kept_roots  # late: where all is well, nothing of the pages is read

    try:
        return kept_roots(tree.log.path)
    except (OSError, StorageTrouble):
        return []
