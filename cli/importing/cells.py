"""Cells read: sentinels are nothing, days and instants and numbers are understood or refused with the reason."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from pledger.cli.importing.templates import written

if TYPE_CHECKING:
    from collections.abc import Callable

    from pledger.cli.importing.mapping import Column, FileForm
    from pledger.cli.importing.templates import Told

YEARS = range(1900, 3000)
_NUMBER = {
    ".": re.compile(r"[-+]?(\d+|\d{1,3}([, '\u2019\u00a0\u202f])\d{3}(\2\d{3})*)(\.\d+)?", re.ASCII),
    ",": re.compile(r"[-+]?(\d+|\d{1,3}([. '\u2019\u00a0\u202f])\d{3}(\2\d{3})*)(,\d+)?", re.ASCII),
}


class BadCell(Exception):
    """A row cannot be used: which column, what it says, and why; no column where the row as a whole is meant."""

    def __init__(self, column: str, value: str, reason: str) -> None:
        super().__init__(reason)
        self.column = column
        self.value = value
        self.reason = reason


class CellReader:
    """Reads the cells of one column."""

    def __init__(self, name: str, column: Column, form: FileForm) -> None:
        self._name = name
        self._column = column
        self._nothing = {"", *(value.strip() for value in (*form.nothing, *column.nothing))}
        self._known: dict[str, Told] = {}

    def words(self, raw: str) -> str | None:
        """What the cell says, in words; None where that is nothing."""
        words = raw.strip()
        return None if words in self._nothing else self._column.read_as.get(words, words)

    def told(self, words: str) -> Told:
        """The words understood as the mapping says; raises BadCell."""
        if self._understand is None:
            return words
        if words not in self._known:
            self._known[words] = self._understand(words)
        return self._known[words]

    @cached_property
    def _understand(self) -> Callable[[str], Told] | None:
        if self._column.is_time:
            return self._time
        return self._number if self._column.number else None

    def _time(self, words: str) -> date:
        formats = self._column.date or self._column.instant
        readings = {reading for form in formats if (reading := self._read(words, form)) is not None}
        if not readings:
            raise self._bad(words, f"is not a date in the form {' or '.join(formats)}")
        if len(readings) > 1:
            raise self._bad(words, f"can be read as {' and as '.join(sorted(map(written, readings)))}")
        (reading,) = readings
        if reading.year not in YEARS:
            raise self._bad(words, f"lies in the year {reading.year}; where it means nothing, list it under nothing")
        return reading

    def _read(self, words: str, form: str) -> date | None:
        try:
            read = datetime.strptime(words, form)  # noqa: DTZ007 -- the zone is the column's
            if self._column.date:
                return read.date()
            zone = ZoneInfo(self._column.zone) if self._column.zone else UTC
            return (read if read.tzinfo else read.replace(tzinfo=zone)).astimezone(UTC)
        except (ValueError, OverflowError):
            return None

    def _number(self, words: str) -> Decimal:
        mark = self._column.number
        fits = _NUMBER[mark].fullmatch(words)
        if fits is None or len(words) > 60:
            raise self._bad(words, f"is not a number with the decimal mark '{mark}'")
        separator = fits[2] or ""
        plain = words.replace(separator, "") if separator else words
        return Decimal(plain.replace(mark, "."))

    def _bad(self, words: str, reason: str) -> BadCell:
        return BadCell(self._name, words, reason)
