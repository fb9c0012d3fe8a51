"""What a check-up looks at, one thing after another: each look tells how it is, and what to do where it is not well."""

from __future__ import annotations

import os
import platform
import shutil
import sqlite3
import stat
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from pledger.cli.keyring import last_signed
from pledger.domain.refusal import IntegrityFailure, Problem, StorageTrouble
from pledger.projections.wording import several

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pledger.cli.session import Session

OK, NOTE, PROBLEM = "ok", "note", "problem"
LIBRARIES = ("eventsourcing", "pydantic", "click", "rich", "cryptography", "msgspec", "numba", "numpy")
OPTIONAL = {"psycopg": "pledger[postgres]", "pyarrow": "pledger[parquet]"}
SPACE_BYTES_MIN = 100_000_000


@dataclass(frozen=True)
class Look:
    """One line of a check-up; `code` is the exit code of a problem, 0 where there is none."""

    part: str
    told: str
    state: str = OK
    remedy: str = ""
    code: int = 0

    @classmethod
    def problem(cls, part: str, problem: Problem) -> Look:
        """What went wrong in looking; what is no damage is trouble with a place."""
        code = IntegrityFailure.exit_code if isinstance(problem, IntegrityFailure) else StorageTrouble.exit_code
        where = f" ({problem.where})" if problem.where else ""
        return cls(part, problem.what + where, PROBLEM, problem.remedy, code)


def note(part: str, told: str, remedy: str = "") -> Look:
    """Something to know of that is not wrong."""
    return Look(part, told, NOTE, remedy)


def trouble(part: str, told: str, remedy: str) -> Look:
    """Something that does not work, or will not for long."""
    return Look(part, told, PROBLEM, remedy, StorageTrouble.exit_code)


def versions() -> Iterator[Look]:
    """What runs, and with which libraries."""
    yield Look("pledger", version("pledger"))
    yield Look("Python", f"{platform.python_version()} on {platform.system()}")
    yield Look("SQLite", sqlite3.sqlite_version)
    yield Look("libraries", ", ".join(f"{name} {version(name)}" for name in LIBRARIES))
    for name, extra in OPTIONAL.items():
        try:
            yield Look(name, version(name))
        except PackageNotFoundError:
            yield note(name, "not installed", f"only if you need it: pip install '{extra}'")


def settings(session: Session) -> Look:
    """Whether the settings can be read."""
    path = session.settings_path
    try:
        session.settings  # noqa: B018 -- reading them is the look
    except Problem as problem:
        return Look.problem("settings", problem)
    if not path.exists():
        return note("settings", f"none in {path}", "none are needed; to set one: pledger config KEY VALUE")
    return _private("settings", path, str(path)) or Look("settings", str(path))


def chosen(session: Session) -> str:
    """How the ledger was chosen."""
    if session.ledger_told:
        return "told by --ledger"
    if os.environ.get("PLEDGER_LEDGER"):
        return "named by PLEDGER_LEDGER"
    return "named by the settings" if session.settings.ledger else "the one in your data folder, since none is named"


def place(address: str) -> Iterator[Look]:
    """The ledger's file and its folder: whether they are there, whose they are, and whether there is room."""
    path = Path(address)
    folder = next(each for each in path.parents if each.exists())
    if path.is_dir():
        yield trouble("file", "it is a folder", "name a file in it with --ledger")
        return
    if not path.exists():
        make = "make one: pledger init (opening a partnership makes one, too), or name another with --ledger"
        yield trouble("file", "there is no ledger yet", make)
    elif not os.access(path, os.R_OK):
        yield trouble("file", "you may not read it", f"ask whoever keeps it, or: chmod u+rw {path}")
    elif not os.access(path, os.W_OK):
        yield note("file", "you may read it, and not record in it", f"to record: chmod u+w {path}")
    else:
        yield _private("file", path, "you may read it and record in it") or Look(
            "file", "you may read it and record in it, and nobody else may"
        )
    if not os.access(folder, os.W_OK | os.X_OK):
        yield note("folder", f"nothing may be written to {folder}", "to record, its folder must let you write, too")
    free = shutil.disk_usage(folder).free
    space = f"{free / 1e9:,.1f} GB free"
    low = trouble("disk", space, "free some space: a ledger that cannot grow records nothing")
    yield low if free < SPACE_BYTES_MIN else Look("disk", space)


