"""What the log itself holds of people: the ids that facts carry, and any words in which somebody's name stands."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import TYPE_CHECKING

from pledger.domain.catalogue import facts
from pledger.domain.mapper import to_entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pledger.domain.fact import Fact
    from pledger.domain.mapper import Stored
    from pledger.domain.people import Person

PERSON_FIELDS = frozenset({"person", "lead"})
"""What fields are called that carry a person's id; such ids are never made from words, which might tell a name."""


@cache
def person_fields(kind: type[Fact]) -> tuple[str, ...]:
    """The fields of a fact that carry a person's id."""
    return tuple(name for name in kind.model_fields if name in PERSON_FIELDS)


def ids_in(stored: Iterable[Stored]) -> set[str]:
    """The ids of people that these entries carry, those taken back too."""
    carrying = {topic: fields for topic, kind in facts().items() if (fields := person_fields(kind))}
    told = (getattr(to_entry(*entry).fact, name) for entry in stored for name in carrying.get(entry.topic, ()))
    return {id_ for id_ in told if id_ is not None}


def entries_with(stored: Iterable[Stored], person: Person) -> Iterator[int]:
    """The positions of the entries in whose words a person's name or address stands, in whatever case."""
    words = [person.name, *([person.address] if person.address else [])]
    told = "|".join(re.escape(json.dumps(text, ensure_ascii=False)[1:-1]) for text in words)
    found = re.compile(rf"(?<!\w)(?:{told})(?!\w)", re.IGNORECASE)
    for entry in stored:
        if found.search(entry.state.decode("utf-8", "replace")):
            yield entry.position
