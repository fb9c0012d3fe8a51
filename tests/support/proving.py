"""What tests of proof share: a small ledger of several partnerships, its checkpoint, and hands that damage the file."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from pledger.domain.communication import CadenceAgreed, MeetingHeld, UpdateShared
from pledger.domain.correction import EntryRetracted
from pledger.domain.entry import Proposal
from pledger.domain.lifecycle import PartnershipPaused, PartnershipResumed
from pledger.projections.checkpoint import Checkpoint
from pledger.projections.log_tree import ledger_log, read_tree
from pledger.projections.signed_note import SigningKey
from pledger.projections.signed_state import opened
from pledger.projections.verification import told_origin, verify
from support.story import SLUG, Story

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator
    from pathlib import Path

    from pledger.projections.verification import Verified

SEED = sha256(b"the seed of a test").digest()
COLUMNS = ("originator_id", "originator_version", "topic", "state")


def unwatched(what: str, done: int, total: int) -> None:
    """Nobody looks at how far it is."""


def a_history(path: Path) -> Path:
    """Some fifty entries of three partnerships told side by side: promises, meetings, a mistake, a pause, late news."""
    story = Story(path).opened()
    story.opened("Acme", "Initech", slug="acme-initech", day="2025-01-02")
    story.opened("Globex", "Hooli", slug="globex-hooli", day="2025-01-03")
    slugs = ("acme-globex", "acme-initech", "globex-hooli")
    for number in range(6):
        for slug, by in zip(slugs, ("Acme", "Initech", "Hooli"), strict=True):
            day = f"2025-02-{1 + 2 * number:02}"
            story.promised(day, f"Part {number} of the programme", "2025-03-01", by=by, slug=slug)
            story.on(day, MeetingHeld(what="Monthly call"), slug=slug)
        story.delivered(f"2025-02-{2 + 2 * number:02}", f"part-{number}-of-the-programme")
    story.on("2025-02-20", CadenceAgreed(every_days=14))
    mistaken = story.on("2025-02-21", MeetingHeld(went="poorly", what="a slip"))
    story.on("2025-02-22", EntryRetracted(entry=mistaken.position, why="another partner's meeting"))
    story.on("2025-02-23", PartnershipPaused(why="summer"))
    story.on("2025-02-25", PartnershipResumed())
    story.on("2025-02-05", MeetingHeld(what="told late"), told="2025-02-26")
    story.ledger.close()
    return path


def a_long_history(path: Path, entries: int) -> Path:
    """So many entries, of three partnerships whose parties tell each other how things stand."""
    story = Story(path).opened()
    story.opened(slug="second", day="2025-01-02")
    story.opened(slug="third", day="2025-01-03")
    updates = [
        Proposal(UpdateShared(what=f"Figures {number}", by="Acme"), (SLUG, "second", "third")[number % 3])
        for number in range(entries - 4)
    ]
    story.ledger.record_all(updates)
    story.ledger.close()
    return path


@dataclass(frozen=True)
class Sealed:
    """A ledger's file with the checkpoint that was signed of it."""

    path: Path
    key: SigningKey
    message: bytes
    entries: int

    def copy(self, path: Path) -> Path:
        """The file again, to be damaged."""
        path.write_bytes(self.path.read_bytes())
        return path

    def verified(self, path: Path) -> Verified:
        """What verifying a file against the checkpoint finds."""
        return verified(path, self.message, self.key)


def sealed(path: Path) -> Sealed:
    """Sign what a ledger holds."""
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with ledger_log(str(path)) as log:
        tree = read_tree(log, unwatched)
        key = SigningKey(told_origin(log), SEED)
        return Sealed(path, key, Checkpoint(key.name, tree.size, tree.root()).signed_with(key), tree.size)


def verified(path: Path, *messages: bytes | SigningKey) -> Verified:
    """What verifying finds, against checkpoints that these keys may have signed."""
    keys = [each.verifier() for each in messages if isinstance(each, SigningKey)]
    files = [each for each in messages if isinstance(each, bytes)]
    signed = [opened(f"checkpoint-{number}", each, keys) for number, each in enumerate(files, start=1)]
    with ledger_log(str(path)) as log:
        return verify(log, signed, unwatched)


@contextmanager
def hands_on(path: Path) -> Iterator[sqlite3.Connection]:
    """The file as anybody can change it who may write it."""
    with closing(sqlite3.connect(path)) as database, database:
        yield database


