"""Vouching: each value of a history that has every fact, altered in each way that somebody would think of."""

from __future__ import annotations

import shutil
from collections import Counter, defaultdict
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

import pytest
from pydantic_core import from_json, to_json
from support.kept_ledgers import LEDGER, LEDGERS, versions_kept
from support.vouching import in_brief, long_way

from pledger.domain.ledger_facts import LEDGER_STREAM
from pledger.domain.raw import open_raw
from pledger.domain.vouching import vouched
from pledger.projections.verification import opening_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pledger.domain.raw import Row


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
