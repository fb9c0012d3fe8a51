"""Making proofs from a ledger's file, each held against the checkpoint before it is given away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pledger.domain.mapper import POSITION_MAX, RESTORE
from pledger.domain.refusal import IntegrityFailure, WrongUsage
from pledger.projections.merkle import consistency_proof, inclusion_proof, leaf_bytes
from pledger.projections.proof import ConsistencyProof, InclusionProof
from pledger.projections.signed_state import held_against

if TYPE_CHECKING:
    from pledger.domain.raw import Row
    from pledger.projections.checkpoint import Checkpoint
    from pledger.projections.log_tree import LogTree
    from pledger.projections.merkle import RootOf
    from pledger.projections.signed_state import Signed


def row_at(tree: LogTree, position: int) -> Row:
    """The row of an entry; raises WrongUsage where there is none."""
    found = next(tree.log.rows(position - 1, position), None) if 1 <= position <= POSITION_MAX else None
    if found is None:
        raise WrongUsage(f"there is no entry {position}", remedy="see the entries with: pledger log --all")
    if not found.is_typed:
        raise IntegrityFailure("the entry is damaged", where=f"entry {position}", remedy=RESTORE)
    return found


def prove_entry(row: Row, index: int, size: int, message: bytes, root_of: RootOf) -> InclusionProof:
    """That an entry, whose rank in the log is `index`, is in the log of `size` entries that the message signs."""
    if index >= size:
        raise WrongUsage(
            f"entry {row.position} is not among the {size:,} entries that the checkpoint signs",
            remedy="leave --checkpoint out to sign one now, or name a later one",
        )
    told = row.stored()
    path = inclusion_proof(index, size, root_of)
    return InclusionProof(index, tuple(path), leaf_bytes(told.stream, told.version, told.topic, told.state), message)


def prove_growth(tree: LogTree, earlier: Checkpoint, newer: Checkpoint, message: bytes) -> ConsistencyProof:
    """That the log which the message signs begins with the one of an earlier checkpoint."""
    return ConsistencyProof(earlier.size, tuple(consistency_proof(earlier.size, newer.size, tree.paged)), message)


def held_checkpoint(tree: LogTree, origin: str, signed: Signed) -> Checkpoint:
    """What a file signs, where the ledger still holds it; raises IntegrityFailure where it does not."""
    for held in held_against(tree, origin, [signed]):
        if held.finding is not None:
            raise held.finding.failure()
    assert signed.checkpoint is not None  # else there is a finding
    return signed.checkpoint
