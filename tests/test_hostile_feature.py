"""The scenarios about what others wrote, with the steps that only they need."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from pytest_bdd import given, parsers, scenarios, then
from support.messages import NOT_FOR_TERMINALS

if TYPE_CHECKING:
    from support.recording_steps import Day

pytest_plugins = ["support.recording_steps"]

scenarios("hostile-input.feature")


@given(parsers.parse('into the file, over "{old}", somebody wrote what clears a screen'))
def wrote_a_control_sequence(day: Day, old: str) -> None:
    ((state,),) = day.desk.change("SELECT state FROM stored_events WHERE rowid = 2")
    assert old.encode() in state
    day.desk.overwrite("state", 2, state.replace(old.encode(), b"\\u001b[2J\\u009b2J\\u202elaunch").decode())


@given(parsers.parse('into the file, as the ledger\'s time zone, somebody wrote "{zone}"'))
def wrote_a_time_zone(day: Day, zone: str) -> None:
    ((state,),) = day.desk.change("SELECT state FROM stored_events WHERE rowid = 1")
    stored = json.loads(state)
    stored["fact"]["time_zone"] = zone
    day.desk.overwrite("state", 1, json.dumps(stored))


@given(parsers.parse('a file "{name}" in which a name has {count:d} parts'))
def a_name_of_many_parts(day: Day, name: str, count: int) -> None:
    (day.desk.folder / name).write_text("a." * count + "a = 1\n", encoding="utf-8")


@given(parsers.parse('a pipe "{name}"'))
def a_pipe(day: Day, name: str) -> None:
    os.mkfifo(day.desk.folder / name)


@given("my settings are a pipe")
def settings_that_are_a_pipe(day: Day) -> None:
    os.mkfifo(day.desk.settings_path)


@then("nothing in the answer steers my terminal")
def nothing_steers(day: Day) -> None:
    assert day.answer.out
    assert not NOT_FOR_TERMINALS.search(day.answer.out + day.answer.err)
