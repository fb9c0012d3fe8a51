"""Where a partnership stands after all that is recorded: its state, and what admitting the next fact needs too."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from typing import TYPE_CHECKING
from zlib import crc32

from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json, to_json

from pledger.domain.correction import EntryRetracted
from pledger.domain.days import Occurrence, day_of, start_of_day
from pledger.domain.fact import Fact
from pledger.domain.partnership import Partnership

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from zoneinfo import ZoneInfo

    from pledger.domain.entry import Entry

BEFORE_EVERYTHING = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Sources:
    """Which version holds each surviving source reference; those of a snapshot are parsed only when one is asked for.

    They are most of a long partnership's snapshot, and most facts told by hand have none.
    """

    stored: bytes = b"{}"
    parsed: dict[str, int] | None = None

    def get(self, source: str) -> int | None:
        return self._versions().get(source)

    def __contains__(self, source: object) -> bool:
        return source in self._versions()

    def __setitem__(self, source: str, version: int) -> None:
        self._versions()[source] = version

    def as_stored(self) -> bytes:
        """As bytes, which are those of the snapshot as long as nobody has asked."""
        return self.stored if self.parsed is None else to_json(self.parsed)

    def _versions(self) -> dict[str, int]:
        if self.parsed is None:
            versions: dict[str, int] = from_json(self.stored)
            self.parsed = versions
        return self.parsed


@dataclass(slots=True)
class Standing:
    """A partnership after all its surviving entries, and the bookkeeping of its stream.

    `last` is the occurrence of the entry that occurs last (looking and opening apart, whose instants are in `early`);
    `sources` says which version holds each surviving source reference.
    """

    partnership: Partnership
    version: int = 0
    recorded_at: datetime = BEFORE_EVERYTHING
    last: datetime = BEFORE_EVERYTHING
    early: list[datetime] = field(default_factory=list)
    sources: Sources = field(default_factory=Sources)

    def follows(self, fact: Fact, at: datetime) -> bool:
        """Whether a fact that occurs then occurs after everything that is there."""
        return _follows(fact, at, self.last, bool(self.early))

    def instant_on(self, day: date, zone: ZoneInfo) -> datetime | None:
        """When something told by its day alone occurs; None where only the whole history can tell."""
        if self.last != BEFORE_EVERYTHING and day < day_of(self.last, zone):
            return None
        there = [at for at in (*self.early, self.last) if at != BEFORE_EVERYTHING and day_of(at, zone) == day]
        return max(there, default=None) or start_of_day(day, zone)

    def add(self, entries: Sequence[Entry], zone: ZoneInfo) -> bool:
        """Take in the next entries of the stream; False, and nothing taken in, where the whole history is needed.

        That is so where one takes something back, or does not occur last: others may rest on what comes after them.
        """
        last, early = self.last, bool(self.early)
        for entry in entries:
            if isinstance(entry.fact, EntryRetracted) or not _follows(entry.fact, entry.occurred_at, last, early):
                return False
            early = early or entry.fact.RANK < Fact.RANK
            last = last if entry.fact.RANK < Fact.RANK else entry.occurred_at
        for entry in entries:
            self.partnership.apply(entry.fact, Occurrence(entry.occurred_at, zone))
            self.note(entry)
        return True

    def note(self, entry: Entry) -> None:
        """Keep the books for an entry whose fact the state has taken in."""
        self.version = max(self.version, entry.version)
        self.recorded_at = max(self.recorded_at, entry.recorded_at)
        if entry.fact.RANK < Fact.RANK:
            self.early.append(entry.occurred_at)
        else:
            self.last = max(self.last, entry.occurred_at)
        if entry.source is not None:
            self.sources[entry.source] = entry.version


def _follows(fact: Fact, at: datetime, last: datetime, early: bool) -> bool:
    if fact.RANK < Fact.RANK:
        return last == BEFORE_EVERYTHING and (fact.RANK > 0 or not early)
    return at >= last


def standing_of(slug: str, history: Iterable[Entry], survivors: Iterable[Entry], zone: ZoneInfo) -> Standing:
    """The standing after a whole stream, given its surviving entries too."""
    standing = Standing(Partnership(slug))
    for entry in sorted(survivors, key=lambda entry: entry.order):
        standing.partnership.apply(entry.fact, Occurrence(entry.occurred_at, zone))
        standing.note(entry)
    for entry in history:
        standing.version = max(standing.version, entry.version)
        standing.recorded_at = max(standing.recorded_at, entry.recorded_at)
        if entry.source is not None and isinstance(entry.fact, EntryRetracted):
            standing.sources[entry.source] = entry.version
    return standing


@cache
def _stored_form() -> TypeAdapter[Standing]:
    return TypeAdapter(Standing)


def to_snapshot(standing: Standing) -> bytes:
    """A standing as bytes, to be read back instead of replaying the stream: a checksum, the standing, its sources."""
    told = _stored_form().dump_json(standing, exclude={"sources"})
    content = told + b"\n" + standing.sources.as_stored()
    return b"%08x\n" % crc32(content) + content


def from_snapshot(state: bytes) -> Standing | None:
    """Read a snapshot; None where it is not one, since the stream itself can always be replayed."""
    checksum, _, content = state.partition(b"\n")
    if checksum != b"%08x" % crc32(content):
        return None
    told, _, sources = content.partition(b"\n")
    try:
        standing = _stored_form().validate_json(told)
    except ValidationError:
        return None
    standing.sources = Sources(sources)
    return standing
