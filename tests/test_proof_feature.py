"""The scenarios about proof, with the steps that only they need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_bdd import given, parsers, scenarios, then

if TYPE_CHECKING:
    from support.recording_steps import Day

pytest_plugins = ["support.recording_steps"]

scenarios("proof.feature")


@given(parsers.parse('in entry {position:d} somebody wrote "{new}" over "{old}"'))
def wrote_over(day: Day, position: int, new: str, old: str) -> None:
    ((state,),) = day.desk.change("SELECT state FROM stored_events WHERE rowid = ?", position)
    assert old.encode() in state
    day.desk.overwrite("state", position, state.replace(old.encode(), new.encode()).decode())


@given(parsers.parse('in the file "{name}" somebody wrote "{new}" over "{old}"'))
def wrote_over_in_a_file(day: Day, name: str, new: str, old: str) -> None:
    file = day.desk.folder / name
    assert old.encode() in file.read_bytes()
    file.write_bytes(file.read_bytes().replace(old.encode(), new.encode()))


@given(parsers.parse("entry {position:d} was deleted"))
def deleted(day: Day, position: int) -> None:
    day.desk.change("DELETE FROM stored_events WHERE rowid = ?", position)


@then(parsers.parse("a finding says: {what}"))
def a_finding_says(day: Day, what: str) -> None:
    assert (day.answer.code, day.answer.err[: len("damaged: ") + len(what)]) == (3, f"damaged: {what}")
