"""Ledgers of many entries in no time, and their evidence pages, small ones unless told otherwise."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import cache
from typing import TYPE_CHECKING

from pledger.domain.communication import CadenceAgreed, MeetingHeld
from pledger.domain.correction import EntryRetracted
from pledger.domain.ledger import Ledger
from pledger.domain.lifecycle import PartyJoined, PartyLeft
from pledger.projections import pages as room
from pledger.projections import rebuilding
from pledger.projections.columns import EVIDENCE, columns_of
from pledger.projections.pages import Pages
from support.columnar import all_of, plain
from support.histories import utc
from support.story import Story

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from pledger.domain.mapper import Stored

SMALL = 8
"""How many entries a page has where they are small."""
INSERT = "INSERT INTO stored_events (rowid, originator_id, originator_version, topic, state) VALUES (?, ?, ?, ?, ?)"
NOW = utc(2026, 3, 2, 9)


def make_small(patch: pytest.MonkeyPatch, entries: int = SMALL) -> None:
    """Let pages have so many entries."""
    patch.setattr(room, "PAGE_ENTRIES", entries)
    patch.setattr(rebuilding, "PAGE_ENTRIES", entries)


@cache
def _a_partnership() -> list[Stored]:
    """Twenty entries of one partnership: promises kept and overdue, silences, a coming and going, a mistake."""
    story = Story().opened()
    story.on("2025-01-02", CadenceAgreed(every_days=7))
    mistaken = story.promised("2025-01-03", "Price list", "2025-02-01", stake="large")
    for number in range(5):
        story.promised(f"2025-01-{4 + number:02}", f"Part {number}", f"2025-01-{10 + 5 * number}", by="Globex")
    story.on("2025-01-09", PartyJoined(party="Initech"))
    for number in range(3):
        story.delivered(f"2025-01-{12 + 8 * number}", f"part-{number}")
        story.on(f"2025-02-{1 + 9 * number:02}", MeetingHeld(), told="2025-02-20")
    story.on("2025-03-01", EntryRetracted(entry=mistaken.position, why="a mistake"))
    story.on("2025-03-02", PartyLeft(party="Initech"))
    return [stored for stored in story.ledger.stored() if stored.stream != "@ledger"]


def a_ledger(path: Path, entries: int, *, step: int = 1) -> Ledger:
    """A ledger in a file with so many entries, of partnerships that are told side by side."""
    with Ledger.open(path, name="many", time_zone="UTC", clock=lambda: NOW) as ledger:
        (opening,) = ledger.stored()
    grow(path, entries - 1, step=step)
    assert opening.position == 1
    return Ledger.open(path, clock=lambda: NOW)


def grow(path: Path, entries: int, *, step: int = 1) -> None:
    """Let so many more entries be told, each at a position so many after the one before."""
    template = _a_partnership()
    with closing(sqlite3.connect(path)) as database, database:
        ((last, told),) = database.execute("SELECT max(rowid), count(*) FROM stored_events")
        rows = []
        for number in range(entries):
            block, place = divmod(told - 1 + number, 4 * len(template))
            lane, stored = place % 4, template[place // 4]
            party = b"Party %03d" % (7 * (4 * block + lane) % 1000)
            state = stored.state.replace(b'"Globex"', b'"%s"' % party)
            slug = f"partner-{4 * block + lane:05}"
            rows.append((last + step * (number + 1), slug, stored.version, stored.topic, state))
        database.executemany(INSERT, rows)


def remove(path: Path, condition: str) -> None:
    """Take the last entries out of a ledger, so that it is as it was before them."""
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(f"DELETE FROM stored_events WHERE {condition}")
        last = "SELECT max(rowid) FROM stored_events"
        database.execute(f"UPDATE sqlite_sequence SET seq = ({last}) WHERE name = 'stored_events'")


def beside(ledger: Ledger, **more: object) -> Pages:
    """The pages of a ledger, beside its file."""
    folder = room.pages_folder(ledger)
    assert folder is not None
    return Pages(ledger, folder, **more)  # type: ignore[arg-type]  # build, note or watch


def through_pages(pages: Pages) -> dict[str, object]:
    """All evidence as pages give it, in a form that compares."""
    return plain(all_of(pages.evidence(EVIDENCE)))


def from_the_log(ledger: Ledger) -> dict[str, object]:
    """All evidence as the log gives it."""
    return plain(columns_of(ledger.stored()))


def names(pages: Pages) -> list[str]:
    """What lies in the folder."""
    return sorted(path.name for path in pages.folder.iterdir()) if pages.folder.exists() else []
