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
    import random
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from support.server import Server

    from faults.figures import Tally
    from faults.places import Place

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
def test_imports_whose_server_goes_away(
    store: str,
    fault: str,
    new_tally: Callable[[str, str], Tally],
    new_place: Callable[[Tally], Place],
    times: Callable[[int], int],
    chance: random.Random,
    tmp_path: Path,
    server: Server,
) -> None:
    """It ends with 4 and says what to do; done again, the import is complete, and nothing is there twice."""
    tally = new_tally(f"import csv, server: {fault}", store)
    place = new_place(tally)
    words = written(tmp_path, "first")
    usual = usual_s(Child(place.environment, import_in_small_transactions, TRANSACTION_FACTS, *words))
    for number in range(times(12)):
        words, expected = written(tmp_path, f"table{number % 4}"), whole(tmp_path, f"table{number % 4}")
        if number % 4 == 0:
            place = new_place(tally)
        child = Child(place.environment, import_in_small_transactions, TRANSACTION_FACTS, *words)
        child.wait_for(BEGUN)
        child.read_for(chance.random() * usual / 2)  # the fault takes its time, too
        FAULTS[fault](server)
        code = child.end()
        tally.fault(in_mid_work=code != 0)
        assert code == 0 or is_trouble_told(code, child.said), child.said
        with place.opened() as ledger:
            tally.count(partial=expected.torn(ledger.entries()))
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
def test_recorders_whose_server_goes_away(
    store: str,
    fault: str,
    new_tally: Callable[[str, str], Tally],
    new_place: Callable[[Tally], Place],
    times: Callable[[int], int],
    chance: random.Random,
    server: Server,
) -> None:
    tally = new_tally(f"record, server: {fault}", store)
    place = new_place(tally)
    for number in range(times(12)):
        child = Child(place.environment, record_again_and_again, place.address, f"{fault[0]}{number}")
        child.wait_for(BEGUN)
        child.read_for(0.02 + chance.random() * 0.2)
        with suppress(psycopg.OperationalError):
            FAULTS[fault](server)
        child.read_for(SETTLED_S[fault])
        code = child.kill()
        tally.fault()
        assert code == -9 or is_trouble_told(code, child.said), child.said
        place.acknowledge(acknowledged(child.said))
        place.examine()


def is_trouble_told(code: int, said: str) -> bool:
    """Whether a process ended with a message of the agreed form."""
    last = said[said.rindex("storage trouble: ") :] if "storage trouble: " in said else ""
    return code == 4 and "\n  where: postgresql://" in last and "\n  now:   " in last
