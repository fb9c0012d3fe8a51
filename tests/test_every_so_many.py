"""Where every so-manieth entry is: found the same way whether entries are read or counted."""

from __future__ import annotations

import contextlib
import sqlite3
from typing import TYPE_CHECKING

import pytest
from support.histories import OPENED, SLUG, Clock, utc

from pledger.domain import sqlite_store
from pledger.domain.communication import MeetingHeld
from pledger.domain.entry import Proposal
from pledger.domain.ledger import Ledger

if TYPE_CHECKING:
    from pathlib import Path

ENTRIES = 25


@pytest.fixture
def filled(path: Path) -> Path:
    """A file with so many entries."""
    with Ledger.open(path, time_zone="UTC", clock=Clock(utc(2026, 3, 2))) as ledger:
        ledger.record(OPENED, SLUG)
        ledger.record_all([Proposal(MeetingHeld(), SLUG)] * (ENTRIES - 2))
    return path


@pytest.mark.parametrize("read_sooner_max", [0, ENTRIES])
@pytest.mark.parametrize("missing", [(), (1,), (7, 8), (25,)])
@pytest.mark.parametrize("number", [1, 4, 25, 26])
@pytest.mark.parametrize("after", [0, 3, 24, 25, 30])
def test_every_so_manieth_entry(  # a product of few cases, each a few milliseconds
    filled: Path,
    monkeypatch: pytest.MonkeyPatch,
    read_sooner_max: int,
    missing: tuple[int, ...],
    number: int,
    after: int,
) -> None:
    with contextlib.closing(sqlite3.connect(filled)) as database, database:
        database.executemany("DELETE FROM stored_events WHERE rowid = ?", [(position,) for position in missing])
    monkeypatch.setattr(sqlite_store, "READ_SOONER_MAX", read_sooner_max)
    store = sqlite_store.SQLiteStore(str(filled), create=False)
    there = [position for position in range(after + 1, ENTRIES + 1) if position not in missing]
    assert list(store.every(number, after)) == there[number - 1 :: number]
    store.close()
