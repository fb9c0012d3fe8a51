"""Whatever happened: the history says at every step what the views say at that instant, by what was known then."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.histories import SLUG, History, Listener, histories
from support.lives import lives
from support.moments import moments
from support.policies import POLICIES

from pledger.domain.entry import Entry
from pledger.projections import history as told
from pledger.projections.evidence import evidence_of
from pledger.projections.members import everybody
from pledger.projections.momentum import momentum
from pledger.projections.opinion import Opinion
from pledger.projections.policy import Policy
from pledger.projections.question import Moment, Question
from pledger.projections.trust import trust_by_party

policies = st.sampled_from(POLICIES)
hard = settings(max_examples=100, deadline=None, print_blob=True, suppress_health_check=list(HealthCheck))
INSTANT = timedelta(microseconds=1)


def scores(entries: list[Entry], party: str, at: datetime, policy: Policy) -> tuple[float, float, float]:
    """Trust, its uncertainty and momentum at an instant, by what these entries say."""
    rows, known_at = evidence_of(entries), max([at, *(entry.recorded_at for entry in entries)])
    held = trust_by_party(rows, [party], policy, at, known_at)[0].opinion
    return held.trust, held.uncertainty, momentum(rows, [party], policy, at, known_at).together.value


def agree(opinion: Opinion, speed: float, expected: tuple[float, float, float]) -> None:
    assert (opinion.trust, opinion.uncertainty, speed) == pytest.approx(expected, rel=0, abs=1e-9)


@hard
@given(history=histories() | lives() | lives(), until=moments, which=st.integers(0, 60), policy=policies)
def test_in_order_of_occurrence(history: History, until: datetime, which: int, policy: Policy) -> None:
    entries = Listener(history).hear_all()
    if not entries:
        return
    known_at = entries[which % len(entries)].recorded_at
    known = [entry for entry in entries if entry.recorded_at <= known_at]
    parties = everybody(known)
    question = Question(Moment(until, known_at), policy, history.zone)
    steps = told.history(SLUG, known, question, "occurred", parties).steps
    assert [step.step.entry for step in steps if step.step.because == "told"] == [
        entry.position
        for entry in sorted(known, key=lambda e: (e.occurred_at, e.position))
        if entry.occurred_at <= until
    ]
    assert steps[-1].step.at == until
    for place, party in enumerate(parties):
        for earlier, step, later in zip([None, *steps], steps, [*steps[1:], None], strict=False):
            around, at = step.parties[place], step.step.at
            if earlier is None or earlier.step.at < at:
                agree(around.before, around.momentum_before, scores(known, party, at - INSTANT, policy))
            if later is None or later.step.at > at:
                agree(around.after, around.momentum_after, scores(known, party, at, policy))
            if earlier is not None:
                before = earlier.parties[place]
                assert around.drift == around.before.trust - before.after.trust
                assert around.momentum_drift == around.momentum_before - before.momentum_after


@hard
@given(history=histories() | lives() | lives(), after=st.sampled_from((0, 40, 700)), policy=policies)
def test_in_order_of_recording(history: History, after: int, policy: Policy) -> None:
    """Each step shows what `show` would have said at that very instant, knowing the entries up to it."""
    entries = Listener(history).hear_all()
    if not entries:
        return
    until = entries[-1].recorded_at + timedelta(days=after)
    parties = everybody(entries)
    question = Question(Moment(until, until), policy, history.zone)
    steps = told.history(SLUG, entries, question, "recorded", parties).steps
    assert [step.step.entry for step in steps if step.step.because == "told"] == [e.position for e in entries]
    assert [step.step.at for step in steps] == sorted(step.step.at for step in steps)
    for place, party in enumerate(parties):
        learned: list[Entry] = []
        for step, later in zip(steps, [*steps[1:], None], strict=True):
            around, at = step.parties[place], step.step.at
            if step.step.because == "told":
                agree(around.before, around.momentum_before, scores(learned, party, at, policy))
                learned = entries[: len(learned) + 1]
            if step.step.because == "told" or later is None or later.step.at > at:
                agree(around.after, around.momentum_after, scores(learned, party, at, policy))


@hard
@given(history=histories() | lives() | lives(), until=moments)
def test_the_two_orders_end_at_the_same_scores(history: History, until: datetime) -> None:
    """At one moment, by all that was known then."""
    entries = [entry for entry in Listener(history).hear_all() if entry.recorded_at <= until]
    if not entries:
        return
    question = Question(Moment(until, until), POLICIES[2], history.zone)
    ends = [told.history(SLUG, entries, question, order).steps[-1] for order in ("occurred", "recorded")]
    for one, other in zip(ends[0].parties, ends[1].parties, strict=True):
        assert one.after.trust == pytest.approx(other.after.trust, rel=0, abs=1e-9)
        assert one.momentum_after == pytest.approx(other.momentum_after, rel=0, abs=1e-9)
