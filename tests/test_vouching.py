"""Vouching: whatever pledger records is vouched for, and what is vouched for is sound by the long way too."""

from __future__ import annotations

import re
import shutil
from collections import Counter, defaultdict
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from pydantic_core import from_json, to_json
from support.histories import SLUG, History, Listener, histories
from support.kept_ledgers import LEDGER, LEDGERS, versions_kept
from support.lives import lives
from support.stamping import EVERY_KIND, as_stored, entries

from pledger.domain import vouching
from pledger.domain.catalogue import facts
from pledger.domain.forms import forms
from pledger.domain.ledger_facts import LEDGER_STREAM
from pledger.domain.naming import SLUG_PATTERN
from pledger.domain.raw import Row, open_raw
from pledger.domain.vouching import vouched
from pledger.projections import checking
from pledger.projections.verification import opening_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hypothesis.strategies import DrawFn

    from pledger.domain.fact import Fact
    from pledger.domain.mapper import Stored
    from pledger.domain.raw import Brief


SHORT_NAME = re.compile(SLUG_PATTERN)


def tried(times: int) -> settings:
    return settings(max_examples=times, deadline=None, suppress_health_check=list(HealthCheck))


def rows_of(history: History) -> list[Row]:
    """The rows of the partnership of a history after all of it was told."""
    listener = Listener(history)
    listener.hear_all()
    return [as_row(stored) for stored in listener.ledger.stored() if stored.stream == SLUG]


def as_row(stored: Stored) -> Row:
    return Row(stored.position, stored.stream.encode(), stored.version, stored.topic.encode(), stored.state, 1)


def in_brief(rows: list[Row]) -> list[Brief]:
    return [(row.position, row.version, row.topic, row.state) for row in rows]


def long_way(slug: str, rows: list[Row], zone: ZoneInfo) -> list[str]:
    """What the long way finds."""
    return [found.what for found in checking._wrong_in_rows(slug, rows, zone)]


@tried(60)
@given(st.one_of(histories(), lives()))
def test_whatever_is_recorded_is_vouched_for(history: History) -> None:
    rows = rows_of(history)
    assume(rows)
    assert vouched(SLUG, in_brief(rows), history.zone)
    assert long_way(SLUG, rows, history.zone) == []


class Kept(NamedTuple):
    """The histories of a kept ledger, which has every fact, and the ledger's time zone."""

    zone: ZoneInfo
    histories: dict[str, list[Row]]


@pytest.fixture(scope="module", params=versions_kept())
def kept(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Kept:
    copy = shutil.copy(LEDGERS / request.param / LEDGER, tmp_path_factory.mktemp("kept"))
    with open_raw(str(copy)) as log:
        zone = opening_of(log).zone
        assert zone is not None
        return Kept(ZoneInfo(zone), {stream.decode(): log.rows_of(stream) for stream, _ in log.streams()})


def test_whatever_this_version_recorded_is_vouched_for(kept: Kept) -> None:
    assert len(kept.histories) > 1
    found = {slug: vouched(slug, in_brief(rows), kept.zone) for slug, rows in kept.histories.items()}
    assert found == {slug: slug != LEDGER_STREAM for slug in found}  # whose few entries are checked the long way


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


# Each value of a history that has every fact, altered in each way that somebody would think of


def test_no_value_of_any_fact_can_be_altered_and_vouched_for(kept: Kept) -> None:
    """But for what no rule holds: words, say, or when something happened that nothing depends on."""
    refused = Counter[str]()
    for slug, rows in kept.histories.items():
        words = words_by_name(rows)
        for place, row in enumerate(rows):
            for where, state in altered(from_json(row.state), words):
                tried = [*rows[:place], row._replace(state=to_json(state)), *rows[place + 1 :]]
                if not vouched(slug, in_brief(tried), kept.zone):
                    refused[where] += 1
                elif slug != LEDGER_STREAM:
                    assert long_way(slug, tried, kept.zone) == [], (row.position, where, state)
    assert set(refused) >= {"terms", "late_from", "members", "data", "by", "days", "recorded_at", "fact_version"}


@pytest.mark.parametrize(
    ("changed", "holds"), [("{}-two", True), ("ñ{}", True), ("{}²", False), ("A{}", False), ("{}\x7f", False)]
)
def test_a_short_name_can_be_altered_wherever_it_is_told_but_only_to_another_one(
    kept: Kept, changed: str, holds: bool
) -> None:
    rows = kept.histories["acme-globex"]
    for name in sorted(words_by_name(rows)["commitment"]):
        before, after = (to_json(each) for each in (name, changed.format(name)))
        tried = [row._replace(state=row.state.replace(before, after)) for row in rows]
        assert tried != rows
        assert vouched("acme-globex", in_brief(tried), kept.zone) == holds
        assert (long_way("acme-globex", tried, kept.zone) == []) == holds


def words_by_name(rows: list[Row]) -> dict[str, set[str]]:
    """Every text that there is in a history, by the name of its field."""
    words: dict[str, set[str]] = defaultdict(set)

    def collect(name: str, told: Any) -> None:
        match told:
            case str():
                words[name].add(told)
            case list():
                for each in told:
                    collect(name, each)
            case dict():
                for each, value in told.items():
                    collect(each, value)

    for row in rows:
        collect("", from_json(row.state))
    return words


def altered(told: Any, words: dict[str, set[str]], name: str = "") -> Iterator[tuple[str, Any]]:
    """The same JSON with one value altered, or left out, and the name of the field that it is in."""
    match told:
        case dict():
            for each, value in told.items():
                yield each, {other: kept for other, kept in told.items() if other != each}
                yield from ((where, {**told, each: changed}) for where, changed in altered(value, words, each))
        case list():
            yield from ((name, changed) for changed in (told[::-1], told[1:], [*told, *told[:1]]) if changed != told)
            for place, value in enumerate(told):
                before, after = told[:place], told[place + 1 :]
                yield from ((name, [*before, changed, *after]) for _, changed in altered(value, words, name))
        case bool():
            yield name, not told
        case int() | float():
            yield from ((name, told + by) for by in (1, -1, 10_000))
        case str():
            others = {
                " " + told,
                told + " ",
                told.upper(),
                told + "\x7f",
                "a\nb",
                "",
                *sorted(words[name])[:4],
                *moved(told),
            }
            yield from ((name, other) for other in sorted(others - {told}))


def moved(told: str) -> list[str]:
    """Other days, where a text is a day; other instants, where it is one."""
    for kind in (date, datetime):
        with suppress(ValueError):
            at = kind.fromisoformat(told)
            spans = (timedelta(days=1), timedelta(days=-1), timedelta(days=400), timedelta(days=-400))
            told_otherwise = [told.replace("Z", "+01:00")] if kind is datetime else []
            return [*told_otherwise, *((at + span).isoformat().replace("+00:00", "Z") for span in spans)]
    return []


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
