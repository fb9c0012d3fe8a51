"""Backups and restores that are killed at any moment leave the old file or the new one, whole, and lose nothing."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from support.keeping import a_kept_ledger, copies, rows
from support.proving import unwatched, verified

from pledger.domain.backup import put_back
from pledger.domain.ledger import Ledger
from pledger.projections.keeping import checked_copy

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger and its backup, to be copied."""
    return a_kept_ledger(tmp_path_factory.mktemp("long"))


def program(folder: Path, *words: str) -> subprocess.Popen[str]:
    """The program by itself."""
    environment = {
        **os.environ,
        "PLEDGER_LEDGER": str(folder / "ledger.sqlite"),
        "PLEDGER_CONFIG": str(folder / "config.toml"),
    }
    return subprocess.Popen(
        [sys.executable, "-m", "pledger", *words],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("seed", range(8))
def test_a_backup_that_is_killed_leaves_the_earlier_one_or_the_new_one(long: Path, tmp_path: Path, seed: int) -> None:
    ledger, backup = copies(long, tmp_path)
    before = rows(backup)
    killed = program(tmp_path, "backup", "half.backup", "--replace")
    time.sleep(random.Random(seed).uniform(0.1, 0.8))
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    assert rows(backup) in (before, rows(ledger))
    assert verified(backup).findings == ()


STOP_AT = """
import os, signal, sys
from pathlib import Path
from pledger.domain import sqlite_replacing
from pledger.domain.backup import put_back

_, copy, ledger, pages = sys.argv

def die(what, done, total):
    if what == "replacing pages" and done >= int(pages):
        os.kill(os.getpid(), signal.SIGKILL)

put_back(Path(copy), ledger, replace=True, watch=die)
"""


@pytest.mark.parametrize("pages", [0, 1, 2, 50, 10**6])
def test_a_restore_that_is_killed_while_it_replaces_leaves_the_old_ledger_or_the_new_one(
    long: Path, tmp_path: Path, pages: int
) -> None:
    """Whoever has the ledger open meanwhile reads one of the two as well, and the old one is never lost."""
    ledger, backup = copies(long, tmp_path)
    old, new = rows(ledger), rows(backup)
    copy = tmp_path / "copy"
    checked_copy(backup, copy, [], unwatched)
    with Ledger.open(ledger, create=False) as reader:
        assert len(list(reader.entries())) == len(old)
        subprocess.run([sys.executable, "-c", STOP_AT, str(copy), str(ledger), str(pages)], check=False)
        assert len(list(reader.entries())) in (len(old), len(new))
    assert rows(ledger) == (new if pages == 10**6 else old)
    assert verified(ledger).findings == ()
    aside = tmp_path / "ledger.sqlite.replaced-1"
    if rows(ledger) == new:
        assert rows(aside) == old
    assert put_back(backup, str(ledger), replace=True, watch=unwatched) is not None
    assert rows(ledger) == new


@pytest.mark.parametrize("seed", range(8))
def test_a_restore_that_is_killed_at_any_moment_leaves_the_old_ledger_or_the_new_one(
    long: Path, tmp_path: Path, seed: int
) -> None:
    ledger, backup = copies(long, tmp_path)
    old, new = rows(ledger), rows(backup)
    killed = program(tmp_path, "restore", "half.backup", "--replace")
    time.sleep(random.Random(seed).uniform(0.3, 2.0))
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    now = rows(ledger)
    assert now in (old, new)
    assert verified(ledger).findings == ()
    assert now == old or rows(tmp_path / "ledger.sqlite.replaced-1") == old
