"""Snapshots spare replaying a long stream; they change nothing, and losing or spoiling them loses nothing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.facts import BEGINNING
from support.histories import SLUG, History, Listener, a_ledger, histories, histories_in_order
from support.lives import lives

from pledger.domain import recording, sqlite_store
from pledger.domain.communication import MeetingHeld
from pledger.domain.delivery import CommitmentDelivered, CommitmentMade
from pledger.domain.lifecycle import PartnershipOpened
from pledger.domain.partnership import Partnership, surviving
from pledger.domain.recording import Recorder
from pledger.domain.refusal import Refused
from pledger.domain.sqlite_store import SQLiteStore
from pledger.domain.standing import Standing, from_snapshot, standing_of, to_snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

often = settings(max_examples=40, deadline=None, print_blob=True, suppress_health_check=list(HealthCheck))


@pytest.fixture(autouse=True)
def _snapshots_all_the_time() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(recording, "SNAPSHOT_AFTER_MIN", 1)
        yield


def books(standing: Standing) -> dict[str, object]:
    """Everything a standing knows, in a form that can be compared: the order of its early instants means nothing."""
    told = {name: getattr(standing, name) for name in ("partnership", "version", "recorded_at", "last")}
    return told | {"early": sorted(standing.early), "sources": json.loads(standing.sources.as_stored())}


@often
@given(st.one_of(histories_in_order(), histories(), lives()))
def test_where_a_partnership_stands_is_the_same_from_a_snapshot_as_from_the_whole_stream(history: History) -> None:
    listener = Listener(history)
    for step in history.steps:
        listener.hear(step)
        fresh = Recorder(listener.ledger._store, history.zone).standing(SLUG)
        entries = listener.entries()
        assert books(fresh) == books(standing_of(SLUG, entries, surviving(entries), history.zone))


@often
@given(st.one_of(histories_in_order(), lives()))
def test_what_is_recorded_is_the_same_with_and_without_snapshots(history: History) -> None:
    """Each step is heard by a recorder that remembers nothing but snapshots, and by one that has none."""
    remembering, forgetting = Listener(history), Listener(history)
    for step in history.steps:
        remembering.ledger.__dict__.pop("_recorder", None)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(recording, "SNAPSHOT_AFTER_MIN", 10**9)
            forgetting.hear(step)
        remembering.hear(step)
        assert remembering.entries() == forgetting.entries()


SPOILING: dict[str, Callable[[bytes], bytes]] = {
    "nothing at all": lambda state: b"",
    "something else": lambda state: b"garbage",
    "something else in JSON": lambda state: b"{}",
    "cut short": lambda state: state[:-1],
    "one word changed": lambda state: state.replace(b"active", b"paused"),
    "not what its checksum says": lambda state: b"00000000" + state[8:],
}


@pytest.mark.parametrize("spoil", SPOILING.values(), ids=SPOILING.keys())
def test_a_spoilt_snapshot_is_ignored(spoil: Callable[[bytes], bytes]) -> None:
    with a_ledger() as ledger:
        ledger.record(PartnershipOpened(parties=("Acme", "Globex"), purpose="launch"), SLUG)
        ledger.record(CommitmentMade(what="Brand guide", by="Acme"), SLUG, source="row 7")
        state = ledger._store.snapshot(SLUG)
        assert state is not None
        assert spoil(state) != state
        ledger._store.keep_snapshot(SLUG, 2, spoil(state))
        ledger.__dict__.pop("_recorder")
        assert ledger.record(CommitmentDelivered(commitment="brand-guide"), SLUG).version == 3
        with pytest.raises(Refused, match="is recorded already"):
            ledger.record(MeetingHeld(), SLUG, source="row 7")


def test_a_snapshot_of_another_form_is_not_even_looked_at() -> None:
    with a_ledger() as ledger:
        ledger.record(PartnershipOpened(parties=("Acme", "Globex"), purpose="launch"), SLUG)
        assert ledger._store.snapshot(SLUG) is not None
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sqlite_store, "SNAPSHOT_FORM", "standing-of-next-year")
            assert ledger._store.snapshot(SLUG) is None
            assert ledger.record(MeetingHeld(), SLUG).version == 2


def test_a_snapshot_reads_back_as_it_was() -> None:
    standing = Standing(Partnership(SLUG), version=3, early=[BEGINNING])
    standing.sources["row 7"] = 3
    read = from_snapshot(to_snapshot(standing))
    assert read is not None
    assert books(read) == books(standing)


def test_each_stream_keeps_its_latest_snapshot_only() -> None:
    with a_ledger() as ledger:
        ledger.record(PartnershipOpened(parties=("Acme", "Globex"), purpose="launch"), SLUG)
        for _ in range(3):
            ledger.record(MeetingHeld(), SLUG)
        assert isinstance(ledger._store, SQLiteStore)
        kept = ledger._store._snapshots.select_events(SLUG)
    assert [snapshot.originator_version for snapshot in kept] == [4]