def server(address: str) -> Iterator[Look]:
    """A server, and what it lets whoever asks do."""
    from pledger.domain.store import check_driver

    check_driver(address)
    from pledger.domain.postgres_checkup import looked_at_server

    looked = looked_at_server(address)
    yield Look("server", f"PostgreSQL {looked.version}, {looked.encoding}")
    if looked.encoding != "UTF8":
        yield trouble(
            "encoding", f"the database keeps text as {looked.encoding}", "make one with: createdb --encoding UTF8"
        )
    if looked.rights is None:
        yield trouble("tables", "there is no ledger in it yet", "make one: pledger init")
    elif "SELECT" not in looked.rights:
        yield trouble("rights", f"{looked.role} may not read the ledger", "ask who keeps the server for SELECT")
    elif looked.is_replica or "INSERT" not in looked.rights:
        why = "the server only reads" if looked.is_replica else f"{looked.role} may not record"
        yield note("rights", f"{why}; reading works", "to record, ask who keeps the server: INSERT, and SELECT")
    else:
        change = sorted({"UPDATE", "DELETE"} & looked.rights)
        yield Look("rights", f"{looked.role} may read and record")
        if change:
            yield note(
                "rights",
                f"{looked.role} may also alter entries ({', '.join(change)})",
                "recording needs SELECT and INSERT alone: grant no more to those who only record",
            )
    yield Look("size", f"{looked.bytes / 1e6:,.1f} MB")


def keys(session: Session, origin: str | None) -> Iterator[Look]:
    """The keys, who may read them, and what they signed last."""
    ring = session.keyring
    known = ring.public()
    own = [name for name, key in known.items() if key.name == origin]
    if not known:
        yield note("keys", "none", "to sign what the ledger holds: pledger keys new NAME")
    for name, key in known.items():
        private = ring.folder / f"{name}.key"
        whose = "for this ledger" if name in own else f"for {key.name}"
        open_to_others = _private("key", private, f"{name}, {whose}")
        if open_to_others is not None:
            yield trouble("key", open_to_others.told, f"nobody else may sign: chmod go= {private}")
        else:
            yield Look("key", f"{name}, {whose}")
    signed = [last for name in own if (last := last_signed(ring.folder / f"{name}.key")).exists()]
    for file in signed:
        yield _last_checkpoint(file)
    if own and not signed:
        yield note("checkpoint", "none was signed with these keys", "sign one: pledger checkpoint -o FILE")


def _last_checkpoint(file: Path) -> Look:
    from pledger.projections.checkpoint import Checkpoint
    from pledger.projections.signed_note import NOTE_BYTES_MAX, read_note
    from pledger.projections.untrusted import bytes_of

    try:
        checkpoint = Checkpoint.parse(read_note(bytes_of(file, NOTE_BYTES_MAX)).text)
    except (Problem, OSError, ValueError) as error:
        return trouble(
            "checkpoint", f"{file} cannot be read: {error}".splitlines()[0], "put it back from your own copy"
        )
    return Look("checkpoint", f"the last one signs {several(checkpoint.size, 'entry', 'entries')} ({file})")


def _private(part: str, path: Path, told: str) -> Look | None:
    """What to say where others may read a file."""
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
    except OSError:
        return None
    if os.name != "posix" or not mode & 0o077:
        return None
    others = "change" if mode & 0o022 else "read"
    return note(part, f"{told}; others may {others} it (mode {mode:o})", f"unless that is wanted: chmod go= {path}")
