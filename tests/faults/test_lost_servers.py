"""The server crashes, or throws its clients out, in the middle of the work; it keeps its promises to the disk."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import psycopg
import pytest
from support.server import programs, running

from faults.places import SERVER
from faults.processes import BEGUN, Child, usual_s
from faults.tables import TRANSACTION_FACTS, told_of, whole, written
from faults.work import acknowledged, import_in_small_transactions, record_again_and_again

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from support.server import Server

    from faults.trial import Trial

pytestmark = pytest.mark.parametrize("store", [SERVER])
SETTLED_S = {"crash": 1.5, "thrown out": 0.1}
"""After what time a recorder knows what became of its last batch."""
THROW_OUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'pledger'"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A server as it is unless told otherwise: what it has committed is on the disk."""
    if programs() is None:
        pytest.skip("this machine has no PostgreSQL server")
    with running() as started:
        yield started


def thrown_out(server: Server) -> None:
    with server.connected() as connection:
        connection.execute(THROW_OUT)


FAULTS: dict[str, Callable[[Server], None]] = {"crash": lambda server: server.restart(), "thrown out": thrown_out}


@pytest.mark.parametrize("fault", FAULTS)
def test_imports_whose_server_goes_away(trial: Trial, fault: str, server: Server) -> None:
    """It ends with 4 and says what to do; done again, the import is complete, and nothing is there twice."""
    place = trial.place(f"import csv, server: {fault}")
    words = written(trial.folder, "first")
    usual = usual_s(Child(place.environment, import_in_small_transactions, TRANSACTION_FACTS, *words))
    for number in range(trial.times(12)):
        words, expected = written(trial.folder, f"table{number % 4}"), whole(trial.folder, f"table{number % 4}")
        if number % 4 == 0:
            place = trial.place(f"import csv, server: {fault}")
        child = Child(place.environment, import_in_small_transactions, TRANSACTION_FACTS, *words)
        child.wait_for(BEGUN)
        child.read_for(trial.chance.random() * usual / 2)  # the fault takes its time, too
        FAULTS[fault](server)
        code = child.end()
        place.tally.fault(in_mid_work=code != 0)
        assert code == 0 or is_trouble_told(code, child.said), child.said
        with place.opened() as ledger:
            place.tally.count(partial=expected.torn(ledger.entries()))
        place.examine()
        again = Child(place.environment, import_in_small_transactions, TRANSACTION_FACTS, *words)
        assert again.end() == 0, again.said
        with place.opened() as ledger:
            entries = list(ledger.entries())
        assert told_of(entries) >= expected.told
        sources = [(entry.partnership, entry.source) for entry in entries if entry.source]
        assert len(set(sources)) == len(sources)
        place.acknowledge_all()
        place.examine()


@pytest.mark.parametrize("fault", FAULTS)
def test_recorders_whose_server_goes_away(trial: Trial, fault: str, server: Server) -> None:
    place = trial.place(f"record, server: {fault}")
    for number in range(trial.times(12)):
        child = Child(place.environment, record_again_and_again, place.address, f"{fault[0]}{number}")
        child.wait_for(BEGUN)
        child.read_for(0.02 + trial.chance.random() * 0.2)
        with suppress(psycopg.OperationalError):
            FAULTS[fault](server)
        child.read_for(SETTLED_S[fault])
        code = child.kill()
        place.tally.fault()
        assert code == -9 or is_trouble_told(code, child.said), child.said
        place.acknowledge(acknowledged(child.said))
        place.examine()


def is_trouble_told(code: int, said: str) -> bool:
    """Whether a process ended with a message of the agreed form."""
    last = said[said.rindex("storage trouble: ") :] if "storage trouble: " in said else ""
    return code == 4 and "\n  where: postgresql://" in last and "\n  now:   " in last
