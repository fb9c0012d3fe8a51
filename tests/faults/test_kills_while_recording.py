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
    from collections.abc import Callable

    from faults.figures import Tally
    from faults.places import Place

MOMENT_S = 0.15
"""Within what time recorders are killed: they record a hundred entries and more in it."""


def test_recorders_that_are_killed(
    store: str,
    new_tally: Callable[[str, str], Tally],
    new_place: Callable[[Tally], Place],
    times: Callable[[int], int],
    chance: random.Random,
) -> None:
    tally = new_tally("record, from Python", store)
    place = new_place(tally)
    for number in range(times(70)):
        child = Child(place.environment, record_again_and_again, place.address, f"a{number}")
        child.wait_for(BEGUN)
        child.read_for(chance.random() * MOMENT_S)
        assert child.kill() == KILLED, child.said
        tally.fault(in_mid_work=was_recording(child.said))
        place.acknowledge(acknowledged(child.said))
        place.examine()


def test_recorders_that_are_killed_while_others_record(
    store: str,
    new_tally: Callable[[str, str], Tally],
    new_place: Callable[[Tally], Place],
    times: Callable[[int], int],
    chance: random.Random,
) -> None:
    """Three at once; all are killed, one after another."""
    tally = new_tally("record, three at once", store)
    place = new_place(tally)
    for number in range(times(12)):
        children = [
            Child(place.environment, record_again_and_again, place.address, f"{name}{number}") for name in "abc"
        ]
        for child in children:
            child.wait_for(BEGUN)
        for child in children:
            child.read_for(chance.random() * MOMENT_S)
            assert child.kill() == KILLED, child.said
            tally.fault(in_mid_work=was_recording(child.said))
            place.acknowledge(acknowledged(child.said))
        place.examine()


def test_commands_that_are_killed(
    store: str,
    new_tally: Callable[[str, str], Tally],
    new_place: Callable[[Tally], Place],
    times: Callable[[int], int],
    chance: random.Random,
) -> None:
    """The program itself, from its start: what it prints through a pipe is acknowledged."""
    tally = new_tally("record, on the command line", store)
    place = new_place(tally)
    started = time.monotonic()
    code, said = _meet(place, 60)
    usual_s = time.monotonic() - started
    assert code == 0
    for _ in range(times(40)):
        code, said = _meet(place, usual_s * (0.4 + 0.7 * chance.random()))
        tally.fault(in_mid_work=code == KILLED)
        told = [int(found[1]) for found in re.finditer(r"^recorded entry (\d+) in acme-globex: .+\n", said, re.M)]
        there = {each.position: fingerprint(each) for each in place.rows()}
        place.acknowledge((position, there.get(position, "nothing")) for position in told)
        assert told or code == KILLED
        place.examine()


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
