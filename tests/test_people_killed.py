"""Forgetting that is killed at any moment: whoever does it again leaves nothing, and nobody else is lost."""

from __future__ import annotations

import random
import signal
import time
from typing import TYPE_CHECKING

import pytest
from support.erasure import files_in, holding
from support.forgetting import forgetting
from support.histories import OPENED, SLUG

from pledger.domain.ledger import Ledger
from pledger.domain.people import Person

if TYPE_CHECKING:
    from pathlib import Path

NAMES = ("Ottoline Zweig", "zweig@acme.example")
OTHERS = [Person(f"p-{number}", f"Somebody {number}", "x" * 300) for number in range(2, 40)]
STATEMENTS = 14
"""More than opening a ledger and forgetting somebody takes, once somebody is there."""


@pytest.fixture
def known(path: Path) -> Path:
    """A ledger that knows somebody, and others."""
    with Ledger.open(path, time_zone="UTC") as ledger:
        ledger.record(OPENED, SLUG)
        ledger.people.add("p-1", *NAMES)
        for other in OTHERS:
            ledger.people.add(*other)
    return path


def forgotten_at_last(known: Path) -> None:
    """Do again what was killed, while somebody else has the ledger open, and look at every file."""
    with Ledger.open(known, create=False) as other, Ledger.open(known, create=False) as ledger:
        assert other.people.all() in ([Person("p-1", *NAMES), *in_order()], in_order())
        ledger.people.forget("p-1")
        assert holding(NAMES, files_in(known.parent)) == []
        assert other.people.all() == in_order()
        assert len(list(other.entries())) == 2


def in_order() -> list[Person]:
    return sorted(OTHERS)


@pytest.mark.parametrize("statement", range(STATEMENTS))
def test_killed_between_any_two_statements(known: Path, statement: int) -> None:
    begun = known.parent / "begun"
    process = forgetting(known, begun, statement)
    process.join(60)
    if process.exitcode == 0:  # there were fewer statements
        assert holding(NAMES, files_in(known.parent)) == []
    else:
        assert process.exitcode == -signal.SIGKILL
    forgotten_at_last(known)


def test_killing_reaches_from_before_the_first_statement_to_after_the_last(known: Path) -> None:
    """Otherwise the test above would not try them all."""
    last = forgetting(known, known.parent / "begun", STATEMENTS - 1)
    last.join(60)
    assert last.exitcode == 0


def test_killed_at_any_moment(known: Path) -> None:
    random_ = random.Random(7)
    begun = known.parent / "begun"
    for _ in range(30):
        with Ledger.open(known, create=False) as ledger:
            if ledger.people.find("p-1") is None:
                ledger.people.add("p-1", *NAMES)
        begun.unlink(missing_ok=True)
        process = forgetting(known, begun, None)
        while not begun.exists():
            assert process.is_alive() or begun.exists()
            time.sleep(0.0005)
        time.sleep(random_.uniform(0, 0.02))
        process.kill()
        process.join(60)
        forgotten_at_last(known)
