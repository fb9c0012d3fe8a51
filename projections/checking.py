"""Checking entries: their bytes, stretch by stretch of the log, and their histories, partnership by partnership.

Each part can be shared among processes: what is asked and answered is what JSON can tell.
"""

from __future__ import annotations

import gc
import json
from datetime import timedelta
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

from pledger.domain.admitting import misfits
from pledger.domain.ledger import check_slug
from pledger.domain.ledger_facts import LEDGER_STREAM, LedgerOpened
from pledger.domain.mapper import stored_form, to_bytes_as_then, to_entry
from pledger.domain.proposals import check_past
from pledger.domain.raw import BEFORE_ALL, open_raw
from pledger.domain.refusal import IntegrityFailure, Problem
from pledger.domain.upcasts import present_form
from pledger.domain.vouching import vouched
from pledger.projections.crew import serve
from pledger.projections.merkle import PAGE_LEAVES, leaf_hash_of_bytes, root

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pledger.domain.entry import Entry
    from pledger.domain.mapper import Stored
    from pledger.domain.raw import RawLog, Row

FOUND_MAX = 100
"""More findings of one part nobody reads; that there are more is seen from the number of those that are told."""
SHOWN_BYTES = 20


class Found(NamedTuple):
    """What is wrong with the entry at a position: its version and stream as far as they can be told."""

    position: int
    what: str
    version: int | None = None
    stream: str = ""


class Stretch(NamedTuple):
    """What a stretch of the log gives: the root of each full page, the leaves after the last of them, what is wrong."""

    roots: list[bytes]
    rest: list[bytes]
    found: list[Found]


def leaf_of(row: Row) -> bytes:
    """The leaf of a row; where a column has another type, one that no entry has."""
    if not row.is_typed:
        return leaf_hash_of_bytes(b"", -1, b"", repr(row[1:]).encode())
    return leaf_hash_of_bytes(row.stream, row.version, row.topic, row.state)


def checked_stretch(log: RawLog, after: int, until: int) -> Stretch:
    """The entries after a position, and up to another: their roots by page, and which are no entries of a log.

    A stretch begins where a page begins.
    """
    roots: list[bytes] = []
    leaves: list[bytes] = []
    found: list[Found] = []
    last = 0 if after == BEFORE_ALL else after
    for row in log.rows(after, until):
        leaves.append(leaf_of(row))
        if len(leaves) == PAGE_LEAVES:
            roots.append(root(leaves))
            leaves = []
        if row.position != last + 1 and (row.position < 1 or not log.may_have_gaps):
            found.append(_misplaced(last, row.position))
        last = row.position
        if not row.is_typed or not _is_text(row.stream):
            found.append(Found(row.position, _wrong_bytes(row), *_named(row)))
    return Stretch(roots, leaves, found[:FOUND_MAX])


def checked_bytes(log: RawLog, after: int, until: int) -> Iterator[Found]:
    """What is wrong with the bytes of entries, whichever history they are of."""
    for row in log.rows(after, until):
        what = _wrong_bytes(row)
        if what:
            yield Found(row.position, what, *_named(row))


def _is_text(stream: bytes) -> bool:
    return stream.isascii() or stream.decode("utf-8", "ignore").encode() == stream


def _misplaced(last: int, position: int) -> Found:
    """What is wrong where an entry does not have the position after the one before it."""
    if position < 1:
        return Found(position, "entries are counted from 1, so this one was put in afterwards")
    which = "it is missing" if position == last + 2 else f"it is missing, and so are all up to {position - 1}"
    return Found(last + 1, f"{which}: every position is given to an entry")


def _named(row: Row) -> tuple[int | None, str]:
    return (row.version, row.stream.decode("utf-8", "replace")) if row.is_typed else (None, "")


def _wrong_bytes(row: Row) -> str:
    """What is wrong with the bytes of a row, if anything is."""
    if not row.is_typed:
        return "a column of it has another type than it must have"
    for name, told in (("partnership", row.stream), ("topic", row.topic)):
        try:
            told.decode("utf-8")
        except UnicodeDecodeError as error:
            return f"its {name} is no text: byte {error.start} is not UTF-8"
    try:
        entry = read_whole(row.stored())
    except IntegrityFailure as failure:
        return failure.what
    return _differing(to_bytes_as_then(entry, row.state), row.state) or _told_otherwise(entry, row.state)


def _told_otherwise(entry: Entry, state: bytes) -> str:
    """What an earlier version's fact tells in another way than that version did.

    Its upcast gives what the present version would have stored, which validating and storing it again does not change.
    """
    stored = json.loads(state)
    version = stored["fact_version"]
    if version == entry.fact.VERSION:
        return ""
    read, expected = present_form(type(entry.fact), version, stored["fact"]), stored_form(entry.fact)
    odd = [name for name in sorted(read | expected) if _as_text(read, name) != _as_text(expected, name)]
    what = f"its bytes are not as version {version} of {entry.fact.TOPIC} was written"
    return f"{what}, as is seen from: {', '.join(odd)}" if odd else ""


def _as_text(form: dict[str, Any], name: str) -> str:
    """One field as JSON, in which 1 is not true; nothing where it is left out."""
    return json.dumps(form[name], sort_keys=True) if name in form else ""


