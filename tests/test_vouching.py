"""Vouching: whatever pledger records is vouched for, and what is vouched for is sound by the long way too."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from pydantic_core import from_json, to_json
from support.histories import SLUG, History, Listener, histories
from support.lives import lives
from support.stamping import EVERY_KIND, as_stored, entries
from support.vouching import as_row, in_brief, long_way

from pledger.domain import vouching
from pledger.domain.catalogue import facts
from pledger.domain.forms import forms
from pledger.domain.naming import SLUG_PATTERN
from pledger.domain.raw import Row
from pledger.domain.vouching import vouched
from pledger.projections import checking

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hypothesis.strategies import DrawFn

    from pledger.domain.fact import Fact


SHORT_NAME = re.compile(SLUG_PATTERN)


def tried(times: int) -> settings:
    return settings(max_examples=times, deadline=None, suppress_health_check=list(HealthCheck))


def rows_of(history: History) -> list[Row]:
    """The rows of the partnership of a history after all of it was told."""
    listener = Listener(history)
    listener.hear_all()
    return [as_row(stored) for stored in listener.ledger.stored() if stored.stream == SLUG]


@tried(60)
@given(st.one_of(histories(), lives()))
def test_whatever_is_recorded_is_vouched_for(history: History) -> None:
    rows = rows_of(history)
    assume(rows)
    assert vouched(SLUG, in_brief(rows), history.zone)
    assert long_way(SLUG, rows, history.zone) == []


# What somebody could do to what is stored

TEXTS = (
    "",
    " ",
    " Acme",
    "Acme ",
    "\u00a0Acme",
    "Ac\u200bme",
    "Ac\nme",
    "Ac\tme",
    "Ac\x7fme",
    "Ac\x85me",
    "Ac\u2028me",
    'Ac"me',
    "Ac\\me",
    "ACME",
    "acme",
    "Acme",
    "Globex",
    "matter-1",
    "Matter-1",
    "matter-1\n",
    "matter²",
    "zoë",
    "x" * 101,
    "x" * 201,
    "x" * 501,
    "small",
    "2025-03-31",
    "2025-03-31T00:00:00Z",
    "2025-03-31T00:00:00+00:00",
    "2025-03-31T00:00:00+01:00",
    "12.50",
    "-1",
    "NaN",
    "1e3",
    "0" * 31,
)
VALUES = st.one_of(
    st.sampled_from(TEXTS),
    st.text(max_size=5),
    st.sampled_from((None, True, False, -1, 0, 1, 2, 3651, 7.5, 7.0, 11, 1e300, 2**70)),
    st.sampled_from(([], {}, ["Acme"], ["Acme", "acme"], ["Globex", "Acme"])),
)
"""What may stand in stored JSON: nearly right, wrong, or of another type."""


@st.composite
def alterations(draw: DrawFn, stored: Any) -> Any:
    """The same JSON with one value put in the place of another, added under some name, or left out."""
    if isinstance(stored, dict) and stored and draw(st.integers(0, 9)):
        name = draw(st.sampled_from(sorted(stored)))
        match draw(st.integers(0, 12)):
            case 0:
                return {each: value for each, value in stored.items() if each != name}
            case 1:
                return {**stored, draw(st.sampled_from(("note", "to", "surplus"))): draw(VALUES)}
            case 2:
                return dict(sorted(stored.items()))
        return {**stored, name: draw(alterations(stored[name]))}
    if isinstance(stored, list) and stored and draw(st.booleans()):
        place = draw(st.integers(0, len(stored) - 1))
        return [*stored[:place], draw(alterations(stored[place])), *stored[place + 1 :]]
    return draw(VALUES)


@st.composite
def tampered(draw: DrawFn, rows: list[Row]) -> list[Row]:
    """One row altered in one respect, taken out, or made to change places with another."""
    place = draw(st.integers(0, len(rows) - 1))
    row, others = rows[place], rows[:place] + rows[place + 1 :]
    match draw(st.integers(0, 9)):
        case 0:
            return others
        case 1:
            other = draw(st.integers(0, len(rows) - 1))
            swapped = {row.position: rows[other], rows[other].position: row}
            return [swapped.get(each.position, each)._replace(position=each.position) for each in rows]
        case 2:
            row = row._replace(version=row.version + draw(st.integers(-2, 2)))
        case 3:
            row = row._replace(topic=draw(st.sampled_from(sorted(facts()))).encode())
        case 4:
            at = draw(st.integers(0, len(row.state) - 1))
            flipped = row.state[at] ^ (1 << draw(st.integers(0, 7)))
            row = row._replace(state=row.state[:at] + bytes([flipped]) + row.state[at + 1 :])
        case _:
            row = row._replace(state=to_json(draw(alterations(from_json(row.state)))))
    return sorted([*others, row])


@tried(400)
@given(st.data())
def test_what_is_vouched_for_is_sound_the_long_way_too(data: st.DataObject) -> None:
    history = data.draw(st.one_of(histories(), lives()))
    recorded = rows_of(history)
    assume(recorded)
    rows = data.draw(tampered(recorded))
    if rows and vouched(SLUG, in_brief(rows), history.zone):
        assert long_way(SLUG, rows, history.zone) == []


@pytest.mark.parametrize("kind", EVERY_KIND, ids=lambda kind: kind.TOPIC)
@tried(60)
@given(data=st.data())
def test_no_entry_is_read_into_a_form_that_the_long_way_refuses(kind: type[Fact], data: st.DataObject) -> None:
    """Entry by entry, whatever the history says: each value of each field, stamps too."""
    stored = as_stored(data.draw(entries(kind)))
    row = as_row(stored)
    if data.draw(st.booleans()):
        row = row._replace(state=to_json(data.draw(alterations(from_json(row.state)))))
    if is_read(row):
        assume(not any(SHORT_NAME.fullmatch(name) is None for name in names_in_stamps(kind, row.state)))
        assert checking._wrong_bytes(row) == ""


def names_in_stamps(kind: type[Fact], state: bytes) -> Iterator[str]:
    """The short names in the terms of promises, which admitting a history compares with what was promised."""
    fact = from_json(state)["fact"]
    for stamp in kind.stamps() & fact.keys():
        parts = fact[stamp] if isinstance(fact[stamp], list) else [fact[stamp]]
        yield from (part["commitment"] for part in parts if isinstance(part, dict) and "commitment" in part)


@pytest.mark.parametrize("kind", EVERY_KIND, ids=lambda kind: kind.TOPIC)
@tried(25)
@given(data=st.data())
def test_every_entry_that_pledger_writes_is_read_into_its_form(kind: type[Fact], data: st.DataObject) -> None:
    assert is_read(as_row(as_stored(data.draw(entries(kind)))))


def is_read(row: Row) -> bool:
    try:
        return len(list(vouching._read(in_brief([row])))) == 1
    except vouching._DOUBTS:
        return False


@pytest.mark.parametrize("kind", EVERY_KIND, ids=lambda kind: kind.TOPIC)
def test_short_names_stand_in_fields_of_their_own_or_in_stamps(kind: type[Fact]) -> None:
    """In a part of a fact that no admission compares, nobody would look at them."""
    told = {name: field for name, field in kind.model_fields.items() if name not in kind.stamps()}
    assert not {name for name, field in told.items() if "Terms" in str(field.annotation)}
    pattern = repr(SLUG_PATTERN)
    named = {name for name, field in kind.model_fields.items() if pattern in f"{field.annotation}{field.metadata}"}
    assert set(forms()[kind.TOPIC].names) == named


def test_only_few_kinds_need_validating_by_pydantic() -> None:
    """All others are held by their forms; a new limit that a form cannot hold would show here."""
    assert {topic for topic, form in forms().items() if not form.held} == {
        "partnership-opened",  # names no party twice
        "investment-made",  # an amount of so many digits
        "outcome-realised",
        "ledger-opened",  # the others are about the ledger, and not vouched for
        "policy-adopted",
    }
