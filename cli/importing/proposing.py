"""Rows become proposals: what each record tells, in the order in which it happened."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import ValidationError

from pledger.cli.importing.cells import BadCell
from pledger.cli.importing.fact_fields import importable, takes_day, takes_short_name
from pledger.cli.importing.templates import template, written
from pledger.cli.validation import plain_reason
from pledger.domain.days import day_of
from pledger.domain.entry import Proposal
from pledger.domain.fact import Fact
from pledger.domain.lifecycle import PartnershipOpened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pledger.cli.importing.mapping import Case, FactRule
    from pledger.cli.importing.record import Record
    from pledger.cli.importing.templates import Told

SLUG_LENGTH_MAX = 100


class Order(NamedTuple):
    """Where a fact stands among those of its partnership.

    Of facts at one time those that the mapping names first come first; then those of earlier lines.
    """

    rank: int
    at: datetime
    rule: int
    lines: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Telling:
    """What one record tells of one partnership."""

    row: str
    slug: str
    record: Record
    facts: list[tuple[Order, Proposal]] = field(default_factory=list)

    @property
    def lines(self) -> tuple[int, ...]:
        return self.record.lines

    @property
    def first(self) -> Order:
        """Where the earliest of its facts stands."""
        return min(order for order, _ in self.facts)


def telling(record: Record) -> Telling:
    """What a record tells; raises BadCell. It tells nothing where no rule is meant for it."""
    mapping = record.reading.mapping
    for reason, case in mapping.bad.items():
        if record.fits(case):
            raise _contradiction(record, case, reason)
    row = written(_needed(record, mapping.row.id, "the row's id"))
    told = Telling(row, _slug(record, mapping.partnership.slug), record)
    after = None
    for number, (label, rule) in enumerate(mapping.facts.items()):
        if record.fits(rule):
            proposal = _proposal(record, rule, told.slug, f"{mapping.name}:{row}:{label}")
            after = _at(proposal, after, record)
            told.facts.append((Order(proposal.fact.RANK, after, number, record.lines), proposal))
    return told


def opening(first: Telling) -> Proposal | None:
    """The opening of a partnership as the row with its earliest fact tells it; None where the mapping opens none.

    Raises BadCell.
    """
    mapping = first.record.reading.mapping
    rule = mapping.partnership.open
    if rule is None:
        return None
    parties = tuple(written(_needed(first.record, text, "parties")) for text in rule.parties)
    purpose = written(_needed(first.record, rule.purpose, "purpose"))
    names = {"parties": ", ".join(_names(rule.parties)), "purpose": ", ".join(_names(rule.purpose))}
    fact = _made(PartnershipOpened, {"parties": parties, "purpose": purpose}, names)
    _, earliest = min(first.facts, key=lambda fact: fact[0])
    return Proposal(fact, first.slug, earliest.on, source=f"{mapping.name}:opened", group=first.slug)


def _at(proposal: Proposal, after: datetime | None, record: Record) -> datetime:
    """When a fact begins; one told by its day alone not before those of that day that its row told already."""
    assert proposal.on is not None  # every rule says when
    at, zone = record.reading.instant(proposal.on), record.reading.zone
    if after is None or isinstance(proposal.on, datetime) or day_of(after, zone) != proposal.on:
        return at
    return max(at, after)


def _contradiction(record: Record, case: Case, reason: str) -> BadCell:
    told = {name: record.told(name) for name in sorted(case.when.names | case.unless.names)}
    return BadCell(
        ", ".join(told), ", ".join("" if value is None else written(value) for value in told.values()), reason
    )


def _proposal(record: Record, rule: FactRule, slug: str, source: str) -> Proposal:
    kind = importable()[rule.fact]
    on = _needed(record, rule.on, "on")
    assert isinstance(on, date)  # the mapping was held to it
    fields: dict[str, Any] = {}
    columns: dict[str, str] = {}
    for name, told in rule.fields.items():
        value = _field(record, kind, name, told)
        if value is not None:
            fields[name] = value
        elif kind.model_fields[name].is_required():
            _needed(record, told if isinstance(told, str) else "", name)
        columns[name] = ", ".join(_names(told))
    link, note = _beside(record, rule.link), _beside(record, rule.note)
    return Proposal(_made(kind, fields, columns), slug, on, source, link, note, record.lines)


def _field(record: Record, kind: type[Fact], name: str, told: Any) -> Any:
    """A field's value; None where its columns have none."""
    if isinstance(told, tuple):
        parts = [_field(record, kind, name, part) for part in told]
        return tuple(part for part in parts if part is not None) or None
    if not isinstance(told, str):
        return told
    if takes_short_name(kind, name):
        return template(told).slug(record.told)
    value = record.filled(told)
    if isinstance(value, date):
        if not takes_day(kind, name):
            return written(value)
        return day_of(value, record.reading.zone) if isinstance(value, datetime) else value
    return value


def _made(kind: type[Fact], fields: dict[str, Any], columns: dict[str, str]) -> Fact:
    try:
        return kind(**fields)
    except ValidationError as error:
        details = error.errors(include_url=False)[0]
        name = str(details["loc"][0]) if details["loc"] else ""
        value = fields.get(name, "")
        shown = ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
        raise BadCell(columns.get(name, ""), shown, f"{name} {plain_reason(details)}") from None


def _needed(record: Record, text: str, what: str) -> Told:
    """What a template says; raises BadCell, naming the column, where that is nothing."""
    value = record.filled(text)
    if value is None or not written(value).strip():
        empty = [name for name in template(text).names if record.told(name) is None]
        raise BadCell(", ".join(empty), "", f"has no value, and {what} is made from it")
    return value


def _beside(record: Record, text: str) -> str | None:
    value = record.filled(text) if text else None
    return None if value is None else written(value)


def _slug(record: Record, text: str) -> str:
    slug = template(text).slug(record.told)
    if slug is None:
        _needed(record, text, "the partnership's name")
    if not slug or len(slug) > SLUG_LENGTH_MAX:
        names = template(text).names
        shown = ", ".join(written(told) for name in names if (told := record.told(name)) is not None)
        raise BadCell(", ".join(names), shown, f"makes no short name of 1 to {SLUG_LENGTH_MAX} characters")
    return slug


def _names(told: Any) -> Iterator[str]:
    for part in told if isinstance(told, tuple) else (told,):
        if isinstance(part, str):
            yield from template(part).names
