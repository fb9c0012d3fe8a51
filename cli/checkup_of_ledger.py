"""What a check-up finds in the ledger itself: how much there is and whether it can be read; looking makes no file."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pledger.cli.checkup import Look, note
from pledger.domain.mapper import to_entry
from pledger.domain.raw import open_raw
from pledger.domain.refusal import IntegrityFailure, Problem
from pledger.domain.store import is_file
from pledger.projections.wording import several

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from pledger.domain.raw import RawLog

WRITTEN_AHEAD = b"\x02\x02"
SEE_MORE = "see what else is wrong: pledger verify; then: pledger restore FILE --replace"


@dataclass
class InLedger:
    """What looking at a ledger found; `origin` is None where its first entry cannot be read."""

    looks: list[Look] = field(default_factory=list)
    origin: str | None = None
    entries: int = 0


def looked_at_ledger(address: str, now: datetime) -> InLedger:
    """What a look at the file, the first and the last entry tells; `pledger verify` looks at every one."""
    found = InLedger()
    try:
        if is_file(address):
            found.looks += _file(Path(address))
        with _opened(address) as log:
            found.looks += _entries(log, found, now)
    except Problem as problem:
        found.looks.append(Look.problem("ledger", problem))
    except OSError as error:
        found.looks.append(Look.problem("ledger", _unreadable(address, error)))
    return found


def _unreadable(address: str, error: OSError) -> Problem:
    from pledger.domain.refusal import StorageTrouble

    return StorageTrouble(
        error.strerror or str(error), where=str(error.filename or address), remedy="check who may read it"
    )


def _file(path: Path) -> Iterator[Look]:
    """How SQLite keeps the file, by its header; and whether its last entries can be counted without making a file."""
    with path.open("rb") as file:
        header = file.read(20)
    logs = [log for ending in ("-wal", "-journal") if (log := path.with_name(path.name + ending)).exists()]
    beside = sum(log.stat().st_size for log in logs)
    size = f"{path.stat().st_size / 1e6:,.1f} MB" + (f", and {beside / 1e6:,.1f} MB in its log" if beside else "")
    mode = "write-ahead log" if header[18:20] == WRITTEN_AHEAD else "rollback, until something is recorded"
    yield Look("size", f"{size}; journal: {mode}")
    if beside and not _has_readers(path):
        yield note("log", "entries that wait in the log beside the file are not counted here", "nothing: they are read")


def _has_readers(path: Path) -> bool:
    """Whether SQLite can read the log beside the file without making another file."""
    return path.with_name(f"{path.name}-shm").exists() and path.with_name(f"{path.name}-wal").exists()


def _opened(address: str) -> RawLog:
    """The rows of the ledger, opened so that no file is made."""
    if not is_file(address):
        return open_raw(address)
    from pledger.domain.sqlite_raw import SQLiteLog

    return SQLiteLog(address, as_it_is=not _has_readers(Path(address)))


def _entries(log: RawLog, found: InLedger, now: datetime) -> Iterator[Look]:
    from pledger.projections.verification import opening_of

    if not log.has_table:
        raise IntegrityFailure("there is no table of entries in it", where=log.path, remedy=SEE_MORE)
    opening = opening_of(log)
    if opening.origin is None:
        raise IntegrityFailure("the first entry does not open a ledger", where=log.path, remedy=SEE_MORE)
    found.origin, found.entries = opening.origin, log.rank(log.last) + 1
    yield Look("name", f"{opening.name}, with the days of {opening.zone}")
    yield Look("origin", opening.origin)
    yield _last(log, found.entries, now)
    missing = log.cut_off()
    if missing is not None:
        raise IntegrityFailure(missing, where=log.path, remedy=SEE_MORE)


def _last(log: RawLog, entries: int, now: datetime) -> Look:
    """The last entry, and whether its clock is ahead of this one."""
    row = next(log.rows(log.last - 1))
    if not row.is_typed:
        raise IntegrityFailure("the last entry cannot be read", where=log.path, remedy=SEE_MORE)
    at = to_entry(*row.stored()).recorded_at
    told = f"{several(entries, 'entry', 'entries')}; the last one was recorded at {at:%Y-%m-%d %H:%M:%S} UTC"
    if at <= now:
        return Look("entries", told)
    ahead = f"{told}, and this machine's clock says {now:%Y-%m-%d %H:%M:%S}"
    return note("entries", ahead, "set the clock right: until it is, entries get the time of the one before")


def pages(path: str, entries: int) -> Look:
    """The evidence pages: how many, how far, and which are of no use any more."""
    from pledger.projections.page import Page, PageDamaged
    from pledger.projections.pages import PAGE_ENTRIES, map_digest, pages_folder_of

    folder = pages_folder_of(path)
    files = sorted(folder.glob("*.evidence")) if folder.is_dir() else []
    if not files:
        return Look("pages", "none yet" if entries >= PAGE_ENTRIES else f"none: they begin at {PAGE_ENTRIES:,} entries")
    covered = [0]
    for file in files:
        try:
            foot = Page(file).foot
        except (PageDamaged, OSError):
            continue
        covered += [foot.entries] if foot.map_digest == map_digest() else []
    told = f"{several(len(covered) - 1, 'page')} of {sum(covered):,} entries in {folder}"
    stale = len(files) - len(covered) + 1
    if stale:
        return note(
            "pages", f"{told}; {stale} damaged or of another version", "nothing: they are built anew when asked"
        )
    return Look("pages", told)
