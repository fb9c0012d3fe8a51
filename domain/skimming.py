"""Skimming stored entries: only the types that replay reads, several times faster than reading whole entries.

Each kind of fact has a form with the same fields as its class, made from it, so that nothing is defined twice. What is
skimmed was validated when it was admitted; a test holds it to what reading the whole entry gives.
"""

from __future__ import annotations

import types
from datetime import datetime
from functools import cache, reduce
from operator import or_
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin

import msgspec
from pydantic import BaseModel

from pledger.domain.catalogue import facts
from pledger.domain.mapper import to_entry

if TYPE_CHECKING:
    from collections.abc import Callable

    from pledger.domain.fact import Fact
    from pledger.domain.mapper import Stored

    Skimmed = tuple[type[Fact], Any, datetime, datetime]
    """The kind of a fact, the fact, when it occurred and when it was recorded."""


def skim(stored: Stored) -> Skimmed:
    """Read a stored entry as far as replay needs it; raises IntegrityFailure where it is not what pledger writes.

    The fact has the fields of its kind, whatever its own type.
    """
    known = _decoders().get(stored.topic)
    if known is not None:
        kind, decode = known
        try:
            told = decode(stored.state)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            pass  # reading it whole says what is wrong with it
        else:
            if told.fact_version == kind.VERSION:
                return kind, told.fact, told.occurred_at, told.recorded_at
    entry = to_entry(*stored)
    return type(entry.fact), entry.fact, entry.occurred_at, entry.recorded_at


def is_written_alike(topic: bytes, state: bytes) -> bool:
    """Whether the stored bytes, read and written again, are the same bytes; what says no may still be right.

    The quick way for almost all entries: for the rest, read them whole.
    """
    known = _exact_decoders().get(topic)
    if known is None:
        return False
    version, decode = known
    try:
        told = decode(state)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return False
    return bool(told.fact_version == version and _encode(told) == state)


_encode = msgspec.json.Encoder().encode


@cache
def _exact_decoders() -> dict[bytes, tuple[int, Callable[[bytes], Any]]]:
    """How the stored bytes of each kind of fact are read so that they can be written again: in order, gaps as gaps."""
    before = [("occurred_at", datetime), ("recorded_at", datetime), ("recorded_by", str)]
    beside = [(name, str | msgspec.UnsetType, msgspec.UNSET) for name in ("source", "link", "note")]
    found: dict[bytes, tuple[int, Callable[[bytes], Any]]] = {}
    for topic, kind in facts().items():
        after = [("fact_version", int), ("fact", _form(kind, exact=True))]
        form = _struct(kind.__name__, [*before, *beside, *after])
        found[topic.encode()] = (kind.VERSION, msgspec.json.Decoder(form).decode)
    return found


@cache
def _decoders() -> dict[str, tuple[type[Fact], Callable[[bytes], Any]]]:
    """How the stored bytes of each kind of fact are read."""
    return {topic: (kind, _decoder(kind)) for topic, kind in facts().items()}


def _decoder(kind: type[Fact]) -> Callable[[bytes], Any]:
    told = [("occurred_at", datetime), ("recorded_at", datetime), ("recorded_by", str), ("fact_version", int)]
    more = [(name, str | None, None) for name in ("source", "link", "note")]
    return msgspec.json.Decoder(_struct(kind.__name__, [*told, ("fact", _form(kind)), *more])).decode


@cache
def _form(model: type[BaseModel], *, exact: bool = False) -> type[msgspec.Struct]:
    """A struct with the fields of a model, and its methods; if `exact`, in their order, and without what is none."""
    told: list[Any] = []
    for name, field in model.model_fields.items():
        kind = _as_stored(field.annotation, exact)
        default = () if field.is_required() else (field.get_default(call_default_factory=True),)
        if exact and default == (None,):
            kind, default = _without_none(field.annotation), (msgspec.UNSET,)
        told.append((name, kind, *default))
    methods = {name: member for name, member in vars(model).items() if isinstance(member, types.FunctionType)}
    own = {name: method for name, method in methods.items() if not name.startswith("_")}
    return _struct(model.__name__, told, own)


def _struct(name: str, fields: list[Any], methods: dict[str, Any] | None = None) -> type[msgspec.Struct]:
    """A struct that knows no other fields: a name that was damaged shall not pass for one that was left out."""
    options: Any = {"frozen": True, "gc": False, "forbid_unknown_fields": True, "kw_only": True}
    return msgspec.defstruct(name, fields, namespace=methods, **options)


def _without_none(annotation: Any) -> Any:
    """The type that an annotation of pydantic's is stored as where it is not None, or nothing at all."""
    parts = [part for part in get_args(annotation) if part is not type(None)]
    return reduce(or_, [_as_stored(part, exact=True) for part in parts]) | msgspec.UnsetType


def _as_stored(annotation: Any, exact: bool) -> Any:
    """The type that an annotation of pydantic's is stored as."""
    origin, parts = get_origin(annotation), get_args(annotation)
    if isinstance(annotation, type) and origin is None:
        return _form(annotation, exact=exact) if issubclass(annotation, BaseModel) else annotation
    if origin is Annotated:
        return _as_stored(parts[0], exact)
    if origin is Literal:
        return annotation
    if origin is tuple:
        return tuple[_as_stored(parts[0], exact), ...]  # type: ignore[misc]  # a type made at run time
    if origin is dict:
        return dict[str, Any]
    if origin in (Union, types.UnionType):
        return reduce(or_, (None if part is type(None) else _as_stored(part, exact) for part in parts))
    return Any
