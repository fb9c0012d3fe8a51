"""A page: the evidence of consecutive entries as one file of columns that are mapped into memory as they are.

    the words of FORM, the columns one after another, the foot (JSON), the foot's length and checksum, the words of FORM

The foot says which log the page is of, what it covers, whose the rows are, and where each column lies with its
checksum (CRC-32), which is verified when the column is first used. The Merkle roots of its stretches of 4,096 entries
stand in the foot, too. A page's content depends on its entries and the evidence map alone, not on who wrote it when.
"""

from __future__ import annotations

import mmap
import os
import shutil
import zlib
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from struct import Struct
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
import numpy as np

from pledger.projections.columns import EVIDENCE, MEMBERS, Columns, Members, starts
from pledger.projections.parties import Parties

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import BinaryIO

    from pledger.projections.columns import Array

FORM = b"pledger evidence page 1\n"
UNFINISHED = ".unfinished"
ANEW = "anew"
"""What folders are called, before the number of their process, in which pages are rebuilt."""
_TAIL = Struct("<QI")
_ALIGNED = 64
_MEMBER_COLUMNS = dict(zip((f"member_{name}" for name in Members._fields), MEMBERS, strict=True))
COLUMNS = {"rows_of_party": "<i8", "partnership_of_party": "<i4", **EVIDENCE, **_MEMBER_COLUMNS}
"""Every column of a page with its type."""


class PageDamaged(Exception):
    """A page is not what it should be; it must be built anew."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path}: {why}")
        self.path = path
        self.why = why


class Place(NamedTuple):
    """Where a column lies in the file, how many values it has, and its checksum."""

    offset: int
    values: int
    checksum: int


class Origin(msgspec.Struct, frozen=True):
    """What a page says of where it comes from.

    It covers the entries after position `after` up to position `last`; `ledger` is the leaf hash of the log's first
    entry, `last_leaf` that of the page's last one; `roots` are the Merkle roots of its stretches of 4,096 entries.
    """

    ledger: str
    map_digest: str
    after: int
    last: int
    entries: int
    last_leaf: str
    roots: list[str]


class Foot(Origin, frozen=True):
    """What a page says of itself: besides, whose its rows are, and where each column lies."""

    known_since: dict[str, int]
    parties: list[str]
    columns: dict[str, Place]


class Page:
    """An open page; raises PageDamaged where it is none, FileNotFoundError where it has gone."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_size < 2 * len(FORM) + _TAIL.size:
                raise PageDamaged(path, "it is too short")
            self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self.foot = self._read_foot()
        self._verified: dict[str, Array] = {}

    def _read_foot(self) -> Foot:
        end = len(self._bytes) - len(FORM) - _TAIL.size
        if self._bytes[: len(FORM)] != FORM or self._bytes[-len(FORM) :] != FORM:
            raise PageDamaged(self.path, "it has another form")
        length, checksum = _TAIL.unpack(self._bytes[end : end + _TAIL.size])
        foot = self._bytes[max(0, end - length) : end]
        if len(foot) != length or zlib.crc32(foot) != checksum:
            raise PageDamaged(self.path, "its foot is damaged")
        try:
            return msgspec.json.decode(foot, type=Foot)
        except msgspec.MsgspecError as error:
            raise PageDamaged(self.path, "its foot has another form") from error

    def column(self, name: str) -> Array:
        """A column, verified when it is first asked for; raises PageDamaged."""
        if name not in self._verified:
            kind, place = np.dtype(COLUMNS[name]), self.foot.columns[name]
            size = place.values * kind.itemsize
            with memoryview(self._bytes) as whole, whole[place.offset : place.offset + size] as part:
                if len(part) != size or zlib.crc32(part) != place.checksum:
                    raise PageDamaged(self.path, f"its column {name} is damaged")
            self._verified[name] = np.frombuffer(self._bytes, kind, place.values, place.offset)
        return self._verified[name]

    def release(self) -> None:
        """Let go of the memory that reading the page has filled; it is filled again where it is read again."""
        if hasattr(mmap, "MADV_DONTNEED"):
            self._bytes.madvise(mmap.MADV_DONTNEED)

    def evidence(self, wanted: Iterable[str]) -> Columns:
        """Its evidence, with these columns; raises PageDamaged."""
        foot, wanted = self.foot, list(wanted)
        with ThreadPoolExecutor() as pool:  # checksums let go of the interpreter's lock
            list(pool.map(self.column, ["rows_of_party", "partnership_of_party", *_MEMBER_COLUMNS, *wanted]))
        return Columns(
            foot.known_since,
            Parties(list(foot.known_since), self.column("partnership_of_party"), foot.parties),
            starts(self.column("rows_of_party")),
            {name: self.column(name) for name in wanted},
            Members(*(self.column(name) for name in _MEMBER_COLUMNS)),
        )


