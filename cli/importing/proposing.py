"""Rows become proposals: what each record tells, in the order in which it happened."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

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

    from pledger.cli.importing.mapping import FactRule
    from pledger.cli.importing.record import Record
    from pledger.cli.importing.templates import Told

SLUG_LENGTH_MAX = 100


@dataclass(frozen=True, slots=True)
class Telling:
    """What one record tells of one partnership: proposals with the key by which they are put in order."""

    lines: tuple[int, ...]
    slug: str
    record: Record
    facts: list[tuple[tuple[int, datetime], Proposal]] = field(default_factory=list)

    @property
    def first(self) -> tuple[datetime, date]:
        """When its earliest fact begins, and how that was told."""
        (_, at), proposal = min(self.facts, key=lambda fact: fact[0][1])
        assert proposal.on is not None  # every rule says when
        return at, proposal.on


def telling(record: Record) -> Telling:
    """What a record tells; raises BadCell. It may tell nothing, where no rule's conditions hold."""
    mapping = record.reading.mapping
    for reason, case in mapping.bad.items():
        if record.fits(case):
            raise BadCell("", "", reason)
    row = _needed(record, mapping.row, "row")
    slug = _slug(record, mapping.partnership.slug, "partnership")
    told = Telling(record.lines, slug, record)
    after: datetime | None = None
    for label, rule in mapping.facts.items():
        if record.fits(rule):
            proposal = _proposal(record, rule, slug, f"{mapping.name}:{written(row)}:{label}")
            assert proposal.on is not None
            at = record.instant(proposal.on)
            # Of a record's facts on one day, one told by its day alone happened no earlier than those named before it.
            if after is not None and not isinstance(proposal.on, datetime) and at < after:
                at = after if day_of(after, record.reading.zone) == proposal.on else at
            after = at
            told.facts.append(((proposal.fact.RANK, at), proposal))
    return told


def opening(tellings: list[Telling]) -> Proposal | None:
    """The opening of a partnership on the day of its earliest fact; None where the mapping opens none. Raises BadCell."""
    first = min(tellings, key=lambda told: told.first[0])
    mapping = first.record.reading.mapping
    rule = mapping.partnership.open
    if rule is None or any(isinstance(p.fact, PartnershipOpened) for told in tellings for _, p in told.facts):
        return None
    parties = tuple(written(_needed(first.record, text, "a party")) for text in rule.parties)
    purpose = written(_needed(first.record, rule.purpose, "purpose"))
    fact = _made(PartnershipOpened, {"parties": parties, "purpose": purpose}, {})
    return Proposal(fact, first.slug, first.first[1], source=f"{mapping.name}:opened", group=first.slug)


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
    value = template(told).filled(record.told)
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
    value = template(text).filled(record.told)
    if value is None or not written(value).strip():
        empty = [name for name in template(text).names if record.told(name) is None]
        raise BadCell(", ".join(empty), "", f"has no value, and {what} is made from it")
    return value


def _beside(record: Record, text: str) -> str | None:
    value = template(text).filled(record.told) if text else None
    return None if value is None else written(value)


def _slug(record: Record, text: str, what: str) -> str:
    slug = template(text).slug(record.told)
    if slug is None:
        _needed(record, text, what)
    if not slug or len(slug) > SLUG_LENGTH_MAX:
        names = template(text).names
        shown = ", ".join(written(told) for name in names if (told := record.told(name)) is not None)
        raise BadCell(", ".join(names), shown, f"makes no short name of 1 to {SLUG_LENGTH_MAX} characters")
    return slug


def _names(told: Any) -> Iterator[str]:
    for part in told if isinstance(told, tuple) else (told,):
        if isinstance(part, str):
            yield from template(part).names
