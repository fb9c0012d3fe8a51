"""Reading facts back without validating them again, since they were validated when they were admitted.

Building a validator for every kind of fact would take longer than a short command has. What is read here equals what
validation would return; a test holds them together.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, get_args, get_origin

from pydantic import BaseModel

if TYPE_CHECKING:
    from collections.abc import Callable

    Convert = Callable[[Any], Any]

Model = TypeVar("Model", bound=BaseModel)


def read_model(kind: type[Model], stored: dict[str, Any]) -> Model:
    """A model from the JSON that it was stored as; raises ValueError where the fields are not its own."""
    defaults, converts, required = _plan(kind)
    values = defaults | stored
    if len(values) > len(defaults) or not all(name in stored for name in required):
        odd = (required - stored.keys()) | (stored.keys() - defaults.keys())
        raise ValueError(f"{kind.__name__} has unknown or missing fields: {', '.join(sorted(odd))}")
    for name, convert in converts:
        value = values[name]
        if value is not None and value is not defaults[name]:
            values[name] = convert(value)
    model = kind.__new__(kind)
    for name, value in (
        ("__dict__", values),
        ("__pydantic_fields_set__", set(stored)),
        ("__pydantic_extra__", None),
        ("__pydantic_private__", None),
    ):
        object.__setattr__(model, name, value)
    return model


@cache
def _plan(kind: type[BaseModel]) -> tuple[dict[str, Any], list[tuple[str, Convert]], set[str]]:
    """Every field's default, how to convert those that JSON has no word for, and which must be there."""
    fields = kind.model_fields
    converts = [(name, _convert(info.annotation)) for name, info in fields.items()]
    return (
        {
            name: None if info.is_required() else info.get_default(call_default_factory=True)
            for name, info in fields.items()
        },
        [(name, convert) for name, convert in converts if convert is not None],
        {name for name, info in fields.items() if info.is_required()},
    )


def _convert(annotation: Any) -> Convert | None:
    """How to turn a value of JSON into one of the annotated type; None where it is one already."""
    if annotation in (datetime, date):
        fromisoformat: Convert = annotation.fromisoformat
        return fromisoformat
    if annotation in (Decimal, float):
        number: Convert = annotation
        return number
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return lambda stored: read_model(annotation, stored)
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is tuple:
        each = _convert(parts[0])
        return tuple if each is None else lambda stored: tuple(map(each, stored))
    if origin is dict:
        value = _convert(parts[1])
        return None if value is None else lambda stored: {key: value(held) for key, held in stored.items()}
    if origin is Annotated:
        return _convert(parts[0])
    inner = [_convert(part) for part in parts if isinstance(part, type) or get_args(part)]
    return next((convert for convert in inner if convert is not None), None)
