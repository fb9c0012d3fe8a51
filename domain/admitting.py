"""Admitting what is recorded once more, in order of occurrence: what tells whether a history holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pledger.domain.correction import EntryRetracted, RetractedEntry
from pledger.domain.days import Occurrence
from pledger.domain.fact import STAMPED
from pledger.domain.mapper import stored_form
from pledger.domain.naming import listed
from pledger.domain.partnership import Partnership
from pledger.domain.refusal import Refused
from pledger.domain.upcasts import retracted_in_present_form

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence
    from zoneinfo import ZoneInfo

    from pledger.domain.entry import Entry
    from pledger.domain.fact import Fact


def admitted_in_turn(
    slug: str, standing: Iterable[Entry], stored: Container[int], zone: ZoneInfo
) -> Iterator[tuple[Entry, Fact | None, Refused | str]]:
    """Admit entries in order of occurrence: each with its fact as admitted, or None and why it does not hold.

    Those whose version is `stored` must be admitted with the stamps that they carry; others get theirs.
    """
    partnership = Partnership(slug)
    for entry in sorted(standing, key=lambda entry: entry.order):
        when = Occurrence(entry.occurred_at, zone)
        try:
            fact = partnership.admit(entry.fact, when)
        except Refused as refusal:
            yield entry, None, refusal
            continue
        if fact != entry.fact and entry.version in stored:
            yield entry, None, f"it would change: {listed(_differing(fact, entry.fact))}"
            continue
        fact.apply(partnership, when)  # without the silence clock, which admits nothing
        yield entry, fact, ""


def misfits(slug: str, history: Sequence[Entry], zone: ZoneInfo) -> Iterator[tuple[Entry, str]]:
    """Which entries of a recorded history do not hold, and why; none of what pledger recorded itself.

    `history` is whole, in the order of recording. Gaps apart, every stamp is held against what is recorded.
    """
    standing: dict[int, Entry] = {}
    by_position = {entry.position: entry for entry in history}
    for entry in history:
        if not isinstance(entry.fact, EntryRetracted):
            standing[entry.version] = entry
            if entry.fact.NAMED is not None and getattr(entry.fact, entry.fact.NAMED[0]) is None:
                yield entry, f"what it brings into being has no name: {entry.fact.NAMED[0]} is missing"
                return
            continue
        other = by_position.get(entry.fact.entry)
        if other is None or standing.pop(other.version, None) is None:
            yield entry, f"it takes back entry {entry.fact.entry}, which does not stand before it in {slug}"
        elif not _says(entry.fact.retracted, other):
            yield entry, f"what it says of entry {other.position}, which it takes back, is not what is recorded there"
    for entry, fact, why in admitted_in_turn(slug, standing.values(), {entry.version for entry in history}, zone):
        if fact is None:
            yield entry, why.what if isinstance(why, Refused) else why


def _says(retracted: RetractedEntry | None, other: Entry) -> bool:
    """Whether a retraction carries what is recorded, in whichever versions the two were stored."""
    return retracted is not None and retracted_in_present_form(retracted) == as_retracted(other)


def as_retracted(entry: Entry) -> RetractedEntry:
    """What a retraction carries of the entry that it takes back."""
    return RetractedEntry(
        version=entry.version,
        fact=entry.fact.TOPIC,
        occurred_at=entry.occurred_at,
        fact_version=entry.fact.VERSION,
        data=stored_form(entry.fact),
    )


def _differing(one: Fact, other: Fact) -> list[str]:
    """What differs, in the words that describe it."""
    return [
        (field.description or name).removesuffix(STAMPED)
        for name, field in type(one).model_fields.items()
        if getattr(one, name) != getattr(other, name)
    ]
