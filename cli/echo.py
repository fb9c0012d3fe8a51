"""The echo of what was recorded: where it stands, when it happened, what was understood, and what usually follows."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from pledger.domain.outcome import AlreadyRecorded, Recorded

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from pledger.domain.entry import Entry
    from pledger.domain.fact import Fact


def echo_of(outcome: Recorded | AlreadyRecorded, also: list[Entry], zone: ZoneInfo) -> list[str]:
    """The lines that say what became of a fact; `also` are the entries that the same batch retracted."""
    entry = outcome.entry
    how = "recorded" if isinstance(outcome, Recorded) else "already recorded, nothing changed:"
    lines = [
        f"{how} entry {entry.position} in {entry.partnership}: {entry.fact.TOPIC}, {spoken(entry.occurred_at, zone)}"
    ]
    told = [_told(name, value, zone) for name, value in _understood(entry.fact)]
    if told:
        lines.append("  " + "; ".join(told))
    lines += [f"  also retracted: entry {_retracted(other)}" for other in also]
    if isinstance(outcome, Recorded) and entry.fact.THEN:
        lines.append(f"  next: {_next(entry)}")
    return lines


def spoken(at: datetime, zone: ZoneInfo) -> str:
    """An instant as people read it, in the ledger's own time: the weekday shows a misunderstood date."""
    local = at.astimezone(zone)
    time = "" if (local.hour, local.minute, local.second) == (0, 0, 0) else f" {local:%H:%M}"
    return f"{local:%a %Y-%m-%d}{time}"


def _understood(fact: Fact) -> list[tuple[str, Any]]:
    """What was told, or completed by admission, and is worth reading back."""
    found = []
    for name, info in type(fact).model_fields.items():
        value = getattr(fact, name)
        if name not in fact.stamps() and value not in (None, ()) and value != info.default:
            found.append((name, value))
    return found


def _told(name: str, value: Any, zone: ZoneInfo) -> str:
    if value is True:
        return name.replace("_", " ")
    if isinstance(value, tuple):
        value = ", ".join(str(part) for part in value)
    elif isinstance(value, date):
        value = f"{value:%a %Y-%m-%d}"
    return f"{name.replace('_', ' ')} {value}"


def _next(entry: Entry) -> str:
    """The command that usually follows, with the short name that it needs."""
    named = entry.fact.NAMED[0] if entry.fact.NAMED else ""
    name = getattr(entry.fact, named, "") or ""
    return " ".join(part for part in ("pledger", entry.fact.THEN, entry.partnership, name) if part)


def _retracted(entry: Entry) -> str:
    fact: Any = entry.fact
    return f"{fact.entry} ({fact.retracted.fact})"
