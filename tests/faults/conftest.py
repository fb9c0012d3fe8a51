"""What tests of faults may ask for: a ledger in either store, a seed that is printed, and figures at the end."""

from __future__ import annotations

import os
import random
from typing import TYPE_CHECKING

import pytest

from faults.figures import Tally, table
from faults.places import SERVER, STORES, Place

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

IS_FULL = os.environ.get("PLEDGER_FAULTS") == "full"
SEED = os.environ.setdefault("PLEDGER_FAULTS_SEED", str(random.SystemRandom().randrange(10**6)) if IS_FULL else "1")
"""Set in the environment too, so that all processes of a run have the same."""
QUICK_SHARE = 30
"""Among the other tests, only one in so many faults is tried, so that this suite does not rot."""


def pytest_report_header() -> str:
    return f"faults: {'all' if IS_FULL else 'a few'}; to repeat this run: PLEDGER_FAULTS_SEED={SEED}"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The figures, whether or not all went well."""
    reports = [
        each for found in terminalreporter.stats.values() for each in found if getattr(each, "when", "") == "call"
    ]
    told = [value for each in reports for name, value in each.user_properties if name == "faults"]
    if told:
        terminalreporter.section(f"faults, with PLEDGER_FAULTS_SEED={SEED}")
        for line in table((each["operation"], each["store"], each["told"]) for each in told):
            terminalreporter.write_line(line)


@pytest.fixture
def times() -> Callable[[int], int]:
    """How often to do what a full run does so often."""
    return lambda full: full if IS_FULL else max(1, full // QUICK_SHARE)


@pytest.fixture
def chance(request: pytest.FixtureRequest) -> random.Random:
    """Random numbers of this test's own: those of the seed, whatever else runs."""
    return random.Random(f"{SEED} {request.node.name}")


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest) -> str:
    """Where the ledger is kept."""
    told: str = request.param
    return told


@pytest.fixture
def new_tally(record_property: Callable[[str, object], None]) -> Callable[[str, str], Tally]:
    """Begin to count for an operation in a store."""

    def begun(operation: str, store: str) -> Tally:
        tally = Tally(operation, store)
        record_property("faults", {"operation": operation, "store": store, "told": tally.told})
        return tally

    return begun


@pytest.fixture
def new_place(
    store: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Callable[[Tally], Place]:
    """Make an empty ledger in the store."""
    server = request.getfixturevalue("server") if store == SERVER else None
    numbers = iter(range(10**6))

    def made(tally: Tally) -> Place:
        folder = tmp_path / f"place-{next(numbers)}"
        folder.mkdir()
        place = Place(server.new_place() if server else str(folder / "ledger.sqlite"), folder, tally)
        for name, value in place.environment.items():
            monkeypatch.setenv(name, value)
        place.make()
        return place

    return made
