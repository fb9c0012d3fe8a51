"""Places that may be read and not written, and a ledger that another program keeps locked."""

from __future__ import annotations

import pwd
import shutil
import sqlite3
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from faults.places import FILE, Place
from faults.processes import Child
from faults.work import as_nobody, with_patience

if TYPE_CHECKING:
    from collections.abc import Iterator

    from faults.trial import Trial

pytestmark = pytest.mark.parametrize("store", [FILE])
QUESTIONS = ("log", "portfolio", "commitments", "verify", "show acme-globex", "replay")
WRITING = ("meet acme-globex", "people add p-1 --name Jane")
WRITABLE = "make the file and its folder writable, or name another ledger with --ledger"


@pytest.fixture
def shared(trial: Trial) -> Iterator[Place]:
    """A ledger in a folder that everybody may look into."""
    folder = Path(tempfile.mkdtemp(prefix="pledger-"))
    folder.chmod(0o755)
    place = Place(str(folder / "ledger.sqlite"), folder, trial.tally("what may not be written"))
    place.make()
    try:
        yield place
    finally:
        folder.chmod(0o755)
        shutil.rmtree(folder)


def asked(place: Place, line: str) -> tuple[int, str]:
    """How a command ends, and what it says, for somebody to whom nothing there belongs."""
    place.tally.fault()
    everywhere = {**place.environment, "XDG_CACHE_HOME": "/nowhere", "HOME": "/nowhere"}
    child = Child(everywhere, as_nobody, pwd.getpwnam("nobody").pw_uid, line.split())
    return child.end(), child.said


@pytest.mark.parametrize("line", WRITING)
def test_a_file_that_may_only_be_read_is_not_recorded_into(shared: Place, line: str) -> None:
    with shared.opened():  # so that its log is there as well
        for path in shared.folder.iterdir():
            path.chmod(0o444)
        shared.folder.chmod(0o555)
        code, said = asked(shared, line)
    assert code == 4, said
    assert said.startswith("storage trouble: attempt to write a readonly database\n")
    assert WRITABLE in said
    for path in shared.folder.iterdir():
        path.chmod(0o644)
    shared.examine()


@pytest.mark.parametrize("line", [*QUESTIONS, *WRITING])
def test_in_a_folder_that_may_only_be_read_there_is_an_answer_or_a_remedy(shared: Place, line: str) -> None:
    with closing(sqlite3.connect(shared.address)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shared.folder.joinpath("ledger.sqlite").chmod(0o444)
    shared.folder.chmod(0o555)
    code, said = asked(shared, line)
    assert code in ((4,) if line in WRITING else (0, 4)), said
    assert "Traceback" not in said
    if code == 4:
        assert "\n  now:   " in said
        assert WRITABLE in said, said
    shared.folder.chmod(0o755)
    shared.folder.joinpath("ledger.sqlite").chmod(0o644)
    shared.examine()


def test_a_file_that_may_not_be_read_is_storage_trouble(shared: Place) -> None:
    shared.folder.joinpath("ledger.sqlite").chmod(0o000)
    for line in (*QUESTIONS, *WRITING):
        code, said = asked(shared, line)
        assert code == 4, (line, said)
        assert "Traceback" not in said
    shared.folder.joinpath("ledger.sqlite").chmod(0o600)
    shared.examine()


def test_a_ledger_that_another_program_keeps_locked(trial: Trial) -> None:
    """Whoever wants to record waits, half a minute if need be, and is told; questions are answered meanwhile."""
    place = trial.place("locked by another program")
    patience_s = 30.0 if trial.is_full else 0.3
    with closing(sqlite3.connect(place.address, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        begun = time.monotonic()
        child = Child(place.environment, with_patience, patience_s, "meet", "acme-globex")
        code = child.end()
        place.tally.fault()
        assert (code, time.monotonic() - begun > patience_s) == (4, True), child.said
        assert child.said.startswith("storage trouble: database is locked\n")
        assert "another program has been writing for long: try again when it has finished" in child.said
        asking = Child(place.environment, with_patience, patience_s, "log")
        assert asking.end() == 0, asking.said
        waiting = Child(place.environment, with_patience, 30.0, "meet", "acme-globex")
        waiting.read_for(0.5)
        other.execute("ROLLBACK")
    assert waiting.end() == 0, waiting.said
    assert "recorded entry 5 in acme-globex" in waiting.said
    place.acknowledge_all()
    place.examine()
