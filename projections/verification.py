"""Verification: is every entry what pledger recorded, and does the ledger still hold what was signed?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from pledger.domain.ledger_facts import LEDGER_STREAM, LedgerOpened
from pledger.domain.mapper import RESTORE
from pledger.domain.refusal import IntegrityFailure
from pledger.projections import checking
from pledger.projections.checking import FOUND_MAX, Found, checked_history, leaf_of, read_whole
from pledger.projections.crew import on_all_cores
from pledger.projections.findings import Finding, of_entry
from pledger.projections.log_tree import LogTree, read_tree, shared
from pledger.projections.merkle import PAGE_LEAVES
from pledger.projections.origin import origin_of
from pledger.projections.signed_note import to_base64
from pledger.projections.signed_state import Signed, held_against
from pledger.projections.wording import several

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pledger.domain.raw import RawLog
    from pledger.projections.log_tree import Watch
    from pledger.projections.signed_state import Held

TASK_ENTRIES = 4_000


@dataclass(frozen=True)
class Verified:
    """What verifying found; `held` says of each checkpoint whether the ledger still holds what it signs."""

    path: str
    name: str
    origin: str | None
    entries: int
    partnerships: int
    root: bytes
    findings: tuple[Finding, ...]
    held: tuple[Held, ...]

    def as_json(self) -> dict[str, Any]:
        """The report by its documented keys."""
        return {
            "ledger": self.path,
            "name": self.name,
            "origin": self.origin,
            "entries": self.entries,
            "partnerships": self.partnerships,
            "root": to_base64(self.root),
            "sound": not self.findings,
            "checkpoints": [each.as_json() for each in self.held],
            "findings": [each.as_json() for each in self.findings],
        }

    def failure(self) -> IntegrityFailure:
        """The first finding, and how many more there are, as what is raised."""
        first, more = self.findings[0], len(self.findings) - 1
        what = f"{first.what} (and {several(more, 'more finding')})" if more else first.what
        return IntegrityFailure(what, where=first.where, remedy=first.remedy)


@dataclass(frozen=True)
class Opening:
    """The first entry of a log, as far as it can be read: the ledger's name and time zone, and the origin it makes."""

    name: str = "unknown"
    zone: str | None = None
    origin: str | None = None


def opening_of(log: RawLog) -> Opening:
    """What the first entry says of the ledger; nothing where it cannot be read."""
    row = next(log.rows(), None)
    if row is None or not row.is_typed:
        return Opening()
    try:
        fact = read_whole(row.stored()).fact
    except IntegrityFailure:
        return Opening()
    if not isinstance(fact, LedgerOpened) or row.stream != LEDGER_STREAM.encode():
        return Opening()
    return Opening(fact.name, fact.time_zone, origin_of(fact.name, leaf_of(row)))


def told_origin(log: RawLog) -> str:
    """The origin of the ledger in a file; raises IntegrityFailure where its first entry does not tell it."""
    origin = opening_of(log).origin
    if origin is None:
        raise IntegrityFailure("the first entry does not open a ledger", where=log.path, remedy=RESTORE)
    return origin


def verify(log: RawLog, signed: Sequence[Signed], watch: Watch) -> Verified:
    """Read and check everything: the file, every entry's bytes, every history, every checkpoint.

    Raises StorageTrouble and IntegrityFailure where the file cannot be read to its end.
    """
    findings = list(_wrong_in_file(log))
    if not log.has_table:
        empty = LogTree(log, [], [], [])
        held = tuple(held_against(empty, None, signed))
        told = (*findings, *(each.finding for each in held if each.finding))
        return Verified(log.path, "unknown", None, 0, 0, empty.root(), told, held)
    opening = opening_of(log)
    tree = read_tree(log, watch, hash_only=False)
    found = list(tree.found)
    streams = log.streams()
    if opening.zone is None:
        findings.append(Finding("the first entry does not open a ledger", "the first entry"))
    else:
        found += _wrong_in_histories(log, streams, opening.zone, watch)
    if sum(count for _, count in streams) != tree.size:
        findings.append(Finding("an index of the table does not list the entries that are in it", log.path))
    findings += [of_entry(*each) for each in _once(found)]
    missing = log.cut_off()
    if missing is not None:
        findings.append(Finding(missing, f"after entry {max(log.last, 0)}"))
    held = tuple(held_against(tree, opening.origin, signed))
    findings += [each.finding for each in held if each.finding]
    partnerships = sum(stream != LEDGER_STREAM.encode() for stream, _ in streams)
    return Verified(log.path, opening.name, opening.origin, tree.size, partnerships, tree.root(), tuple(findings), held)


def _wrong_in_file(log: RawLog) -> Iterator[Finding]:
    """What SQLite itself finds wrong with the file, and whether the table of the entries is there."""
    yield from (Finding(f"the database is damaged: {told}", log.path) for told in log.damage())
    if not log.has_table:
        yield Finding("the table stored_events, in which the entries are kept, is missing", log.path)


def _wrong_in_histories(log: RawLog, streams: Sequence[tuple[bytes, int]], zone: str, watch: Watch) -> Iterator[Found]:
    tasks = list(_in_tasks(streams))
    total = len(streams)
    watch("checking histories", 0, total)
    if not shared(sum(count for _, count in streams) // PAGE_LEAVES):
        for number, (stream, _) in enumerate(streams, start=1):
            yield from checked_history(log, stream, ZoneInfo(zone))
            watch("checking histories", number, total)
        return
    common = {"ledger": log.address, "last": log.last, "zone": zone}
    told = [{**common, "streams": [stream.decode("utf-8", "surrogateescape") for stream in task]} for task in tasks]
    done = 0
    for task, found in zip(tasks, on_all_cores(checking.__name__, told, log.path), strict=True):
        yield from (Found(*each) for each in found)
        done += len(task)
        watch("checking histories", done, total)


def _in_tasks(streams: Sequence[tuple[bytes, int]]) -> Iterator[list[bytes]]:
    """Streams that together have some thousands of entries, the longest first, so that none is left for the end."""
    task: list[bytes] = []
    entries = 0
    for stream, count in sorted(streams, key=lambda each: -each[1]):
        task.append(stream)
        entries += count
        if entries >= TASK_ENTRIES:
            yield task
            task, entries = [], 0
    if task:
        yield task


def _once(found: Sequence[Found]) -> list[Found]:
    """Each entry's findings once, in the order of the log; of what the bytes tell, its history says no more."""
    kept: dict[tuple[int, str], Found] = {}
    for each in found:
        kept.setdefault((each.position, each.what), each)
    return sorted(kept.values(), key=lambda each: each.position)[:FOUND_MAX]
