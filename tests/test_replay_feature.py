"""The scenarios about replay and evidence pages, with the steps that only they need."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
from pyarrow import parquet
from pytest_bdd import given, parsers, scenarios, then, when
from support.desk import BERLIN

from pledger.domain.communication import UpdateShared
from pledger.domain.entry import Proposal
from pledger.domain.ledger import Ledger

if TYPE_CHECKING:
    from pathlib import Path

    from support.recording_steps import Day

pytest_plugins = ["support.recording_steps"]

scenarios("replay.feature")

Row = dict[str, Any]
SHOWN = ("trust", "uncertainty", "cautious", "band", "supporting", "opposing")


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wide enough that what an answer says stands in one line."""
    monkeypatch.setenv("COLUMNS", "240")


@dataclass
class Asked:
    """What was asked for last."""

    options: str = ""
    notes: list[str] = field(default_factory=list)


@pytest.fixture
def asked() -> Asked:
    return Asked()


def answer(day: Day, line: str, notes: list[str] | None = None) -> Any:
    told = day.desk.type(f"{line} --format json")
    assert told.code == 0, told.err
    if notes is not None:
        notes.append(told.err)
    return json.loads(told.out)


def replayed(day: Day, asked: Asked, *more: str) -> list[Row]:
    told: list[Row] = answer(day, " ".join(["replay", asked.options, *more]), asked.notes)
    return told


def of_party(rows: list[Row], party: str) -> list[Row]:
    return [row for row in rows if row["party"] == party]


def day_of(row: Row) -> str:
    """The ledger's own day."""
    return f"{datetime.fromisoformat(row['at']).astimezone(BERLIN):%Y-%m-%d}"


def agree(told: Row, expected: Row) -> None:
    assert told["band"] == expected["band"]
    numbers = {name: value for name, value in expected.items() if name != "band"}
    assert {name: told[name] for name in numbers} == pytest.approx(numbers, rel=0, abs=1e-12)


@given(parsers.parse("Acme shared {number} updates with Globex"))
def shared_updates(day: Day, number: str) -> None:
    count = int(number.replace(",", ""))
    with Ledger.open(day.desk.address, clock=lambda: day.desk.now) as ledger:
        ledger.record_all([Proposal(UpdateShared(what=f"{n}", by="Acme"), "acme-globex") for n in range(count)])


@given("the evidence page was overwritten")
def overwritten_page(day: Day) -> None:
    page = the_page(day)
    content = page.read_bytes()
    quarter = len(content) // 4
    page.write_bytes(content[:quarter] + b"x" * quarter + content[2 * quarter :])


def the_page(day: Day) -> Path:
    (page,) = day.desk.folder.rglob("*.pages/*.evidence")
    return page


@when(parsers.parse("I ask for the replay with: {options}"))
def ask_for_the_replay(asked: Asked, options: str) -> None:
    asked.options = options


@then(parsers.parse("the replay has scores of {party} for: {told}"))
def has_scores_for(day: Day, asked: Asked, party: str, told: str) -> None:
    assert ", ".join(map(day_of, of_party(replayed(day, asked), party))) == told


@then("every replayed score is the one that is shown for that moment")
def as_shown(day: Day, asked: Asked) -> None:
    rows = replayed(day, asked)
    assert rows
    for row in rows:
        clocks = f"--as-of {row['at']} --known-at {row['known_at']} --policy {row['policy_digest'][:12]}"
        if "mine.toml" in asked.options:
            clocks = f"--as-of {row['at']} --known-at {row['known_at']} --policy mine.toml"
        told = answer(day, f"show {row['partnership']} {clocks}")
        held = next(held for held in told["parties"] if held["party"] == row["party"])
        momentum = told["momentum"]["by_party"][row["party"]]["value"]
        agree(row, {**{name: held[name] for name in SHOWN}, "momentum": momentum})


@then(parsers.parse("the entries behind the scores of {party} are: {told}"))
def entries_behind(day: Day, asked: Asked, party: str, told: str) -> None:
    assert ", ".join(str(row["entry"]) for row in of_party(replayed(day, asked), party)) == told


