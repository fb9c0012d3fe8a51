"""The scenarios about explaining the scores, with the steps that only they need."""

from __future__ import annotations

import json
import shlex
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pytest
from pytest_bdd import given, parsers, scenarios, then

if TYPE_CHECKING:
    from support.recording_steps import Day

pytest_plugins = ["support.recording_steps"]

scenarios("explanation.feature")


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wide enough that what an answer says stands in one line; a page is never wider than 120."""
    monkeypatch.setattr("pledger.cli.render.WIDTH_MAX", 400)
    monkeypatch.setenv("COLUMNS", "400")


def asked(day: Day, line: str) -> Any:
    """The same question again, for a program."""
    words = [word for word in shlex.split(line) if word not in ("--format", "table")]
    answer = day.desk.call([*words, "--format", "json"])
    assert answer.code == 0, answer.err
    return json.loads(answer.out)


def shown(day: Day, *clocks: str) -> dict[str, Any]:
    """What show tells of each party."""
    told = asked(day, shlex.join(["show", "acme-globex", *clocks]))
    momenta = told["momentum"]["by_party"]
    return {
        held["party"]: {"trust": held["trust"], "momentum": momenta[held["party"]]["value"]} for held in told["parties"]
    }


@given(parsers.parse('a file "{name}" with the shipped policy, crediting outcomes when they mature'))
def a_patient_policy(day: Day, name: str) -> None:
    shipped = (files("pledger.projections") / "policies" / "default.toml").read_text(encoding="utf-8")
    patient = shipped.replace('name = "default"', 'name = "patient"').replace(
        'credit = "observed"', 'credit = "matured"'
    )
    (day.desk.folder / name).write_text(patient, encoding="utf-8")


@then(parsers.parse("the explanation names the overdue promise: {text}"))
def names_the_promise(day: Day, text: str) -> None:
    assert day.answer.code == 0, day.answer.err
    assert text in day.answer.out
    told = asked(day, day.typed)
    reasons = [part for party in told["parties"] for part in party["trust"]["parts"] if part["because"] == "deadline"]
    assert any(text in part["sentence"] and part["moved"] < 0 for part in reasons)


@then(parsers.parse("the answer does not say: {text}"))
def the_answer_does_not_say(day: Day, text: str) -> None:
    assert day.answer.code == 0, day.answer.err
    assert text not in day.answer.out


@then("the parts of the explanation sum to what show tells")
def parts_sum(day: Day) -> None:
    told = asked(day, day.typed)
    words = shlex.split(day.typed)
    policy = words[words.index("--policy") :][:2] if "--policy" in words else []
    start, end = (
        shown(day, "--as-of", told[clock], "--known-at", told["known_at"], *policy) for clock in ("from", "until")
    )
    assert told["exact"] is True
    assert {party["party"] for party in told["parties"]} == set(end)
    for party in told["parties"]:
        for score in ("trust", "momentum"):
            parts = sum(part["moved"] for part in party[score]["parts"])
            change = end[party["party"]][score] - start[party["party"]][score]
            assert parts == pytest.approx(change, rel=0, abs=1e-9)


@then(parsers.parse("the history reads: {steps}"))
def the_history_reads(day: Day, steps: str) -> None:
    told = asked(day, day.typed)["steps"]
    read = [f"{step['because']} {step['entry']}" if step["entry"] else step["because"] for step in told]
    assert ", ".join(read) == steps


@then("both pictures of the difference are those that show gives")
def both_pictures(day: Day) -> None:
    told = asked(day, day.typed)
    for known_at, end in zip(told["known_at"], ("before", "after"), strict=True):
        picture = shown(day, "--as-of", told["as_of"], "--known-at", known_at)
        for party in told["parties"]:
            for score in ("trust", "momentum"):
                assert party[score][end] == pytest.approx(picture[party["party"]][score], rel=0, abs=1e-12)
                assert party[score]["exact"] is True
