"""The scenarios about lenses, with the steps that only they need."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pytest
from pytest_bdd import given, parsers, scenarios, then

if TYPE_CHECKING:
    from support.recording_steps import Day

pytest_plugins = ["support.recording_steps"]

scenarios("lenses.feature")


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wide enough that what an answer says stands in one line."""
    monkeypatch.setenv("COLUMNS", "240")


@given(
    parsers.parse(
        'a file "{name}" with the shipped policy and a lens "{lens}" whose facet "{facet}" weighs kept and broken'
    )
)
def a_policy_with_a_lens(day: Day, name: str, lens: str, facet: str) -> None:
    text = (files("pledger.projections") / "policies" / "default.toml").read_text(encoding="utf-8")
    own = f'[lenses.{lens}]\nsource = "us"\n[lenses.{lens}.facets."{facet}"]\nkept = 0.9\nbroken = -1\n'
    (day.desk.folder / name).write_text(f"{text}\n{own}", encoding="utf-8")


def answered(day: Day) -> Any:
    assert day.answer.code == 0, day.answer.err
    return json.loads(day.answer.out)


def facet_named(day: Day, name: str) -> Any:
    return next(facet for facet in answered(day)["facets"] if facet["facet"] == name)


@then(parsers.parse("the lenses are: {names}"))
def the_lenses(day: Day, names: str) -> None:
    assert ", ".join(each["lens"] for each in answered(day)) == names
    assert all(each["source"] and each["facets"] for each in answered(day))


@then(parsers.parse("the facet {facet} of all together is {band:w}"))
def together_is(day: Day, facet: str, band: str) -> None:
    assert facet_named(day, facet)["together"]["band"] == band


@then(parsers.parse("the facet {facet} of {party:w} is {band:w}"))
def party_is(day: Day, facet: str, party: str, band: str) -> None:
    parties = {each["party"]: each for each in facet_named(day, facet)["parties"]}
    assert parties[party]["band"] == band


@then(parsers.parse("the latest evidence of {facet} is {kind:S} of entry {entry:d}"))
def the_latest(day: Day, facet: str, kind: str, entry: int) -> None:
    latest = facet_named(day, facet)["together"]["latest"][0]
    assert (latest["kind"], latest["entry"], latest["speaks"]) == (kind, entry, "for")
