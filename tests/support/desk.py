"""A relationship manager's desk: a ledger, a calendar, and the command line, in this process or as a program."""

from __future__ import annotations

import contextlib
import io
import os
import shlex
import sqlite3
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import psycopg

from pledger.cli.main import run
from pledger.cli.session import Session
from pledger.domain.ledger import Ledger
from pledger.domain.refusal import Problem
from pledger.domain.store import is_there

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pledger.domain.entry import Entry

BERLIN = ZoneInfo("Europe/Berlin")


class Terminal(io.StringIO):
    """A keyboard with somebody at it."""

    def isatty(self) -> bool:
        return True


@dataclass(frozen=True)
class Answer:
    """What the program said, and how it ended."""

    code: int
    out: str
    err: str

    @property
    def what(self) -> str:
        """What is wrong, without its label."""
        return self.err.partition(": ")[2].partition("\n")[0]

    @property
    def advice(self) -> str:
        """What to do now."""
        return self.err.partition("\n  now:   ")[2].rstrip("\n")


@dataclass
class Desk:
    """Where commands are typed: always at a known time, a minute apart, and never into anybody's own ledger."""

    folder: Path
    now: datetime = datetime(2026, 3, 2, 10, tzinfo=BERLIN)
    me: str | None = "jane"
    environment: dict[str, str] = field(default_factory=dict)
    server: str | None = None
    """The URL of the ledger, where it is not kept in a file."""

    @property
    def address(self) -> str:
        """Where the ledger is, or will be."""
        return self.server or str(self.ledger_path)

    @property
    def is_ledger_there(self) -> bool:
        """Whether a ledger has been made."""
        return is_there(self.address)

    @property
    def ledger_path(self) -> Path:
        return self.folder / "ledger.sqlite"

    @property
    def settings_path(self) -> Path:
        return self.folder / "config.toml"

    def move_to(self, day: date) -> None:
        """Turn the calendar to ten o'clock of a day."""
        self.now = datetime.combine(day, time(10), BERLIN)

    def type(self, line: str) -> Answer:
        """Type a command line in this process; `pledger` in front may be left out."""
        words = shlex.split(line)
        return self.call(words[1:] if words[:1] == ["pledger"] else words)

    def call(self, words: Sequence[str]) -> Answer:
        """Run the command line in this process with these words."""
        self.now += timedelta(minutes=1)
        told = None if "PLEDGER_LEDGER" in self.environment else self.address
        session = Session(ledger_told=told, me_told=self.me, clock=lambda: self.now, settings_file=self.settings_path)
        out, err = io.StringIO(), io.StringIO()
        with (
            contextlib.chdir(self.folder),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            code = run(words, session)
            session.close()
        return Answer(code, out.getvalue(), err.getvalue())

    def run_program(self, line: str) -> Answer:
        """Run the program by itself; only this and the shell read the machine's own clock."""
        return self._run([sys.executable, "-m", "pledger", *shlex.split(line)])

    def run_in_shell(self, line: str) -> Answer:
        """Run a line in a shell in which `pledger` is the program; a failure anywhere in a pipe counts."""
        program = shlex.join([sys.executable, "-m", "pledger"])
        return self._run(["bash", "-o", "pipefail", "-c", f'pledger() {{ {program} "$@"; }}\n{line}'])

    def _run(self, words: Sequence[str]) -> Answer:
        done = subprocess.run(
            words,
            cwd=self.folder,
            env=self.program_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
        return Answer(done.returncode, done.stdout, done.stderr)

    def program_environment(self) -> dict[str, str]:
        """The environment of a program run from this desk."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PLEDGER_")}
        here = {"PLEDGER_LEDGER": self.address, "PLEDGER_CONFIG": str(self.settings_path)}
        return {**kept, "PYTHONUTF8": "1", "COLUMNS": "80", **here, **self.environment}

    def entries(self) -> list[Entry]:
        """Everything in the ledger; nothing where there is no ledger."""
        if self.server is None and not self.ledger_path.is_file():
            return []
        try:
            with Ledger.open(self.address, create=False) as ledger:
                return list(ledger.entries())
        except Problem:
            return []  # damaged, or something else than a ledger

    def open_promises(self, partnership: str) -> list[str]:
        """The short names of the promises that are open now."""
        with Ledger.open(self.address, create=False) as ledger:
            return list(ledger.partnership(partnership).delivery.open)

    def overwrite(self, column: str, position: int, value: str) -> None:
        """Damage a stored entry, as no program of ours would."""
        told = value.encode() if column == "state" else value
        self.change(f"UPDATE stored_events SET {column} = ? WHERE rowid = ?", told, position)

    def change(self, statement: str, *params: object) -> list[tuple[Any, ...]]:
        """Change what is stored as anybody can who may write there; what the statement returns."""
        if self.server is None:
            with contextlib.closing(sqlite3.connect(self.ledger_path)) as database, database:
                return database.execute(statement, params).fetchall()
        said = statement.replace("?", "%s").replace("rowid", "notification_id")
        with psycopg.connect(self.server) as connection:
            cursor = connection.execute(said, params)
            return cursor.fetchall() if cursor.description else []
