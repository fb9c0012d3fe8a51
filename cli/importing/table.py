"""A CSV file read row by row; a file that is none is refused, a row that does not fit is told."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pledger.cli.importing.record import Row
from pledger.domain.naming import listed, nearest
from pledger.domain.refusal import WrongUsage

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from pledger.cli.importing.mapping import FileForm

ROWS_MAX = 1_000_000
LINE_CHARACTERS_MAX = 1_000_000
COLUMNS_MAX = 10_000
BYTES_LOOKED_AT_MAX = 100_000_000
_ENCODING = 'say how it is written in the mapping: [file] with encoding = "cp1252", "utf-16" or the like'


@dataclass(frozen=True, slots=True)
class Ragged:
    """A row that has more or fewer cells than the first line names."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Table:
    """A file, how it is written, and the columns that are wanted of it."""

    path: Path
    form: FileForm
    wanted: Sequence[str]

    def rows(self) -> Iterator[Row | Ragged]:
        """Every row that is not empty, with the line it begins on; raises WrongUsage where this is no such table."""
        with self._lines() as lines:
            reader = csv.reader(lines, delimiter=self.form.delimiter, strict=True)
            header = next((cells for cells in reader if any(map(str.strip, cells))), None)
            places = self._places(header)
            width, line = len(header or ()), reader.line_num
            for number, cells in enumerate(reader):
                if number >= ROWS_MAX:
                    raise self._refusal(f"it has more than {ROWS_MAX:,} rows", "import it in several files")
                begins, line = line + 1, reader.line_num
                if not any(map(str.strip, cells)):
                    continue
                if len(cells) == width:
                    yield Row(begins, {name: cells[place] for name, place in places.items()})
                else:
                    yield Ragged(begins, f"has {len(cells)} cells where the first line names {width}")

    def _places(self, header: list[str] | None) -> dict[str, int]:
        """Where in a row the wanted cells stand, once the header has been checked."""
        if header is None:
            raise self._refusal("it is empty", "give a file whose first line names its columns")
        names = [name.strip() for name in header]
        if len(names) > COLUMNS_MAX:
            raise self._refusal(f"it has more than {COLUMNS_MAX:,} columns", "check its delimiter")
        if any("\x00" in name for name in names):
            raise self._refusal(
                "its first line holds NUL characters, so it is not the text it is said to be", _ENCODING
            )
        missing = [name for name in self.wanted if name not in names]
        if missing:
            raise self._without(missing, names)
        twice = [name for name, times in Counter(names).items() if times > 1 and name in self.wanted]
        if twice:
            raise self._refusal(
                f"it has {listed(f'two columns {name!r}' for name in twice)}", "rename one of them in its first line"
            )
        return {name: names.index(name) for name in self.wanted}

    def _without(self, missing: list[str], names: list[str]) -> WrongUsage:
        """Names the columns that are missing, and what they may be called there."""
        others = [mark for mark in ",;\t|" if mark != self.form.delimiter and mark in names[0]]
        if len(names) == 1 and others:
            remedy = f"its cells seem to be separated by {others[0]!r}: say so in the mapping, [file] with delimiter"
        else:
            close = list(dict.fromkeys(found for name in missing for found in nearest(name, names, most=1)))
            remedy = (f"did you mean {listed(close)}? " if close else "") + f"its columns are: {listed(names, most=40)}"
        return self._refusal(f"it has no column {listed(repr(name) for name in missing)}", remedy)

    @contextmanager
    def _lines(self) -> Iterator[Iterator[str]]:
        """The file's lines, whatever they end with; what goes wrong on the way is told with the line."""
        at = 0

        def counted(file: io.TextIOBase) -> Iterator[str]:
            nonlocal at
            while line := file.readline(LINE_CHARACTERS_MAX):
                at += 1
                if len(line) >= LINE_CHARACTERS_MAX:
                    raise self._refusal("a line is too long for a table", "check that this is a CSV file", at)
                yield line

        try:
            with self.path.open(encoding=self._encoding(), newline="") as file:
                yield counted(file)
        except csv.Error as error:
            remedy = "mend the line: a quotation mark may be missing, or stand inside a cell without being doubled"
            raise self._refusal(f"this is not CSV: {error}", remedy, at) from None
        except UnicodeError as error:
            raise self._undecodable(error) from None
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or error
            raise self._refusal(
                f"it cannot be read: {reason}", "give the path of a CSV file that you may read"
            ) from None

    def _encoding(self) -> str:
        try:
            name = codecs.lookup(self.form.encoding).name
            io.TextIOWrapper(io.BytesIO(b""), encoding=name).read()
        except (LookupError, ValueError):
            raise WrongUsage(
                f"'{self.form.encoding}' is not an encoding of text",
                where="the mapping's [file]",
                remedy="give one like utf-8, cp1252 or utf-16",
            ) from None
        return "utf-8-sig" if name == "utf-8" else name

    def _undecodable(self, error: UnicodeError) -> WrongUsage:
        """Where the first bytes are that are not what the encoding says."""
        try:
            with self.path.open("rb") as file:
                # A pipe is used up by now.
                beginning = file.read(BYTES_LOOKED_AT_MAX) if self.path.is_file() else b""
            beginning.decode(self._encoding())
        except UnicodeDecodeError as exact:
            before = beginning[: exact.start].decode(self._encoding(), "replace")
            what = f"the bytes {beginning[exact.start : exact.start + 4]!r} are"
            line = len(re.findall("\r\n|\r|\n", before)) + 1
            return self._refusal(f"{what} not {self.form.encoding} text", _ENCODING, line)
        except (UnicodeError, OSError):
            pass
        return self._refusal(f"it is not {self.form.encoding} text: {error}", _ENCODING)

    def _refusal(self, what: str, remedy: str, line: int | None = None) -> WrongUsage:
        return WrongUsage(what, where=f"{self.path}" + (f", line {line}" if line else ""), remedy=remedy)
