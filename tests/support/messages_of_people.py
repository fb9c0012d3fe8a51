# ruff: noqa: D205, D212, D403, D415 -- a docstring here is a message, word for word
"""What the register of people says."""

from __future__ import annotations

import contextlib
import sqlite3

import pytest

from pledger.domain import sqlite_people
from pledger.domain.ledger import Ledger
from pledger.domain.people import may_not_change
from support.provoking import Scene, tells


@tells
def registered_somebody_twice(scene: Scene) -> None:
    """
    refused: there is somebody with the id p-17 already
      where: :memory:
      now:   give another id, or correct what is there: pledger people change p-17 --name ...
    """
    scene.ledger.people.add("p-17", "Jane Doe")
    scene.ledger.people.add("p-17", "Jane Doe")


@tells
def corrected_whom_nobody_knows(scene: Scene) -> None:
    """
    refused: there is nobody with the id p-71
      where: :memory:
      now:   did you mean p-17? see: pledger people list
    """
    scene.ledger.people.add("p-17", "Jane Doe")
    scene.ledger.people.change("p-71", name="Jane Roe")


@tells
def registered_a_name_as_an_id(scene: Scene) -> None:
    """
    error: 'Jane Doe' cannot be the id of a person
      now:   use small letters, digits and hyphens that do not tell the name, like p-17
    """
    scene.ledger.people.add("Jane Doe", "Jane Doe")


@tells
def registered_an_address_of_two_lines(scene: Scene) -> None:
    """
    error: the address has a character that cannot be shown
      now:   tell the address in one line of letters
    """
    scene.ledger.people.add("p-17", "Jane Doe", "1 High Street\nLondon")


@tells
def forgot_somebody_while_another_program_read(scene: Scene) -> None:
    """
    storage trouble: it is out of the register, but not out of the file: another program is reading it
      where: FOLDER/ledger.sqlite
      now:   let it finish or close it, then erase what is left: pledger people forget p-17
    """
    file = scene.folder / "ledger.sqlite"
    with (
        pytest.MonkeyPatch.context() as patch,
        Ledger.open(file, time_zone="UTC") as ledger,
        contextlib.closing(sqlite3.connect(file, isolation_level=None)) as reader,
    ):
        patch.setattr(sqlite_people, "CARRIED_OVER_TIMEOUT_S", 0)
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM stored_events").fetchone()
        ledger.people.forget("p-17")


@tells
def changed_the_register_without_the_right_to(scene: Scene) -> None:
    """
    storage trouble: you may not change the register of people
      where: postgresql://jane@db/ledger
      now:   ask who keeps the server for SELECT, INSERT, DELETE and TRUNCATE on the table pledger_people
    """
    raise may_not_change("postgresql://jane@db/ledger")
