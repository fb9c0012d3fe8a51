"""What pydantic found wrong with a value, in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails


def plain_reason(error: ErrorDetails) -> str:
    """A clause that follows the value's name: `cannot be 'x': ...`."""
    kind, told = error["type"], error.get("input")
    context = error.get("ctx", {})
    if kind == "missing" or (isinstance(told, str) and not told.strip()):
        return "is missing" if kind == "missing" else "is empty"
    match kind:
        case "string_too_long":
            return f"is too long: {context['max_length']:,} characters at the most"
        case "too_short":
            return f"must be told {context['min_length']} times or more"
        case "value_error":
            return str(context.get("error", error["msg"]))
    return f"cannot be {_shown(told)}: {_wanted(kind, context) or _in_pydantics_words(error)}"


def _wanted(kind: str, context: dict[str, Any]) -> str:
    """What would do instead; empty where pydantic says it well enough."""
    match kind:
        case "string_pattern_mismatch":
            short_name = "A-Z" in str(context.get("pattern"))
            return "small letters, digits and hyphens only" if short_name else "characters that can be shown only"
        case "string_unicode":
            return "it is not readable text"
        case "greater_than_equal":
            return f"it should be {context['ge']} or more"
        case "less_than_equal":
            return f"it should be {context['le']:g} or less"
        case "int_parsing" | "int_from_float" | "int_parsing_size":
            return "it should be a whole number"
        case "float_parsing" | "decimal_parsing" | "finite_number":
            return "it should be a number"
        case "decimal_max_digits" | "decimal_whole_digits":
            return "it has too many digits"
    return ""


def _in_pydantics_words(error: ErrorDetails) -> str:
    reason = error["msg"].replace("Input should be", "it should be").replace("a valid", "a")
    return f"{reason[:1].lower()}{reason[1:]}"


def _shown(told: object) -> str:
    text = repr(told)
    return text if len(text) <= 60 else text[:57] + "..."
