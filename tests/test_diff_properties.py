"""Whatever happened: a difference begins and ends with what the views say, and its parts sum to it."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.histories import SLUG, History, Listener, histories
from support.lives import lives
from support.moments import moments
from support.policies import POLICIES

from pledger.projections.diff import difference
from pledger.projections.outlook import outlook
from pledger.projections.policy import Policy
from pledger.projections.question import Moment, Question

policies = st.sampled_from(POLICIES)


@settings(max_examples=150, deadline=None, print_blob=True, suppress_health_check=list(HealthCheck))
@given(
    history=histories() | lives() | lives(),
    as_of=moments,
    which=st.tuples(st.integers(0, 60), st.integers(0, 60)),
    scored=st.tuples(policies, policies),
)
def test_the_ends_are_those_of_the_views_and_the_parts_sum_to_the_change(
    history: History, as_of: datetime, which: tuple[int, int], scored: tuple[Policy, Policy]
) -> None:
    entries = Listener(history).hear_all()
    if not entries:
        return
    known = sorted(entries[place % len(entries)].recorded_at for place in which)
    earlier, later = (
        Question(Moment(as_of, at), policy, history.zone) for at, policy in zip(known, scored, strict=True)
    )
    told = difference(SLUG, entries, earlier, later)
    assert [each.entry.position for each in told.learned] == [
        entry.position for entry in entries if known[0] < entry.recorded_at <= known[1]
    ]
    changed = {party.party: party for party in told.parties}
    for question, end in ((earlier, "before"), (later, "after")):
        view = outlook(SLUG, [entry for entry in entries if entry.recorded_at <= question.known_at], question)
        for held in view.parties if view else ():
            party = changed[held.party]
            assert getattr(party, end).trust == held.opinion.trust
            assert getattr(party, end).uncertainty == held.opinion.uncertainty
            assert getattr(party.trust, end) == held.opinion.trust
            assert view is not None
            assert getattr(party.momentum, end) == pytest.approx(view.momentum.by_party[held.party].value, abs=1e-12)
        states = {promise.either.commitment: getattr(promise, end) for promise in told.promises}
        assert view is None or view.counts.made >= sum(promise is not None for promise in states.values())
    for party in told.parties:
        for change in (party.trust, party.momentum):
            parts = [change.by_policy, *change.by_entry]
            assert sum(parts) == pytest.approx(change.after - change.before, rel=0, abs=1e-9)
    if not told.learned:
        assert told.promises == ()
