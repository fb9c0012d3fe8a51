"""What tests of faults may ask for: a ledger in either store, a seed that is printed, and figures at the end."""

from __future__ import annotations

import os
import random
from typing import TYPE_CHECKING

import pytest

from faults.figures import table
from faults.places import SERVER, STORES
from faults.trial import Trial

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

IS_FULL = os.environ.get("PLEDGER_FAULTS") == "full"
SEED = os.environ.setdefault("PLEDGER_FAULTS_SEED", str(random.SystemRandom().randrange(10**6)) if IS_FULL else "1")
"""Set in the environment too, so that all processes of a run have the same."""


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


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest) -> str:
    """Where the ledger is kept."""
    told: str = request.param
    return told


@pytest.fixture
def trial(
    store: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    record_property: Callable[[str, object], None],
    request: pytest.FixtureRequest,
) -> Trial:
    """All that a test needs; its random numbers are those of the seed, whatever else runs."""
    return Trial(
        store=store,
        server=request.getfixturevalue("server") if store == SERVER else None,
        folder=tmp_path,
        chance=random.Random(f"{SEED} {request.node.name}"),
        is_full=IS_FULL,
        record_property=record_property,
        monkeypatch=monkeypatch,
    )
