"""What the processes do that are killed: each says that it has begun, and what it has been told is recorded."""

from __future__ import annotations

import os
import random
import sys
from contextlib import suppress
from itertools import count
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from faults.places import SLUGS, fingerprint
from faults.processes import BEGUN
from pledger.domain.communication import MeetingHeld, UpdateShared
from pledger.domain.delivery import CommitmentMade
from pledger.domain.entry import Proposal
from pledger.domain.ledger import Ledger
from pledger.domain.mapper import Stored, to_bytes
from pledger.domain.refusal import Refused, StorageTrouble

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pledger.domain.entry import Entry
    from pledger.domain.fact import Fact

P = ParamSpec("P")
T = TypeVar("T")
SIZES = (1, 1, 1, 4, 25)
"""How many facts are told at once."""
TRYING, RECORDED = "trying", "recorded-as"


def say(*lines: str) -> None:
    """Say lines at once, past every buffer."""
    os.write(1, "".join(f"{line}\n" for line in lines).encode())


def record_again_and_again(address: str, name: str) -> int:
    """Record facts and batches of facts of several partnerships, until there is trouble; its exit code."""
    try:
        return _record_again_and_again(address, name)
    except StorageTrouble as trouble:
        say(str(trouble))
        return trouble.exit_code


def _record_again_and_again(address: str, name: str) -> int:
    chance = random.Random(name)
    with Ledger.open(address, create=False, me="jane") as ledger:
        say(BEGUN)
        for number in count():
            size = chance.choice(SIZES)
            batch = f"{name}-{number}"
            told = [
                Proposal(_any_fact(chance, f"{batch} {n}"), chance.choice(SLUGS), note=f"batch {batch} of {size}")
                for n in range(size)
            ]
            say(f"{TRYING} {batch}")
            with suppress(Refused):  # others were faster every time: nothing of it is recorded
                say(*[_acknowledgement(outcome.held()) for outcome in ledger.record_all(told)])
    raise AssertionError("it goes on for ever")


def _any_fact(chance: random.Random, what: str) -> Fact:
    kind = chance.randrange(3)
    if kind == 0:
        return MeetingHeld(what=what)
    return UpdateShared(what=what, by="Acme") if kind == 1 else CommitmentMade(what=what, by="Globex")


def _acknowledgement(entry: Entry) -> str:
    stored = Stored(entry.position, entry.partnership, entry.version, entry.fact.TOPIC, to_bytes(entry))
    return f"{RECORDED} {entry.position} {fingerprint(stored)}"


def acknowledged(said: str) -> list[tuple[int, str]]:
    """The entries that a process was told are recorded, from what it said."""
    words = [line.split() for line in said.splitlines(keepends=True) if line.endswith("\n")]
    return [(int(each[1]), each[2]) for each in words if each[:1] == [RECORDED]]


def was_recording(said: str) -> bool:
    """Whether a process was killed while it recorded, from what it said."""
    lines = said.splitlines()
    return bool(lines) and lines[-1].startswith(TRYING)


def program(*words: str) -> int:
    """Run the command line."""
    say(BEGUN)
    return _run(words)


def import_in_small_transactions(facts: int, *words: str) -> int:
    """Run the command line; an import commits after so many facts."""
    from pledger.cli.importing import transfer

    transfer.FACTS_PER_TRANSACTION = facts
    return program(*words)


def restore(*words: str) -> int:
    """Run the command line; it has begun when all is checked and the ledger is about to be replaced."""
    from pledger.domain import backup

    backup.put_back = _said_to_begin(backup.put_back)
    return _run(words)


def forget(id_: str) -> int:
    """Run the command line; it has begun when a name is about to be erased."""
    from pledger.domain.people import People

    People.forget = _said_to_begin(People.forget)  # type: ignore[method-assign]  # in this process only
    return _run(("people", "forget", id_, "--yes"))


def _said_to_begin(work: Callable[P, T]) -> Callable[P, T]:
    """The same, saying first that it begins."""

    def begun(*given: P.args, **told: P.kwargs) -> T:
        say(BEGUN)
        return work(*given, **told)

    return begun


def _run(words: Sequence[str]) -> int:
    from pledger.cli.main import run

    return run(words)


def with_a_limit(bytes_max: int, work: str, *given: Any) -> int:
    """Do something while no file may grow beyond so many bytes, as on a disk that is full."""
    import resource
    import signal

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_max, bytes_max))
    code: int = getattr(sys.modules[__name__], work)(*given)
    return code


def as_nobody(user: int, words: Sequence[str]) -> int:
    """Run the command line as somebody to whom nothing belongs."""
    from pledger.cli.main import LATE, pledger, run

    for name in LATE:
        pledger.get_command(None, name)  # type: ignore[arg-type]  # while the code may be read in any case
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(user)
        os.setuid(user)
    return run(words)


def with_pages_at_most(pages_max: int, work: str, *given: Any) -> int:
    """Do something while SQLite may have so many pages and no more, which it tells as it tells a disk that is full."""
    import sqlite3

    connect = sqlite3.connect

    def limited(*told: Any, **more: Any) -> Any:
        database = connect(*told, **more)
        database.execute(f"PRAGMA max_page_count = {pages_max:d}")
        return database

    sqlite3.connect = limited  # in this process only
    code: int = getattr(sys.modules[__name__], work)(*given)
    return code


def with_patience(seconds: float, *words: str) -> int:
    """Run the command line, which waits for so long where another program writes."""
    from pledger.domain import sqlite_store

    sqlite_store.LOCK_TIMEOUT_S = seconds  # type: ignore[attr-defined,assignment]  # parts of seconds too
    return _run(words)
