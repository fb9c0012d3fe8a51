"""Stored text made safe to print: no control sequences reach a terminal."""

from __future__ import annotations

import re

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

_LINE_END = re.compile(r"\s*[\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]\s*")


def on_one_line(text: str) -> str:
    """The text without its line ends and tabs, for where a line is what a reader expects."""
    return _LINE_END.sub(" ", text).strip()


def printable(text: str) -> str:
    """The text with control characters (line ends and tabs apart) shown as a mark."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)
