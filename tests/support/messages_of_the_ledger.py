# ruff: noqa: D205, D212, D403, D415, E501 -- a docstring here is a message, word for word
"""What is said of the ledger, of its file, and of what it holds."""

from __future__ import annotations

import os
import sqlite3

import pytest

from pledger.domain import mapper
from pledger.domain.communication import MeetingHeld
from pledger.domain.entry import Proposal
from pledger.domain.ledger import Ledger
from pledger.domain.ledger_facts import LedgerOpened
from pledger.domain.lifecycle import PartnershipOpened
from pledger.domain.mapper import to_entry
from pledger.domain.refusal import Conflict
from pledger.domain.sqlite_store import SQLiteStore
from support.histories import SLUG
from support.proving import hands_on
from support.provoking import Scene, tells


@tells
def began_a_ledger_twice(scene: Scene) -> None:
    """
    refused: there is a ledger already, 'test'
      where: :memory:
      now:   name another place with --ledger to make another
    """
    scene.ledger.record(LedgerOpened(name="x", time_zone="UTC"))


@tells
def lost_every_race(scene: Scene) -> None:
    """
    refused: others kept writing to acme-globex at the same time; nothing was recorded
      now:   try again when they have finished
    """

    def lose(*_: object) -> None:
        raise Conflict

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scene.ledger._store, "append", lose)
        scene.tell(MeetingHeld())


@tells
def asked_for_another_kind_of_database(scene: Scene) -> None:
    """
    storage trouble: no ledger can be kept there
      where: mysql://db/ledger
      now:   give the path of a file, or a postgresql:// URL
    """
    Ledger.open("mysql://db/ledger")


@tells
def began_a_ledger_in_an_unknown_time_zone(scene: Scene) -> None:
    """
    error: 'Europe/Atlantis' is not a time zone
      where: FOLDER/new.sqlite
      now:   give one like Europe/Berlin or UTC
    """
    Ledger.open(scene.folder / "new.sqlite", time_zone="Europe/Atlantis")


@tells
def read_a_ledger_that_was_never_begun(scene: Scene) -> None:
    """
    storage trouble: there is no ledger in it yet
      where: FOLDER/new.sqlite
      now:   make one: pledger init
    """
    SQLiteStore(str(scene.folder / "new.sqlite"), create=True).close()
    Ledger.open(scene.folder / "new.sqlite", create=False)


@tells
def read_an_empty_file(scene: Scene) -> None:
    """
    storage trouble: there is no ledger in it yet
      where: FOLDER/empty
      now:   name another file with --ledger, or make a ledger there with: pledger init
    """
    (scene.folder / "empty").touch()
    Ledger.open(scene.folder / "empty", create=False)


@tells
def read_a_file_that_is_not_there(scene: Scene) -> None:
    """
    storage trouble: there is no ledger
      where: FOLDER/nowhere.sqlite
      now:   make one with: pledger init (opening a partnership makes one, too), or name one with --ledger
    """
    Ledger.open(scene.folder / "nowhere.sqlite", create=False)


@tells
def read_what_is_not_told_in_order(scene: Scene) -> None:
    """
    damaged: the database is damaged: the entries of acme-globex are not told one after another
      where: FOLDER/ledger.sqlite
      now:   see what is wrong with: pledger verify; then restore it from a backup
    """
    file = scene.folder / "ledger.sqlite"
    with Ledger.open(file, time_zone="UTC", clock=scene.ledger._clock) as ledger:
        ledger.record(PartnershipOpened(parties=("Acme", "Globex"), purpose="launch"), SLUG)
        ledger.record_all([Proposal(MeetingHeld(), SLUG)] * 2)
    with hands_on(file) as database:
        database.execute("DELETE FROM stored_events WHERE originator_version = 2")
    with Ledger.open(file) as ledger:
        list(ledger.entries(SLUG))


@tells
def opened_a_folder(scene: Scene) -> None:
    """
    storage trouble: it is a folder
      where: FOLDER
      now:   name a file in it with --ledger
    """
    Ledger.open(scene.folder)


@tells
def opened_a_pipe(scene: Scene) -> None:
    """
    storage trouble: it is a pipe or a device
      where: FOLDER/pipe
      now:   name a file with --ledger
    """
    os.mkfifo(scene.folder / "pipe")
    Ledger.open(scene.folder / "pipe")


@tells
def opened_a_file_inside_a_file(scene: Scene) -> None:
    """
    storage trouble: there is a file where its folder would be
      where: FOLDER/file/ledger.sqlite
      now:   name a file that may be made with --ledger
    """
    (scene.folder / "file").touch()
    Ledger.open(scene.folder / "file" / "ledger.sqlite")


@tells
def opened_something_else(scene: Scene) -> None:
    """
    storage trouble: file is not a database
      where: FOLDER/notes.txt
      now:   name a ledger with --ledger; this file is something else
    """
    (scene.folder / "notes.txt").write_text("Buy milk. " * 500)
    Ledger.open(scene.folder / "notes.txt")


@tells
def recorded_in_a_ledger_that_was_closed(scene: Scene) -> None:
    """
    storage trouble: the ledger has been closed
      where: :memory:
      now:   open it again
    """
    scene.ledger.close()
    scene.tell(MeetingHeld())


@tells
def read_a_ledger_of_no_time_zone(scene: Scene) -> None:
    """
    damaged: 'Europe/Atlantis' is not a time zone that is known here
      where: the first entry, ledger-opened
      now:   install the newest tzdata; where it is no time zone at all, restore the ledger from a backup that was taken before the damage
    """
    file = scene.folder / "atlantis.sqlite"
    Ledger.open(file, time_zone="UTC").close()
    with sqlite3.connect(file) as database:
        database.execute("UPDATE stored_events SET state = CAST(replace(state, 'UTC', 'Europe/Atlantis') AS BLOB)")
    database.close()
    mapper._read.clear()  # as in a program that has just begun, which does not validate the first few again
    with Ledger.open(file, create=False) as ledger:
        ledger.zone  # noqa: B018 -- looking is what is refused


@tells
def read_a_fact_that_nobody_knows(scene: Scene) -> None:
    """
    damaged: the stored fact 'moon-landed' is unknown
      where: entry 7 (version 3 of acme-globex)
      now:   read it with a newer version of pledger
    """
    to_entry(7, SLUG, 3, "moon-landed", b"{}")


@tells
def read_a_fact_in_a_form_that_nobody_knows(scene: Scene) -> None:
    """
    damaged: the stored fact 'meeting-held' has version 9; this pledger knows 1
      where: entry 7 (version 3 of acme-globex)
      now:   read it with a newer version of pledger
    """
    to_entry(7, SLUG, 3, "meeting-held", b'{"fact_version": 9}')


@tells
def read_spoilt_bytes(scene: Scene) -> None:
    """
    damaged: the stored bytes cannot be read: 'fact' is missing
      where: entry 7 (version 3 of acme-globex)
      now:   restore the ledger from a backup that was taken before the damage
    """
    to_entry(7, SLUG, 3, "meeting-held", b'{"fact_version": 1}')


@tells
def read_a_spoilt_file(scene: Scene) -> None:
    """
    damaged: the database is damaged: database disk image is malformed
      where: FOLDER/spoilt.sqlite
      now:   restore it from a backup
    """
    file = scene.folder / "spoilt.sqlite"
    Ledger.open(file, time_zone="UTC").close()
    file.write_bytes(file.read_bytes()[:4096] + b"\xff" * 8192)
    list(Ledger.open(file).entries())
