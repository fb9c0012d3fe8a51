"""Source references: the same one twice is reported, never recorded twice."""

from __future__ import annotations

import shlex
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pledger.domain.correction import EntryRetracted
from pledger.domain.days import day_of, in_utc
from pledger.domain.outcome import AlreadyRecorded, Changed

if TYPE_CHECKING:
    from collections.abc import Iterable
    from zoneinfo import ZoneInfo

    from pledger.domain.entry import Entry, Proposal
    from pledger.domain.fact import Fact


def compared(
    entry: Entry, proposal: Proposal, stands: Iterable[Entry], parties: set[str], zone: ZoneInfo
) -> AlreadyRecorded | Changed:
    """What to say of a proposal whose source reference an entry already has, among the entries that stand."""
    differences = _differences(entry, proposal, parties, zone)
    changed = {name: now for name, (_, now) in differences.items()}
    if not differences or entry.fact.told_since(changed, (later.fact for later in stands)):
        return AlreadyRecorded(entry)
    return Changed(entry, differences, _remedy(entry, differences))


def _differences(entry: Entry, proposal: Proposal, parties: set[str], zone: ZoneInfo) -> dict[str, tuple[Any, Any]]:
    found: dict[str, tuple[Any, Any]] = {}
    if type(entry.fact) is not type(proposal.fact):
        found["fact"] = (entry.fact.TOPIC, proposal.fact.TOPIC)
    else:
        found |= _fact_differences(entry.fact, proposal.fact, parties)
    if isinstance(proposal.on, datetime):
        if in_utc(proposal.on) != entry.occurred_at:
            found["on"] = (entry.occurred_at.isoformat(), in_utc(proposal.on).isoformat())
    elif proposal.on is not None and proposal.on != (day := day_of(entry.occurred_at, zone)):
        found["on"] = (day, proposal.on)
    for name in ("link", "note"):
        before, now = getattr(entry, name), getattr(proposal, name)
        if before != now:
            found[name] = (before, now)
    return found


def _fact_differences(before: Fact, now: Fact, parties: set[str]) -> dict[str, tuple[Any, Any]]:
    """Fields told differently; what admission fills where it is not told (a short name, the other party) is none."""
    found = {}
    for name in type(now).model_fields:
        if name in now.stamps():
            continue
        old, new = getattr(before, name), getattr(now, name)
        filled = new is None and (name == "to" or (now.NAMED is not None and name == now.NAMED[0]))
        if old != new and not filled and not _same_parties(old, new, parties):
            found[name] = (old, new)
    return found


def _same_parties(old: Any, new: Any, parties: set[str]) -> bool:
    """Whether both name the same parties, case apart."""
    if isinstance(old, tuple) and isinstance(new, tuple) and len(old) == len(new):
        return all(_same_parties(a, b, parties) for a, b in zip(old, new, strict=True))
    return isinstance(old, str) and isinstance(new, str) and old in parties and old.casefold() == new.casefold()


def _remedy(entry: Entry, differences: dict[str, tuple[Any, Any]]) -> str:
    """The command that would bring the ledger to what was told now."""
    if isinstance(entry.fact, EntryRetracted):
        return "a retraction stays as it is: tell this one under a source reference of its own"
    verb = entry.fact.verb_for_change({name: now for name, (_, now) in differences.items()})
    if verb is not None:
        return f"pledger {verb.format(partnership=shlex.quote(entry.partnership))}"
    return f"pledger retract {entry.partnership} {entry.position} --why ..., then record it again"
