"""Keeping a ledger: a backup that is proven to hold what the ledger does, and what restoring one would change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pledger.domain.backup import Seal, moment_of
from pledger.domain.raw import open_raw
from pledger.domain.refusal import IntegrityFailure, Problem
from pledger.domain.sqlite_backup import put_seal, write_copy
from pledger.domain.sqlite_untrusted import untrusted_moment
from pledger.domain.store import is_file, without_password
from pledger.projections.log_tree import ledger_log, read_tree
from pledger.projections.pages import pages_folder_of
from pledger.projections.verification import opening_of, verify

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pledger.domain.backup import Watch
    from pledger.projections.log_tree import LogTree
    from pledger.projections.signed_state import Signed
    from pledger.projections.verification import Verified


@dataclass(frozen=True)
class Kept:
    """What a backup holds."""

    name: str
    entries: int
    root: bytes
    people: int
    """Whose names it holds."""


@dataclass(frozen=True)
class There:
    """What is where a ledger is to be restored; `lost` counts what it holds and the backup does not.

    `unreadable` says why nothing more is known of it.
    """

    name: str = "unknown"
    entries: int = 0
    lost: int = 0
    unreadable: str = ""


def back_up(address: str, aside: Path, shown: str, watch: Watch) -> Kept:
    """Write what a ledger holds now as a file, and prove that the file holds the same: both trees are computed anew.

    Raises OSError, StorageTrouble and IntegrityFailure.
    """
    with moment_of(address) as moment:
        write_copy(moment, aside, watch, shown)
        people = sum(len(table.rows) for table in moment.beside)
    with ledger_log(str(aside)) as copy, ledger_log(address) as log:
        log.last = min(log.last, copy.last)  # what was recorded meanwhile is not in it
        written, there = read_tree(copy, watch), read_tree(log, watch)
        if (written.size, written.root()) != (there.size, there.root()):
            raise IntegrityFailure(
                "what was written is not what the ledger holds",
                where=shown,
                remedy="nothing was kept of it: check the disk, then do it again",
            )
        kept = Kept(opening_of(copy).name, written.size, written.root(), people)
    put_seal(aside, Seal(kept.entries, kept.root), shown)
    return kept


def checked_copy(file: Path, aside: Path, signed: Sequence[Signed], watch: Watch) -> Verified:
    """Copy what an untrusted backup holds, entry by entry, and verify the copy; findings are told of the backup.

    Raises what `untrusted_moment` and `write_copy` do, and IntegrityFailure where entries are not those that were kept.
    """
    with untrusted_moment(file) as moment:
        write_copy(moment, aside, watch, str(aside.parent))
    with ledger_log(str(aside)) as copy:
        copy.path = str(file)
        found = verify(copy, signed, watch)
        if not found.findings and moment.seal is not None:
            _check_seal(read_tree(copy, watch), moment.seal, str(file))
        return found


def _check_seal(tree: LogTree, seal: Seal, shown: str) -> None:
    """Refuse a backup that was altered in a way that the rules admit: a letter of a text, say.

    Whoever means to alter one can seal it anew; that only a signed checkpoint tells.
    """
    if not 0 <= seal.entries <= tree.size or tree.root(seal.entries) != seal.root:
        raise IntegrityFailure(
            f"its first {seal.entries:,} entries are not those with which it was written",
            where=shown,
            remedy="take another copy of this backup, or another backup",
        )


def what_is_there(address: str, copy: Path, watch: Watch) -> There:
    """What the ledger at an address holds, and how much of it a copy does not."""
    try:
        with open_raw(address) as log, ledger_log(str(copy)) as other:
            if not log.has_table:
                return There()
            there, restored = read_tree(log, watch), read_tree(other, watch)
            return There(opening_of(log).name, there.size, there.size - _common(there, restored))
    except Problem as problem:
        return There(unreadable=problem.what)


def _common(one: LogTree, other: LogTree) -> int:
    """With how many equal entries two logs begin: halved down, since equal roots mean equal beginnings."""
    low, high = 0, min(one.size, other.size)
    while low < high:
        middle = (low + high + 1) // 2
        if one.root(middle) == other.root(middle):
            low = middle
        else:
            high = middle - 1
    return low


def forget_pages(address: str) -> None:
    """Remove the evidence pages of what was at an address: they are held to a log that is there no more."""
    folder = pages_folder_of(address if is_file(address) else without_password(address))
    for page in folder.glob("*.evidence"):
        page.unlink(missing_ok=True)
