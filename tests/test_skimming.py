"""Skimming an entry tells replay what reading it whole would, and hides no damage that replay would stumble over."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic_core import from_json
from support.facts import FACTS
from support.histories import History, Listener, histories
from support.lives import lives
from support.stamping import EVERY_KIND, as_stored, entries
from support.story import Story

from pledger.domain import mapper
from pledger.domain.catalogue import facts
from pledger.domain.mapper import Stored, to_entry
from pledger.domain.refusal import IntegrityFailure
from pledger.domain.skimming import skim
from pledger.projections.evidence import Said, said_by
from pledger.projections.membership import Move, memberships

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from pledger.domain.entry import Entry
    from pledger.domain.fact import Fact

Told = tuple[type, "datetime", "datetime", list[Said], list[Move]]

Result = TypeVar("Result")


@pytest.fixture(autouse=True, scope="module")
def whole_entries_are_validated() -> Iterator[None]:
    """From the first on, not only when many of a kind have been read."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mapper, "READ_BY_HAND_MAX", 0)
        yield


def skimmed(stored: Stored) -> Told:
    kind, fact, occurred_at, recorded_at = skim(stored)
    return kind, occurred_at, recorded_at, said_by(kind, fact, occurred_at), memberships(kind, fact, occurred_at)


def read_whole(stored: Stored) -> Told:
    entry = to_entry(*stored)
    kind, at = type(entry.fact), entry.occurred_at
    return kind, at, entry.recorded_at, said_by(kind, entry.fact, at), memberships(kind, entry.fact, at)


def tried(times: int) -> settings:
    return settings(max_examples=times, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("kind", EVERY_KIND, ids=lambda kind: kind.TOPIC)
@tried(25)
@given(data=st.data())
def test_skimming_a_fact_says_what_reading_it_whole_says(kind: type[Fact], data: st.DataObject) -> None:
    stored = as_stored(data.draw(entries(kind)))
    assert skimmed(stored) == read_whole(stored)


def test_every_kind_of_fact_is_tried() -> None:
    own = {"ledger-opened", "policy-adopted"}  # say nothing of any party, and are not skimmed by replay
    assert {kind.TOPIC for kind in EVERY_KIND} == set(facts()) - own


@tried(40)
@given(st.one_of(histories(), lives()))
def test_skimming_a_recorded_history_says_what_reading_it_whole_says(history: History) -> None:
    listener = Listener(history)
    listener.hear_all()
    for stored in listener.ledger.stored():
        assert skimmed(stored) == read_whole(stored)


def damaged(stored: Stored, place: int, bit: int | None) -> Stored:
    """Bytes with one bit flipped, or cut off."""
    place %= len(stored.state)
    if bit is None:
        return stored._replace(state=stored.state[:place])
    flipped = bytes([stored.state[place] ^ (1 << bit)])
    return stored._replace(state=stored.state[:place] + flipped + stored.state[place + 1 :])


def tried_to(read: Callable[[Stored], Result], stored: Stored) -> Result | IntegrityFailure:
    try:
        return read(stored)
    except IntegrityFailure as failure:
        return failure


def without_names(told: Told) -> tuple[object, ...]:
    """The same of parties that nobody names."""
    *before, said, moves = told
    return (*before, [each._replace(party="") for each in said], [each._replace(party="") for each in moves])


PLACES = st.integers(0, 2000)


@tried(500)
@given(st.sampled_from(list(FACTS)).flatmap(entries), PLACES, st.none() | st.integers(0, 7))
def test_damage_is_told_as_reading_whole_tells_it_or_changes_nothing_that_replay_reads(
    entry: Entry, place: int, bit: int | None
) -> None:
    """A bit may make another date, which only the Merkle tree can tell; but never a stamp that seems left out."""
    stored = as_stored(entry)
    broken = damaged(stored, place, bit)
    whole, found = tried_to(read_whole, broken), tried_to(skimmed, broken)
    if isinstance(found, IntegrityFailure):
        assert str(found) == str(whole)
        assert found.where == f"entry {entry.position} (version {entry.version} of {entry.partnership})"
    elif isinstance(whole, IntegrityFailure):  # a name with a sign that names must not have, say
        assert without_names(found) == without_names(skimmed(stored))
    else:
        assert found == whole


def a_promise() -> Stored:
    story = Story().opened()
    story.promised("2025-01-02", "Brand guide", "2025-01-10")
    return list(story.ledger.stored())[-1]


@pytest.mark.parametrize("kind", EVERY_KIND, ids=lambda kind: kind.TOPIC)
@tried(10)
@given(data=st.data())
def test_no_field_gets_lost_with_a_letter_of_its_name(kind: type[Fact], data: st.DataObject) -> None:
    """A promise without its deadline would read as one that is never late."""
    stored = as_stored(data.draw(entries(kind)))
    name = data.draw(st.sampled_from(sorted(from_json(stored.state)["fact"]))).encode()
    with pytest.raises(IntegrityFailure, match="cannot be read"):
        skim(stored._replace(state=stored.state.replace(b'"%s":' % name, b'"%s?":' % name)))


def test_another_version_of_a_fact_is_refused() -> None:
    promise = a_promise()
    newer = promise._replace(state=promise.state.replace(b'"fact_version":1', b'"fact_version":2'))
    with pytest.raises(IntegrityFailure) as failure:
        skim(newer)
    assert str(failure.value) == (
        "damaged: the stored fact 'commitment-made' has version 2; this pledger knows 1\n"
        "  where: entry 3 (version 2 of acme-globex)\n"
        "  now:   read it with a newer version of pledger"
    )


def test_an_unknown_fact_is_refused() -> None:
    with pytest.raises(IntegrityFailure, match="the stored fact 'commitment-mode' is unknown"):
        skim(a_promise()._replace(topic="commitment-mode"))