def read_whole(stored: Stored) -> Entry:
    """Read an entry and believe nothing; raises IntegrityFailure."""
    entry = to_entry(*stored, validated=True)
    for name in ("recorded_by", "source", "link", "note"):
        told = getattr(entry, name)
        if not isinstance(told, str) and (told is not None or name == "recorded_by"):
            raise IntegrityFailure(f"the stored bytes cannot be read: {name} is no text", remedy="")
    for name in ("occurred_at", "recorded_at"):
        if getattr(entry, name).utcoffset() != timedelta(0):
            raise IntegrityFailure(f"the stored bytes cannot be read: {name} is not told in UTC", remedy="")
    return entry


def _differing(expected: bytes, found: bytes) -> str:
    """Where bytes are not what they should be, if they are not."""
    if expected == found:
        return ""
    pairs = enumerate(zip(expected, found, strict=False))
    first = next((at for at, (one, other) in pairs if one != other), min(len(expected), len(found)))
    should, are = (repr(each[first : first + SHOWN_BYTES])[1:] for each in (expected, found))
    return f"its bytes are not as pledger writes them: from byte {first} on they should be {should}, and are {are}"


def checked_history(log: RawLog, stream: bytes, zone: ZoneInfo) -> Iterator[Found]:
    """What is wrong with the entries of one stream, each by itself and all as a whole."""
    slug = stream.decode("utf-8", "replace")
    history = log.history_of(stream)
    if not history:
        yield Found(log.last, f"an index of the table lists {slug}, of which there is no entry")
    elif not vouched(slug, history, zone):
        yield from _wrong_in_rows(slug, log.rows_of(stream), zone)


def _wrong_in_rows(slug: str, rows: Sequence[Row], zone: ZoneInfo) -> Iterator[Found]:
    """The same, of its rows in the order of the log."""
    wrong = [Found(row.position, what, *_named(row)) for row in rows if (what := _wrong_bytes(row))]
    yield from wrong
    for version, row in enumerate(rows, start=1):
        if row.version != version:
            yield Found(row.position, f"version {row.version} stands where version {version} of {slug} is expected")
            return
    if not wrong:
        entries = [read_whole(row.stored()) for row in rows]
        faults = _wrong_in_own(entries) if slug == LEDGER_STREAM else _wrong_in(slug, entries, zone)
        yield from (Found(entry.position, what, entry.version, slug) for entry, what in faults)


def _wrong_in(slug: str, entries: Sequence[Entry], zone: ZoneInfo) -> Iterator[tuple[Entry, str]]:
    """What is wrong with the history of a partnership: its name, its clocks, and what the rules do not admit."""
    try:
        check_slug(slug)
    except Problem as problem:
        yield entries[0], problem.what
    yield from _wrong_clocks(entries, zone)
    foreign = [entry for entry in entries if entry.fact.THEME == "ledger"]
    yield from ((entry, f"{entry.fact.TOPIC} is about the ledger, not about a partnership") for entry in foreign)
    if not foreign:
        yield from ((entry, f"it does not hold: {why}") for entry, why in misfits(slug, entries, zone))


def _wrong_in_own(entries: Sequence[Entry]) -> Iterator[tuple[Entry, str]]:
    """What is wrong with the entries about the ledger itself."""
    yield from _wrong_clocks(entries, ZoneInfo("UTC"))
    for entry in entries:
        if entry.fact.THEME != "ledger":
            yield entry, f"{entry.fact.TOPIC} is not about the ledger itself"
        elif isinstance(entry.fact, LedgerOpened) != (entry.version == 1):
            yield entry, "a ledger is opened once, by its first entry"


def _wrong_clocks(entries: Sequence[Entry], zone: ZoneInfo) -> Iterator[tuple[Entry, str]]:
    learned = entries[0].recorded_at
    for entry in entries:
        if entry.recorded_at < learned:
            yield entry, f"it was recorded at {entry.recorded_at.isoformat()}, before the one before it"
        learned = entry.recorded_at
        try:
            check_past(entry.occurred_at, entry.recorded_at, zone)
        except Problem as problem:
            yield entry, f"it occurred after it was recorded: {problem.what}"


def answered(log: RawLog, task: dict[str, Any]) -> Any:
    """What there is to say to a task: of a `stretch`, of `bytes` in one, of `streams` in a `zone`, or of `damage`."""
    match task:
        case {"stretch": [after, until]}:
            roots, rest, found = checked_stretch(log, after, until)
            return [[each.hex() for each in roots], [each.hex() for each in rest], found]
        case {"bytes": [after, until]}:
            return list(islice(checked_bytes(log, after, until), FOUND_MAX))
        case {"streams": streams, "zone": name}:
            zone = ZoneInfo(name)
            told = (checked_history(log, stream.encode("utf-8", "surrogateescape"), zone) for stream in streams)
            return list(islice(chain.from_iterable(told), FOUND_MAX))
    return log.damage()


_open: dict[str, RawLog] = {}


def _work(task: dict[str, Any]) -> Any:
    """What is asked of a program that shares the work."""
    address = task["ledger"]
    if address not in _open:
        _open[address] = open_raw(address, mapped=True)
    log = _open[address]
    log.last = task["last"]
    return answered(log, task)


if __name__ == "__main__":
    gc.disable()  # entries are no cycles, and looking for some takes longer than all the rest
    serve(_work)
