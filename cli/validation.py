"""What pydantic found wrong with a value, in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails


def plain_reason(error: ErrorDetails) -> str:
    """A clause that follows the value's name: `cannot be 'x': ...`."""
    kind, told = error["type"], error.get("input")
    context = error.get("ctx", {})
    match kind:
        case "missing":
            return "is missing"
        case "string_pattern_mismatch":
            short_name = "A-Z" in str(context.get("pattern"))
            wanted = (
                "small letters, digits and hyphens only" if short_name else "printable characters only, and not nothing"
            )
            return f"cannot be {_shown(told)}: {wanted}"
        case "string_too_long":
            return f"is too long: {context['max_length']} characters at the most"
        case "too_short":
            return f"must be told {context['min_length']} times or more"
        case "value_error":
            return str(context.get("error", error["msg"]))
    reason = error["msg"].replace("Input should be", "it should be").replace("a valid", "a")
    return f"cannot be {_shown(told)}: {reason[:1].lower()}{reason[1:]}"


def _shown(told: object) -> str:
    text = repr(told)
    return text if len(text) <= 60 else text[:57] + "..."
