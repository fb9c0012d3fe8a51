"""Completion in the shell: of commands, options and choices, and of the partnerships in the ledger."""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from support.desk import Desk


def completed(desk: Desk, line: str) -> list[str]:
    """What the program offers for the last word of a line, as bash would ask it."""
    words = line.split(" ")
    asking = {"_PLEDGER_COMPLETE": "bash_complete", "COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1)}
    done = subprocess.run(
        [sys.executable, "-m", "pledger"],
        env={**desk.program_environment(), **asking},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stderr == ""
    return [offer.partition(",")[2] for offer in done.stdout.split("\n") if offer]


@pytest.mark.parametrize(
    ("line", "offers"),
    [
        ("pledger conc", ["concern"]),
        ("pledger goal ach", ["achieve"]),
        ("pledger meet ac", ["acme-globex", "acme-hooli"]),
        ("pledger show ACME-G", ["acme-globex"]),
        ("pledger deliver acme-globex bra", ["send-the-brand-guide"]),
        ("pledger norm repair acme-globex ", []),
        ("pledger deliver acme-globx b", []),
        ("pledger update acme-globex n", []),
        ("pledger update acme-globex news n", []),
        ("pledger commit acme-globex x --sta", ["--stake"]),
        ("pledger commit acme-globex x --stake l", ["large"]),
        ("pledger config par", ["partnership"]),
        ("pledger fit acme-globex cul", ["cultures"]),
        ("pledger completion f", ["fish"]),
    ],
)
def test_a_word_is_completed(opened: Desk, line: str, offers: list[str]) -> None:
    opened.type("open acme-hooli --party Acme --party Hooli --purpose trial")
    opened.type("commit acme-globex 'Send the brand guide' --by Acme")
    assert completed(opened, line) == offers


@pytest.mark.parametrize("line", ["pledger --ledger missing.sqlite meet a", "pledger meet --ledger . a"])
def test_where_there_is_no_ledger_nothing_is_offered_and_nothing_said(opened: Desk, line: str) -> None:
    assert completed(opened, line) == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_gets_a_script_that_it_can_read(desk: Desk, shell: str) -> None:
    answer = desk.type(f"completion {shell}")
    assert answer.code == 0
    assert "_PLEDGER_COMPLETE" in answer.out
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not here to read it")
    read = subprocess.run([shell, "-n"], input=answer.out, capture_output=True, text=True, check=False)
    assert (read.returncode, read.stderr) == (0, "")
