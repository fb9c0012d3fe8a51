"""Amending: an entry is taken back and told again as it should have been, with what rests on it, in one batch."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pledger.domain.correction import EntryRetracted
from pledger.domain.days import day_of, in_utc, start_of_day
from pledger.domain.entry import Entry, Proposal
from pledger.domain.finding import entry_at
from pledger.domain.naming import listed
from pledger.domain.partnership import surviving
from pledger.domain.proposals import check_past, check_proposal
from pledger.domain.refusal import Refused
from pledger.domain.successors import Successors

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from zoneinfo import ZoneInfo

    from pledger.domain.fact import Fact
    from pledger.domain.ledger import Ledger

BESIDE_THE_FACT = ("on", "link", "note")


@dataclass(frozen=True, slots=True)
class Amended:
    """What an amendment took back and what it recorded instead; `told_again` are those that rested on it, likewise.

    `changed` names what differs; `retractions` are the entries that take back.
    """

    before: Entry
    now: Entry
    told_again: tuple[tuple[Entry, Entry], ...]
    changed: tuple[str, ...]
    retractions: tuple[Entry, ...]


def amend(
    ledger: Ledger, entry: int, changes: Mapping[str, Any], *, why: str | None = None, me: str | None = None
) -> Amended | None:
    """Take back the entry of that position and record it with changes; None, and nothing recorded, where none differs.

    `changes` may hold the fact's fields, and `on`, `link` and `note`; None leaves one out that may be left out. What
    rests on the entry is taken back and told again where it occurred; what names it follows it to a new name. All or
    nothing: raises Refused where something cannot be told again, and pydantic's ValidationError where a field is wrong.
    """
    mistaken = amendable(ledger, entry)
    while True:
        history = list(ledger.entries(mistaken.partnership))
        replaced = _replaced(ledger, mistaken, changes, history)
        changed = _changed(*_own(replaced, mistaken))
        if not changed:
            return None
        try:
            recorded = ledger.record_all(
                _batch(mistaken, replaced, f"amended: {listed(changed)}" if why is None else why), me=me
            )
        except Refused:
            if len(list(ledger.entries(mistaken.partnership))) == len(history):
                raise
            continue  # others wrote meanwhile: what rests on the entry may not be what it was
        return _amended(mistaken, replaced, changed, [outcome.held() for outcome in recorded])


def amendable(ledger: Ledger, position: int) -> Entry:
    """The entry of that position, if it can be amended; raises Refused."""
    entry = entry_at(ledger, position)
    if entry is None:
        raise Refused(f"there is no entry {position}", remedy="see the entries with: pledger log --all")
    if entry.fact.THEME == "ledger":
        raise Refused(
            f"entry {position} ({entry.fact.TOPIC}) is about the ledger itself, and stays as it is",
            remedy="what counts now is what was told last: adopt another policy with pledger policy adopt",
        )
    if isinstance(entry.fact, EntryRetracted):
        raise Refused(
            f"entry {position} is a retraction, which cannot be amended",
            remedy="record the fact that it took back again",
        )
    if all(other.version != entry.version for other in surviving(ledger.entries(entry.partnership))):
        raise Refused(
            f"entry {position} is retracted already", remedy=f"see the entries with: pledger log {entry.partnership}"
        )
    return entry


def _replaced(
    ledger: Ledger, mistaken: Entry, changes: Mapping[str, Any], history: Sequence[Entry]
) -> list[tuple[Entry, Entry]]:
    """The entry and those that rest on it, each with what is to be told instead."""
    stands = surviving(history)
    told = _told(mistaken, changes, stands, ledger.zone)
    check_past(told.occurred_at, max(ledger.now(), history[-1].recorded_at), ledger.zone)
    return Successors(stands, mistaken, told, ledger.zone).replaced()


def _own(pairs: Sequence[tuple[Entry, Entry]], mistaken: Entry) -> tuple[Entry, Entry]:
    return next((old, new) for old, new in pairs if old.version == mistaken.version)


def _amended(
    mistaken: Entry, replaced: Sequence[tuple[Entry, Entry]], changed: Sequence[str], recorded: Sequence[Entry]
) -> Amended:
    """What came of a batch: as many retractions as there are entries told instead."""
    retractions, told = recorded[: len(replaced)], recorded[len(replaced) :]
    pairs = [(old, new) for (old, _), new in zip(replaced, told, strict=True)]
    again = tuple(pair for pair in pairs if pair[0].version != mistaken.version)
    return Amended(*_own(pairs, mistaken), again, tuple(changed), tuple(retractions))


def told_fields(fact: Fact) -> dict[str, Any]:
    """What somebody told of a fact, or admission completed: its fields without stamps and those left out."""
    told = {name: getattr(fact, name) for name in type(fact).model_fields if name not in fact.stamps()}
    return {name: value for name, value in told.items() if value is not None}


def _told(mistaken: Entry, changes: Mapping[str, Any], stands: Sequence[Entry], zone: ZoneInfo) -> Entry:
    """The entry as it should have been, not admitted yet."""
    fields = {name: value for name, value in changes.items() if name not in BESIDE_THE_FACT}
    told = told_fields(mistaken.fact)
    names = mistaken.fact.NAMED[:1] if mistaken.fact.NAMED else ()
    kept = {name: told[name] for name in names}  # a short name stays, although the words it was made from change
    fields = {**kept, **{name: value for name, value in {**told, **fields}.items() if value is not None}}
    told_now = replace(
        mistaken,
        fact=type(mistaken.fact).model_validate(fields),
        occurred_at=_instant(changes.get("on"), mistaken, stands, zone),
        link=changes.get("link", mistaken.link),
        note=changes.get("note", mistaken.note),
    )
    check_proposal(_as_proposal(told_now))
    return told_now


def _instant(on: date | datetime | None, mistaken: Entry, stands: Sequence[Entry], zone: ZoneInfo) -> datetime:
    """When it occurs now; a day alone means the latest of what is there on that day, or else its start."""
    if on is None:
        return mistaken.occurred_at
    if isinstance(on, datetime):
        return in_utc(on)
    if on == day_of(mistaken.occurred_at, zone):
        return mistaken.occurred_at
    there = (entry.occurred_at for entry in stands if day_of(entry.occurred_at, zone) == on)
    return max(there, default=start_of_day(on, zone))


def _changed(before: Entry, now: Entry) -> list[str]:
    """What differs, stamps apart."""
    one, other = told_fields(before.fact), told_fields(now.fact)
    fields = [name for name in type(now.fact).model_fields if one.get(name) != other.get(name)]
    on = ["on"] if before.occurred_at != now.occurred_at else []
    return [*fields, *on, *(name for name in ("link", "note") if getattr(before, name) != getattr(now, name))]


def _batch(mistaken: Entry, replaced: Sequence[tuple[Entry, Entry]], why: str) -> list[Proposal]:
    """All retractions, then all that is told instead, in order of occurrence."""
    again = f"told again, since entry {mistaken.position} was amended"
    retractions = [
        EntryRetracted(entry=old.position, why=why if old.version == mistaken.version else again) for old, _ in replaced
    ]
    told = [_as_proposal(replace(new, fact=new.fact.as_told())) for _, new in replaced]
    return [*(Proposal(fact, mistaken.partnership) for fact in retractions), *told]


def _as_proposal(entry: Entry) -> Proposal:
    """What somebody proposes who tells an entry again."""
    return Proposal(
        entry.fact, entry.partnership, entry.occurred_at, source=entry.source, link=entry.link, note=entry.note
    )
