"""Forms: each kind of fact as a struct, into which stored bytes are read several times faster than into its class.

A form is made from its class, so that nothing is defined twice. It has the same fields in the same order, the limits
that a struct can hold, and the rules: it can be admitted and applied. What it cannot hold is told by `Form.held`.
"""

from __future__ import annotations

import dataclasses
import re
import types
from datetime import datetime
from decimal import Decimal
from functools import cache, reduce
from itertools import chain
from operator import or_
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, Union, get_args, get_origin

import msgspec
from annotated_types import Ge, Le, MinLen
from pydantic import AllowInfNan, BaseModel, StringConstraints
from pydantic.fields import FieldInfo

from pledger.domain.catalogue import facts
from pledger.domain.fact import ANY_LINES, ONE_LINE, Fact
from pledger.domain.naming import SLUG_PATTERN

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class Form(NamedTuple):
    """How the stored bytes of a kind of fact are read and written.

    `decode` raises a `msgspec.MsgspecError` or UnicodeDecodeError; what it tells has the fields of the stored JSON.
    `held` says whether all limits of the kind are held by it, by stored text being `plain`, and by the fields in
    `names` telling short names; what else tells one is part of a stamp, which admission compares.
    """

    kind: type[Fact]
    decode: Callable[[bytes], Any]
    held: bool
    names: tuple[str, ...]


class OtherStamps(Exception):
    """Admission would stamp a fact with something else than it carries."""


_encoder = msgspec.json.Encoder()
encode, encode_lines = _encoder.encode, _encoder.encode_lines
"""What was decoded as bytes again, those that pledger would write; and a list of such, each in a line of its own."""
_space_at_quote = re.compile(rb' (?:"|(?<=" ))').search


def plain(states: bytes) -> bool:
    """Whether no text in lines of stored JSON begins or ends with a space, or has a sign that cannot be shown.

    But for empty texts, no text that `ONE_LINE` or `ANY_LINES` refuses is plain, nor any that is not stripped.
    """
    if b"\\" in states or b"\x7f" in states or _space_at_quote(states):
        return False  # no space is written around a text, and without a backslash no quote is in one
    return states.isascii() or states.decode().replace("\n", "").isprintable()


@cache
def forms() -> dict[str, Form]:
    """Stored name -> form, of every kind of fact."""
    before = [("occurred_at", datetime), ("recorded_at", datetime), ("recorded_by", str)]
    beside = [(name, str | None, None) for name in ("source", "link", "note")]
    found: dict[str, Form] = {}
    for topic, kind in facts().items():
        struct, held = _struct_of(kind)
        after = [("fact_version", int), ("fact", struct)]
        told = _struct(kind.__name__, [*before, *beside, *after], {})
        names = tuple(name for name, field in kind.model_fields.items() if _is_name(field.annotation, field.metadata))
        found[topic] = Form(kind, msgspec.json.Decoder(told).decode, held, names)
    return found


@cache
def _struct_of(model: type[BaseModel]) -> tuple[type[msgspec.Struct], bool]:
    """A struct with the fields, rules and constants of a model, and whether it holds all its limits."""
    fields: list[Any] = []
    decorators = model.__pydantic_decorators__
    held = not any(getattr(decorators, each.name) for each in dataclasses.fields(decorators))
    for name, field in model.model_fields.items():
        kind, field_held = _stored_as(field.annotation, field.metadata)
        held = held and field_held
        left_out = not field.is_required() and field.default is None  # nothing that is none is stored
        fields.append((name, kind, None) if left_out else (name, kind))
    classes = model.__mro__[: model.__mro__.index(BaseModel)]
    members = {name: member for each in reversed(classes) for name, member in vars(each).items()}
    rules = {name: each for name, each in members.items() if _is_rule(name, each)} | vars(_Admitted)
    return _struct(model.__name__, fields, {name: each for name, each in rules.items() if name[0] != "_"}), held


def _is_rule(name: str, member: object) -> bool:
    return isinstance(member, types.FunctionType) or name.isupper()


class _Admitted:
    """What a form does in another way than its kind, since it was admitted once and carries its stamps."""

    def stamped(self, **stamps: Any) -> Any:
        """The form itself; raises OtherStamps unless it carries just these."""
        for name, value in stamps.items():
            if getattr(self, name) != value:
                raise OtherStamps(name)
        return self

    def part(self, kind: type[BaseModel], **values: Any) -> Any:
        return _struct_of(kind)[0](**values)

    def model_copy(self, *, update: dict[str, Any]) -> Any:
        return msgspec.structs.replace(self, **update)  # type: ignore[type-var]  # every form is a struct


def _struct(name: str, fields: list[Any], members: dict[str, Any]) -> type[msgspec.Struct]:
    """A struct that knows no other fields: a name that was damaged shall not pass for one that was left out."""
    options: Any = {"frozen": True, "gc": False, "forbid_unknown_fields": True, "kw_only": True, "omit_defaults": True}
    return msgspec.defstruct(name, fields, namespace=members, **options)


def _stored_as(annotation: Any, metadata: Sequence[Any] = ()) -> tuple[Any, bool]:
    """The type that an annotation of pydantic's is stored as, with its limits, and whether that holds all of them."""
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        told = [each.metadata if isinstance(each, FieldInfo) else [each] for each in parts[1:]]
        return _stored_as(parts[0], [*metadata, *chain.from_iterable(told)])
    kind, held = annotation, True
    if origin is tuple:
        each, held = _stored_as(parts[0])
        kind = tuple[each, ...]  # type: ignore[valid-type]  # a type made at run time
    elif origin is dict:
        kind = dict[str, Any]
    elif origin in (Union, types.UnionType):
        kinds = [(None, True) if part is type(None) else _stored_as(part) for part in parts]
        kind, held = reduce(or_, (each for each, _ in kinds)), all(each for _, each in kinds)
    elif origin is None and isinstance(annotation, type) and issubclass(annotation, BaseModel):
        kind, held = _struct_of(annotation)
    limits, limits_held = _limits(annotation, metadata)
    return (Annotated[kind, msgspec.Meta(**limits)] if limits else kind), held and limits_held


def _is_name(annotation: Any, metadata: Sequence[Any] = ()) -> bool:
    """Whether a field tells a short name, if it tells anything."""
    if any(isinstance(each, StringConstraints) and each.pattern == SLUG_PATTERN for each in metadata):
        return True
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _is_name(parts[0], parts[1:])
    return origin in (Union, types.UnionType) and any(map(_is_name, parts))


def _limits(annotation: Any, metadata: Sequence[Any]) -> tuple[dict[str, Any], bool]:
    """Limits in msgspec's words, and whether these are all; what is not stripped, or has other signs, is not plain."""
    limits: dict[str, Any] = {}
    if annotation is Decimal:
        return limits, not metadata
    held = True
    for each in metadata:
        match each:
            case StringConstraints(
                pattern=pattern, max_length=int(most), min_length=None, to_lower=None, to_upper=None
            ):
                limits["min_length"], limits["max_length"] = 1, most
                held = held and pattern in (ONE_LINE, ANY_LINES, SLUG_PATTERN)
            case Ge(ge=least):
                limits["ge"] = least
            case Le(le=most):
                limits["le"] = most
            case MinLen(min_length=least):
                limits["min_length"] = least
            case AllowInfNan():
                pass  # there is no word for either in JSON
            case _:
                held = False
    return limits, held
