"""A damaged block in a table of a server that keeps checksums: whatever reads it ends with 3, or answers rightly."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support.server import programs, running

from faults.places import SERVER
from faults.test_damaged_pages import QUESTIONS, Asker, a_rich_ledger, told_rightly

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.server import Server

    from faults.trial import Trial

BLOCK_BYTES = 8_192


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A server that knows its blocks by their checksums."""
    if programs() is None:
        pytest.skip("this machine has no PostgreSQL server")
    with running() as started:
        started.stop()
        started.run("pg_checksums", "--enable", "-D", str(started.folder / "cluster"))
        started.start()
        yield started


@pytest.mark.parametrize("store", [SERVER])
def test_damaged_blocks_of_a_server(trial: Trial, capfd: pytest.CaptureFixture[str], server: Server) -> None:
    place = trial.place("damaged block")
    a_rich_ledger(place)
    asker = Asker(place, capfd)
    with server.connected(place.address) as connection:
        found = connection.execute("SELECT pg_relation_filepath('stored_events')")
        file = Path(server.folder) / "cluster" / str((found.fetchone() or ("",))[0])
        connection.execute("CHECKPOINT")
    for _ in range(trial.times(15)):
        right = {line: asker.ask(place.address, line).out for line in QUESTIONS}
        server.stop()
        whole = file.read_bytes()
        block = trial.chance.randrange(len(whole) // BLOCK_BYTES)
        at = block * BLOCK_BYTES + trial.chance.randrange(BLOCK_BYTES)
        with file.open("r+b") as opened:
            opened.seek(at)
            opened.write(bytes([whole[at] ^ (1 << trial.chance.randrange(8))]))
        server.start()
        place.tally.fault()
        for line in QUESTIONS:
            asked = asker.ask(place.address, line)
            assert told_rightly(asked, right), asked
        for line in ("verify", "log --all --format json", f"backup {place.folder / 'damaged.backup'}"):
            asked = asker.ask(place.address, line)
            assert asked.code == 3, asked
            assert asked.err.startswith("damaged: the database is damaged: invalid page in block"), asked
        assert not (place.folder / "damaged.backup").exists()
        server.stop()
        file.write_bytes(whole)
        server.start()
        place.examine()
