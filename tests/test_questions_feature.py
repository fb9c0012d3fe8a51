"""The scenarios about asking, with the steps that only they need."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from pytest_bdd import parsers, scenarios, then, when

if TYPE_CHECKING:
    from support.recording_steps import Day

pytest_plugins = ["support.recording_steps"]

scenarios("questions.feature")


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wide enough that what an answer says stands in one line."""
    monkeypatch.setenv("COLUMNS", "240")


def asked(day: Day, line: str) -> Any:
    answer = day.desk.type(f"{line} --format json")
    assert answer.code == 0, answer.err
    return json.loads(answer.out)


def trust(day: Day, party: str, *clocks: str) -> float:
    told = asked(day, " ".join(["show acme-globex", *clocks]))
    return float(next(held["trust"] for held in told["parties"] if held["party"] == party))


@when(parsers.parse("nothing more is recorded until {told}"))
def nothing_until(day: Day, told: str) -> None:
    day.desk.move_to(date.fromisoformat(told))


@then(parsers.parse("trust in {party} is unknown"))
def is_unknown(day: Day, party: str) -> None:
    told = asked(day, "show acme-globex")
    assert next(held["band"] for held in told["parties"] if held["party"] == party) == "unknown"


@then(parsers.parse("trust in {party} is lower than it was on {earlier}"))
def is_lower(day: Day, party: str, earlier: str) -> None:
    assert trust(day, party) < trust(day, party, "--as-of", earlier)


@then(parsers.parse("trust in {party} is higher than it was on {earlier}"))
def is_higher(day: Day, party: str, earlier: str) -> None:
    assert trust(day, party) > trust(day, party, "--as-of", earlier)


@then(parsers.parse("trust in {party} on {later:S} was lower than on {earlier:S}"))
def was_lower(day: Day, party: str, later: str, earlier: str) -> None:
    assert trust(day, party, "--as-of", later) < trust(day, party, "--as-of", earlier)


@then(parsers.parse("trust in {party} on {then:S}, as believed on {believed:S}, was lower than is known now"))
def was_believed_lower(day: Day, party: str, then: str, believed: str) -> None:
    assert trust(day, party, "--as-of", then, "--known-at", believed) < trust(day, party, "--as-of", then)


@then(parsers.parse("momentum in {party} is {state}"))
def momentum_is(day: Day, party: str, state: str) -> None:
    assert asked(day, "show acme-globex")["momentum"]["by_party"][party]["state"] == state


@then(parsers.parse("the headline of {slug:S} is: {headline}"))
def the_headline(day: Day, slug: str, headline: str) -> None:
    assert asked(day, f"show {slug}")["headline"] == headline


@then(parsers.parse("the next steps of {slug:S} begin with: {command}"))
def the_next_step(day: Day, slug: str, command: str) -> None:
    assert asked(day, f"show {slug}")["next_steps"][0]["command"] == command


@then(parsers.parse("the portfolio reads: {slugs}"))
def the_portfolio(day: Day, slugs: str) -> None:
    assert ", ".join(each["partnership"] for each in asked(day, "portfolio")) == slugs


@then(parsers.parse("the log ends with: {sentence}"))
def the_log_ends(day: Day, sentence: str) -> None:
    assert last_sentence(day, "log acme-globex") == sentence


@then(parsers.parse("the log in order of recording ends with: {sentence}"))
def the_log_as_recorded_ends(day: Day, sentence: str) -> None:
    assert last_sentence(day, "log acme-globex --recorded") == sentence


def last_sentence(day: Day, line: str) -> str:
    header, *_, last = (row.split("\t") for row in day.desk.type(f"{line} --format tsv").out.splitlines())
    return last[header.index("sentence")]


@then(parsers.parse("these promises are {state:S}: {names}"))
def promises_in_state(day: Day, state: str, names: str) -> None:
    assert commitments(day, f"--state {state}") == names


@then(parsers.parse("these promises by {party:S} are {state:S}: {names}"))
def promises_by_in_state(day: Day, party: str, state: str, names: str) -> None:
    assert commitments(day, f"--by {party} --state {state}") == names


def commitments(day: Day, options: str) -> str:
    told = asked(day, f"commitments acme-globex {options}")
    return ", ".join(promise["commitment"] for promise in told) or "none"
