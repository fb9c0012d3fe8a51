"""The form in which a fact is stored, as plain values that can be kept and compared: its fields, types and defaults."""

from __future__ import annotations

import types
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import to_jsonable_python


def stored_form_of(model: type[BaseModel]) -> dict[str, Any]:
    """Each field in its order: its type, and whether it must be there, or what it is where it is left out."""
    return {
        name: [_type(field.annotation)]
        if field.is_required()
        else [_type(field.annotation), to_jsonable_python(field.get_default(call_default_factory=True))]
        for name, field in model.model_fields.items()
    }


def _type(annotation: Any) -> Any:
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _type(parts[0])
    if origin is Literal:
        return {"one of": list(parts)}
    if origin is tuple:
        return {"list of": _type(parts[0])}
    if origin is dict:
        return {"by name": _type(parts[1])}
    if origin in (Union, types.UnionType):
        return {"either": [_type(part) for part in parts]}
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return stored_form_of(annotation)
    return "nothing" if annotation is type(None) else getattr(annotation, "__name__", "anything")
