# ruff: noqa: D205, D212, D403, D415 -- a docstring here is a message, word for word
"""What is said where a ledger cannot be kept, or a backup not be restored."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from pledger.domain.backup import moment_of, put_back
from pledger.domain.ledger import Ledger
from pledger.domain.sqlite_backup import write_copy
from pledger.domain.sqlite_untrusted import untrusted_moment
from support.proving import hands_on, unwatched
from support.provoking import Scene, tells

if TYPE_CHECKING:
    from pathlib import Path


def of_another_program(scene: Scene) -> Path:
    path = scene.folder / "crm.sqlite"
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("CREATE TABLE customers (name TEXT)")
    return path


@tells
def kept_another_programs_database(scene: Scene) -> None:
    """
    storage trouble: there is no ledger in it
      where: FOLDER/crm.sqlite
      now:   name another with --ledger
    """
    with moment_of(str(of_another_program(scene))):
        pass


@tells
def put_a_ledger_in_the_place_of_another_programs_database(scene: Scene) -> None:
    """
    storage trouble: it holds something else than a ledger
      where: FOLDER/crm.sqlite
      now:   name another file with --ledger
    """
    put_back(scene.folder / "copy", str(of_another_program(scene)), replace=True, watch=unwatched)


@tells
def kept_an_entry_with_a_column_of_another_type(scene: Scene) -> None:
    """
    damaged: entry 1 has a column of another type than it must have
      where: FOLDER/ledger.sqlite
      now:   restore the ledger from a backup that was taken before the damage
    """
    path = scene.folder / "ledger.sqlite"
    Ledger.open(path, time_zone="UTC").close()
    with hands_on(path) as database:
        database.execute("UPDATE stored_events SET originator_version = 'one'")
    with moment_of(str(path)) as moment:
        write_copy(moment, scene.folder / "backup", unwatched, "backup")


@tells
def restored_what_is_no_backup(scene: Scene) -> None:
    """
    damaged: it is not a backup as pledger writes it: it is no SQLite file
      where: FOLDER/notes.txt
      now:   name a file that `pledger backup` wrote, or another copy of it
    """
    (scene.folder / "notes.txt").write_text("Buy milk.")
    with untrusted_moment(scene.folder / "notes.txt"):
        pass
