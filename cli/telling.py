"""Telling a fact on the command line: from words and options to a recorded entry."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, get_args

import click
from pydantic import ValidationError

from pledger.cli.asking import ask_for, ask_for_partnership, told_by
from pledger.cli.dates import parse_day, parse_when
from pledger.cli.echo import echo_of
from pledger.cli.names import exact_partnership
from pledger.cli.references import Place, meant
from pledger.cli.session import Session
from pledger.cli.validation import plain_reason
from pledger.cli.verbs import referring
from pledger.domain.correction import EntryRetracted
from pledger.domain.entry import Proposal
from pledger.domain.fact import Fact
from pledger.domain.ledger import Ledger, check_slug
from pledger.domain.outcome import AlreadyRecorded, Changed, Recorded
from pledger.domain.refusal import Problem, WrongUsage

if TYPE_CHECKING:
    from datetime import datetime

    from pledger.domain.entry import Entry


def tell(kind: type[Fact], values: dict[str, Any]) -> None:
    """Record one fact as it was told on the command line, and echo it; raises Problem."""
    session = click.get_current_context().ensure_object(Session)
    words, on, form = values.pop("words"), values.pop("on"), values.pop("form")
    told_with = {name: values.pop(name) for name in ("source", "link", "note")}
    me, cascade = session.me_or(values.pop("me")), values.pop("cascade", False)
    slug, arguments = split_words(kind, words, session)
    told = {**arguments, **{name: value for name, value in values.items() if value not in (None, ())}}
    ask_for(kind, missing(kind, told), told)
    if kind.RANK < Fact.RANK:
        slug = slug.lower()
        check_slug(slug)
        fact = fact_told(kind, told)
        if not session.is_ledger_there:  # what is refused makes no ledger
            with Ledger.open(":memory:", clock=session.clock) as trial:
                trial.record_all([Proposal(fact, slug, _read_when(kind, on, trial), **told_with)])
        ledger = session.ledger(create=True)
        place = Place(ledger, slug, _read_when(kind, on, ledger))
    else:
        ledger = session.ledger()
        slug = exact_partnership(ledger, slug, where=f"pledger {kind.VERB}")
        place = Place(ledger, slug, _read_when(kind, on, ledger))
        fact = fact_told(kind, resolved(kind, told, place))
    proposal = Proposal(fact, slug, place.on, **told_with)
    outcome = ledger.record_all([proposal], me=me, cascade=cascade)[0]
    if isinstance(outcome, Changed):
        raise outcome.refusal()
    assert isinstance(outcome, Recorded | AlreadyRecorded)
    show_recorded(outcome, ledger, form)


def missing(kind: type[Fact], told: dict[str, Any]) -> list[str]:
    """The required fields that were not told; what names something that is there may be found without."""
    required = [name for name, info in kind.model_fields.items() if info.is_required()]
    return [name for name in required if name not in told and name not in referring(kind)]


def show_recorded(outcome: Recorded | AlreadyRecorded, ledger: Ledger, form: str | None) -> None:
    """Show what was recorded: in words, or as the entry that `log` would show."""
    entry = outcome.entry
    also = _retracted_with(entry, ledger) if isinstance(outcome, Recorded) else []
    if form in (None, "table"):
        click.echo("\n".join(echo_of(outcome, also, ledger.zone)))
        return
    from pledger.cli.log import print_entries

    print_entries([entry, *also], form)


def _retracted_with(entry: Entry, ledger: Ledger) -> list[Entry]:
    """What a cascade took back in the same batch."""
    if not isinstance(entry.fact, EntryRetracted):
        return []  # and the partnership's entries need not be read
    batch = (other for other in ledger.entries(entry.partnership) if other.recorded_at == entry.recorded_at)
    return [other for other in batch if other.version > entry.version]


def split_words(kind: type[Fact], words: tuple[str, ...], session: Session) -> tuple[str, dict[str, Any]]:
    """The partnership's name, and the fields told by their place.

    The first word is the partnership, unless one is configured and the first word names none.
    """
    default = session.partnership_default if kind.RANK >= Fact.RANK else None  # a new one is always named
    named = default is None or len(words) > len(kind.ARGUMENTS) or (bool(words) and _names_one(words[0], session))
    if named and not words:
        words = (ask_for_partnership(kind),)
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


def resolved(kind: type[Fact], told: dict[str, Any], place: Place) -> dict[str, Any]:
    """Dates read, and parts of names completed."""
    out = dict(told)
    for name, info in kind.model_fields.items():
        if isinstance(out.get(name), str) and date in (info.annotation, *get_args(info.annotation)):
            out[name] = _read_day(kind, name, out[name], place.ledger)
    for name in referring(kind):
        if name in out or kind.model_fields[name].is_required():
            out[name] = meant(kind, name, out, place)
    return out


def _read_day(kind: type[Fact], name: str, text: str, ledger: Ledger) -> date:
    try:
        return parse_day(text, ledger.now(), ledger.zone, ahead=True)
    except Problem as problem:
        raise problem.at(f"pledger {kind.VERB} {told_by(kind, name)}") from None


def _read_when(kind: type[Fact], on: str | None, ledger: Ledger) -> date | datetime | None:
    try:
        return parse_when(on, ledger.now(), ledger.zone) if on is not None else None
    except Problem as problem:
        raise problem.at(f"pledger {kind.VERB} --on") from None


def fact_told(kind: type[Fact], told: dict[str, Any]) -> Fact:
    """The fact, validated; raises WrongUsage in the words of the command line."""
    try:
        return kind.model_validate(told)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else ""
        raise WrongUsage(
            f"{told_by(kind, name) if name else 'it'} {plain_reason(first)}",
            where=f"pledger {kind.VERB}",
            remedy=f"for example: pledger {kind.EXAMPLE}",
        ) from None


def reason_told(why: str | None) -> str | None:
    """Why something is taken back, if that is told and can be written down."""
    if why is None:
        return None
    try:
        fact_told(EntryRetracted, {"entry": 1, "why": why})
    except WrongUsage as wrong:
        wrong.where, wrong.remedy = "", "tell it differently, or leave --why out"
        raise
    return why
