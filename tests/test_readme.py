"""What README.md shows is what the program prints: its examples are run, on a fixed day, and compared.

To write the outputs anew after a change: python tests/test_readme.py
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from pledger.cli.main import run
from pledger.cli.session import Session

README = Path(__file__).parents[1] / "README.md"
TODAY = datetime(2026, 3, 2, 8, tzinfo=UTC)
AFTER_THE_DEMO = datetime(2026, 7, 1, 8, tzinfo=UTC)
HOME = "/home/you"
CUT = "...\n"


def test_the_console_examples_are_real(tmp_path: Path) -> None:
    assert renewed(README.read_text(encoding="utf-8"), tmp_path) == README.read_text(encoding="utf-8")


def test_every_top_level_command_is_in_the_readme_or_its_help() -> None:
    text = README.read_text(encoding="utf-8")
    asking = ("show", "portfolio", "log", "replay", "rebuild", "commitments", "facts")
    for command in (*asking, "import csv", "config", "init", "completion"):
        assert f"pledger {command}" in text


def renewed(text: str, folder: Path) -> str:
    """The README with every output as it is today; the ledgers of the examples are in `folder`."""
    python = re.compile(r"(```python\n(.*?)```\n\n```text\n).*?(```\n)", re.S)
    with in_folder(folder):
        text = re.sub(r"(```console\n)(.*?)(```\n)", lambda m: m[1] + console(m[2]) + m[3], text, flags=re.S)
        (folder / "python").mkdir()
        return python.sub(lambda m: m[1] + python_output(m[2], folder / "python") + m[3], text)


def console(block: str) -> str:
    """One block of commands with their outputs, cut where the block is cut."""
    commands = re.findall(r"^\$ .*$", block, flags=re.M)
    if commands[0].endswith(" demo"):  # the demonstration's second scene: what it prints after the command named there
        shown = printed(commands[0])
        scene = commands[1] + "\n"
        rest = shown[shown.index(scene) + len(scene) :]
        return f"{commands[0]}\n{CUT}{scene}{rest[: rest.index('What happened, last things last')].rstrip()}\n{CUT}"
    return "".join(f"{command}\n{printed(command)}" for command in commands)


def printed(command: str) -> str:
    """What a command prints on that day, problems included."""
    out = io.StringIO()
    words = shlex.split(command)[2:]
    of_the_demo = "--ledger" in words
    session = Session(
        ledger_told=None if of_the_demo else "alliances.sqlite",
        clock=lambda: AFTER_THE_DEMO if of_the_demo else TODAY,
        settings_file=Path("config.toml"),
    )
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        run(words, session)
    return out.getvalue().replace(str(Path.cwd()), HOME)


def python_output(code: str, folder: Path) -> str:
    """What the Python example prints, run as its reader would."""
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout


@contextlib.contextmanager
def in_folder(folder: Path) -> Iterator[None]:
    """Work in a folder, at 80 columns, without the user's own settings."""
    before, environment = Path.cwd(), dict(os.environ)
    os.environ.update({"COLUMNS": "80", "NO_COLOR": "1", "PLEDGER_ME": "jane"})
    for name in ("PLEDGER_LEDGER", "PLEDGER_CONFIG", "PLEDGER_PARTNERSHIP"):
        os.environ.pop(name, None)
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)
        os.environ.clear()
        os.environ.update(environment)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        README.write_text(renewed(README.read_text(encoding="utf-8"), Path(folder).resolve()), encoding="utf-8")
