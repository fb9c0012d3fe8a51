"""Whatever happened: the parts of an explanation sum to the whole, and each is told of the right entry."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.histories import SLUG, History, Listener, histories
from support.lives import lives
from support.moments import moments
from support.policies import POLICIES

from pledger.domain.communication import ContactWaived, MeetingHeld, UpdateShared
from pledger.projections.commitments import commitments
from pledger.projections.evidence import evidence_of
from pledger.projections.explain import Explanation, explain
from pledger.projections.members import everybody
from pledger.projections.momentum import momentum
from pledger.projections.question import Moment, Question, standing_entries
from pledger.projections.scoring import all_but_when_told, rows_in_effect, takes_effect
from pledger.projections.subjects import AFTER_LATE
from pledger.projections.trust import trust_by_party

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pledger.domain.entry import Entry
    from pledger.projections.evidence import Row
    from pledger.projections.movement import Movement, Part
    from pledger.projections.policy import Policy

policies = st.sampled_from(POLICIES)
hard = settings(max_examples=100, deadline=None, print_blob=True, suppress_health_check=list(HealthCheck))
INSTANT = timedelta(microseconds=1)


class Explained:
    """A history explained between two moments, as known when one of its entries was recorded."""

    def __init__(
        self, history: History, span: tuple[datetime, datetime], which: int, policy: Policy, entries: Sequence[Entry]
    ) -> None:
        known_at = entries[which % len(entries)].recorded_at
        self.since, self.until = min(span), max(span)
        self.known = [entry for entry in entries if entry.recorded_at <= known_at]
        self.rows = evidence_of(self.known)
        self.parties = everybody(self.known)
        self.question = Question(Moment(self.until, known_at), policy, history.zone)
        self.told: Explanation = explain(SLUG, self.known, self.question, self.since, self.parties)

    @property
    def policy(self) -> Policy:
        return self.question.policy

    @property
    def known_at(self) -> datetime:
        return self.question.known_at

    def trust(self, rows: Iterable[Row], party: str, at: datetime) -> float:
        return trust_by_party(rows, [party], self.policy, at, self.known_at)[0].opinion.trust

    def momentum(self, rows: Iterable[Row], party: str, at: datetime) -> float:
        return momentum(rows, [party], self.policy, at, self.known_at).together.value


@pytest.mark.parametrize("kind", [histories(), lives()], ids=["chaos", "lives"])
def test_the_parts_sum_to_the_whole(kind: st.SearchStrategy[History]) -> None:
    @hard
    @given(history=kind, span=st.tuples(moments, moments), which=st.integers(0, 60), policy=policies)
    def check(history: History, span: tuple[datetime, datetime], which: int, policy: Policy) -> None:
        entries = Listener(history).hear_all()
        if entries:
            check_sums(Explained(history, span, which, policy, entries))

    check()


def check_sums(case: Explained) -> None:
    assert case.told.is_exact
    for party in case.told.parties:
        for movement, score in ((party.trust, case.trust), (party.momentum, case.momentum)):
            whole = score(case.rows, party.party, case.until) - score(case.rows, party.party, case.since)
            assert sum(part.moved for part in movement.parts) == pytest.approx(whole, rel=0, abs=1e-9)
            check_that_parts_follow_one_another(movement, case)
    check_that_parts_follow_one_another(case.told.together, case)


def check_that_parts_follow_one_another(movement: Movement, case: Explained) -> None:
    """Without a gap in time or score from one end of the span to the other."""
    at, score = case.since, movement.before
    for part in movement.parts:
        assert part.since == at
        assert part.before == pytest.approx(score, rel=0, abs=1e-9)
        assert (part.step is None) == (part.until > part.since)
        at, score = part.until, part.after
    assert at == case.until
    assert score == pytest.approx(movement.after, rel=0, abs=1e-9)


@pytest.mark.parametrize("kind", [histories(), lives()], ids=["chaos", "lives"])
def test_every_jump_is_what_its_rows_make_of_the_score_at_that_instant(kind: st.SearchStrategy[History]) -> None:
    @hard
    @given(history=kind, span=st.tuples(moments, moments), which=st.integers(0, 60), policy=policies)
    def check(history: History, span: tuple[datetime, datetime], which: int, policy: Policy) -> None:
        entries = Listener(history).hear_all()
        if entries:
            check_jumps(Explained(history, span, which, policy, entries))

    check()


def check_jumps(case: Explained) -> None:
    for party in case.told.parties:
        jumps = [part for part in party.trust.parts if part.step]
        for place, jump in enumerate(jumps):
            later = [part for part in jumps[place + 1 :] if part.until == jump.until]
            with_it = without(rows_at(case, jump.until), [row for part in later for row in rows_of(part)])
            before = case.trust(without(with_it, rows_of(jump)), party.party, jump.until)
            assert jump.before == pytest.approx(before, rel=0, abs=1e-9)
            assert jump.moved == pytest.approx(case.trust(with_it, party.party, jump.until) - before, rel=0, abs=1e-9)


def rows_at(case: Explained, at: datetime) -> list[Row]:
    return rows_in_effect(case.rows, case.policy.credit, at, case.known_at)


def rows_of(part: Part) -> tuple[Row, ...]:
    assert part.step is not None
    return part.step.trust


def without(rows: Sequence[Row], gone: Sequence[Row]) -> list[Row]:
    """Rows but for these, whoever told them."""
    left = Counter(all_but_when_told(row) for row in gone)
    kept = []
    for row in rows:
        key = all_but_when_told(row)
        if left[key]:
            left[key] -= 1
        else:
            kept.append(row)
    assert not +left
    return kept


@hard
@given(history=lives(), span=st.tuples(moments, moments), which=st.integers(0, 60), policy=policies)
def test_every_jump_is_told_of_the_entry_behind_it(
    history: History, span: tuple[datetime, datetime], which: int, policy: Policy
) -> None:
    entries = Listener(history).hear_all()
    if not entries:
        return
    case = Explained(history, span, which, policy, entries)
    standing = {
        e.position: e for e in standing_entries(case.known, Moment(datetime.max.replace(tzinfo=UTC), case.known_at))
    }
    contacts = [e for e in standing.values() if isinstance(e.fact, MeetingHeld | UpdateShared | ContactWaived)]
    for party in case.told.parties:
        for part in party.trust.parts:
            if part.step is None:
                assert part.sentence == ""
                continue
            entry = standing[part.step.entry]
            assert f"entry {entry.position}" in part.sentence
            match part.step.because:
                case "told":
                    assert entry.occurred_at == part.until
                case "matured":
                    assert (
                        entry.occurred_at
                        < part.until
                        == max(takes_effect(row, policy.credit) for row in part.step.trust)
                    )
                case "silence":
                    assert ((part.until - entry.occurred_at).days - 1) % 2 == 0
                    assert not any(entry.occurred_at < e.occurred_at < part.until for e in contacts)
                case "deadline":
                    assert party.party in overdue_at(case, part, entry)


def overdue_at(case: Explained, part: Part, entry: Entry) -> list[str]:
    """The makers of the promise that an entry dated, where a rung of it fell at the instant of the part."""
    just_before = Moment(part.until - INSTANT, case.known_at)
    promises = commitments(standing_entries(case.known, just_before), just_before.as_of, case.question.zone)
    assert part.step is not None
    return [
        promise.maker
        for promise in promises
        for row in part.step.trust
        if promise.commitment == getattr(entry.fact, "commitment", None)
        and promise.is_unsettled
        and promise.late_from is not None
        and promise.late_from + AFTER_LATE[row.kind] == part.until
    ]
