"""Everybody's scores: the sums of every party of every partnership, at some moments or after everything that happened.

Parties are scored in shards, side by side on all cores; no sum crosses one. Few rows are scored by the plain loops,
many by the same loops compiled.
"""

from __future__ import annotations

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import numpy as np

from pledger.projections.columns import STAKES, starts
from pledger.projections.crew import cores
from pledger.projections.kinds import KINDS
from pledger.projections.loops import Asks, CompiledLoops, Lines, Loops
from pledger.projections.scoring import lanes_of, shaped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Future

    from pledger.projections.columns import Array, Columns
    from pledger.projections.merging import Merge
    from pledger.projections.policy import Policy
    from pledger.projections.scoring import Credit, Lanes

Found = TypeVar("Found")

COMPILED_ROWS_MIN = 100_000
"""From so many rows on, loading the compiled loops costs less time than it saves."""
SHARD_ROWS = 100_000
"""More take more memory, and are no quicker."""


class Asked(NamedTuple):
    """What every party is asked: at which moments (microseconds, ascending), or after all that happens (None).

    Nothing after `as_of` counts, nor what was known after `known_at` only. `begins` has the number of the first moment
    at which each of all parties is asked; the very first unless told.
    """

    moments: Array | None
    as_of: int
    known_at: int
    begins: Array | None = None

    def asks(self, parties: int) -> Array | None:
        """How often each of all parties is asked, so many there are; None where that depends on what happened."""
        if self.moments is None:
            return None
        return len(self.moments) - (np.zeros(parties, "<i8") if self.begins is None else self.begins)

    def when(self, first: int, parties: int) -> When:
        """When some parties are asked, the first of which has the number `first`."""
        moments = np.empty(0, "<i8") if self.moments is None else self.moments
        begins = np.zeros(parties, "<i8") if self.begins is None else self.begins[first : first + parties]
        counts = len(moments) - begins
        place = np.arange(counts.sum()) + np.repeat(begins - starts(counts)[:-1], counts)
        return When(moments[place], starts(counts))


class When(NamedTuple):
    """The moments at which some parties are asked: those of the n-th lie from `start[n]` to before `start[n + 1]`."""

    moments: Array
    start: Array


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
        self._threads = cores() if is_large else 1
        self._lanes = lanes_of(policy.weights, policy.half_lives_days)
        self._wheel = lanes_of(policy.impulses, dict.fromkeys(policy.kinds, policy.momentum.half_life_days))

    def in_shards(
        self, work: Callable[[Columns, int], Found], more: tuple[str, ...] = (), asks: Array | None = None
    ) -> Iterator[Found]:
        """What `work` makes of each shard, told with the number of its first party; in order, on all cores."""
        wanted = [*needed(self.policy), *more]

        def shard(first: int, last: int) -> Found:
            return work(self.evidence.rows_of(first, last, wanted), first)

        with ThreadPoolExecutor(self._threads) as pool:
            ahead: deque[Future[Found]] = deque()
            for stretch in self.evidence.shards(SHARD_ROWS, asks):
                ahead.append(pool.submit(shard, *stretch))
                if len(ahead) > 2 * self._threads:
                    yield ahead.popleft().result()
            while ahead:
                yield ahead.popleft().result()

    def scored(self, asked: Asked) -> Iterator[Sums]:
        """The sums of all parties, shard by shard, in the order of the parties and of the moments."""

        def sums(columns: Columns, first: int) -> Sums:
            return self.sums(columns, first, asked)

        positions = ("position",) if asked.moments is None else ()
        return self.in_shards(sums, positions, asked.asks(len(self.evidence.outline.parties)))

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
        amount, credit = amounts(columns, self.policy), self.policy.credit
        when = asked.when(first, len(columns.parties))
        if asked.moments is None and credit != "observed":
            told = self._instants(columns, amount, asked)
            when = When(told.at, starts(np.bincount(told.party, minlength=len(columns.parties))))
            lines = self.lines(columns, amount, credit, asked._replace(moments=told.at), when)
        else:
            lines = self.lines(columns, amount, credit, asked, when)
            told = lines.asking
        supporting, opposing = self.loops.sums(lines, self._lanes, 2)
        if credit != "observed":  # acts push the wheel when they occur
            lines = self.lines(columns, amount, "observed", asked._replace(moments=when.moments), when)
        speed, _ = self.loops.sums(lines, self._wheel, 2)
        return Sums(told.party + first, told.at, told.position, supporting, opposing, speed)

    def _instants(self, columns: Columns, amount: Array, asked: Asked) -> Lines:
        """When trust or momentum may move where outcomes count when they were due, as lines that ask."""
        found = [self.lines(columns, amount, credit, asked).asking for credit in ("observed", "matured")]
        both = Lines(*(np.concatenate(column) for column in zip(*found, strict=True)))
        order = np.lexsort((both.position, both.at, both.party))
        both = Lines(*(column[order] for column in both))
        is_last = np.append((np.diff(both.at) != 0) | (np.diff(both.party) != 0), True)[: len(both.at)]
        return Lines(*(column[is_last] for column in both))

    def lines(self, columns: Columns, amount: Array, credit: Credit, asked: Asked, when: When | None = None) -> Lines:
        """The rows that stand, in order, with the lines that ask; every party at all moments, unless `when` tells."""
        rows, parties = columns.rows, len(columns.parties)
        moments, first_moment = asked.when(0, parties) if when is None else when
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
