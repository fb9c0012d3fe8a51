"""Killed while it backs up, restores or forgets: the ledger is the old or the new one, whole; a name goes at last."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from support.server import Server

from faults.places import Place, fingerprint
from faults.processes import KILLED, Child, killed_in_mid_work, usual_s
from faults.work import forget, program, restore

if TYPE_CHECKING:
    from pathlib import Path

    from faults.trial import Trial
    from pledger.domain.mapper import Stored

ENTRIES = 2_000
PEOPLE = 300


def test_backups_that_are_killed(trial: Trial) -> None:
    """Every other time there is an older backup, whose place the new one takes."""
    place = trial.place("backup")
    place.grow(ENTRIES, "many")
    file = place.folder / "monday.backup"
    words = ("backup", str(file), "--replace")
    usual = usual_s(Child(place.environment, program, *words))
    older = place.rows()
    for number in range(trial.times(30)):
        if number % 2:
            file.unlink(missing_ok=True)
        before = place.rows()
        child = Child(place.environment, program, *words)
        code = killed_in_mid_work(child, usual, trial.chance)
        place.tally.fault(in_mid_work=code == KILLED)
        assert place.rows() == before
        assert file.exists() or code == KILLED
        if file.exists():
            kept = Place(str(file), place.folder, place.tally)
            assert kept.rows() in (([] if code == 0 else older), before)
            assert kept.findings() == 0
        place.examine()
        again = Child(place.environment, program, *words)
        assert again.end() == 0, again.said
        older = Place(str(file), place.folder, place.tally).rows()


def test_restores_that_are_killed(trial: Trial) -> None:
    """What is replaced and the backup lacks was acknowledged too: it is in what was put aside, or still there."""
    place = trial.place("restore --replace")
    place.grow(ENTRIES, "many")
    file = place.folder / "monday.backup"
    assert Child(place.environment, program, "backup", str(file)).end() == 0
    kept, acknowledged = place.rows(), dict(place.acknowledged)
    aside = Aside(place, trial.server)
    words = ("restore", str(file), "--replace")
    place.goes_on()
    usual = usual_s(Child(place.environment, restore, *words))
    for _ in range(trial.times(40)):
        aside.clear()
        place.acknowledged = dict(acknowledged)
        place.goes_on()
        before, told = place.rows(), dict(place.acknowledged)
        child = Child(place.environment, restore, *words)
        code = killed_in_mid_work(child, usual, trial.chance)
        place.tally.fault(in_mid_work=code == KILLED)
        now = place.rows()
        assert now in (([] if code == 0 else before), kept), "it is neither the old ledger nor the new one"
        if now == kept:
            there = {each.position: fingerprint(each) for each in aside.rows()}
            place.tally.count(lost=sum(there.get(position) != print_ for position, print_ in told.items()))
            place.acknowledged = dict(acknowledged)
        place.examine()
        again = Child(place.environment, restore, *words)
        assert again.end() == 0, again.said
        assert place.rows() == kept


class Aside:
    """Where a restored ledger's predecessor is put, by the name that comes last."""

    def __init__(self, place: Place, server: Server | None) -> None:
        self.place = place
        self.server = server

    def rows(self) -> list[Stored]:
        if self.server is None:
            return Place(str(max(self._files(), key=_number)), self.place.folder, self.place.tally).rows()
        with self.server.connected(self.place.address) as connection:
            table = max(self._tables(), key=lambda name: int(name.rpartition("_")[2]))
            columns = "notification_id, originator_id, originator_version, topic, state"
            found = connection.execute(f"SELECT {columns} FROM {table}").fetchall()
        return [type(self.place.rows()[0])._make(row) for row in found]

    def clear(self) -> None:
        """Delete what was put aside, and what a killed process left on its way."""
        if self.server is None:
            for file in self.place.folder.glob("ledger.sqlite.replaced-*"):
                file.unlink()
            for folder in self.place.folder.glob(".restoring-*"):
                shutil.rmtree(folder)
            return
        with self.server.connected(self.place.address) as connection:
            for table in self._tables():
                connection.execute(f"DROP TABLE {table}")

    def _files(self) -> list[Path]:
        return [path for path in self.place.folder.glob("ledger.sqlite.replaced-*") if path.name[-1].isdigit()]

    def _tables(self) -> list[str]:
        assert self.server is not None
        with self.server.connected(self.place.address) as connection:
            found = connection.execute(
                "SELECT relname FROM pg_class WHERE relkind = 'r' AND relname ~ '_replaced_' "
                "AND pg_table_is_visible(oid)"
            ).fetchall()
        return [str(name) for (name,) in found if str(name).startswith("stored_events")]


def _number(path: Path) -> int:
    return int(path.name.rpartition("-")[2])


def test_forgetting_that_is_killed(trial: Trial) -> None:
    """Nobody else is touched; forgotten again, the name is nowhere, and the log is as it was."""
    place = trial.place("people forget")
    kills = trial.times(40)
    with place.opened() as ledger:
        for number in range(PEOPLE):
            ledger.people.add(f"p-{number}", f"Name{number}Secret", f"name{number}@example.org")
    usual = usual_s(Child(place.environment, forget, "p-0"))
    for number in range(1, 1 + kills):
        before = place.rows()
        child = Child(place.environment, forget, f"p-{number}")
        code = killed_in_mid_work(child, usual, trial.chance)
        place.tally.fault(in_mid_work=code == KILLED)
        assert place.rows() == before
        with place.opened() as ledger:
            there = [person.id for person in ledger.people.all()]
            others = sorted(f"p-{each}" for each in range(number + 1, PEOPLE))
            assert there in (others, sorted([*others, f"p-{number}"] if code == KILLED else others))
        again = Child(place.environment, forget, f"p-{number}")
        assert again.end() == 0, again.said
        with place.opened() as ledger:
            assert [person.id for person in ledger.people.all()] == others
        for file in place.folder.glob("ledger.sqlite*"):
            assert f"Name{number}Secret".encode() not in (file.read_bytes() if file.is_file() else b""), file
        place.examine()
