"""What one test of faults has: empty ledgers in its store, random numbers of its own, and how often it tries."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from faults.figures import Tally
from faults.places import Place

if TYPE_CHECKING:
    import random
    from collections.abc import Callable
    from pathlib import Path

    import pytest
    from support.server import Server

QUICK_SHARE = 30
"""Among the other tests, only one in so many faults is tried, so that this suite does not rot."""


@dataclass(frozen=True)
class Trial:
    """One test in one store, and what it has counted, by operation."""

    store: str
    server: Server | None
    """None where ledgers are files."""
    folder: Path
    chance: random.Random
    is_full: bool
    record_property: Callable[[str, object], None]
    """Takes the figures to the table at the end."""
    monkeypatch: pytest.MonkeyPatch
    tallies: dict[str, Tally] = field(default_factory=dict)
    places: list[Place] = field(default_factory=list)

    def times(self, full: int) -> int:
        """How often to do what a full run does so often."""
        return full if self.is_full else max(1, full // QUICK_SHARE)

    def tally(self, operation: str) -> Tally:
        """What is counted for an operation: one tally, however often it is asked for."""
        if operation not in self.tallies:
            tally = self.tallies[operation] = Tally(operation, self.store)
            told = {"operation": operation, "store": self.store, "told": tally.told}
            self.record_property("faults", told)
        return self.tallies[operation]

    def place(self, operation: str) -> Place:
        """A ledger of its own that nothing has happened to, counted for an operation; programs find it."""
        folder = self.folder / f"place-{len(self.places)}"
        folder.mkdir()
        address = self.server.new_place() if self.server else str(folder / "ledger.sqlite")
        place = Place(address, folder, self.tally(operation))
        self.places.append(place)
        for name, value in place.environment.items():
            self.monkeypatch.setenv(name, value)
        place.make()
        return place
