"""The connection to the server is lost just at COMMIT: what was committed is found again, and never recorded twice."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from faults.places import SERVER, SLUGS, Place, fingerprint
from faults.proxy import Proxy
from pledger.domain.communication import UpdateShared
from pledger.domain.entry import Proposal
from pledger.domain.ledger import Ledger
from pledger.domain.outcome import Recorded
from pledger.domain.refusal import StorageTrouble

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.server import Server

    from faults.trial import Trial

pytestmark = pytest.mark.parametrize("store", [SERVER])


@contextmanager
def between(place: Place, server: Server) -> Iterator[tuple[Proxy, str]]:
    """A way to the place that loses connections, and its address."""
    with tempfile.TemporaryDirectory(prefix="pledger-") as folder:  # a socket's path must be short
        proxy = Proxy(Path(folder), server.folder)
        try:
            yield proxy, place.address.replace(str(server.folder), folder)
        finally:
            proxy.close()


def batch(name: str, size: int) -> list[Proposal]:
    """Facts that are told together; each has a source, as an import's have."""
    facts = [UpdateShared(what=f"{name} {number}", by="Acme") for number in range(size)]
    return [
        Proposal(fact, SLUGS[number % 3], source=f"{name}-{number}", note=f"batch {name} of {size}")
        for number, fact in enumerate(facts)
    ]


def batches(trial: Trial, name: str) -> Iterator[list[Proposal]]:
    """Batches of several sizes, named by their number too."""
    for number in range(trial.times(30)):
        yield batch(f"{name}{number}", size=trial.chance.choice((1, 3, 40)))


def times_there(place: Place, name: str) -> int:
    """How many entries the ledger has of the facts of a batch."""
    return sum(f'"source":"{name}-'.encode() in each.state for each in place.rows())


def test_a_commit_that_was_done_is_reported_as_recorded_once(trial: Trial, server: Server) -> None:
    place = trial.place("connection lost after COMMIT")
    with between(place, server) as (proxy, address), Ledger.open(address, create=False) as ledger:
        for number, told in enumerate(batches(trial, "after")):
            proxy.lose("after")
            outcomes = ledger.record_all(told)
            place.tally.fault()
            assert proxy.lost == number + 1
            there = {each.position: each for each in place.rows()}
            entries = [outcome.entry for outcome in outcomes if isinstance(outcome, Recorded)]
            assert len(entries) == len(told)
            place.acknowledge((entry.position, fingerprint(there[entry.position])) for entry in entries)
            assert times_there(place, f"after{number}") == len(told)
            place.examine()


def test_a_commit_that_never_arrived_is_told_as_not_recorded(trial: Trial, server: Server) -> None:
    """Told again, it is recorded once."""
    place = trial.place("connection lost before COMMIT")
    with between(place, server) as (proxy, address), Ledger.open(address, create=False) as ledger:
        for number, told in enumerate(batches(trial, "before")):
            proxy.lose("before")
            with pytest.raises(StorageTrouble) as raised:
                ledger.record_all(told)
            place.tally.fault()
            assert raised.value.exit_code == 4
            assert raised.value.remedy == "see that it runs and that --ledger names it as it is, then do it again"
            assert times_there(place, f"before{number}") == 0
            ledger.record_all(told)
            assert times_there(place, f"before{number}") == len(told)
            place.acknowledge_all()
            place.examine()


def test_where_nobody_can_look_it_is_told_as_not_known(
    trial: Trial, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Told again with its sources, as an import is, nothing of it is recorded twice."""
    place = trial.place("server gone after COMMIT")
    monkeypatch.setattr("pledger.domain.postgres_store.CONNECT_TIMEOUT_S", 1)
    for number in range(trial.times(15)):
        told = batch(f"gone{number}", size=3)
        with between(place, server) as (proxy, address), Ledger.open(address, create=False) as ledger:
            proxy.lose("for good")
            with pytest.raises(StorageTrouble, match="whether it did is not known") as raised:
                ledger.record_all(told)
        place.tally.fault()
        assert raised.value.remedy.endswith("an import may be repeated")
        with place.opened() as ledger:
            again = [outcome.held() for outcome in ledger.record_all([replace(each) for each in told])]
        assert times_there(place, f"gone{number}") == 3
        assert len({entry.position for entry in again}) == 3
        place.acknowledge_all()
        place.examine()
