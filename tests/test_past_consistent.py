"""The past stays consistent: whatever is told late or taken back, what stands could have been told in order."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.histories import SLUG, History, Listener, histories, histories_in_order
from support.lives import lives
from support.recomputed import standing_entries

from pledger.domain import batch
from pledger.domain.correction import EntryRetracted
from pledger.domain.days import Occurrence
from pledger.domain.mapper import to_bytes
from pledger.domain.outcome import NotAdmitted, Outcome, Recorded
from pledger.domain.partnership import Partnership
from pledger.domain.refusal import Refused

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from pledger.domain.entry import Entry
    from pledger.domain.fact import Fact

often = settings(max_examples=80, deadline=None, print_blob=True, suppress_health_check=list(HealthCheck))
any_history = st.one_of(histories(), lives())


def without_gaps(fact: Fact) -> Fact:
    return fact.model_copy(update={"gaps_opened": (), "gaps_closed": ()}) if "gaps_opened" in fact.stamps() else fact


def no_longer_holding(entries: list[Entry], zone: ZoneInfo) -> Entry | None:
    """The earliest entry, by occurrence, that is not admitted with the stamps that it carries."""
    partnership = Partnership(SLUG)
    for entry in entries:
        when = Occurrence(entry.occurred_at, zone)
        try:
            admitted = partnership.admit(entry.fact.as_told(), when)
        except Refused:
            return entry
        if without_gaps(admitted) != without_gaps(entry.fact):
            return entry
        partnership.apply(admitted, when)
    return None


def stored(listener: Listener) -> list[tuple[int, int, bytes]]:
    return [(entry.position, entry.version, to_bytes(entry)) for entry in listener.entries()]


@often
@given(any_history)
def test_what_stands_is_admitted_again_with_the_stamps_it_carries(history: History) -> None:
    """Replayed in order of occurrence, gaps excepted, after every single step."""
    listener = Listener(history)
    for step in history.steps:
        outcome = listener.hear(step)
        if not isinstance(outcome, Refused):
            assert no_longer_holding(standing_entries(listener.entries()), history.zone) is None


@often
@given(any_history)
def test_a_refused_batch_leaves_the_ledger_as_it_was(history: History) -> None:
    listener = Listener(history)
    for step in history.steps:
        before = stored(listener)
        if isinstance(listener.hear(step), Refused):
            assert stored(listener) == before


@often
@given(any_history)
def test_what_is_recorded_is_what_is_read_back(history: History) -> None:
    """The outcomes carry the very entries that are stored, in the order in which they were told."""
    listener = Listener(history)
    for step in history.steps:
        outcome = listener.hear(step)
        if not isinstance(outcome, Refused):
            read = {entry.version: entry for entry in listener.entries()}
            recorded = [each.entry for each in outcome if isinstance(each, Recorded)]
            assert recorded == [read[entry.version] for entry in recorded]
            assert [entry.version for entry in recorded] == sorted(entry.version for entry in recorded)


@often
@given(any_history)
def test_versions_count_without_holes_and_the_second_clock_never_goes_back(history: History) -> None:
    entries = Listener(history).hear_all()
    assert [entry.version for entry in entries] == list(range(1, len(entries) + 1))
    assert [entry.recorded_at for entry in entries] == sorted(entry.recorded_at for entry in entries)
    assert all(entry.occurred_at <= entry.recorded_at for entry in entries)


@often
@given(any_history)
def test_a_cascade_retracts_the_earliest_that_no_longer_holds_and_again_until_all_hold(history: History) -> None:
    listener = Listener(history)
    for step in history.steps:
        before = len(listener.entries())
        outcome = listener.hear(step)
        if isinstance(outcome, Refused) or not step.cascade:
            continue
        told = {each.entry.version for each in outcome if isinstance(each, Recorded)}
        new = listener.entries()[before:]
        also_retracted = [position for entry in new if (position := retracted(entry)) and entry.version not in told]
        kept = [entry for entry in listener.entries() if entry.version <= before or entry.version in told]
        assert also_retracted == falling(standing_entries(kept), history.zone)


def retracted(entry: Entry) -> int | None:
    """The position of what an entry takes back, if it is a retraction."""
    return entry.fact.entry if isinstance(entry.fact, EntryRetracted) else None


def falling(stands: list[Entry], zone: ZoneInfo) -> list[int]:
    """The positions of what has to go, one by one."""
    gone: list[int] = []
    while (entry := no_longer_holding(stands, zone)) is not None:
        gone.append(entry.position)
        stands = [other for other in stands if other.position != entry.position]
    return gone


@often
@given(any_history)
def test_in_a_partial_batch_groups_stand_or_fall_together_and_as_they_were_rehearsed(history: History) -> None:
    listener = Listener(history)
    for step in history.steps:
        listener.clock.wait(step.wait)
        proposals = [
            replace(proposal, group=f"pair {index // 2}") for index, proposal in enumerate(listener.proposals(step))
        ]
        before = stored(listener)
        rehearsed = listener.ledger.rehearse(proposals)
        assert stored(listener) == before
        outcomes = listener.ledger.record_all(proposals, partial=True)
        assert [said(outcome) for outcome in outcomes] == [said(outcome) for outcome in rehearsed]
        for first, second in zip(outcomes[::2], outcomes[1::2], strict=False):
            assert {type(first), type(second)} != {Recorded, NotAdmitted}
        assert no_longer_holding(standing_entries(listener.entries()), history.zone) is None


def said(outcome: Outcome) -> tuple[object, ...]:
    """What an outcome says, positions apart."""
    match outcome:
        case Recorded(entry=entry):
            return Recorded, replace(entry, position=0)
        case NotAdmitted(refusal=refusal):
            return NotAdmitted, re.sub(r"\d+", "#", str(refusal))
    return type(outcome), outcome.entry.version


@often
@given(histories_in_order())
def test_the_quick_way_and_the_full_way_record_the_same(history: History) -> None:
    """What is told in order is admitted against the standing alone; telling all history again makes no difference."""
    quick = Listener(history)
    quick_outcomes = [quick.hear(step) for step in history.steps]
    full = Listener(history)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batch.Batch, "_in_order", only_the_full_way)
        full_outcomes = [full.hear(step) for step in history.steps]
    assert stored(quick) == stored(full)
    for one, other in zip(quick_outcomes, full_outcomes, strict=True):
        assert type(one) is type(other)
        if isinstance(one, Refused) and isinstance(other, Refused):
            assert (one.what, one.remedy) == (other.what, other.remedy)


def only_the_full_way(*_: object) -> None:
    raise batch._OutOfOrder
