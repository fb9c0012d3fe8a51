"""Answers for programs: JSON, comma- and tab-separated values, safe to print and to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from datetime import date, datetime
from decimal import Decimal
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    Write = Callable[[str], object]

Value = TypeVar("Value")

_INVISIBLE = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]+")
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")  # noqa: RUF001 -- spreadsheets read the wide ones too

_BEFORE_A_FORMULA = "\"' "
"""In values separated by tabs nothing is quoted, so a spreadsheet takes a stored quotation mark for its own."""


def _echo(text: str) -> None:
    click.echo(text, nl=False)


def print_json(value: Any) -> None:
    """One value, indented."""
    click.echo(_json(value, indent=2))


def print_json_lines(values: Iterable[Any], write: Write = _echo) -> None:
    """A list, one value a line, so that long ones stay readable and can be cut by line."""
    some = False
    for texts in _by_thousands(_json(value) for value in values):
        write((",\n" if some else "[\n") + ",\n".join(texts))
        some = True
    write("\n]\n" if some else "[]\n")


def print_rows(rows: Iterable[Mapping[str, Any]], columns: Sequence[str], form: str, write: Write = _echo) -> None:
    """Flat rows under a header line, separated by commas (csv) or tabs (tsv)."""
    cells = ([cell(row[column]) for column in columns] for row in rows)
    for lines in _by_thousands(chain([list(columns)], cells)):
        if form == "tsv":
            write("".join("\t".join(line) + "\n" for line in lines))
        else:
            text = io.StringIO()
            csv.writer(text, lineterminator="\n").writerows(lines)
            write(text.getvalue())


def _by_thousands(values: Iterable[Value]) -> Iterator[list[Value]]:
    values = iter(values)
    while some := list(islice(values, 1000)):
        yield some


def cell(value: Any) -> str:
    """A value as the text of one cell: no control characters, and nothing that a spreadsheet would run as a formula."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case Decimal():
            return f"{value:f}"
        case date():
            return value.isoformat()
        case int() | float():
            return str(value)
        case dict() | list() | tuple():
            return one_line(_json(value))
    text = one_line(str(value)).strip()
    return f"'{text}" if text.lstrip(_BEFORE_A_FORMULA).startswith(_FORMULA) else text


def one_line(text: str) -> str:
    """Stored text in one line, without anything that steers a terminal or turns the direction of writing."""
    return _CONTROL.sub(" ", text)


def _json(value: Any, indent: int | None = None) -> str:
    utf8 = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    text = json.dumps(value, default=_plain, indent=indent, ensure_ascii=not utf8)
    return _INVISIBLE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _plain(value: Any) -> Any:
    """What JSON has no word for: instants and days in ISO 8601, amounts as numbers."""
    match value:
        case datetime() | date():
            return value.isoformat()
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON")
