"""Which entries make the difference between two policies.

What an entry does to trust in a party is its *pull*: trust with it, less trust without it. The entries that make the
difference are those whose pull differs most between the two policies.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from pledger.projections.columns import microseconds
from pledger.projections.kinds import KINDS
from pledger.projections.loops import Lines
from pledger.projections.opinion import opinions_of
from pledger.projections.scores import Asked, Scorer, amounts, needed
from pledger.projections.scoring import ASKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pledger.projections.columns import Array, Columns
    from pledger.projections.compare import PartyCompared
    from pledger.projections.merging import Merge
    from pledger.projections.policy import Policy
    from pledger.projections.question import Question

CAUSES_MAX = 5
ENTRIES_MAX = 1 << 40
"""More entries than any ledger has: party times this, plus position, is one key for both."""
_PULL_MIN = 1e-6


class Cause(NamedTuple):
    """An entry that makes a difference: what evidence it brings, and its pull under each policy."""

    entry: int
    kinds: tuple[str, ...]
    old_pull: float
    new_pull: float

    @property
    def difference(self) -> float:
        return self.new_pull - self.old_pull


def causes_of_all(evidence: Merge, old: Question, new: Question) -> dict[int, list[Cause]]:
    """The entries that make the difference for every party, by its number among all, the largest difference first."""
    finding = _Finding(evidence, old, new)
    found: dict[int, list[Cause]] = {}
    for some in finding.old.in_shards(finding.causes, finding.wanted):
        found |= some
    return found


def causes_of(
    evidence: Merge, old: Question, new: Question, parties: Iterable[PartyCompared]
) -> dict[int, list[Cause]]:
    """The same for some parties alone."""
    finding = _Finding(evidence, old, new)
    found: dict[int, list[Cause]] = {}
    for party in parties:
        columns = evidence.rows_of(party.number, party.number + 1, [*needed(old.policy), *finding.wanted])
        found |= finding.causes(columns, party.number)
    return found


class _Finding:
    """Finds the entries behind the differences of one shard of parties."""

    def __init__(self, evidence: Merge, old: Question, new: Question) -> None:
        as_of, known_at = map(microseconds, old.moment)
        policies = old.policy, new.policy
        self.old, self.new = (Scorer(evidence, policy) for policy in policies)
        self._asked = Asked(np.empty(0, "<i8"), as_of, known_at)
        self.wanted = ("position", "matures_at") if "matured" in {each.credit for each in policies} else ("position",)

    def causes(self, columns: Columns, first: int) -> dict[int, list[Cause]]:
        """The causes of each party, by its number among all; the first of these columns has the number `first`."""
        old, new = (_ByEntry.of(scorer, columns, self._asked) for scorer in (self.old, self.new))
        keys = np.union1d(old.keys, new.keys)
        pulls = old.pulls(keys, self.old.policy), new.pulls(keys, self.new.policy)
        difference = np.abs(pulls[1] - pulls[0])
        party, entry = np.divmod(keys, ENTRIES_MAX)
        order = np.lexsort((entry, -difference, party))
        order = order[difference[order] > _PULL_MIN]
        starts = np.searchsorted(party[order], party[order])  # the order within each party, from 0
        order = order[np.arange(len(order)) - starts < CAUSES_MAX]
        kinds = self._kinds(keys[order], old, new)
        found: dict[int, list[Cause]] = {}
        told = (party[order] + first, entry[order], keys[order], pulls[0][order], pulls[1][order])
        for number, position, key, *pull in zip(*(column.tolist() for column in told), strict=True):
            found.setdefault(number, []).append(Cause(position, tuple(sorted(kinds[key])), *pull))
        return found

    def _kinds(self, keys: Array, *sides: _ByEntry) -> dict[int, set[str]]:
        """The kinds of evidence of some entries that count under either policy."""
        found: dict[int, set[str]] = {key: set() for key in keys.tolist()}
        for side in sides:
            wanted = np.flatnonzero(np.isin(side.line_keys, keys))
            for key, kind in zip(side.line_keys[wanted].tolist(), side.line_kinds[wanted].tolist(), strict=True):
                found[key].add(KINDS[kind])
        return found


class _ByEntry(NamedTuple):
    """What each entry brings each party under one policy, by a key of both: evidence for and against."""

    keys: Array
    sums: Array
    line_keys: Array
    line_kinds: Array

    @classmethod
    def of(cls, scorer: Scorer, columns: Columns, asked: Asked) -> _ByEntry:
        """Score the rows that stand as if each entry were a party of its own."""
        policy = scorer.policy
        lines = scorer.lines(columns, amounts(columns, policy), policy.credit, asked)
        is_weighed = np.array([bool(policy.weights.get(kind)) for kind in KINDS])
        counts_for_something = is_weighed[lines.kind] & (lines.amount != 0.0)
        lines = Lines(*(column[counts_for_something] for column in lines))
        line_keys = lines.party.astype("<i8") * ENTRIES_MAX + lines.position
        order = np.lexsort((lines.at, line_keys))
        line_keys = line_keys[order]
        keys, counts = np.unique(line_keys, return_counts=True)
        ends = np.cumsum(counts)
        by_entry = Lines(
            np.insert(np.repeat(np.arange(len(keys), dtype="<i4"), counts), ends, np.arange(len(keys))),
            np.insert(lines.at[order], ends, asked.as_of),
            np.insert(lines.kind[order], ends, ASKING),
            np.insert(lines.amount[order], ends, 0.0),
            np.insert(lines.position[order], ends, 0),
        )
        return cls(keys, scorer.sums_on_lanes(by_entry), line_keys, lines.kind[order])

    def pulls(self, keys: Array, policy: Policy) -> Array:
        """What trust in each key's party is with its entry, less what it would be without."""
        sums = np.zeros((2, len(keys)))
        sums[:, np.searchsorted(keys, self.keys)] = self.sums
        party = keys // ENTRIES_MAX
        pro, contra = (np.bincount(party, side)[party] if len(party) else side for side in sums)
        less_pro, less_contra = np.maximum(0.0, pro - sums[0]), np.maximum(0.0, contra - sums[1])
        whole, without = opinions_of(pro, contra, policy.trust), opinions_of(less_pro, less_contra, policy.trust)
        pulls: Array = whole.trust - without.trust
        return pulls
