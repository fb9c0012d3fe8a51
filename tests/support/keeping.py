"""What tests of keeping a ledger share: a long one with a backup of its beginning, to be copied and worn out."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from pledger.domain.communication import MeetingHeld
from pledger.domain.ledger import Ledger
from pledger.projections.keeping import back_up
from support.histories import SLUG
from support.proving import a_long_history, unwatched

if TYPE_CHECKING:
    from pathlib import Path

ROWS = "SELECT rowid, originator_id, originator_version, topic, state FROM stored_events ORDER BY rowid"


def rows(path: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as database:
        return database.execute(ROWS).fetchall()


def a_kept_ledger(folder: Path) -> Path:
    """A ledger of some thousand entries, and beside it the backup of what it held before the last ones."""
    path = a_long_history(folder / "ledger.sqlite", 1_000)
    back_up(str(path), folder / "half.backup", "half.backup", unwatched)
    with Ledger.open(path, create=False) as ledger:
        for _ in range(30):
            ledger.record(MeetingHeld(what="x" * 10_000), SLUG)
    return path


def copies(long: Path, folder: Path) -> tuple[Path, Path]:
    """The ledger and the backup again, to be worn out."""
    ledger, backup = folder / "ledger.sqlite", folder / "half.backup"
    with closing(sqlite3.connect(long)) as source, closing(sqlite3.connect(ledger)) as target:
        source.backup(target)
    backup.write_bytes((long.parent / "half.backup").read_bytes())
    return ledger, backup
