"""Answers for programs: JSON, comma- and tab-separated values, safe to print and to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_INVISIBLE = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]+")
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")  # noqa: RUF001 -- spreadsheets read the wide ones too


def print_json(value: Any) -> None:
    """One value, indented."""
    click.echo(_json(value, indent=2))


def print_json_lines(values: Iterable[Any]) -> None:
    """A list, one value a line, so that long ones stay readable and can be cut by line."""
    lines = ",\n".join(_json(value) for value in values)
    click.echo(f"[\n{lines}\n]" if lines else "[]")


def print_rows(rows: Iterable[Mapping[str, Any]], columns: Sequence[str], form: str) -> None:
    """Flat rows under a header line, separated by commas (csv) or tabs (tsv)."""
    lines = [list(columns), *([cell(row[column]) for column in columns] for row in rows)]
    if form == "tsv":
        click.echo("\n".join("\t".join(line) for line in lines))
        return
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(lines)
    click.echo(text.getvalue(), nl=False)


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
    return f"'{text}" if text.startswith(_FORMULA) else text


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