@then(parsers.parse("the replay is under policy {name}"))
def under_policy(day: Day, asked: Asked, name: str) -> None:
    assert {row["policy"] for row in replayed(day, asked)} == {name}


@then(parsers.parse("the replay is of: {slugs}"))
def is_of(day: Day, asked: Asked, slugs: str) -> None:
    assert ", ".join(dict.fromkeys(row["partnership"] for row in replayed(day, asked))) == slugs


def trust(day: Day, asked: Asked, party: str, told: str, *more: str) -> float:
    rows = {day_of(row): row for row in of_party(replayed(day, asked, *more), party)}
    return float(rows[told]["trust"])


@then(parsers.parse("the replayed trust in {party} for {told:S} is higher than under {policy:S}"))
def higher_than_under(day: Day, asked: Asked, party: str, told: str, policy: str) -> None:
    assert trust(day, asked, party, told) > trust(day, asked, party, told, f"--policy {policy}")


@then(parsers.parse("the replayed trust in {party} for {told:S} is higher than as known on {known:S}"))
def higher_than_known(day: Day, asked: Asked, party: str, told: str, known: str) -> None:
    assert trust(day, asked, party, told) > trust(day, asked, party, told, f"--known-at {known}")


@then(parsers.parse("the replayed trust in {party} for {told:S} is the same as known on {known:S}"))
def same_as_known(day: Day, asked: Asked, party: str, told: str, known: str) -> None:
    assert trust(day, asked, party, told) == trust(day, asked, party, told, f"--known-at {known}")


@then("nothing is said")
def nothing_is_said(day: Day) -> None:
    assert (day.answer.code, day.answer.out, day.answer.err) == (0, "", "")


@then(parsers.parse('the file "{name}" has the replayed scores in {form}'))
def the_file_has(day: Day, name: str, form: str) -> None:
    path = day.desk.folder / name
    expected = answer(day, day.typed.split(" --format ")[0])
    match form:
        case "json":
            found = json.loads(path.read_text(encoding="utf-8"))
        case "parquet":
            found = [{**row, "at": row["at"].isoformat()} for row in parquet.read_table(path).to_pylist()]
            assert "pledger.policy_digest" in {key.decode() for key in parquet.read_schema(path).metadata}
        case _:
            lines = path.read_text(encoding="utf-8").splitlines()
            found = list(csv.DictReader(lines, delimiter="," if form == "csv" else "\t"))
            found = [{**row, "trust": float(row["trust"])} for row in found]
    assert expected
    for column in ("partnership", "party", "at", "trust"):
        assert [row[column] for row in found] == [row[column] for row in expected]


@then("the ledger is damaged: 1 evidence page differed from the log: the page")
def the_page_differed(day: Day) -> None:
    said = day.answer.err.splitlines()
    assert day.answer.code == 3
    assert said[0] == f"damaged: 1 evidence page differed from the log: {the_page(day).name}"


@then("after that the pages are equal to the log")
def now_equal(day: Day) -> None:
    day.must("rebuild --check")
    assert "1 of 1 that were there were equal" in day.answer.out


@then("a note says that the page is built anew")
def a_note(asked: Asked) -> None:
    first, *later = asked.notes
    assert first.startswith("note: the evidence page ")
    assert "is built anew: its column " in first
    assert set(later) <= {""}


@then("the comparison has the scores that are shown under each policy")
def compared(day: Day) -> None:
    told = json.loads(day.answer.out)
    (only,) = told["partnerships"]
    for side, policy in (("old", "default"), ("new", "mine.toml")):
        line = f"show {only['partnership']} --as-of {told['as_of']} --known-at {told['known_at']} --policy {policy}"
        for party, held in zip(only["parties"], answer(day, line)["parties"], strict=True):
            assert party["party"] == held["party"]
            agree(party[side], {name: held[name] for name in ("trust", "uncertainty", "cautious", "band")})


@then(parsers.parse("the entry that makes the most difference in {party} is {entry:d}"))
def most_difference(day: Day, party: str, entry: int) -> None:
    (only,) = json.loads(day.answer.out)["partnerships"]
    held = next(held for held in only["parties"] if held["party"] == party)
    assert held["entries"][0]["entry"] == entry
