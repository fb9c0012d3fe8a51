"""Entries as stored bytes and back: compact JSON through pydantic, under the fact's stored name."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any, NamedTuple

from pydantic import ValidationError
from pydantic_core import from_json, to_json

from pledger.domain.catalogue import facts
from pledger.domain.entry import Entry
from pledger.domain.fact import Fact
from pledger.domain.reading import read_model
from pledger.domain.refusal import IntegrityFailure
from pledger.domain.upcasts import present_form

READ_BY_HAND_MAX = 100
"""Building a kind's validator takes as long as reading this many of its facts by hand takes longer."""

POSITION_MAX = 2**63 - 1
RESTORE = "restore the ledger from a backup that was taken before the damage"


class Stored(NamedTuple):
    """An entry as the store keeps it: its place in the log, and the four things of which its leaf is the hash."""

    position: int
    stream: str
    version: int
    topic: str
    state: bytes


_read: Counter[type[Fact]] = Counter()


def to_bytes(entry: Entry) -> bytes:
    """What is stored of an entry beside its partnership, version and stored name."""
    return _to_bytes(entry, entry.fact.VERSION, stored_form(entry.fact))


def to_bytes_as_then(entry: Entry, state: bytes) -> bytes:
    """What the version that stored an entry wrote of it, given the bytes from which the entry was read.

    Of an earlier version's fact nobody knows the order of its fields any more: it is written in the order found.
    """
    stored = from_json(state)
    if stored["fact_version"] == entry.fact.VERSION:
        return to_bytes(entry)
    return _to_bytes(entry, stored["fact_version"], stored["fact"])


def stored_form(fact: Fact) -> dict[str, Any]:
    """What is stored of a fact."""
    form: dict[str, Any] = fact.model_dump(mode="json", exclude_none=True)
    return form


def _to_bytes(entry: Entry, fact_version: int, fact: dict[str, Any]) -> bytes:
    told = {"source": entry.source, "link": entry.link, "note": entry.note}
    return to_json(
        {
            "occurred_at": entry.occurred_at,
            "recorded_at": entry.recorded_at,
            "recorded_by": entry.recorded_by,
            **{name: text for name, text in told.items() if text is not None},
            "fact_version": fact_version,
            "fact": fact,
        }
    )


def to_entry(
    position: int, partnership: str, version: int, topic: str, state: bytes, *, validated: bool = False
) -> Entry:
    """Read an entry back; raises IntegrityFailure where the bytes are not what this or an earlier pledger writes.

    What an earlier version stored becomes a fact of the present one. A fact was validated when it was admitted;
    `validated` does it again, for whoever does not believe that.
    """
    where = place_of(position, version, partnership)
    kind = facts().get(topic)
    if kind is None:
        raise IntegrityFailure(
            f"the stored fact '{topic}' is unknown",
            where=where,
            remedy="read it with a newer version of pledger",
        )
    try:
        stored = from_json(state)
        fact_version = stored["fact_version"]
        if isinstance(fact_version, int) and fact_version > kind.VERSION:
            raise IntegrityFailure(
                f"the stored fact '{topic}' has version {fact_version}; this pledger knows {kind.VERSION}",
                where=where,
                remedy="read it with a newer version of pledger",
            )
        fact = stored["fact"]
        if fact_version != kind.VERSION:
            fact = present_form(kind, fact_version, fact)
        return Entry(
            position=position,
            partnership=partnership,
            version=version,
            fact=_fact(kind, fact, validated),
            occurred_at=datetime.fromisoformat(stored["occurred_at"]),
            recorded_at=datetime.fromisoformat(stored["recorded_at"]),
            recorded_by=stored["recorded_by"],
            source=stored.get("source"),
            link=stored.get("link"),
            note=stored.get("note"),
        )
    except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError, ValidationError) as error:
        raise unreadable(where, error) from error


def place_of(position: int, version: int, partnership: str) -> str:
    """Where an entry is, for messages."""
    return f"entry {position} (version {version} of {partnership})"


def unreadable(where: str, error: Exception, key_is: str = "missing") -> IntegrityFailure:
    """What to raise where something in a stored entry cannot be understood; `key_is` says what a KeyError means."""
    reason = f"{error} is {key_is}" if isinstance(error, KeyError) else str(error).splitlines()[0]
    return IntegrityFailure(
        f"the stored bytes cannot be read: {reason}",
        where=where,
        remedy=RESTORE,
    )


def _fact(kind: type[Fact], stored: dict[str, Any], validated: bool) -> Fact:
    """The fact, without building a validator for a kind of which few are read."""
    _read[kind] += 1
    by_hand = _read[kind] <= READ_BY_HAND_MAX and not validated
    return read_model(kind, stored) if by_hand else kind.model_validate(stored)
