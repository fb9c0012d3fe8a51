"""A shard scored as a worker would: in a process of its own, from what was sent there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pledger.projections.columns import EVIDENCE
from pledger.projections.loops import CompiledLoops, Loops
from pledger.projections.merging import Merge
from pledger.projections.scores import Asked, Scorer, Sums

if TYPE_CHECKING:
    from pledger.projections.columns import Columns
    from pledger.projections.policy import Policy

LOOPS = (Loops(), CompiledLoops())
"""Plain and compiled; compiled once for all tests of a run."""


def scored(columns: Columns, policy: Policy, asked: Asked, compiled: bool) -> Sums:
    """The sums of all parties of some columns, by the plain loops or the compiled ones."""
    scorer = Scorer(Merge([columns]), policy, LOOPS[compiled])
    return scorer.sums(scorer.evidence.rows_of(0, len(columns.parties), EVIDENCE), 0, asked)
