"""Whatever was told, in whatever order: the views agree with the partnership's own state at every moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.facts import DAYS
from support.histories import SLUG, History, Listener, histories

from pledger.domain.catalogue import facts
from pledger.domain.partnership import replayed
from pledger.projections.outlook import outlook
from pledger.projections.policy import default_policy
from pledger.projections.question import Moment, Question
from pledger.projections.sentences import sentence
from pledger.projections.timeline import fact_data, timeline

moments = st.builds(
    lambda day, hours: datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(hours=hours),
    st.sampled_from(DAYS),
    st.sampled_from((-1, 0, 12, 24 * 30, 24 * 500)),
)


@given(history=histories(most=40), as_of=moments, which=st.integers(0, 40))
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_outlook_agrees_with_the_partnerships_state(history: History, as_of: datetime, which: int) -> None:
    listener = Listener(history)
    entries = listener.hear_all()
    if not entries:
        return
    known_at = entries[which % len(entries)].recorded_at
    question = Question(Moment(as_of, known_at), default_policy(), history.zone)
    told = outlook(SLUG, entries, question)
    known = [entry for entry in entries if entry.recorded_at <= known_at]
    state = replayed(SLUG, known, history.zone, as_of)
    if told is None:
        assert state.lifecycle.phase == "unopened"
        return
    assert told.phase.name.replace("prospected", "unopened") == state.lifecycle.phase
    assert [held.party for held in told.parties] == state.lifecycle.members
    late = [slug for slug, terms in state.delivery.open.items() if terms.is_late(as_of)]
    assert sorted(promise.commitment for promise in told.overdue) == sorted(late)
    assert told.counts.open == len(state.delivery.open)
    assert told.counts.made == len(state.delivery.open) + len(state.delivery.settled)
    assert told.counts.made == sum(told.counts) - told.counts.made - told.counts.overdue
    assert {concern.concern for concern in told.open_concerns} == set(state.communication.concerns)
    assert {(breach.by, breach.norm) for breach in told.unrepaired_breaches} == {
        (party, norm) for party in state.norms.breaches for norm in state.norms.unrepaired(party)
    }
    assert {goal.goal for goal in told.unacknowledged_goals} <= set(state.goals.open)
    assert told.headline.endswith(".")
    assert told.as_json()["next_steps"] == [step._asdict() for step in told.next_steps]


@given(history=histories(most=40), as_of=moments)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_timeline_tells_everything_once_and_marks_what_does_not_stand(history: History, as_of: datetime) -> None:
    listener = Listener(history)
    entries = listener.hear_all()
    later = max([as_of, *(entry.recorded_at for entry in entries)])
    told = timeline(entries, Moment(later, later))
    assert sorted(each.entry.position for each in told) == [entry.position for entry in entries]
    taken_back = {entry.fact.entry for entry in entries if entry.fact.TOPIC == "entry-retracted"}  # type: ignore[attr-defined]
    assert {each.entry.position for each in told if each.retracted_by} == taken_back
    assert all(sentence(each.entry) for each in told)


@given(history=histories(most=40))
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_data_of_every_entry_is_the_whole_fact(history: History) -> None:
    for entry in Listener(history).hear_all():
        data, dumped = fact_data(entry.fact), entry.fact.model_dump()
        if entry.fact.TOPIC == "entry-retracted":
            was = data["retracted"].pop("data")
            kind = facts()[dumped["retracted"]["fact"]]
            assert was == kind.model_validate(dumped["retracted"].pop("data")).model_dump()
        assert data == dumped