def write_page(path: Path, origin: Origin, outline: Columns, chunks: Iterable[Mapping[str, Array]]) -> None:
    """Write a page so that it is there whole or not at all.

    `outline` tells all but the rows, which `chunks` give one after another, each with every column of EVIDENCE.
    """
    with _appearing(path) as file:
        file.write(FORM)
        writing = _Writing(file, len(FORM))
        writing.whole("rows_of_party", np.diff(outline.start))
        writing.whole("partnership_of_party", outline.parties.partnership)
        for name, moved in zip(_MEMBER_COLUMNS, outline.members, strict=True):
            writing.whole(name, moved)
        writing.rows(outline.rows, chunks)
        told: dict[str, Any] = msgspec.structs.asdict(origin)
        told |= {"known_since": outline.known_since, "parties": list(outline.parties.names), "columns": writing.places}
        encoded = msgspec.json.encode(Foot(**told))
        file.seek(0, os.SEEK_END)
        file.write(encoded + _TAIL.pack(len(encoded), zlib.crc32(encoded)) + FORM)


class _Writing:
    """Columns on their way into a file, each in one piece."""

    def __init__(self, file: BinaryIO, end: int) -> None:
        self._file = file
        self._end = end
        self.places: dict[str, Place] = {}

    def _room(self, size: int) -> int:
        offset = -(-self._end // _ALIGNED) * _ALIGNED
        self._end = offset + size
        return offset

    def whole(self, name: str, values: Array) -> None:
        content = values.astype(COLUMNS[name]).tobytes()
        offset = self._room(len(content))
        self._put(offset, content)
        self.places[name] = Place(offset, len(values), zlib.crc32(content))

    def rows(self, number: int, chunks: Iterable[Mapping[str, Array]]) -> None:
        """All evidence, as it comes."""
        offsets = {name: self._room(number * np.dtype(kind).itemsize) for name, kind in EVIDENCE.items()}
        checksums = dict.fromkeys(EVIDENCE, 0)
        written = 0
        for chunk in chunks:
            for name, kind in EVIDENCE.items():
                content = chunk[name].tobytes()
                self._put(offsets[name] + written * np.dtype(kind).itemsize, content)
                checksums[name] = zlib.crc32(content, checksums[name])
            written += len(chunk["at"])
        assert written == number, "chunks give as many rows as the outline says"
        self.places |= {name: Place(offsets[name], number, checksums[name]) for name in EVIDENCE}
        self._file.truncate(self._end)

    def _put(self, offset: int, content: bytes) -> None:
        self._file.seek(offset)
        self._file.write(content)


@contextmanager
def _appearing(path: Path) -> Iterator[BinaryIO]:
    """A file that appears under its name when it is complete, and not at all if anything goes wrong before."""
    unfinished = path.with_name(f"{path.name}.{os.getpid()}{UNFINISHED}")
    try:
        with os.fdopen(os.open(unfinished, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as file:
            yield file
        unfinished.replace(path)
    finally:
        with suppress(OSError):
            unfinished.unlink()


def sweep(folder: Path) -> None:
    """Remove what processes that are no more left unfinished."""
    with suppress(FileNotFoundError):  # somebody may delete the folder meanwhile
        for path in (*folder.glob(f"*.*{UNFINISHED}"), *folder.glob(f"{ANEW}.*")):
            _remove_if_dead(path)


def _remove_if_dead(path: Path) -> None:
    with suppress(OSError, ValueError):
        writer = int(path.name.removesuffix(UNFINISHED).rpartition(".")[2])
        try:
            os.kill(writer, 0)
        except (ProcessLookupError, OverflowError):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
