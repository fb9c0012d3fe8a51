"""The scenarios about proof, with the steps that only they need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_bdd import given, parsers, scenarios, then
from support.proving import bytes_of, hands_on, put

if TYPE_CHECKING:
    from support.recording_steps import Day

pytest_plugins = ["support.recording_steps"]

scenarios("proof.feature")


@given(parsers.parse('in entry {position:d} somebody wrote "{new}" over "{old}"'))
def wrote_over(day: Day, position: int, new: str, old: str) -> None:
    with hands_on(day.desk.ledger_path) as database:
        state = bytes_of(database, "state", position)
        assert old.encode() in state
        put(database, "state", position, state.replace(old.encode(), new.encode()))


@given(parsers.parse('in the file "{name}" somebody wrote "{new}" over "{old}"'))
def wrote_over_in_a_file(day: Day, name: str, new: str, old: str) -> None:
    file = day.desk.folder / name
    assert old.encode() in file.read_bytes()
    file.write_bytes(file.read_bytes().replace(old.encode(), new.encode()))


@given(parsers.parse("entry {position:d} was deleted"))
def deleted(day: Day, position: int) -> None:
    with hands_on(day.desk.ledger_path) as database:
        database.execute("DELETE FROM stored_events WHERE rowid = ?", (position,))


@then(parsers.parse("a finding says: {what}"))
def a_finding_says(day: Day, what: str) -> None:
    assert (day.answer.code, day.answer.err[: len("damaged: ") + len(what)]) == (3, f"damaged: {what}")
