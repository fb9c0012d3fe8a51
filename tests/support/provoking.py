"""How one comes to read the domain's messages."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest

from pledger.domain.fact import Fact
from pledger.domain.ledger import Ledger
from pledger.domain.lifecycle import PartnershipOpened
from pledger.domain.refusal import Problem
from support.histories import SLUG, Clock, a_ledger, utc

MESSAGES: dict[str, Message] = {}


@dataclass
class Scene:
    """Tuesday 6 November 2018; acme-globex is open since New Year, as entry 2."""

    folder: Path
    ledger: Ledger = field(default_factory=lambda: a_ledger(Clock(utc(2018, 11, 6, 9))))

    def __post_init__(self) -> None:
        self.tell(PartnershipOpened(parties=("Acme", "Globex"), purpose="launch"), date(2018, 1, 1))

    def tell(self, *facts: Fact | date, slug: str = SLUG, source: str | None = None) -> None:
        """Tell facts one after the other, each on the day that follows it, if any."""
        for fact, on in zip(facts, (*facts[1:], None), strict=True):
            if isinstance(fact, Fact):
                self.ledger.record(fact, slug, on=on if isinstance(on, date) else None, source=source)


@dataclass(frozen=True)
class Message:
    """What provokes a message, and what it says, FOLDER standing for where the scene's files are."""

    provoke: Callable[[Scene], object]
    says: str

    def provoked(self, folder: Path) -> Problem:
        """The message, in a new scene."""
        scene = Scene(folder)
        with pytest.raises(Problem) as raised:
            self.provoke(scene)
        return raised.value


def tells(provoke: Callable[[Scene], object]) -> Callable[[Scene], object]:
    """Calling the function provokes the message that its docstring holds, word for word."""
    MESSAGES[provoke.__name__.replace("_", " ")] = Message(provoke, inspect.cleandoc(provoke.__doc__ or ""))
    return provoke
