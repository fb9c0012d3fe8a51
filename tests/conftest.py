"""What every test may ask for: a desk of its own, where nothing of the machine's user is read or written."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings
from support.desk import Desk

if TYPE_CHECKING:
    from pathlib import Path

# A machine that others use too may take its time; and a run that decides something must not depend on luck.
settings.register_profile("everywhere", deadline=None, print_blob=True)
settings.register_profile("deciding", parent=settings.get_profile("everywhere"), derandomize=True)
settings.load_profile("deciding" if os.environ.get("CI") else "everywhere")


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A place to type commands, with nothing recorded and nothing configured."""
    for name in ("LEDGER", "ME", "PARTNERSHIP", "CONFIG", "DEBUG"):
        monkeypatch.delenv(f"PLEDGER_{name}", raising=False)
    for name in ("VISUAL", "EDITOR"):  # what would be opened is for each test to say
        monkeypatch.delenv(name, raising=False)
    return Desk(tmp_path)


@pytest.fixture
def opened(desk: Desk) -> Desk:
    """A desk with an open partnership, acme-globex of Acme and Globex."""
    for line in (
        "init --name Alliances --time-zone Europe/Berlin",
        'open acme-globex --party Acme --party Globex --purpose "joint launch"',
    ):
        answer = desk.type(line)
        assert answer.code == 0, answer.err
    return desk
