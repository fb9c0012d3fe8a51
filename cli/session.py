"""What one run of the program works with: which ledger, who records, which settings; all effects come in here."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import click

from pledger.cli.settings import Settings, read_settings, settings_path
from pledger.domain.ledger import Ledger, machine_clock
from pledger.domain.refusal import WrongUsage
from pledger.domain.store import is_there

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from pledger.cli.keyring import Keyring


@dataclass
class Session:
    """One run: told on the command line before the environment, the environment before the configuration."""

    ledger_told: str | None = None
    me_told: str | None = None
    clock: Callable[[], datetime] = machine_clock
    settings_file: Path | None = None
    _ledger: Ledger | None = None

    @cached_property
    def settings_path(self) -> Path:
        """Where the settings are; looked for only where they are needed."""
        return self.settings_file or settings_path()

    @cached_property
    def settings(self) -> Settings:
        return read_settings(self.settings_path)

    @property
    def keyring(self) -> Keyring:
        """The user's keys, in a folder beside the settings."""
        from pledger.cli.keyring import Keyring

        return Keyring(self.settings_path.parent / "keys")

    @property
    def ledger_path(self) -> str:
        """Where the ledger is, or would be: a file's path, or a URL that may tell a password."""
        return (
            self.ledger_told or os.environ.get("PLEDGER_LEDGER") or self.settings.ledger or str(default_ledger_path())
        )

    @property
    def is_ledger_named(self) -> bool:
        """Whether the command line or the environment names a ledger."""
        return bool(self.ledger_told or os.environ.get("PLEDGER_LEDGER"))

    @property
    def is_ledger_there(self) -> bool:
        """Whether anything is where the ledger would be."""
        return is_there(self.ledger_path)

    @property
    def me(self) -> str:
        """Who records, unless --me tells."""
        return self.me_told or os.environ.get("PLEDGER_ME") or self.settings.me or _user_of_machine()

    def me_or(self, told: str | None) -> str:
        """Who records, given what --me tells; an empty --me is a slip, not nobody."""
        if told is not None and not told.strip():
            raise WrongUsage("the name of who records is empty", remedy="tell one with --me, or leave --me out")
        return told or self.me

    @property
    def partnership_default(self) -> str | None:
        """The partnership meant where none is named."""
        return os.environ.get("PLEDGER_PARTNERSHIP") or self.settings.partnership

    def ledger(self, *, create: bool = False) -> Ledger:
        """The ledger, opened once; made first where `create`, refused where there is none.

        Who records is told with each recording; here it is only who makes the ledger.
        """
        if self._ledger is None:
            me = self.me if create else "unknown"
            self._ledger = Ledger.open(self.ledger_path, create=create, me=me, clock=self.clock)
        return self._ledger

    def close(self) -> None:
        if self._ledger is not None:
            self._ledger.close()
            self._ledger = None


pass_session = click.make_pass_decorator(Session, ensure=True)


def default_ledger_path() -> Path:
    """The ledger in the user's data folder."""
    import platformdirs

    return platformdirs.user_data_path("pledger", appauthor=False) / "ledger.sqlite"


def _user_of_machine() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"