def bytes_of(database: sqlite3.Connection, column: str, position: int) -> bytes:
    found: bytes = database.execute(
        f"SELECT CAST({column} AS BLOB) FROM stored_events WHERE rowid = ?", (position,)
    ).fetchone()[0]
    return found


def put(database: sqlite3.Connection, column: str, position: int, value: bytes | int) -> None:
    """Overwrite one column of one entry, keeping its type."""
    cast = "CAST(? AS TEXT)" if column in ("originator_id", "topic") else "?"
    database.execute(f"UPDATE stored_events SET {column} = {cast} WHERE rowid = ?", (value, position))


def move(database: sqlite3.Connection, position: int, to: int) -> None:
    database.execute("UPDATE stored_events SET rowid = ? WHERE rowid = ?", (to, position))


class Tampering:
    """One change made at random to a log of so many entries; `place` is the position it was made at."""

    def __init__(self, database: sqlite3.Connection, entries: int, chance: random.Random) -> None:
        self.database, self.entries, self.chance = database, entries, chance
        self.place = chance.randint(1, entries)
        self.what = ""

    def flip(self) -> None:
        """Flip one bit of one byte."""
        column = self.chance.choice((*COLUMNS, "state", "state"))
        bit = 1 << self.chance.randrange(8)
        if column == "originator_version":
            (version,) = self.database.execute(
                "SELECT originator_version FROM stored_events WHERE rowid = ?", (self.place,)
            ).fetchone()
            self._put(column, version ^ bit)
            return
        old = bytes_of(self.database, column, self.place)
        at = self.chance.randrange(len(old))
        self._put(column, old[:at] + bytes([old[at] ^ bit]) + old[at + 1 :])

    def replace(self) -> None:
        """Replace a letter of a text by another one, which everything but a hash will take."""
        old = bytes_of(self.database, "state", self.place)
        letters = [at for at, byte in enumerate(old) if chr(byte).isalpha()]
        at = self.chance.choice(letters)
        self._put("state", old[:at] + (b"b" if old[at : at + 1] == b"a" else b"a") + old[at + 1 :])

    def delete(self) -> None:
        self.database.execute("DELETE FROM stored_events WHERE rowid = ?", (self.place,))
        self.what = "deleted"

    def delete_and_close_up(self) -> None:
        """The careful way, which leaves no gap."""
        self.delete()
        for position in range(self.place + 1, self.entries + 1):
            move(self.database, position, position - 1)
        self._count(self.entries - 1)

    def insert(self) -> None:
        """Put a copy of an entry in, as another partnership's, and move all after it."""
        for position in range(self.entries, self.place - 1, -1):
            move(self.database, position, position + 1)
        self.database.execute(
            "INSERT INTO stored_events (rowid, originator_id, originator_version, topic, state) "
            "SELECT ?, 'somebody-else', 1, topic, state FROM stored_events WHERE rowid = 2 + (? <= 2)",
            (self.place, self.place),
        )
        self.what = "inserted"

    def insert_before_all(self) -> None:
        self.database.execute(
            "INSERT INTO stored_events (rowid, originator_id, originator_version, topic, state) "
            "SELECT ?, 'somebody-else', 1, topic, state FROM stored_events WHERE rowid = 2",
            (-self.chance.randint(0, 9),),
        )
        self.place, self.what = 1, "inserted before all"

    def reorder(self) -> None:
        other = self.chance.choice([each for each in range(1, self.entries + 1) if each != self.place])
        move(self.database, self.place, 10_000)
        move(self.database, other, self.place)
        move(self.database, 10_000, other)
        self.place, self.what = min(self.place, other), f"changed places with {other}"
        self._count(self.entries)

    def truncate(self) -> None:
        self.database.execute("DELETE FROM stored_events WHERE rowid >= ?", (self.place,))
        self.what = "cut off from here"

    def truncate_carefully(self) -> None:
        self.truncate()
        self._count(self.place - 1)

    def _count(self, last: int) -> None:
        self.database.execute("UPDATE sqlite_sequence SET seq = ? WHERE name = 'stored_events'", (last,))

    def _put(self, column: str, value: bytes | int) -> None:
        put(self.database, column, self.place, value)
        self.what = f"{column} = {value!r}"


WAYS = [name for name, way in vars(Tampering).items() if callable(way) and not name.startswith("_")]
