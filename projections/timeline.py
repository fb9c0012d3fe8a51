"""The timeline: what happened, in order of occurrence or of recording, with what was taken back marked."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from pydantic import BaseModel

from pledger.domain.correction import EntryRetracted
from pledger.domain.mapper import place_of, unreadable
from pledger.domain.upcasts import fact_taken_back

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from pledger.domain.entry import Entry
    from pledger.domain.fact import Fact
    from pledger.projections.question import Moment

Order = Literal["occurrence", "recording"]


class Retraction(NamedTuple):
    """Which entry took another back, when, who recorded that, and why."""

    entry: int
    recorded_at: datetime
    recorded_by: str
    why: str


class TimelineEntry(NamedTuple):
    """One entry, and its retraction where it was taken back."""

    entry: Entry
    retracted_by: Retraction | None

    def as_json(self) -> dict[str, Any]:
        """An entry by its documented keys."""
        entry = self.entry
        return {
            "position": entry.position,
            "partnership": entry.partnership,
            "version": entry.version,
            "fact": entry.fact.TOPIC,
            "occurred_at": entry.occurred_at,
            "recorded_at": entry.recorded_at,
            "recorded_by": entry.recorded_by,
            "source": entry.source,
            "link": entry.link,
            "note": entry.note,
            "retracted_by": self.retracted_by and self.retracted_by._asdict(),
            "data": _readable(entry),
        }


def timeline(entries: Iterable[Entry], moment: Moment, order: Order = "occurrence") -> list[TimelineEntry]:
    """What had happened by a moment, from entries in order of recording; of one partnership or of several.

    Each partnership keeps its own order of occurrence, in which its opening comes first whatever its date.
    """
    known = [entry for entry in entries if moment.is_known(entry)]
    retractions = {
        entry.fact.entry: Retraction(entry.position, entry.recorded_at, entry.recorded_by, entry.fact.why)
        for entry in known
        if isinstance(entry.fact, EntryRetracted)
    }
    happened = [entry for entry in known if moment.has_happened(entry)]
    told = happened if order == "recording" else _in_order_of_occurrence(happened)
    return [TimelineEntry(entry, retractions.get(entry.position)) for entry in told]


def _in_order_of_occurrence(entries: Iterable[Entry]) -> Iterable[Entry]:
    streams: dict[str, list[Entry]] = {}
    for entry in entries:
        streams.setdefault(entry.partnership, []).append(entry)
    in_order = (sorted(stream, key=lambda entry: entry.order) for stream in streams.values())
    return heapq.merge(*in_order, key=lambda entry: (entry.occurred_at, entry.position))


def _readable(entry: Entry) -> dict[str, Any]:
    """The fields of an entry's fact; raises IntegrityFailure where what a retraction carries cannot be read."""
    try:
        return fact_data(entry.fact)
    except (KeyError, ValueError) as error:
        raise unreadable(place_of(entry.position, entry.version, entry.partnership), error, "unknown") from error


def fact_data(fact: Fact) -> dict[str, Any]:
    """All fields of a fact, the stamped ones too; a retraction's entry in the same form as any other."""
    data = _fields(fact)
    if isinstance(fact, EntryRetracted) and fact.retracted is not None:
        taken_back = fact_taken_back(fact.retracted)
        data["retracted"] |= {"fact_version": taken_back.VERSION, "data": _fields(taken_back)}
    return data


def _fields(model: BaseModel) -> dict[str, Any]:
    """What `model_dump` gives, without building a serializer for every kind of fact."""
    return {name: _field(getattr(model, name)) for name in type(model).model_fields}


def _field(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return _fields(value)
    return tuple(map(_field, value)) if isinstance(value, tuple) else value
