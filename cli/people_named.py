"""People by their names, in tables for people alone: nothing that is written for programs or to a file has a name."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pledger.domain.person_ids import person_fields
from pledger.domain.refusal import StorageTrouble
from pledger.projections.sentences import sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pledger.domain.entry import Entry
    from pledger.domain.ledger import Ledger


def names_of(ledger: Ledger) -> dict[str, str]:
    """How everybody in the register is shown, by id; nobody where the register may not be read: ids do then."""
    try:
        return {person.id: person.shown for person in ledger.people.all()}
    except StorageTrouble:
        return {}


def with_names(entry: Entry, names: Mapping[str, str]) -> Entry:
    """An entry to be told in a sentence, with names in place of the ids of people; not one to be kept."""
    told = {field: getattr(entry.fact, field) for field in person_fields(type(entry.fact))}
    known = {field: names[id_] for field, id_ in told.items() if id_ in names}
    return replace(entry, fact=entry.fact.model_copy(update=known)) if known else entry


def told_with_names(said: str, entry: Entry, names: Mapping[str, str]) -> str:
    """What was said of an entry, its own sentence with the names of people."""
    return said.replace(sentence(entry), sentence(with_names(entry, names)))


def telling_names(ledger: Ledger, partnership: str) -> Callable[[int, str], str]:
    """What tells, of an entry's position and what was said of it, the same with the names of people."""
    names = names_of(ledger)
    entries = {entry.position: entry for entry in ledger.entries(partnership)} if names else {}
    return lambda position, said: told_with_names(said, entries[position], names) if position in entries else said
