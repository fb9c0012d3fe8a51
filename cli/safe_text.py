"""Stored text made safe to print: no control sequences reach a terminal."""

from __future__ import annotations

import re

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def printable(text: str) -> str:
    """The text with control characters (line ends and tabs apart) shown as a mark."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)
