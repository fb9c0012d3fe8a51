"""An entry as a text to be edited: TOML with its fields, when it occurred, its link and note; and what was changed."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import tomlkit

from pledger.cli.safe_text import on_one_line, printable
from pledger.cli.verbs import choices
from pledger.domain.amending import BESIDE_THE_FACT, told_fields
from pledger.domain.naming import listed
from pledger.domain.refusal import WrongUsage
from pledger.projections.sentences import sentence
from pledger.projections.untrusted import tables_of

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from pledger.domain.entry import Entry

ABOUT = {"on": "when it happened", "link": "a document that shows it", "note": "a remark"}


def as_text(entry: Entry, zone: ZoneInfo) -> str:
    """What is opened in an editor; lines that may be told, and are not, stand in it as comments."""
    kind = type(entry.fact)
    lines = [
        f"# Entry {entry.position} in {entry.partnership}: {printable(on_one_line(sentence(entry)))}",
        "#",
        "# Change what is wrong, save and close. To leave something out, put # before it.",
        "# If nothing is changed, nothing happens.",
    ]
    told = {**told_fields(entry.fact), "on": _occurrence(entry, zone), "link": entry.link, "note": entry.note}
    for name in told_names(entry):
        info = kind.model_fields.get(name)
        among = choices(info) if info else None
        about = ABOUT.get(name) or (info.description if info else "") or ""
        lines += ["", f"# {about}: {', '.join(among)}" if among else f"# {about}"]
        value = told.get(name)
        lines.append(f'# {name} = ""' if value in (None, ()) else f"{name} = {_value(value)}")
    return "\n".join(lines) + "\n"


def changes_in(text: str, before: str, entry: Entry) -> dict[str, Any]:
    """What an edited text tells otherwise than the one before; None for what it leaves out. Raises WrongUsage."""
    told, told_before = _read(text), _read(before)
    slug, position = entry.partnership, entry.position
    if not told:
        raise WrongUsage(
            f"the text is empty; entry {position} stays as it was",
            remedy=f"to take it back: pledger retract {slug} {position} --why ...",
        )
    unknown = [name for name in told if name not in told_names(entry)]
    if unknown:
        raise WrongUsage(
            f"there is no field {listed(unknown)} in {entry.fact.TOPIC}",
            remedy=f"the fields are: {listed(told_names(entry), most=20)}",
        )
    names = [*told_before, *(name for name in told if name not in told_before)]
    return {name: _as_told(told.get(name)) for name in names if told.get(name) != told_before.get(name)}


def told_names(entry: Entry) -> list[str]:
    """The fields that may be amended, and what is told beside the fact."""
    stamps = entry.fact.stamps()
    return [*(name for name in type(entry.fact).model_fields if name not in stamps), *BESIDE_THE_FACT]


def _read(text: str) -> dict[str, Any]:
    try:
        return tables_of(text, parse_float=Decimal)
    except ValueError as error:
        raise WrongUsage(
            f"the text cannot be read: {on_one_line(str(error))}",
            remedy='write each field as name = "text", name = 12 or name = 2026-12-01',
        ) from None


def _occurrence(entry: Entry, zone: ZoneInfo) -> date | str:
    local = entry.occurred_at.astimezone(zone)
    is_day = (local.hour, local.minute, local.second) == (0, 0, 0)
    return local.date() if is_day else f"{local:%Y-%m-%d %H:%M}"


def _value(value: Any) -> str:
    match value:
        case Decimal():
            return f"{value:f}"
        case str():
            return str(tomlkit.string(value, multiline="\n" in value).as_string())
    return str(tomlkit.item(list(value) if isinstance(value, tuple) else value).as_string())


def _as_told(value: Any) -> Any:
    """A value as options would tell it: dates as text, lists as tuples."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    return tuple(value) if isinstance(value, list) else value
