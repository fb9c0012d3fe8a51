"""A backup may come from anybody: nothing in it is run, and whatever is not as pledger writes it is never restored."""

from __future__ import annotations

import random
import sqlite3
import struct
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from support.proving import unwatched

from pledger.domain.refusal import IntegrityFailure, StorageTrouble
from pledger.domain.sqlite_untrusted import untrusted_moment
from pledger.projections.keeping import back_up, checked_copy

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from support.desk import Desk
    from support.proving import Sealed

PAGE_BYTES = 4096


@pytest.fixture
def backup(small: Sealed, tmp_path: Path) -> Path:
    """A backup of some fifty entries."""
    path = tmp_path / "ledger.backup"
    back_up(str(small.path), path, str(path), unwatched)
    return path


def restored(backup: Path) -> bool:
    """Whether a backup would be restored; anything but that and a refusal would be an error."""
    aside = backup.with_name("aside")
    try:
        return not checked_copy(backup, aside, [], unwatched).findings
    except (IntegrityFailure, StorageTrouble):
        return False
    finally:
        aside.unlink(missing_ok=True)


def rows(path: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as database:
        return database.execute("SELECT rowid, * FROM stored_events ORDER BY rowid").fetchall()


HOSTILE = {
    "a trigger": "CREATE TRIGGER t AFTER INSERT ON stored_events BEGIN DELETE FROM stored_events; END",
    "a view": "CREATE VIEW v AS SELECT 1",
    "another table": "CREATE TABLE other (x)",
    "a virtual table": "CREATE VIRTUAL TABLE words USING fts5(x)",
    "another index": "CREATE INDEX i ON stored_events (topic)",
    "an index on a sum": "CREATE INDEX i ON stored_events (length(topic))",
    "another column": "ALTER TABLE stored_events ADD COLUMN x TEXT",
    "a generated column": "ALTER TABLE stored_events ADD COLUMN x TEXT AS (upper(topic)) VIRTUAL",
    "a name of another table": "ALTER TABLE stored_snapshots RENAME TO sqlite_stat",
    "statistics": "ANALYZE",
    "no entries": "DROP TABLE stored_events",
}


@pytest.mark.parametrize("statement", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_schema_that_is_not_pledgers_own_is_refused(backup: Path, statement: str) -> None:
    with closing(sqlite3.connect(backup)) as database:
        if "sqlite_stat" in statement:  # which SQLite gives nobody
            database.execute("PRAGMA writable_schema = ON")
            database.execute("UPDATE sqlite_master SET name = 'sqlite_stat9' WHERE name = 'stored_snapshots'")
        else:
            database.execute(statement)
        database.commit()
    with pytest.raises(IntegrityFailure, match="not a backup as pledger writes it"), untrusted_moment(backup):
        pass


def test_a_table_of_entries_that_is_really_a_view_is_refused(backup: Path) -> None:
    with closing(sqlite3.connect(backup)) as database:
        database.executescript(
            "ALTER TABLE stored_events RENAME TO kept; CREATE VIEW stored_events AS SELECT * FROM kept"
        )
    with pytest.raises(IntegrityFailure), untrusted_moment(backup):
        pass


def test_a_table_with_another_statement_under_its_name_is_refused(backup: Path) -> None:
    with closing(sqlite3.connect(backup)) as database:
        database.execute("PRAGMA writable_schema = ON")
        database.execute(
            "UPDATE sqlite_master SET sql = replace(sql, 'state BLOB NOT NULL', "
            "'state BLOB NOT NULL CHECK (length(state) > 0)') WHERE name = 'stored_events'"
        )
        database.commit()
    with pytest.raises(IntegrityFailure, match="is not one that pledger makes"), untrusted_moment(backup):
        pass


def truncated(content: bytes) -> bytes:
    return content[: len(content) // 2]


def with_a_hundred_million_pages(content: bytes) -> bytes:
    return content[:28] + struct.pack(">I", 100_000_000) + content[32:]


def with_a_page_that_leads_to_itself(content: bytes) -> bytes:
    """The page of the entries says that it is the parent of itself."""
    root = 2 * PAGE_BYTES - PAGE_BYTES
    inner = b"\x05" + struct.pack(">HHHBI", 0, 0, PAGE_BYTES, 0, 2)
    return content[:root] + inner + content[root + len(inner) :]


@pytest.mark.parametrize("change", [truncated, with_a_hundred_million_pages, with_a_page_that_leads_to_itself])
def test_a_file_that_would_take_for_ever_is_refused_at_once(backup: Path, change: Callable[[bytes], bytes]) -> None:
    backup.write_bytes(change(backup.read_bytes()))
    begun_s = time.monotonic()
    with pytest.raises(IntegrityFailure):
        checked_copy(backup, backup.with_name("aside"), [], unwatched)
    assert time.monotonic() - begun_s < 5


def test_no_flipped_byte_brings_anything_else_back(backup: Path, tmp_path: Path) -> None:
    """What is refused harms nobody; what is not was flipped where nothing is kept, and comes back entry for entry."""
    whole, expected = backup.read_bytes(), rows(backup)
    chance = random.Random(20261123)
    refused = 0
    for _ in range(300):
        at, bit = chance.randrange(len(whole)), 1 << chance.randrange(8)
        backup.write_bytes(whole[:at] + bytes([whole[at] ^ bit]) + whole[at + 1 :])
        aside = tmp_path / "copy"
        try:
            sound = not checked_copy(backup, aside, [], unwatched).findings
            assert not sound or rows(aside) == expected, at
            refused += not sound
        except (IntegrityFailure, StorageTrouble):
            refused += 1
        aside.unlink(missing_ok=True)
    assert refused > 100  # the others are in what pages have free


def test_every_flipped_bit_of_an_entry_is_found(backup: Path) -> None:
    """Of the bytes in which an entry is kept, none can be flipped unnoticed."""
    whole = backup.read_bytes()
    (state,) = next(row[-1:] for row in rows(backup) if row[0] == 20)
    assert isinstance(state, bytes)
    begin = whole.index(state)
    chance = random.Random(7)
    for at in sorted(chance.sample(range(begin, begin + len(state)), 40)):
        backup.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << chance.randrange(8)]) + whole[at + 1 :])
        assert not restored(backup), at


def test_a_log_beside_a_backup_is_not_read(opened: Desk) -> None:
    """A ledger in use is no backup: its last entries are in another file, which anybody may have put there."""
    opened.type("backup monday.backup")
    (opened.folder / "monday.backup-wal").write_bytes(b"\x37\x7f\x06\x82" * 100)
    answer = opened.type("--ledger other.sqlite restore monday.backup")
    assert (answer.code, answer.what) == (2, "it is a ledger in use, and its last entries are in another file")
    assert not (opened.folder / "other.sqlite").exists()


def test_a_column_of_another_type_is_refused(backup: Path) -> None:
    with closing(sqlite3.connect(backup)) as database:
        database.execute("UPDATE stored_events SET topic = CAST(topic AS BLOB) WHERE rowid = 9")
        database.commit()
    assert not restored(backup)


def test_entries_cut_off_before_the_backup_stay_cut_off_in_it(small: Sealed, tmp_path: Path) -> None:
    """A backup does not make a ledger sound: what its count says is missing is missing in the backup, too."""
    cut = small.copy(tmp_path / "cut.sqlite")
    with closing(sqlite3.connect(cut)) as database:
        database.execute("DELETE FROM stored_events WHERE rowid = (SELECT max(rowid) FROM stored_events)")
        database.commit()
    backup = tmp_path / "cut.backup"
    back_up(str(cut), backup, str(backup), unwatched)
    assert not restored(backup)
