"""Pages of the database were overwritten: every answer is right or refused with 3 or 4, and verify is not fooled."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from faults.places import FILE, SLUGS, Place
from pledger.cli.main import run
from pledger.cli.session import Session
from pledger.domain.communication import CadenceAgreed, MeetingHeld
from pledger.domain.delivery import CommitmentDelivered
from pledger.domain.entry import Proposal

if TYPE_CHECKING:
    import random

    from faults.trial import Trial

QUESTIONS = (
    "log --all --recorded --format json",
    "log acme-globex --format json",
    "show acme-initech",
    "portfolio --format json",
    "commitments --format json",
    "replay --format json",
    "history globex-hooli --format json",
    "explain acme-globex --party Acme --format json",
)
HEADER_BYTES = 100
WHOLE_PAGES = ("random", "zeros", "another page")
"""Damage that questions notice by themselves; a letter that another one has taken the place of, only verify does."""


@dataclass(frozen=True)
class Asked:
    """A question, how it ended and what was said."""

    line: str
    code: int
    out: str
    err: str


class Asker:
    """Asks a ledger at a moment that stays the same."""

    def __init__(self, place: Place, capfd: pytest.CaptureFixture[str]) -> None:
        self.now = datetime.now(UTC) + timedelta(days=1)
        self.place = place
        self.capfd = capfd

    def ask(self, address: str, line: str) -> Asked:
        self.capfd.readouterr()
        session = Session(ledger_told=address, me_told="jane", clock=lambda: self.now)
        try:
            code = run(line.split(), session)
        finally:
            session.close()
        out, err = self.capfd.readouterr()
        return Asked(line, code, out, err)


def a_rich_ledger(place: Place) -> None:
    """Promises, kept and not, meetings and silences, and many entries."""
    with place.opened() as ledger:
        for slug in SLUGS:
            ledger.record(CadenceAgreed(every_days=7), slug)
    place.grow(900, "many")
    with place.opened() as ledger:
        told = [Proposal(MeetingHeld(what=f"call {number}"), SLUGS[number % 3]) for number in range(60)]
        ledger.record_all(told)
        ledger.record(CommitmentDelivered(commitment="many-0"), SLUGS[0])
    place.acknowledge_all()


def overwritten(content: bytearray, size: int, chance: random.Random) -> str:
    """Overwrite one page; how."""
    page = chance.randrange(len(content) // size)
    begin = page * size + (HEADER_BYTES if page == 0 else 0)
    end = (page + 1) * size
    how = chance.choice(("random", "zeros", "another page", "a few bytes", "a bit"))
    if how == "random":
        content[begin:end] = chance.randbytes(end - begin)
    elif how == "zeros":
        content[begin:end] = bytes(end - begin)
    elif how == "another page":
        other = chance.randrange(1, len(content) // size) * size
        content[end - size : end] = content[other : other + size]
    elif how == "a few bytes":
        at = chance.randrange(begin, end - 16)
        content[at : at + 16] = chance.randbytes(16)
    else:
        content[chance.randrange(begin, end)] ^= 1 << chance.randrange(8)
    return f"page {page + 1}: {how}"


def told_rightly(asked: Asked, right: dict[str, str]) -> bool:
    """Whether an answer is the right one, or refused in the agreed form."""
    if asked.code == 0:
        return asked.out == right[asked.line]
    label = {3: "damaged: ", 4: "storage trouble: "}.get(asked.code, "?")
    return asked.err.startswith(label) and "\n  now:   " in asked.err and "Traceback" not in asked.err


@pytest.mark.parametrize("store", [FILE])
def test_damaged_pages_of_a_file(trial: Trial, capfd: pytest.CaptureFixture[str]) -> None:
    place = trial.place("damaged page")
    a_rich_ledger(place)
    with closing(sqlite3.connect(place.address)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (size,) = database.execute("PRAGMA page_size").fetchone()
    whole, asker = (place.folder / "ledger.sqlite").read_bytes(), Asker(place, capfd)
    asker.ask(place.address, "keys new audit")
    signed = str(place.folder / "signed.checkpoint")
    assert asker.ask(place.address, f"checkpoint -o {signed}").code == 0
    (place.folder / "again").mkdir()
    copy = place.folder / "again" / "ledger.sqlite"
    copy.write_bytes(whole)
    right = {line: asker.ask(str(copy), line).out for line in QUESTIONS}
    rows, wrong = place.rows(), []
    for number in range(trial.times(150)):
        content = bytearray(whole)
        how = overwritten(content, size, trial.chance)
        place.tally.fault(in_mid_work=bytes(content) != whole)
        folder = place.folder / f"copy-{number}"
        folder.mkdir()
        copy = folder / "ledger.sqlite"
        copy.write_bytes(content)
        for line in QUESTIONS:
            asked = asker.ask(str(copy), line)
            is_of_the_database = asked.code != 0 or how.endswith(WHOLE_PAGES)
            if is_of_the_database and not told_rightly(asked, right):
                wrong.append((how, line, asked.code, asked.err[:300], len(asked.out), len(right[line])))
        checked = asker.ask(str(copy), f"verify --checkpoint {signed}")
        if checked.code == 0:
            assert Place(str(copy), folder, place.tally).rows() == rows, how
        elif not told_rightly(checked, right):
            wrong.append((how, "verify", checked.code, checked.err[:300], 0, 0))
    assert not wrong
