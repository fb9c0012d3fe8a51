"""A CSV file read row by row; a file that is none is refused, a row that does not fit is told."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import IO, TYPE_CHECKING, Self

from pledger.cli.importing.record import Row
from pledger.domain.naming import listed, nearest
from pledger.domain.refusal import WrongUsage
from pledger.projections.untrusted import without_waiting

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from pledger.cli.importing.mapping import FileForm

ROWS_MAX = 1_000_000
ROW_CHARACTERS_MAX = 1_000_000
CHARACTERS_MAX = 500_000_000
HEADER_LINES_MAX = 1_000
COLUMNS_MAX = 10_000
NAMES_COMPARED_MAX = 500
MISSING_GUESSED_MAX = 8
BYTES_LOOKED_AT_MAX = 100_000_000
_OF_NAMES = ("idna", "punycode")
"""Python counts them among the encodings of text; they are for the names of hosts, and slow beyond such."""
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
            beginning = islice(reader, HEADER_LINES_MAX)
            header = next((cells for cells in beginning if any(map(str.strip, cells))), None)
            places = self._places(header)
            width, line = len(header or ()), reader.line_num
            lines.begin_row()
            for number, cells in enumerate(reader):
                if number >= ROWS_MAX:
                    raise self.refusal(f"it has more than {ROWS_MAX:,} rows", "import it in several files")
                begins, line = line + 1, reader.line_num
                lines.begin_row()
                if not any(map(str.strip, cells)):
                    continue
                if len(cells) == width:
                    yield Row(begins, {name: cells[place] for name, place in places.items()})
                else:
                    yield Ragged(begins, f"has {len(cells)} cells where the first line names {width}")

    def _places(self, header: list[str] | None) -> dict[str, int]:
        """Where in a row the wanted cells stand, once the header has been checked."""
        if header is None:
            raise self.refusal("it is empty", "give a file whose first line names its columns")
        names = [name.strip() for name in header]
        if len(names) > COLUMNS_MAX:
            raise self.refusal(f"it has more than {COLUMNS_MAX:,} columns", "check its delimiter")
        if any("\x00" in name for name in names):
            raise self.refusal("its first line holds NUL characters, so it is not the text it is said to be", _ENCODING)
        missing = [name for name in self.wanted if name not in names]
        if missing:
            raise self._without(missing, names)
        twice = [name for name, times in Counter(names).items() if times > 1 and name in self.wanted]
        if twice:
            raise self.refusal(
                f"it has {listed(f'two columns {name!r}' for name in twice)}", "rename one of them in its first line"
            )
        return {name: names.index(name) for name in self.wanted}

    def _without(self, missing: list[str], names: list[str]) -> WrongUsage:
        """Names the columns that are missing, and what they may be called there."""
        others = [mark for mark in ",;\t|" if mark != self.form.delimiter and mark in names[0]]
        if len(names) == 1 and others:
            remedy = f"its cells seem to be separated by {others[0]!r}: say so in the mapping, [file] with delimiter"
        else:
            guessed, there = missing[:MISSING_GUESSED_MAX], names[:NAMES_COMPARED_MAX]
            close = list(dict.fromkeys(found for name in guessed for found in nearest(name, there, most=1)))
            remedy = (f"did you mean {listed(close)}? " if close else "") + f"its columns are: {listed(names, most=40)}"
        return self.refusal(f"it has no column {listed(repr(name) for name in missing)}", remedy)

    @contextmanager
    def _lines(self) -> Iterator[_Lines]:
        """The file's lines, whatever they end with; what goes wrong on the way is told with the line."""
        lines = None
        try:
            with open(self.path, encoding=self._encoding(), newline="", opener=without_waiting) as file:
                lines = _Lines(self, file)
                yield lines
        except csv.Error as error:
            remedy = "mend the line: a quotation mark may be missing, or stand inside a cell without being doubled"
            raise self.refusal(f"this is not CSV: {error}", remedy, lines.number if lines else None) from None
        except UnicodeError as error:
            raise self._undecodable(error) from None
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or error
            raise self.refusal(
                f"it cannot be read: {reason}", "give the path of a CSV file that you may read"
            ) from None

    def _encoding(self) -> str:
        try:
            name = codecs.lookup(self.form.encoding).name
            if name in _OF_NAMES:
                raise LookupError
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
            beginning = b""
            if self.path.is_file():  # a pipe is used up by now
                with self.path.open("rb") as file:
                    beginning = file.read(BYTES_LOOKED_AT_MAX)
            beginning.decode(self._encoding())
        except UnicodeDecodeError as exact:
            before = beginning[: exact.start].decode(self._encoding(), "replace")
            what = f"the bytes {beginning[exact.start : exact.start + 4]!r} are"
            line = len(re.findall("\r\n|\r|\n", before)) + 1
            return self.refusal(f"{what} not {self.form.encoding} text", _ENCODING, line)
        except (UnicodeError, OSError):
            pass
        return self.refusal(f"it is not {self.form.encoding} text: {error}", _ENCODING)

    def refusal(self, what: str, remedy: str, line: int | None = None) -> WrongUsage:
        return WrongUsage(what, where=f"{self.path}" + (f", line {line}" if line else ""), remedy=remedy)


class _Lines:
    """The lines of a table one by one, counted, since neither a line nor a row nor a file may go on for ever."""

    def __init__(self, table: Table, file: IO[str]) -> None:
        self.number = 0
        self._table, self._file = table, file
        self._of_row = self._of_file = 0

    def begin_row(self) -> None:
        self._of_row = 0

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        line = self._file.readline(ROW_CHARACTERS_MAX)
        if not line:
            raise StopIteration
        self.number += 1
        self._of_row += len(line)
        self._of_file += len(line)
        if self._of_row >= ROW_CHARACTERS_MAX:
            what, remedy = "a row is too long for a table", "check that this is a CSV file, and its quotation marks"
            raise self._table.refusal(what, remedy, self.number)
        if self._of_file > CHARACTERS_MAX:
            raise self._table.refusal(f"it has more than {CHARACTERS_MAX:,} characters", "import it in several files")
        return line
