"""The echo of what was recorded: where it stands, what was understood, when it happened, and what usually follows."""

from __future__ import annotations

import shlex
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pledger.cli.dates import spoken
from pledger.cli.safe_text import on_one_line, printable
from pledger.cli.verbs import referring
from pledger.domain.catalogue import facts
from pledger.domain.ledger_facts import LEDGER_STREAM
from pledger.domain.outcome import AlreadyRecorded, Recorded
from pledger.projections.sentences import sentence

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zoneinfo import ZoneInfo

    from pledger.domain.amending import Amended
    from pledger.domain.entry import Entry
    from pledger.domain.fact import Fact

WORDS_REPEATED_MAX = 80
TOLD_AGAIN_MAX = 8


def echo_of(outcome: Recorded | AlreadyRecorded, also: list[Entry], zone: ZoneInfo) -> list[str]:
    """The lines that say what became of a fact; `also` are the entries that the same batch retracted."""
    entry = outcome.entry
    said = on_one_line(sentence(entry))
    how = "recorded" if isinstance(outcome, Recorded) else "nothing changed, it is recorded already:"
    where = "the ledger" if entry.partnership == LEDGER_STREAM else entry.partnership
    lines = [f"{how} entry {entry.position} in {where}: {said}"]
    details = [f"when: {spoken(entry.occurred_at, zone)}", *_details(entry.fact, said)]
    lines.append("  " + "; ".join(details))
    lines += also_retracted(also)
    if isinstance(outcome, Recorded) and entry.fact.THEN:
        lines.append(f"  next: {_next(entry)}")
    return [printable(line) for line in lines]


def amended_echo(done: Amended, zone: ZoneInfo) -> list[str]:
    """The lines that say what an amendment took back, and what it recorded instead."""
    before = done.before
    taken_back = f"took back entry {before.position} in {before.partnership}: {on_one_line(sentence(before))}"
    again = [
        f"  told again: entry {old.position} as entry {now.position}: {on_one_line(sentence(now))}"
        for old, now in done.told_again
    ]
    more = [f"  and {len(again) - TOLD_AGAIN_MAX} more"] if len(again) > TOLD_AGAIN_MAX else []
    head, details, *rest = echo_of(Recorded(done.now), [], zone)
    told = [printable(line) for line in again[:TOLD_AGAIN_MAX]]
    follows = [] if again else rest  # what usually follows has followed
    return [printable(taken_back), head, details, f"  changed: {', '.join(done.changed)}", *told, *more, *follows]


def also_retracted(also: list[Entry]) -> list[str]:
    """What a cascade took back, too."""
    return [f"  also retracted: entry {_retracted(other)}" for other in also]


def _details(fact: Fact, said: str) -> Iterator[str]:
    """What was told, or completed by admission, and cannot be read in the sentence; dates with their weekday."""
    for name, info in type(fact).model_fields.items():
        value = getattr(fact, name)
        if name in fact.stamps() or value in (None, ()) or value == info.default:
            continue
        if isinstance(value, date):
            yield f"{name.replace('_', ' ')}: {value:%a %Y-%m-%d}"
        elif not _is_said(name, value, said):
            yield f"{name.replace('_', ' ')}: {on_one_line(_shown(value))}"


def _is_said(name: str, value: Any, said: str) -> bool:
    """Whether the sentence has a value in it; one too long to be worth repeating counts as said."""
    if isinstance(value, tuple):
        return all(_is_said(name, part, said) for part in value)
    shown = on_one_line(name.replace("_", " ") if value is True else _shown(value))
    return len(shown) > WORDS_REPEATED_MAX or shown in said or shown.replace("-", " ") in said


def _shown(value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(str(part) for part in value)
    return f"{value:f}" if isinstance(value, Decimal) else f"{value:g}" if isinstance(value, float) else str(value)


def _next(entry: Entry) -> str:
    """The command that usually follows, with the short name that it needs."""
    parts = ["pledger", entry.fact.THEN, *([entry.partnership] if entry.partnership != LEDGER_STREAM else [])]
    follows = next((kind for kind in facts().values() if kind.VERB == entry.fact.THEN), None)
    if follows is not None and follows.ARGUMENTS and follows.ARGUMENTS[0] in referring(follows):
        name = getattr(entry.fact, follows.ARGUMENTS[0], None)
        parts += [shlex.quote(name)] if name else []
    return " ".join(parts)


def _retracted(entry: Entry) -> str:
    fact: Any = entry.fact
    return f"{fact.entry} ({fact.retracted.fact})"
