"""Telling a fact on the command line: from words and options to a recorded entry."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, get_args

import click
from pydantic import ValidationError

from pledger.cli.dates import end_of, parse_day, parse_when
from pledger.cli.echo import echo_of
from pledger.cli.names import exact_partnership, match_name
from pledger.cli.session import Session
from pledger.cli.validation import plain_reason
from pledger.cli.verbs import argument_name, option_names, takes_many
from pledger.domain.entry import Proposal
from pledger.domain.fact import Fact
from pledger.domain.outcome import AlreadyRecorded, Changed, Recorded
from pledger.domain.refusal import WrongUsage

if TYPE_CHECKING:
    from pledger.domain.ledger import Ledger
    from pledger.domain.partnership import Partnership


@dataclass(frozen=True, slots=True)
class Place:
    """Where and when a fact is told to have happened."""

    ledger: Ledger
    slug: str
    on: date | datetime | None

    def partnership(self) -> Partnership:
        """The partnership as it was then: names are matched among what was open at that time."""
        if self.on is None:
            return self.ledger.partnership(self.slug)
        return self.ledger.partnership(self.slug, as_of=end_of(self.on, self.ledger.zone))


def tell(kind: type[Fact], values: dict[str, Any]) -> None:
    """Record one fact as it was told on the command line, and echo it; raises Problem."""
    session = click.get_current_context().ensure_object(Session)
    words, on, form = values.pop("words"), values.pop("on"), values.pop("form")
    told_with = {name: values.pop(name) for name in ("source", "link", "note")}
    me, cascade = values.pop("me"), values.pop("cascade", False)
    slug, arguments = split_words(kind, words, session)
    told = {**arguments, **{name: value for name, value in values.items() if value not in (None, ())}}
    ask_for_missing(kind, told)
    if kind.RANK < Fact.RANK:
        fact = fact_told(kind, told)  # before a ledger is made for it
        slug = slug.lower()
        ledger = session.ledger(create=True)
        place = Place(ledger, slug, parse_when(on, ledger.now(), ledger.zone) if on else None)
    else:
        ledger = session.ledger()
        slug = exact_partnership(ledger, slug)
        place = Place(ledger, slug, parse_when(on, ledger.now(), ledger.zone) if on else None)
        fact = fact_told(kind, resolved(kind, told, place))
    proposal = Proposal(fact, slug, place.on, **told_with)
    outcome = ledger.record_all([proposal], me=me, cascade=cascade)[0]
    if isinstance(outcome, Changed):
        raise outcome.refusal()
    assert isinstance(outcome, Recorded | AlreadyRecorded)
    show_recorded(outcome, ledger, form)


def show_recorded(outcome: Recorded | AlreadyRecorded, ledger: Ledger, form: str | None) -> None:
    """Show what was recorded: in words, or as the entry that `log` would show."""
    entry = outcome.entry
    also = [
        other
        for other in ledger.entries(entry.partnership)
        if isinstance(outcome, Recorded) and other.version > entry.version and other.recorded_at == entry.recorded_at
    ]
    if form in (None, "table"):
        click.echo("\n".join(echo_of(outcome, also, ledger.zone)))
        return
    from pledger.cli.log import print_entries

    print_entries([entry, *also], form)


def split_words(kind: type[Fact], words: tuple[str, ...], session: Session) -> tuple[str, dict[str, Any]]:
    """The partnership's name, and the fields told by their place.

    The first word is the partnership, unless one is configured and the first word names none.
    """
    default = session.partnership_default
    named = default is None or len(words) > len(kind.ARGUMENTS) or (bool(words) and _names_one(words[0], session))
    if named and not words:
        words = (_asked("partnership", kind, "which partnership; or configure one: pledger config partnership NAME"),)
    slug, rest = (words[0], words[1:]) if named else (default or "", words)
    if len(rest) > len(kind.ARGUMENTS):
        raise WrongUsage(
            f"too many words: {' '.join(rest[len(kind.ARGUMENTS) :])}",
            where=f"pledger {kind.VERB}",
            remedy='put a text of several words in quotes: "like this"',
        )
    return slug, dict(zip(kind.ARGUMENTS, rest, strict=False))


def _names_one(word: str, session: Session) -> bool:
    return word.casefold() in {name.casefold() for name in session.ledger().partnerships()}


def ask_for_missing(kind: type[Fact], told: dict[str, Any]) -> None:
    """Ask for required values on a terminal; elsewhere refuse, naming them all."""
    missing = [name for name, info in kind.model_fields.items() if info.is_required() and name not in told]
    missing = [name for name in missing if name not in _referring(kind)]
    if not missing:
        return
    if not sys.stdin.isatty():
        names = [_told_by(kind, name) for name in missing]
        raise WrongUsage(
            f"{' and '.join(names)} {'is' if len(names) == 1 else 'are'} missing",
            where=f"pledger {kind.VERB}",
            remedy=f"for example: pledger {kind.EXAMPLE}",
        )
    for name in missing:
        answer = _asked(name.replace("_", " "), kind, kind.model_fields[name].description or "")
        told[name] = [part.strip() for part in answer.split(",")] if takes_many(kind.model_fields[name]) else answer


def _asked(name: str, kind: type[Fact], meaning: str) -> str:
    if not sys.stdin.isatty():
        raise WrongUsage(
            f"no {name} is named", where=f"pledger {kind.VERB}", remedy=f"for example: pledger {kind.EXAMPLE}"
        )
    answer: str = click.prompt(f"{name} ({meaning})", err=True)
    return answer


def _told_by(kind: type[Fact], name: str) -> str:
    return argument_name(kind, name) if name in kind.ARGUMENTS else option_names(kind, name)[0]


def _referring(kind: type[Fact]) -> list[str]:
    """The fields that name something that is there already."""
    own = kind.NAMED[0] if kind.NAMED else None
    return [name for name in kind.model_fields if name in ("commitment", "goal", "concern", "norm") and name != own]


def resolved(kind: type[Fact], told: dict[str, Any], place: Place) -> dict[str, Any]:
    """Dates read, and parts of names completed."""
    out = dict(told)
    for name, info in kind.model_fields.items():
        if isinstance(out.get(name), str) and date in (info.annotation, *get_args(info.annotation)):
            out[name] = parse_day(out[name], place.ledger.now(), place.ledger.zone, ahead=True)
    for name in _referring(kind):
        if name in out or kind.model_fields[name].is_required():
            candidates = _candidates(kind, name, out, place.partnership())
            if name in out and not candidates and place.on is not None:  # told too early: say so of the full name
                candidates = _candidates(kind, name, out, place.ledger.partnership(place.slug))
            found = match_name(out.get(name), candidates, name, where=f"pledger {kind.VERB}, {place.slug}")
            free_words = kind.TOPIC == "norm-breached" and found not in candidates
            out[name] = out[name] if free_words else found
    return out


def _candidates(kind: type[Fact], name: str, told: dict[str, Any], partnership: Partnership) -> list[str]:
    """What a part of a name may mean, at the time of the fact."""
    match name:
        case "commitment":
            return list(partnership.delivery.open)
        case "concern":
            return list(partnership.communication.concerns)
        case "goal":
            return list(partnership.goals.open)
    if kind.TOPIC == "breach-repaired":
        by = str(told.get("by", "")).casefold()
        return [
            norm
            for party in partnership.norms.breaches
            if party.casefold() == by
            for norm in partnership.norms.unrepaired(party)
        ]
    return sorted(partnership.norms.agreed)


def fact_told(kind: type[Fact], told: dict[str, Any]) -> Fact:
    """The fact, validated; raises WrongUsage in the words of the command line."""
    try:
        return kind.model_validate(told)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else ""
        raise WrongUsage(
            f"{_told_by(kind, name) if name else 'it'} {plain_reason(first)}",
            where=f"pledger {kind.VERB}",
            remedy=f"for example: pledger {kind.EXAMPLE}",
        ) from None
