"""Everybody's scores: the sums of every party of every partnership, at some moments or after everything that happened.

Parties are scored in shards, side by side on all cores; no sum crosses one. Few rows are scored by the plain loops,
many by the same loops compiled.
"""

from __future__ import annotations

import os
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import numpy as np

from pledger.projections.columns import STAKES, starts
from pledger.projections.kinds import KINDS
from pledger.projections.loops import Asks, CompiledLoops, Loops
from pledger.projections.scoring import lanes_of, shaped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Future

    from pledger.projections.columns import Array, Columns
    from pledger.projections.loops import Lines
    from pledger.projections.merging import Merge
    from pledger.projections.policy import Policy
    from pledger.projections.scoring import Credit, Lanes

Found = TypeVar("Found")

COMPILED_ROWS_MIN = 100_000
"""From so many rows on, loading the compiled loops costs less time than it saves."""
SHARD_ROWS = 250_000


class Asked(NamedTuple):
    """What every party is asked: at which moments (microseconds, ascending), or after all that happens (None).

    Nothing after `as_of` counts, nor what was known after `known_at` only.
    """

    moments: Array | None
    as_of: int
    known_at: int


class Sums(NamedTuple):
    """The answers of some parties, one value a question: whose, when, after which entry, and the sums.

    `party` is the number of the party among all; `entry` is 0 where moments were asked about.
    """

    party: Array
    at: Array
    entry: Array
    supporting: Array
    opposing: Array
    speed: Array


def needed(policy: Policy) -> list[str]:
    """The columns that scoring under a policy reads."""
    matured = ["matures_at"] if policy.credit == "matured" else []
    return ["at", "known_at", "kind", "stake", "count", "measure", *matured]


class Scorer:
    """Scores the evidence of many parties under one policy.

    `loops` are the compiled ones where there are many rows, unless told.
    """

    def __init__(self, evidence: Merge, policy: Policy, loops: Loops | None = None) -> None:
        is_large = evidence.outline.rows >= COMPILED_ROWS_MIN
        self.evidence = evidence
        self.policy = policy
        self.loops = loops or (CompiledLoops() if is_large else Loops())
        self._threads = (os.cpu_count() or 1) if is_large else 1
        self._lanes = lanes_of(policy.weights, policy.half_lives_days)
        self._wheel = lanes_of(policy.impulses, dict.fromkeys(policy.kinds, policy.momentum.half_life_days))

    def in_shards(
        self, work: Callable[[Columns, int], Found], more: tuple[str, ...] = (), asks_a_party: int = 1
    ) -> Iterator[Found]:
        """What `work` makes of each shard, told with the number of its first party; in order, on all cores."""
        wanted = [*needed(self.policy), *more]

        def shard(first: int, last: int) -> Found:
            return work(self.evidence.rows_of(first, last, wanted), first)

        with ThreadPoolExecutor(self._threads) as pool:
            ahead: deque[Future[Found]] = deque()
            for stretch in self.evidence.shards(SHARD_ROWS, asks_a_party):
                ahead.append(pool.submit(shard, *stretch))
                if len(ahead) > 2 * self._threads:
                    yield ahead.popleft().result()
            while ahead:
                yield ahead.popleft().result()

    def scored(self, asked: Asked) -> Iterator[Sums]:
        """The sums of all parties, shard by shard, in the order of the parties and of the moments."""

        def sums(columns: Columns, first: int) -> Sums:
            return self.sums(columns, first, asked)

        if asked.moments is None:
            return self.in_shards(sums, ("position",))
        return self.in_shards(sums, asks_a_party=len(asked.moments))

    def trust(self, asked: Asked) -> Iterator[Array]:
        """The evidence for and against all parties at moments, shard by shard: arrays (2, parties and moments)."""

        def sums(columns: Columns, first: int) -> Array:
            return self.sums_of(columns, asked, self.policy.credit, self._lanes, 2)

        return self.in_shards(sums)

    def speed(self, asked: Asked) -> Iterator[Array]:
        """How fast the wheels of all parties turn at moments, shard by shard: arrays (parties and moments)."""

        def sums(columns: Columns, first: int) -> Array:
            speed: Array = self.sums_of(columns, asked, "observed", self._wheel, 2)[0]
            return speed

        return self.in_shards(sums)

    def sums_of(self, columns: Columns, asked: Asked, credit: Credit, lanes: Lanes, sides: int) -> Array:
        """The sums of one shard on other lanes: an array (sides, lines that ask)."""
        return self.loops.sums(self.lines(columns, amounts(columns, self.policy), credit, asked), lanes, sides)

    def sums_on_lanes(self, lines: Lines) -> Array:
        """The evidence for and against at each line that asks, on the policy's own lanes: an array (2, these lines)."""
        return self.loops.sums(lines, self._lanes, 2)

    def sums(self, columns: Columns, first: int, asked: Asked) -> Sums:
        """All sums of one shard, whose first party has the number `first`."""
        amount = amounts(columns, self.policy)
        lines = self.lines(columns, amount, self.policy.credit, asked)
        told = lines.asking
        supporting, opposing = self.loops.sums(lines, self._lanes, 2)
        if self.policy.credit != "observed":  # acts push the wheel when they occur
            counts = np.bincount(told.party, minlength=len(columns.parties))
            lines = self.lines(columns, amount, "observed", asked._replace(moments=told.at), starts(counts))
        speed, _ = self.loops.sums(lines, self._wheel, 2)
        return Sums(told.party + first, told.at, told.position, supporting, opposing, speed)

    def lines(
        self, columns: Columns, amount: Array, credit: Credit, asked: Asked, first_moment: Array | None = None
    ) -> Lines:
        """The rows that stand, in order, with the lines that ask.

        Every party is asked at all moments, unless `first_moment` says where those of each begin.
        """
        rows, parties = columns.rows, len(columns.parties)
        moments = np.empty(0, "<i8") if asked.moments is None else asked.moments
        if first_moment is None:
            first_moment, moments = np.arange(parties + 1) * len(moments), np.tile(moments, parties)
        position = columns.columns.get("position")
        told = [columns["known_at"], columns["kind"], columns["count"], amount]
        told.append(np.zeros(rows, "<i8") if position is None else position)
        at = columns["at" if credit == "observed" else "matures_at"]
        if credit != "observed":
            order = np.lexsort((at, np.repeat(np.arange(parties), np.diff(columns.start))))
            at, told = at[order], [column[order] for column in told]
        room = rows + (rows if asked.moments is None else len(moments))
        asks = Asks(moments, first_moment, asked.moments is None, asked.as_of, asked.known_at)
        return self.loops.lay(columns.start, [at, *told], asks, room)


def amounts(columns: Columns, policy: Policy) -> Array:
    """What each row counts before its weight and its age: its count, the shape of its measure, and its stake."""
    stakes = np.array([getattr(policy.stakes, stake) for stake in STAKES])
    found: Array = columns["count"] * stakes[columns["stake"]]
    for place, kind in enumerate(KINDS):
        rule = policy.kinds.get(kind)
        if rule is not None and rule.shape != "constant":
            of_kind = np.flatnonzero(columns["kind"] == place)
            found[of_kind] *= shaped(rule, columns["measure"][of_kind])
    return found
