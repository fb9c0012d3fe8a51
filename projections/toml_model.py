"""A TOML text read into a pydantic model, or refused with its place, key, value and remedy."""

import re
import reprlib
import tomllib
from collections.abc import Iterator
from itertools import islice
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from pledger.domain.naming import listed, nearest
from pledger.domain.refusal import Problem
from pledger.projections.untrusted import tables_of

Keys = tuple[str, ...]  # the names that lead from the top of a TOML text to a value
M = TypeVar("M", bound=BaseModel)

EQUAL_SIGNS_TRIED_MAX = 10
"""A key ends at the first that stands in no quotes."""


def read_model(model: type[M], text: str, where: str, error: type[Problem]) -> M:
    """Read a TOML text into the model; what is wrong is raised as `error`, with `where` and the line."""
    try:
        return model.model_validate(_tables(text, where, error))
    except ValidationError as invalid:
        found = [(_keys_of(details), details) for details in invalid.errors(include_url=False)]
        lines = _lines_of_keys(text)
        keys, details = min(found, key=lambda each: (each[1]["type"] == "missing", _line(each[0], lines) or 0))
        what, remedy = _told(keys, details, model)  # mistyped names before missing ones, which they often explain
        raise error(what, where=_place(where, _line(keys, lines)), remedy=remedy) from None


def _tables(text: str, where: str, error: type[Problem]) -> dict[str, Any]:
    try:
        return tables_of(text)
    except tomllib.TOMLDecodeError as unreadable:
        line = re.search(r"at line (\d+)", str(unreadable))
        raise error(
            f"this is not TOML: {unreadable}",
            where=_place(where, int(line[1]) if line else None),
            remedy="mend the line: a missing quote, bracket or '=', or a name told twice",
        ) from None
    except ValueError as beyond:
        raise error(
            f"this is not TOML that pledger reads: {beyond}", where=where, remedy="find what makes it so, and mend it"
        ) from None


def refusal(what: str, remedy: str, *, under: Keys = ()) -> PydanticCustomError:
    """Make the error that a model's own rule raises; `under` leads from what it validates to the culprit."""
    return PydanticCustomError("refusal", "{what}", {"what": what, "remedy": remedy, "under": under})


def unknown_name(what: str, name: str, known: list[str], *, under: Keys = ()) -> PydanticCustomError:
    """Make the error for a name that nobody knows, with the nearest ones that are known."""
    told = {"what": f"{what} '{name}' is not known", "name": name, "known": known, "under": under}
    return PydanticCustomError("unknown_name", "{what}", told)  # looking for the nearest waits until one is told


def line_of(keys: Keys, text: str) -> int | None:
    """The line, counted from 1, that names these keys or as many of the first of them as any line does."""
    return _line(keys, _lines_of_keys(text))


def _line(keys: Keys, lines: dict[Keys, int]) -> int | None:
    return next((lines[keys[:end]] for end in range(len(keys), 0, -1) if keys[:end] in lines), None)


def _lines_of_keys(text: str) -> dict[Keys, int]:
    """The first line that names each key, and each of the tables around it."""
    lines: dict[Keys, int] = {}
    for line, named in _lines_with_keys(text):
        for end in range(1, len(named) + 1):
            lines.setdefault(named[:end], line)
    return lines


def _lines_with_keys(text: str) -> Iterator[tuple[int, Keys]]:
    table: Keys = ()
    for number, line in enumerate(text.split("\n"), start=1):
        if line.lstrip().startswith("["):
            table = _first_keys(line) or table
            yield number, table
        else:
            ends = islice((index for index, character in enumerate(line) if character == "="), EQUAL_SIGNS_TRIED_MAX)
            keys = next(filter(None, (_first_keys(f"{line[:end]}=0") for end in ends)), ())
            if keys:
                yield number, (*table, *keys)


def _first_keys(line: str) -> Keys:
    try:
        inner: Any = tables_of(line)
    except ValueError:
        return ()
    keys = []
    while isinstance(inner, (dict, list)) and inner:
        key = next(iter(inner))
        if isinstance(inner, dict):
            keys.append(key)
            inner = inner[key]
        else:
            inner = key
    return tuple(keys)


def _place(where: str, line: int | None) -> str:
    return where if line is None else f"{where}, line {line}"


def _keys_of(details: ErrorDetails) -> Keys:
    return (*map(str, details["loc"]), *details.get("ctx", {}).get("under", ()))


def _told(keys: Keys, details: ErrorDetails, model: type[BaseModel]) -> tuple[str, str]:
    """Say what is wrong, and the remedy."""
    name, context = ".".join(keys), details.get("ctx", {})
    match details["type"]:
        case "refusal":
            return context["what"], context["remedy"]
        case "unknown_name":
            return context["what"], _instead(context["name"], context["known"])
        case "missing":
            return f"{name} is missing", f"add {keys[-1]}{_meaning(model, keys)}"
        case "extra_forbidden":
            return f"there is no key {name}", _instead(keys[-1], _known_keys(model, keys[:-1]))
    return f"{name} is {reprlib.repr(details['input'])}", f"give {_wanted(details)}{_meaning(model, keys)}"


def _wanted(details: ErrorDetails) -> str:
    match details["type"]:
        case "model_type" | "dict_type":
            return "a table with its keys"
        case "float_type":
            return "a number, without quotes"
        case "string_type":
            return "a text, in quotes"
        case "string_too_short" | "string_too_long":
            return "a text with " + details["msg"].removeprefix("String should have ")
        case "too_short" | "too_long" as length:
            context = details["ctx"]
            return f"{context['min_length']} or more" if length == "too_short" else f"{context['max_length']} at most"
        case "literal_error":
            return f"one of {details.get('ctx', {})['expected']}"
    return "a value that is " + details["msg"].removeprefix("Input should be ")


def _instead(name: str, known: list[str]) -> str:
    close = nearest(name, known)
    if close:
        return f"did you mean {' or '.join(close)}? Otherwise take it out"
    return f"take it out; known here: {listed(known)}"


def _meaning(model: type[BaseModel], keys: Keys) -> str:
    """What the field is for, in its own description."""
    inside = _inside(model, keys[:-1])
    field = inside.model_fields.get(keys[-1]) if inside is not None else None
    return f" ({field.description})" if field is not None and field.description else ""


def _known_keys(model: type[BaseModel], keys: Keys) -> list[str]:
    inside = _inside(model, keys)
    return list(inside.model_fields) if inside is not None else []


def _inside(model: type[BaseModel], keys: Keys) -> type[BaseModel] | None:
    """The model that stands under these keys, if one does."""
    shape: Any = model
    for key in keys:
        if isinstance(shape, type) and issubclass(shape, BaseModel):
            shape = shape.model_fields[key].annotation
        else:
            shape = get_args(shape)[-1]
    return shape if isinstance(shape, type) and issubclass(shape, BaseModel) else None
