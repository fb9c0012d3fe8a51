"""The form that every message has: what is wrong, where, and what to do now."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from support.desk import Answer

FORM = re.compile(
    r"(?P<label>error|refused|damaged|storage trouble): (?P<what>[^\n]+)\n"
    r"(  where: (?P<where>[^\n]+)\n)?"
    r"  now:   (?P<remedy>[^\n]+)\n"
)
CODES = {"refused": 1, "error": 2, "damaged": 3, "storage trouble": 4}
NOT_FOR_TERMINALS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def told_in_form(answer: Answer) -> re.Match[str]:
    """The message of an answer that failed, which must be in the agreed form and nothing else."""
    message = FORM.fullmatch(answer.err)
    assert message is not None, answer
    assert answer.code == CODES[message["label"]], answer
    assert not NOT_FOR_TERMINALS.search(answer.err), answer
    return message
