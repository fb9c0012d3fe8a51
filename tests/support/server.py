"""A PostgreSQL server of the tests' own: on a socket in a temporary folder, and gone when they end."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import psycopg

if TYPE_CHECKING:
    from collections.abc import Iterator

HASTY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
"""What a server may leave out that need not survive the machine."""
_numbers = count(1)


def programs() -> Path | None:
    """The folder of the newest server's programs; None where there is no server on this machine."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    told = shutil.which("initdb")
    return found[-1].parent if found else Path(told).parent if told else None


@dataclass(frozen=True)
class Server:
    """A server that listens on a socket in its folder only, and asks nobody for a password."""

    folder: Path
    programs: Path
    settings: tuple[str, ...]

    def address(self, *, user: str = "postgres", options: str = "") -> str:
        """The URL of its database."""
        more = f"&options={quote(options)}" if options else ""
        return f"postgresql://{user}@/postgres?host={self.folder}{more}"

    def new_place(self) -> str:
        """The URL of a schema in which there is nothing yet."""
        name = f"place_{os.getpid()}_{next(_numbers)}"
        with self.connected() as connection:
            connection.execute(f"CREATE SCHEMA {name}")
        return self.address(options=f"-csearch_path={name}")

    @contextlib.contextmanager
    def connected(self, address: str | None = None) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
        """A connection as the one who may do everything; each statement is committed by itself."""
        with psycopg.connect(address or self.address(), autocommit=True) as connection:
            yield connection

    def start(self) -> None:
        told = " ".join(f"-c {setting}" for setting in (*self.settings, f"unix_socket_directories={self.folder}"))
        self._control("start", "-o", f"-c listen_addresses= {told}", "-l", str(self.folder / "log"))

    def stop(self, *, how: str = "fast") -> None:
        self._control("stop", "-m", how)

    def restart(self) -> None:
        """Stop at once, as in a crash, and start again."""
        self.stop(how="immediate")
        self.start()

    def _control(self, *words: str) -> None:
        self.run("pg_ctl", "-D", str(self.folder / "cluster"), "-w", *words)

    def run(self, program: str, *words: str) -> None:
        """Run one of the server's programs; not as root, which they refuse."""
        whose = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}
        done = subprocess.run(
            [self.programs / program, *words],
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,  # the server keeps what it is started with
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            **whose,  # type: ignore[call-overload]  # all or none of the three
        )
        assert done.returncode == 0, done.stderr


@contextlib.contextmanager
def running(*settings: str) -> Iterator[Server]:
    """A new server with these settings, until the end of the block."""
    found = programs()
    assert found is not None, "there is no PostgreSQL server on this machine"
    folder = Path(tempfile.mkdtemp(prefix="pledger-"))  # a socket's path must be short
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    server = Server(folder, found, settings)
    try:
        server.run("initdb", "-D", str(folder / "cluster"), "-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-sync")
        server.start()
        try:
            yield server
        finally:
            server.stop(how="immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
