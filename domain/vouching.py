"""Vouching: that a recorded history holds, found out many times faster than what is wrong with one that does not.

Entries are read into forms and admitted in these, so that none becomes a model of pydantic's. What is vouched for,
`mapper` reads whole, `to_bytes` writes as it is stored, and `misfits` has nothing to say of; a test holds it to that.
"""

from __future__ import annotations

import re
from datetime import UTC
from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec
from pydantic import ValidationError
from pydantic_core import to_json

from pledger.domain.correction import EntryRetracted
from pledger.domain.days import Occurrence
from pledger.domain.forms import Form, OtherStamps, encode, encode_lines, forms, plain
from pledger.domain.ledger import check_slug
from pledger.domain.mapper import stored_form
from pledger.domain.partnership import Partnership
from pledger.domain.refusal import Problem
from pledger.domain.standing import BEFORE_EVERYTHING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from pledger.domain.fact import Fact
    from pledger.domain.raw import Brief

    Ordered = tuple[int, datetime, int, Any]
    """What sorts an entry by its occurrence, and its fact: rank, when it occurred, version, form."""

READ_AT_ONCE = 100
"""So many entries are still in the processor's cache when they are looked at again."""
_ascii_slug = re.compile(r"[a-z0-9]+(?:[-._][a-z0-9]+)*").fullmatch
_DOUBTS = (
    msgspec.MsgspecError,
    ValidationError,
    OtherStamps,
    Problem,
    ValueError,
    LookupError,
    TypeError,
    ArithmeticError,
)
"""What is raised where something about a name, an entry or its place is odd."""


def vouched(slug: str, history: Sequence[Brief], zone: ZoneInfo) -> bool:
    """Whether the history of a partnership, in the order of the log, is sound for certain; others may be sound too.

    Their bytes are those that pledger writes, their facts valid, their versions and clocks in order, and each is
    admitted with the stamps that it carries (gaps apart), or takes back what it says.
    """
    try:
        check_slug(slug)
        return _admitted(slug, _what_stands(history), zone)
    except _DOUBTS:
        return False


def _what_stands(history: Sequence[Brief]) -> list[Ordered]:
    """What stands after a whole history, in order of occurrence; raises one of _DOUBTS."""
    standing: dict[int, Ordered] = {}
    learned = BEFORE_EVERYTHING
    for number, (position, version, form, entry) in enumerate(_read(history), start=1):
        at, now, fact = entry.occurred_at, entry.recorded_at, entry.fact
        if version != number or not learned <= now >= at:
            raise ValueError(position)
        learned = now
        if form.kind is not EntryRetracted:
            standing[position] = (fact.RANK, at, version, fact)
        elif not _says(fact.retracted, standing.pop(fact.entry, None)):
            raise ValueError(position)
    return sorted(standing.values())


def _read(history: Sequence[Brief]) -> Iterator[tuple[int, int, Form, Any]]:
    """Position, version, form and what was decoded of each entry, some at once; raises one of _DOUBTS."""
    known = _forms()
    names: set[str | None] = {None}
    for first in range(0, len(history), READ_AT_ONCE):
        part = history[first : first + READ_AT_ONCE]
        read = [(at, version, form := known[topic], form.decode(state)) for at, version, topic, state in part]
        lines = b"\n".join([state for _, _, _, state in part])
        if encode_lines([entry for _, _, _, entry in read]) != lines + b"\n":
            raise ValueError("bytes that pledger does not write")
        all_plain = plain(lines)  # so most are, and one long text is searched sooner than many
        for (_, _, form, entry), (_, _, _, state) in zip(read, part, strict=True):
            if (
                entry.fact_version != form.kind.VERSION
                or not entry.occurred_at.tzinfo is entry.recorded_at.tzinfo is UTC
            ):
                raise ValueError("of another version, or another time zone")
            is_plain = form.held and (all_plain or plain(state))
            if not is_plain or (form.names and not _are_short(form, entry.fact, names)):
                _validate(form.kind, entry.fact)
        yield from read


def _are_short(form: Form, fact: Any, known: set[str | None]) -> bool:
    """Whether what tells short names tells known ones, or some of ASCII, which are known from then on."""
    for field in form.names:
        name = getattr(fact, field)
        if name not in known:
            if not _ascii_slug(name):  # about other letters Python's engine of patterns differs from pydantic's
                return False
            known.add(name)
    return True


def _validate(kind: type[Fact], form: Any) -> None:
    """Let pydantic say whether a fact is valid as it is; raises ValidationError or ValueError."""
    if to_json(stored_form(kind.model_validate(msgspec.to_builtins(form)))) != encode(form):
        raise ValueError("told otherwise than it would be stored")


@cache
def _forms() -> dict[bytes, Form]:
    """The forms of what is recorded in a partnership, by their stored names as bytes."""
    return {topic.encode(): form for topic, form in forms().items() if form.kind.THEME != "ledger"}


def _says(retracted: Any, other: Ordered | None) -> bool:
    """Whether a retraction carries what is recorded of an entry that stands."""
    if retracted is None or other is None:
        return False
    _, at, version, fact = other
    found = (retracted.version, retracted.fact, retracted.occurred_at, retracted.fact_version)
    return found == (version, fact.TOPIC, at, fact.VERSION) and encode(retracted.data) == encode(fact)


def _admitted(slug: str, standing: Iterable[Ordered], zone: ZoneInfo) -> bool:
    """Whether all that is brought into being has a name; raises Refused or OtherStamps where an entry does not hold."""
    partnership = Partnership(slug)
    for _, at, _, fact in standing:
        if fact.NAMED is not None and getattr(fact, fact.NAMED[0]) is None:
            return False
        when = Occurrence(at, zone)
        partnership.admit(fact, when)
        fact.apply(partnership, when)  # without the silence clock, which admits nothing
    return True
