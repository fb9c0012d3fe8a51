"""The scenarios about policies, with the steps that only they need."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from pytest_bdd import parsers, scenarios, then

if TYPE_CHECKING:
    from support.recording_steps import Day

pytest_plugins = ["support.recording_steps"]

scenarios("policies.feature")


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wide enough that what an answer says stands in one line."""
    monkeypatch.setenv("COLUMNS", "240")


def answered(day: Day) -> Any:
    assert day.answer.code == 0, day.answer.err
    return json.loads(day.answer.out)


@then(parsers.parse("the policy {name} is in force"))
def in_force(day: Day, name: str) -> None:
    assert [policy["name"] for policy in answered(day) if policy["in_force"]] == [name]


@then(parsers.parse("the policies in turn were: {names}"))
def in_turn(day: Day, names: str) -> None:
    turns = answered(day)
    assert ", ".join(turn["name"] for turn in turns) == names
    assert [turn["until"] for turn in turns] == [*(turn["since"] for turn in turns[1:]), None]


@then(parsers.parse("a warning says: {text}"))
def a_warning(day: Day, text: str) -> None:
    assert f"warning: a law is broken: {text}\n  shown: " in day.answer.err


@then(parsers.parse("the comparison says of {slug:S}: {sentence}"))
def the_comparison(day: Day, slug: str, sentence: str) -> None:
    told = {each["partnership"]: each["sentence"] for each in answered(day)["partnerships"]}
    assert told[slug] == sentence


@then(parsers.parse("the summary says: {sentence}"))
def the_summary(day: Day, sentence: str) -> None:
    assert answered(day)["summary"]["sentence"].startswith(sentence)
