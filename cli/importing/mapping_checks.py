"""What a mapping's parts must agree on with one another and with the facts; what is wrong is told with its key."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from pledger.cli.importing.cells import YEARS
from pledger.cli.importing.fact_fields import fields_of, importable, takes_day, takes_short_name
from pledger.cli.importing.templates import template
from pledger.cli.validation import plain_reason
from pledger.domain.naming import listed
from pledger.projections.toml_model import refusal, unknown_name

if TYPE_CHECKING:
    from pledger.cli.importing.mapping import Case, Column, Conditions, FactRule, TableMapping, Value
    from pledger.domain.fact import Fact

_DIRECTIVES = set("aAbBdHImMpSfyYz%")


def check(mapping: TableMapping) -> None:
    """Raise the first thing that does not hold together."""
    for name, column in mapping.columns.items():
        _check_column(name, column)
    for name, value in mapping.values.items():
        _check_value(name, value, mapping)
    _check_row(mapping)
    for table, cases in (("left_out", mapping.left_out), ("bad", mapping.bad)):
        for reason, case in cases.items():
            if not case.when and not case.unless:
                raise refusal(
                    f"{table} '{reason}' says of no row that it is meant",
                    'say which rows, like when.equals = { Status = "test" }',
                    under=(table, reason),
                )
            _check_times(case, (table, reason), mapping)
    for label, rule in mapping.facts.items():
        _check_fact(label, rule, mapping)


def _check_column(name: str, column: Column) -> None:
    under = ("columns", name)
    if sum(map(bool, (column.date, column.instant, column.number))) > 1:
        raise refusal(f"{name} is read in two ways", "give one of date, instant and number", under=under)
    for form in (*column.date, *column.instant):
        told = re.findall(r"%(.?)", form)
        fits = all({*options} & {*told} for options in ("Yy", "mbB", "d"))
        if not fits or not {*told} <= _DIRECTIVES or not _is_format(form):
            raise refusal(
                f"'{form}' is not the format of a date",
                "give a year (%Y or %y), a month (%m, %b or %B) and a day (%d), each once, like %d.%m.%Y",
                under=(*under, "date" if column.date else "instant"),
            )
    if column.zone and not _is_zone(column.zone):
        raise refusal(
            f"'{column.zone}' is not a time zone", "give one like Europe/Berlin or UTC", under=(*under, "zone")
        )
    if column.instant and not column.zone and not all("%z" in form for form in column.instant):
        raise refusal(
            f"the instants of {name} have no time zone",
            'add zone = "Europe/Berlin", or read them as days: date = ...',
            under=under,
        )


def _is_format(form: str) -> bool:
    try:
        datetime.strptime("", form)  # noqa: DTZ007 -- only whether it is a format
    except ValueError as error:
        return "does not match" in str(error)
    except re.error:  # a directive told twice
        return False
    return True


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def _check_value(name: str, value: Value, mapping: TableMapping) -> None:
    under = ("values", name)
    if name in mapping.columns:
        raise refusal(f"{name} is a column and a value at once", "give the value another name", under=under)
    above = list(mapping.values)[: list(mapping.values).index(name)]
    used = {other for text in value.templates for other in template(text).names}
    used |= value.when.names | value.unless.names
    for other in sorted(used & set(mapping.values) - set(above)):
        raise refusal(
            f"the value {name} is made from {other}, which stands below it", f"put {other} above {name}", under=under
        )
    for key in ("earliest_of", "latest_of"):
        for text in getattr(value, key):
            _check_time(text, (*under, key), mapping)
    _check_times(value, under, mapping)


def _check_times(case: Case, under: tuple[str, ...], mapping: TableMapping) -> None:
    """What is compared with before or after must be times."""
    for key in ("when", "unless"):
        conditions: Conditions = getattr(case, key)
        for order in ("before", "after"):
            pairs: dict[str, str] = getattr(conditions, order)
            for name in (*pairs, *pairs.values()):
                _check_time(f"{{{name}}}", (*under, key, order), mapping)


def _check_time(text: str, under: tuple[str, ...], mapping: TableMapping) -> None:
    name = template(text).only_name
    if name in mapping.times:
        return
    quoted = name if name is not None else "column"
    raise refusal(
        f"'{text}' is not a column of days or instants",
        f'say how it is read: [columns."{quoted}"] with date = "%Y-%m-%d" or the like'
        if name not in mapping.values
        else "make the value from such columns only",
        under=under,
    )


def _check_row(mapping: TableMapping) -> None:
    row = mapping.row
    if not template(row.id).names:
        raise refusal(
            f"row.id is '{row.id}', the same for every row", "name a column in it: {column}", under=("row", "id")
        )
    if row.combine and not row.group_by:
        raise refusal("row says how to combine, but not which rows", "add group_by = ...", under=("row", "combine"))
    for name, rule in row.combine.items():
        column = mapping.columns.get(name)
        is_number = column is not None and bool(column.number)
        if (rule == "sum" and not is_number) or (
            rule in ("min", "max") and not is_number and name not in mapping.times
        ):
            raise refusal(
                f"'{rule}' of {name} needs numbers" + ("" if rule == "sum" else ", days or instants"),
                f'say how it is read: [columns."{name}"] with number = "." or the like',
                under=("row", "combine", name),
            )


def _check_fact(label: str, rule: FactRule, mapping: TableMapping) -> None:
    under = ("facts", label)
    kind = importable().get(rule.fact)
    if kind is None:
        raise unknown_name("the fact", rule.fact, list(importable()), under=(*under, "fact"))
    _check_time(rule.on, (*under, "on"), mapping)
    _check_times(rule, under, mapping)
    known = fields_of(kind)
    for name, told in rule.fields.items():
        if name not in known:
            raise unknown_name(f"the field of a {rule.fact}", name, known, under=(*under, "fields", name))
        _check_field(kind, name, told, (*under, "fields", name), mapping)
    missing = [name for name in known if kind.model_fields[name].is_required() and name not in rule.fields]
    if missing:
        raise refusal(
            f"a {rule.fact} needs {listed(missing)}",
            f"add {missing[0]} = ... to its fields ({kind.model_fields[missing[0]].description})",
            under=(*under, "fields"),
        )


def _check_field(kind: type[Fact], name: str, told: Any, under: tuple[str, ...], mapping: TableMapping) -> None:
    """A value that is the same for every row can be tried at once; a day must come from a column of such."""
    parts = told if isinstance(told, tuple) else (told,)
    if any(isinstance(part, str) and template(part).names for part in parts):
        if takes_day(kind, name):
            _check_time(str(told), under, mapping)
    elif not takes_short_name(kind, name):
        reason = _why_not(kind, name, told)
        if reason:
            meaning = kind.model_fields[name].description
            raise refusal(f"{name} {reason}", f"give another value ({meaning})", under=under)


def _why_not(kind: type[Fact], name: str, told: Any) -> str:
    """What is wrong with a field's value; empty where nothing is."""
    try:
        kind.model_validate({name: told})
    except ValidationError as error:
        wrong = [details for details in error.errors() if details["loc"][:1] == (name,)]
        if wrong:
            return plain_reason(wrong[0])
    if takes_day(kind, name) and not (isinstance(told, str) and told[:4].isdecimal() and int(told[:4]) in YEARS):
        return f"cannot be {told!r}: give a day between {YEARS.start} and {YEARS.stop - 1}, like 2026-12-01"
    return ""
