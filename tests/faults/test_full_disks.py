"""A disk that is full: nothing is there in part, the message says what to do, and with room again it goes on.

What happens, happens in earnest: the system refuses to let the file grow, SQLite may have no further page, and the
server's own error comes from the server (raised by a trigger there, since no server of the tests can have so little).
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from faults.places import FILE, SERVER
from faults.processes import Child
from faults.tables import TRANSACTION_FACTS, told_of, whole, written
from faults.work import import_in_small_transactions, with_a_limit, with_pages_at_most

if TYPE_CHECKING:
    from pathlib import Path

    from support.server import Server

    from faults.places import Place
    from faults.trial import Trial

NO_SPACE = """
CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF (SELECT count(*) FROM stored_events) > {entries} THEN
        RAISE 'could not extend file "base/5/16385": No space left on device' USING ERRCODE = 'disk_full';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER full_disk BEFORE INSERT ON stored_events FOR EACH ROW EXECUTE FUNCTION full_disk()
"""
ROOM_AGAIN = "DROP TRIGGER full_disk ON stored_events; DROP FUNCTION full_disk()"
FREE_SPACE = "free some space on the disk, then do it again; what failed was not recorded"


def _import_fails_then_goes_on(place: Place, tmp_path: Path, code: int, said: str, name: str) -> None:
    """What must hold after an import that found no room, and after it was done again with room."""
    expected = whole(tmp_path, name)
    assert code in (0, 4), said
    assert (code == 4) == ("storage trouble: " in said), said
    assert "Traceback" not in said
    with place.opened() as ledger:
        place.tally.count(partial=expected.torn(ledger.entries()))
    place.examine()
    words = written(tmp_path, name)
    again = Child(place.environment, import_in_small_transactions, TRANSACTION_FACTS, *words)
    assert again.end() == 0, again.said
    with place.opened() as ledger:
        assert told_of(ledger.entries()) >= expected.told
    place.acknowledge_all()
    place.examine()


@pytest.mark.parametrize("store", [FILE])
@pytest.mark.parametrize("how", ["no file may grow", "no page is left"])
def test_an_import_for_which_the_disk_has_no_room(trial: Trial, how: str) -> None:
    for number in range(trial.times(20)):
        place, name = trial.place(f"import csv, {how}"), f"table{number % 4}"
        told = (TRANSACTION_FACTS, *written(trial.folder, name))
        with closing(sqlite3.connect(place.address)) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        bytes_now = os.path.getsize(place.address)  # noqa: PTH202 -- an address is a text
        more = trial.chance.randrange(4_096, 400_000)
        limited = with_a_limit if how == "no file may grow" else with_pages_at_most
        most = bytes_now + more if limited is with_a_limit else (bytes_now + more) // 4_096
        child = Child(place.environment, limited, most, "import_in_small_transactions", *told)
        code = child.end()
        place.tally.fault(in_mid_work=code == 4)
        if limited is with_pages_at_most and code == 4:
            assert "storage trouble: database or disk is full\n" in child.said
            assert FREE_SPACE in child.said
        _import_fails_then_goes_on(place, trial.folder, code, child.said, name)


@pytest.mark.parametrize("store", [SERVER])
def test_an_import_for_which_the_server_has_no_room(trial: Trial, server: Server) -> None:
    for number in range(trial.times(12)):
        place, name = trial.place("import csv, server's disk full"), f"table{number % 4}"
        with server.connected(place.address) as connection:
            connection.execute(NO_SPACE.format(entries=trial.chance.randrange(4, 900)).encode())
        words = written(trial.folder, name)
        child = Child(place.environment, import_in_small_transactions, TRANSACTION_FACTS, *words)
        code = child.end()
        place.tally.fault(in_mid_work=code == 4)
        if code == 4:
            assert "No space left on device" in child.said
            assert "free some space on the server, then do it again; what failed was not recorded" in child.said
        with server.connected(place.address) as connection:
            connection.execute(ROOM_AGAIN)
        _import_fails_then_goes_on(place, trial.folder, code, child.said, name)


@pytest.mark.parametrize("store", [FILE])
@pytest.mark.parametrize("line", ["rebuild", "checkpoint -o now.checkpoint", "backup monday.backup"])
def test_files_for_which_the_disk_has_no_room(trial: Trial, line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """No file is there in part, and with room again it is written."""
    place = trial.place(f"{line.split(maxsplit=1)[0]}, no file may grow")
    place.grow(4_500, "many")
    monkeypatch.chdir(place.folder)
    (place.folder / "config.toml").touch()
    words = [str(place.folder / word) if "." in word else word for word in line.split()]
    assert Child(place.environment, with_a_limit, 10**9, "program", "keys", "new", "audit").end() == 0
    with closing(sqlite3.connect(place.address)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for _ in range(trial.times(20)):
        before = {path for path in place.folder.rglob("*") if not path.name.startswith("ledger.sqlite-")}
        most = trial.chance.randrange(100) if line.startswith("checkpoint") else trial.chance.randrange(60_000)
        child = Child(place.environment, with_a_limit, most, "program", *words)
        code = child.end()
        place.tally.fault(in_mid_work=code == 4)
        assert code == 4, child.said
        assert "storage trouble: " in child.said
        after = {path for path in place.folder.rglob("*") if not path.name.startswith("ledger.sqlite-")}
        assert {path.name for path in after - before} <= {"ledger.sqlite.pages"}
        place.examine()
    again = Child(place.environment, with_a_limit, 10**9, "program", *words)
    assert again.end() == 0, again.said
