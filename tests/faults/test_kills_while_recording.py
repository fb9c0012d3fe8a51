"""Killed while it records, from Python and on the command line: what was acknowledged is there, once and whole."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from faults.places import fingerprint
from faults.processes import BEGUN, KILLED, Child
from faults.work import acknowledged, record_again_and_again, was_recording

if TYPE_CHECKING:
    import random

    from faults.places import Place
    from faults.trial import Trial

MOMENT_S = 0.15
"""Within what time recorders are killed: they record a hundred entries and more in it."""


def test_recorders_that_are_killed(trial: Trial) -> None:
    place = trial.place("record, from Python")
    for number in range(trial.times(70)):
        child = Child(place.environment, record_again_and_again, place.address, f"a{number}")
        child.wait_for(BEGUN)
        _kill_within_a_moment(child, place, trial.chance)
        place.examine()


def test_recorders_that_are_killed_while_others_record(trial: Trial) -> None:
    """Three at once; all are killed, one after another."""
    place = trial.place("record, three at once")
    for number in range(trial.times(12)):
        children = [
            Child(place.environment, record_again_and_again, place.address, f"{name}{number}") for name in "abc"
        ]
        for child in children:
            child.wait_for(BEGUN)
        for child in children:
            _kill_within_a_moment(child, place, trial.chance)
        place.examine()


def test_commands_that_are_killed(trial: Trial) -> None:
    """The program itself, from its start: what it prints through a pipe is acknowledged."""
    place = trial.place("record, on the command line")
    started = time.monotonic()
    code, said = _meet(place, 60)
    usual_s = time.monotonic() - started
    assert code == 0
    for _ in range(trial.times(40)):
        code, said = _meet(place, usual_s * (0.4 + 0.7 * trial.chance.random()))
        place.tally.fault(in_mid_work=code == KILLED)
        told = [int(found[1]) for found in re.finditer(r"^recorded entry (\d+) in acme-globex: .+\n", said, re.M)]
        there = {each.position: fingerprint(each) for each in place.rows()}
        place.acknowledge((position, there.get(position, "nothing")) for position in told)
        assert told or code == KILLED
        place.examine()


def _kill_within_a_moment(child: Child, place: Place, chance: random.Random) -> None:
    """Kill a recorder that has begun; what it was told is recorded is acknowledged."""
    child.read_for(chance.random() * MOMENT_S)
    assert child.kill() == KILLED, child.said
    place.tally.fault(in_mid_work=was_recording(child.said))
    place.acknowledge(acknowledged(child.said))


def _meet(place: Place, seconds: float) -> tuple[int, str]:
    """Record a meeting by a program that is killed after so long; how it ended, and what it said."""
    with subprocess.Popen(
        [sys.executable, "-m", "pledger", "meet", "acme-globex"],
        env={**os.environ, **place.environment},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            said, _ = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            said, _ = process.communicate()
    return process.returncode, said
