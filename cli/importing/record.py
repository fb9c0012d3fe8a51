"""A record: one row, or the rows that are one, and what they say under each name of the mapping."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from pledger.cli.importing.cells import BadCell, CellReader
from pledger.cli.importing.mapping import Column
from pledger.cli.importing.templates import TooLong, template, written
from pledger.domain.days import day_of, start_of_day
from pledger.domain.refusal import WrongUsage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from zoneinfo import ZoneInfo

    from pledger.cli.importing.mapping import Case, Conditions, TableMapping, Value
    from pledger.cli.importing.templates import Told


CHARACTERS_MADE_MAX = 500_000_000


class Row(NamedTuple):
    """One row of the table: the line it begins on, and the cells that the mapping wants."""

    line: int
    cells: Mapping[str, str]


class Reading:
    """How rows are read under one mapping, with the ledger's days."""

    def __init__(self, mapping: TableMapping, zone: ZoneInfo) -> None:
        self.mapping = mapping
        self.zone = zone
        plain = Column()
        self.readers = {
            name: CellReader(name, mapping.columns.get(name, plain), mapping.file) for name in mapping.wanted
        }

        self._begins: dict[date, datetime] = {}
        self._characters_made = 0

    def record(self, rows: Sequence[Row]) -> Record:
        return Record(self, rows, {})

    def made(self, text: str) -> str:
        """Count a text that a template made; raises WrongUsage where all of them would fill the memory."""
        self._characters_made += len(text)
        if self._characters_made > CHARACTERS_MADE_MAX:
            raise WrongUsage(
                f"the mapping makes more than {CHARACTERS_MADE_MAX:,} characters of text from this file",
                where=f"the mapping {self.mapping.name}",
                remedy="check its templates, or import the file in several parts",
            )
        return text

    def instant(self, told: date) -> datetime:
        """When something told with this time begins."""
        if isinstance(told, datetime):
            return told
        if told not in self._begins:
            self._begins[told] = start_of_day(told, self.zone)
        return self._begins[told]


@dataclass(slots=True)
class Record:
    """What one or several rows say together."""

    reading: Reading
    rows: Sequence[Row]
    _told: dict[str, Told | None]

    @property
    def lines(self) -> tuple[int, ...]:
        return tuple(row.line for row in self.rows)

    def told(self, name: str) -> Told | None:
        """What stands under the name of a column or a value; None where that is nothing. Raises BadCell."""
        if name not in self._told:
            value = self.reading.mapping.values.get(name)
            self._told[name] = self._combined(name) if value is None else self._value(value)
        return self._told[name]

    def filled(self, text: str) -> Told | None:
        """What a template says of this record; None where one of its names has no value here. Raises BadCell."""
        made = template(text)
        try:
            value = made.filled(self.told)
        except TooLong as bad:
            raise BadCell(", ".join(made.names), "", str(bad)) from None
        return value if made.only_name is not None or not isinstance(value, str) else self.reading.made(value)

    def fits(self, case: Case) -> bool:
        """Whether a case is meant for this record."""
        return self._holds(case.when) and not (case.unless and self._holds(case.unless))

    def _combined(self, name: str) -> Told | None:
        reader = self.reading.readers[name]
        if len(self.rows) == 1:
            only = reader.words(self.rows[0].cells[name])
            return None if only is None else reader.told(only)
        words = [reader.words(row.cells[name]) for row in self.rows]
        how = self.reading.mapping.row.combine.get(name, "same")
        if how == "same":
            if len(set(words)) > 1:
                both = " and ".join(f"'{word or ''}'" for word in dict.fromkeys(words))
                raise BadCell(name, both, "differs between the lines of one record; say under row.combine what counts")
            return None if words[0] is None else reader.told(words[0])
        told = [reader.told(word) for word in words if word is not None]
        if not told:
            return None
        match how:
            case "min":
                return min(told, key=self._order)
            case "max":
                return max(told, key=self._order)
            case "sum":
                return sum((number for number in told if isinstance(number, Decimal)), Decimal(0))
        return told[0] if how == "first" else told[-1]

    def _value(self, value: Value) -> Told | None:
        if not self.fits(value):
            return None
        filled = (self.filled(text) for text in value.templates)
        if value.first_of:
            return next((told for told in filled if told is not None), None)
        there = [told for told in filled if told is not None]
        choose = min if value.earliest_of else max
        return choose(there, key=self._order, default=None)

    def _order(self, told: Told) -> tuple[float, float]:
        """What comes earlier or is less; a day comes before the instants of that day."""
        if isinstance(told, Decimal):
            return float(told), 0.0
        if isinstance(told, datetime):
            return float(day_of(told, self.reading.zone).toordinal()), told.timestamp()
        assert isinstance(told, date)  # the mapping was held to it
        return float(told.toordinal()), float("-inf")

    def _holds(self, conditions: Conditions) -> bool:
        for name in conditions.present:
            if self.told(name) is None:
                return False
        for name in conditions.absent:
            if self.told(name) is not None:
                return False
        for name, wanted in conditions.equals.items():
            if not self._is_one_of(name, wanted):
                return False
        if not (conditions.before or conditions.after):
            return True
        return all(self._is_before(one, other) for one, other in conditions.before.items()) and all(
            self._is_before(other, one) for one, other in conditions.after.items()
        )

    def _is_one_of(self, name: str, wanted: Sequence[str]) -> bool:
        told = self.told(name)
        return told is not None and written(told) in wanted

    def _is_before(self, one: str, other: str) -> bool:
        """Between a day and an instant only the days count."""
        earlier, later = self.told(one), self.told(other)
        if earlier is None or later is None:
            return False
        key, other_key = self._order(earlier), self._order(later)
        if isinstance(earlier, datetime) and isinstance(later, datetime):
            return key < other_key
        return key[0] < other_key[0]
