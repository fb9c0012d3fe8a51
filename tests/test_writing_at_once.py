"""Several writers at once: whoever loses a race loads again, admits again, and tries again, many times."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from support.histories import SLUG, Clock, utc

from pledger.domain.communication import MeetingHeld
from pledger.domain.delivery import CommitmentDelivered, CommitmentMade
from pledger.domain.entry import Entry, Proposal
from pledger.domain.ledger import Ledger
from pledger.domain.lifecycle import PartnershipOpened
from pledger.domain.outcome import Recorded
from pledger.domain.recording import ATTEMPTS, Recorder
from pledger.domain.refusal import Conflict, Refused
from pledger.domain.sqlite_store import SQLiteStore

if TYPE_CHECKING:
    from pathlib import Path

    from support.server import Server

    from pledger.domain.fact import Fact

CLOCK = Clock(utc(2018, 11, 6, 9))


class Crowded(SQLiteStore):
    """A store in which others get in between just before each append, as often as they want to."""

    def __init__(self, path: str, intrusions: Sequence[Callable[[], object]]) -> None:
        super().__init__(path, create=True)
        self.intrusions = list(intrusions)
        self.attempts = 0

    def append(self, entries: Sequence[Entry]) -> list[int]:
        self.attempts += 1
        if self.intrusions:
            self.intrusions.pop(0)()
        return super().append(entries)


def record(store: SQLiteStore, *facts: Fact | Proposal) -> list[Entry]:
    """Record through a recorder that remembers nothing."""
    proposals = [fact if isinstance(fact, Proposal) else Proposal(fact, SLUG) for fact in facts]
    outcomes = Recorder(store, ZoneInfo("UTC")).record(proposals, CLOCK, "jane", partial=False, cascade=False)
    return [outcome.entry for outcome in outcomes if isinstance(outcome, Recorded)]


@pytest.fixture
def path(tmp_path: Path) -> str:
    """A ledger with one partnership and one promise."""
    with Ledger.open(tmp_path / "ledger.sqlite", time_zone="UTC", clock=CLOCK) as ledger:
        ledger.record(PartnershipOpened(parties=("Acme", "Globex"), purpose="launch"), SLUG)
        ledger.record(CommitmentMade(what="Brand guide", by="Acme"), SLUG)
        return ledger.path


def another_meeting(path: str) -> Callable[[], object]:
    return lambda: record(SQLiteStore(path, create=False), MeetingHeld())


def test_a_lost_race_is_run_again(path: str) -> None:
    store = Crowded(path, [another_meeting(path)] * (ATTEMPTS - 1))
    (entry,) = record(store, MeetingHeld())
    assert (store.attempts, entry.version) == (ATTEMPTS, ATTEMPTS + 2)


def test_after_many_lost_races_it_is_refused_and_nothing_is_recorded(path: str) -> None:
    store = Crowded(path, [another_meeting(path)] * (ATTEMPTS + 4))
    with pytest.raises(Refused) as refused:
        record(store, MeetingHeld(), MeetingHeld())
    assert store.attempts == ATTEMPTS
    assert str(refused.value) == (
        "refused: others kept writing to acme-globex at the same time; nothing was recorded\n"
        "  now:   try again when they have finished"
    )
    assert [entry.version for entry in store.stream(SLUG)] == list(range(1, ATTEMPTS + 3))


def test_who_lost_a_race_on_a_server_has_the_next_turn(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody else records before each of our attempts, or tries to: the second one has to wait for us."""
    address = server.new_place()
    others: list[Future[Entry]] = []
    with ThreadPoolExecutor() as pool, Ledger.open(address, time_zone="UTC") as ours, Ledger.open(address) as theirs:
        ours.record(PartnershipOpened(parties=("Acme", "Globex"), purpose="launch"), SLUG)
        append = ours._store.append

        def crowded(entries: Sequence[Entry]) -> list[int]:
            others.append(pool.submit(theirs.record, MeetingHeld(), SLUG))
            wait(others, timeout=30 if len(others) == 1 else 0.3)
            return append(entries)

        monkeypatch.setattr(ours._store, "append", crowded)
        assert ours.record(MeetingHeld(), SLUG).version == 3
        assert [each.result().version for each in others] == [2, 4]


def test_a_turn_within_a_turn_is_the_same(server: Server) -> None:
    """As where a group of a batch that lost a race is recorded by itself, and loses another."""
    with Ledger.open(server.new_place(), time_zone="UTC") as ledger, ledger._store.turn():
        with ledger._store.turn():
            ledger.record(PartnershipOpened(parties=("Acme", "Globex"), purpose="launch"), SLUG)
        assert ledger.record(MeetingHeld(), SLUG).version == 2


def test_who_lost_the_race_is_judged_by_what_is_there_then(path: str) -> None:
    """Somebody else has delivered it meanwhile, so it cannot be delivered again."""
    delivered = CommitmentDelivered(commitment="brand-guide")
    store = Crowded(path, [lambda: record(SQLiteStore(path, create=False), delivered)])
    with pytest.raises(Refused, match="'brand-guide' was delivered on 2018-11-06 already"):
        record(store, delivered)


def test_a_batch_over_several_partnerships_is_lost_or_won_as_a_whole(path: str) -> None:
    opened = Proposal(PartnershipOpened(parties=("Acme", "Initech"), purpose="x"), "another")
    store = Crowded(path, [another_meeting(path)])
    record(store, opened, MeetingHeld())
    assert [entry.version for entry in store.stream("another")] == [1]
    assert [entry.version for entry in store.stream(SLUG)] == [1, 2, 3, 4]


def test_entries_of_a_taken_version_are_a_conflict(path: str) -> None:
    store = SQLiteStore(path, create=False)
    taken = list(store.stream(SLUG))[-1]
    with pytest.raises(Conflict):
        store.append([taken])


def test_two_ledgers_on_one_file_see_what_the_other_wrote(path: str) -> None:
    with Ledger.open(path, clock=CLOCK) as one, Ledger.open(path, clock=CLOCK) as other:
        for number in range(3):
            one.record(CommitmentMade(what=f"from one {number}", by="Acme"), SLUG)
            other.record(CommitmentDelivered(commitment=f"from-one-{number}"), SLUG)
        versions = [entry.version for entry in one.entries(SLUG)]
    assert versions == list(range(1, 9))
