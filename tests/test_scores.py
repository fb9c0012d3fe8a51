"""Everybody's scores are each party's own: the same as of one partnership alone, in whatever shards and processes."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.columnar import Log, columns_from, logs
from support.formula import FIRST, NOON, policies
from support.moments import moments
from support.policies import EVERYTHING, POLICIES, SHIPPED
from support.sharding import LOOPS, scored

from pledger.projections import scores
from pledger.projections.columns import columns_of, instant_of, microseconds
from pledger.projections.evidence import Row, evidence_of
from pledger.projections.loops import CompiledLoops
from pledger.projections.merging import Merge
from pledger.projections.momentum import momentum, momentum_of
from pledger.projections.opinion import Opinion
from pledger.projections.scores import Asked, Scorer
from pledger.projections.trust import trust_by_party

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from pledger.projections.policy import Policy
    from pledger.projections.scores import Sums

FAR = microseconds(NOON + timedelta(days=4000))
AFTER_ALL = Asked(None, FAR, FAR)


def tried(times: int) -> settings:
    return settings(max_examples=times, deadline=None, suppress_health_check=list(HealthCheck))


def merged(log: Log, cut: int) -> Merge:
    """The evidence of a log that lies in two parts."""
    cut %= len(log.stored)
    return Merge([columns_of(log.stored[:cut]), columns_of(log.stored[cut:])])


def whole(parts: Iterator[Sums]) -> list[list[float]]:
    """All shards one after another, as lists that compare to the last bit."""
    return [np.concatenate(column).tolist() for column in zip(*parts, strict=True)]


@tried(60)
@given(logs(), st.sampled_from(POLICIES) | policies(), moments, st.integers(0, 80), st.booleans())
def test_the_scores_of_all_are_those_of_each_partnership_alone_to_1e_12(
    log: Log, policy: Policy, as_of: datetime, which: int, compiled: bool
) -> None:
    """The one alone is read whole, entry by entry, and summed without columns."""
    known_at = log.entries[which % len(log.entries)].recorded_at if log.entries else as_of
    before = as_of - timedelta(days=policy.momentum.window_days)
    asked = Asked(np.array([microseconds(before), microseconds(as_of)]), microseconds(as_of), microseconds(known_at))
    merge = merged(log, which)
    for sums in Scorer(merge, policy, LOOPS[compiled]).scored(asked):
        now = zip(sums.party[1::2], sums.supporting[1::2], sums.opposing[1::2], sums.speed.reshape(-1, 2), strict=True)
        for number, supporting, opposing, (was_at, is_at) in now:
            partnership, party = merge.outline.parties[number]
            rows = evidence_of(entry for entry in log.entries if entry.partnership == partnership)
            (alone,) = trust_by_party(rows, [party], policy, as_of, known_at)
            found = Opinion(supporting, opposing, policy.trust.prior_weight, policy.trust.base_rate)
            assert found.trust == pytest.approx(alone.opinion.trust, rel=0, abs=1e-12)
            assert found.uncertainty == pytest.approx(alone.opinion.uncertainty, rel=0, abs=1e-12)
            assert found.total == pytest.approx(alone.opinion.total, rel=1e-12)
            turning = momentum(rows, [party], policy, as_of, known_at).together
            held = momentum_of(was_at, is_at, policy.momentum)
            assert held.speed == pytest.approx(turning.speed, rel=1e-12, abs=1e-12)
            assert held.trend == pytest.approx(turning.trend, rel=0, abs=1e-12)


@tried(25)
@given(logs(), st.sampled_from(POLICIES), st.none() | st.lists(moments, max_size=3), st.integers(1, 30))
def test_it_does_not_matter_how_parties_are_sharded(
    log: Log, policy: Policy, when: list[datetime] | None, rows: int
) -> None:
    """Not in the last bit, nor whether shards run side by side."""
    asked = AFTER_ALL if when is None else Asked(np.array(sorted(map(microseconds, when)), "<i8"), FAR, FAR)
    in_one = whole(Scorer(merged(log, 0), policy).scored(asked))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scores, "SHARD_ROWS", rows)
        assert whole(Scorer(merged(log, 7), policy).scored(asked)) == in_one
        patch.setattr(scores, "COMPILED_ROWS_MIN", 0)
        many = Scorer(merged(log, 7), policy)
        assert isinstance(many.loops, CompiledLoops)
        for here, there in zip(whole(many.scored(asked)), in_one, strict=True):
            assert here == pytest.approx(there, rel=1e-12, abs=1e-290)


def made_up(parties: int, rows: int) -> list[Row]:
    """Evidence of several parties, some of it taken back, some at the same instants."""
    chance = np.random.default_rng(3)
    told = []
    for position in range(1, rows + 1):
        party, kind, days = (
            f"Party {chance.integers(parties)}",
            chance.choice(list(SHIPPED.kinds)),
            chance.integers(900),
        )
        at, stake = FIRST + timedelta(days=int(days)), chance.choice(["small", "medium", "large"])
        row = Row(position, "a", party, str(kind), at, at, at, float(chance.integers(60)), str(stake), 1)  # type: ignore[arg-type]
        told.append(row)
        if position % 5 == 0:
            told.append(row._replace(position=rows + position, known_at=at + timedelta(days=1), count=-1))
    return told


@pytest.fixture(scope="module")
def worker() -> Iterator[ProcessPoolExecutor]:
    """A process that shares nothing with this one."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        yield pool


@pytest.mark.parametrize("compiled", [False, True])
@pytest.mark.parametrize("asked", [AFTER_ALL, Asked(np.array([microseconds(NOON), FAR]), FAR, FAR)])
def test_a_worker_process_scores_a_shard_as_this_one_does(
    worker: ProcessPoolExecutor, compiled: bool, asked: Asked
) -> None:
    columns = columns_from(made_up(4, 300))
    there = worker.submit(scored, columns, EVERYTHING, asked, compiled).result()
    here = scored(columns, EVERYTHING, asked, compiled)
    assert [column.tolist() for column in there] == [column.tolist() for column in here]
    assert len(here.at)


def test_moments_are_answered_without_naming_an_entry() -> None:
    columns = columns_from(made_up(3, 100))
    sums = whole(Scorer(Merge([columns]), SHIPPED).scored(Asked(np.array([microseconds(NOON)]), FAR, FAR)))
    assert sums[0] == [0, 1, 2]
    assert [instant_of(int(at)) for at in sums[1]] == [NOON] * 3
    assert sums[2] == [0, 0, 0]


@pytest.mark.parametrize(
    "taken_back",
    [
        pytest.param(1, marks=pytest.mark.xfail(strict=True, reason="which of two that count alike is not told apart")),
        2,
    ],
)
def test_after_all_names_the_last_entry_that_stands(taken_back: int) -> None:
    """Two promises kept at the same instant, three days early and five, count alike; one was a mistake."""
    first = Row(1, "a", "Acme", "kept", FIRST, FIRST, FIRST, 3.0, "medium", 1)
    second = first._replace(position=2, measure=5.0)
    undone = (first, second)[taken_back - 1]._replace(position=3, count=-1)
    (entry,) = scored(columns_from([first, second, undone]), SHIPPED, AFTER_ALL, compiled=False).entry
    assert entry == {1: 2, 2: 1}[taken_back]
