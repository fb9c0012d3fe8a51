"""Verification: is every entry what pledger recorded, and does the ledger still hold what was signed?"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from pledger.domain.ledger_facts import LEDGER_STREAM, LedgerOpened
from pledger.domain.mapper import RESTORE
from pledger.domain.refusal import IntegrityFailure
from pledger.domain.store import EVENTS
from pledger.projections.checking import FOUND_MAX, Found, leaf_of, read_whole
from pledger.projections.findings import Finding, of_entry
from pledger.projections.log_tree import LogTree, answers, stretches, tree_of
from pledger.projections.merkle import PAGE_LEAVES
from pledger.projections.origin import origin_of
from pledger.projections.signed_note import to_base64
from pledger.projections.signed_state import Signed, held_against
from pledger.projections.wording import several

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pledger.domain.backup import Watch
    from pledger.domain.raw import RawLog
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
    if not log.has_table:
        findings = _damaged(log, log.damage())
        findings.append(Finding(f"the table {EVENTS}, in which the entries are kept, is missing", log.path))
        opening, tree, counts = Opening(), LogTree(log, [], [], []), dict[bytes, int]()
    else:
        opening = opening_of(log)
        tree, counts, findings = _read(log, opening, watch)
    missing = log.cut_off() if log.has_table else None
    if missing is not None:
        findings.append(Finding(missing, f"after entry {max(log.last, 0)}"))
    held = tuple(held_against(tree, opening.origin, signed))
    findings += [each.finding for each in held if each.finding]
    partnerships = sum(stream != LEDGER_STREAM.encode() for stream in counts)
    return Verified(log.path, opening.name, opening.origin, tree.size, partnerships, tree.root(), tuple(findings), held)


def _read(log: RawLog, opening: Opening, watch: Watch) -> tuple[LogTree, dict[bytes, int], list[Finding]]:
    """The tree of a log, how many entries each stream has, and what is wrong with the place, entries and histories.

    All of it is shared among the same programs, which read entries while this one still looks for the streams.
    """
    ends = log.ends(PAGE_LEAVES)
    of_log = stretches(ends)
    counts: dict[bytes, int] = {}
    histories: list[list[bytes]] = []

    def tasks() -> Iterator[dict[str, Any]]:
        yield from of_log
        yield {"damage": True}
        for stream, count in log.streams():
            counts[stream] = counts.get(stream, 0) + count  # a stream's name may be there in two types of SQLite's
        if opening.zone is not None:
            histories.extend(_in_tasks(counts))
            yield from ({"streams": [_as_text(each) for each in part], "zone": opening.zone} for part in histories)

    told = answers(log, tasks(), len(ends))
    tree = tree_of(log, ends, islice(told, len(of_log)), watch)
    found = list(tree.found)
    findings = _damaged(log, next(told))
    done = 0
    for number, wrong in enumerate(told):
        found += (Found(*each) for each in wrong)
        done += len(histories[number])
        watch("checking histories", done, len(counts))
    if opening.zone is None:
        findings.append(Finding("the first entry does not open a ledger", "the first entry"))
    all_listed = sum(counts.values()) == tree.size
    if not all_listed:
        findings.append(Finding("an index of the table does not list the entries that are in it", log.path))
    if opening.zone is None or not all_listed:  # so that some have been checked in no history
        for wrong in answers(log, ({"bytes": task["stretch"]} for task in of_log), len(ends)):
            found += (Found(*each) for each in wrong)
    return tree, counts, [*findings, *(of_entry(*each) for each in _once(found))]


def _damaged(log: RawLog, told: Sequence[str]) -> list[Finding]:
    """What the database itself finds wrong with the place."""
    return [Finding(f"the database is damaged: {each}", log.path) for each in told]


def _as_text(stream: bytes) -> str:
    return stream.decode("utf-8", "surrogateescape")


def _in_tasks(streams: Mapping[bytes, int]) -> Iterator[list[bytes]]:
    """Streams that together have some thousands of entries, the longest first, so that none is left for the end."""
    task: list[bytes] = []
    entries = 0
    for stream, count in sorted(streams.items(), key=lambda each: -each[1]):
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
