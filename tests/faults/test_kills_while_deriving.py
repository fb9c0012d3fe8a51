"""Killed while it rebuilds pages or signs a checkpoint: the log is as it was, pages are right, files are whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.paging import beside

from faults.processes import KILLED, Child, killed_in_mid_work, usual_s
from faults.work import program

if TYPE_CHECKING:
    from pathlib import Path

    from faults.places import Place
    from faults.trial import Trial

MANY, SEVERAL = 9_000, 2_000
"""More than two pages, which are merged into one; and fewer than one."""


def test_rebuilds_that_are_killed(trial: Trial) -> None:
    """One time in three, the pages that were there had been deleted before."""
    place = trial.place("rebuild")
    place.grow(MANY, "many")
    usual = usual_s(Child(place.environment, program, "rebuild"))
    for number in range(trial.times(36)):
        with place.opened() as ledger:
            pages = beside(ledger)
        if number % 3 == 0:
            for page in pages.folder.glob("*.evidence"):
                page.unlink()
        before = place.rows()
        child = Child(place.environment, program, "rebuild")
        place.tally.fault(in_mid_work=killed_in_mid_work(child, usual, trial.chance) == KILLED)
        assert place.rows() == before
        place.examine()
        checked = Child(place.environment, program, "rebuild", "--check")
        assert checked.end() == 0, checked.said
    assert {path.suffix for path in pages.folder.iterdir()} == {".evidence"}, "what the killed leave is swept away"


def test_checkpoints_that_are_killed(trial: Trial) -> None:
    place = trial.place("checkpoint")
    place.grow(SEVERAL, "several")
    assert Child(place.environment, program, "keys", "new", "audit").end() == 0
    keys, file = place.folder / "keys", place.folder / "now.checkpoint"
    both = {path: path.read_bytes() for path in keys.iterdir()}
    usual = usual_s(Child(place.environment, program, "checkpoint", "-o", str(file)))
    for _ in range(trial.times(36)):
        before = place.rows()
        file.unlink(missing_ok=True)
        child = Child(place.environment, program, "checkpoint", "-o", str(file))
        code = killed_in_mid_work(child, usual, trial.chance)
        place.tally.fault(in_mid_work=code == KILLED)
        assert file.exists() or code == KILLED
        assert place.rows() == before
        assert {path: path.read_bytes() for path in both} == both
        _are_whole(place, file, keys / "audit.last")
        place.examine()
        again = Child(place.environment, program, "checkpoint", "-o", str(file))
        assert again.end() == 0, again.said
    _are_whole(place, file, keys / "audit.last")


def _are_whole(place: Place, *files: Path) -> None:
    """Each checkpoint is not there, or signed by the key, and the ledger holds what it signs."""
    told = [word for file in files if file.exists() for word in ("--checkpoint", str(file))]
    checked = Child(place.environment, program, "verify", *told)
    assert checked.end() == 0, checked.said
    assert checked.said.count(": holds") * 2 == len(told)
