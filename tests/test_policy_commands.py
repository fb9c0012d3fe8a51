"""Policies on the command line: what each command says, in every form."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from support.desk import Desk
from support.story import SLUG, Story, noon

from pledger.projections.policy import Policy, default_policy

SHIPPED = Path(__file__).resolve().parents[1] / "projections" / "policies" / "default.toml"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Two partnerships: in one a promise was kept late, in the other nothing happened; and a policy in mine.toml."""
    story = Story(tmp_path / "ledger.sqlite").opened()
    story.opened("Acme", "Initech", slug="acme-initech", day="2025-01-02")
    story.promised("2025-01-02", "Brand guide", "2025-01-10")
    story.delivered("2025-01-14", "brand-guide")
    story.ledger.close()
    desk = Desk(tmp_path, now=noon("2025-02-01"))
    write(desk, "mine.toml", "mine", 'shape="halving", scale=21', 'shape="halving", scale=2')
    return desk


def write(desk: Desk, file: str, name: str, old: str = "", new: str = "") -> Policy:
    text = SHIPPED.read_text(encoding="utf-8").replace('name = "default"', f'name = "{name}"')
    assert not old or text.count(old) == 1
    (desk.folder / file).write_text(text.replace(old, new) if old else text, encoding="utf-8")
    return Policy.read(desk.folder / file)


def said(desk: Desk, line: str) -> Any:
    answer = desk.type(f"{line} --format json")
    assert (answer.code, answer.err) == (0, "")
    return json.loads(answer.out)


def rows(desk: Desk, line: str, form: str) -> list[dict[str, str]]:
    answer = desk.type(f"{line} --format {form}")
    assert (answer.code, answer.err) == (0, "")
    return list(csv.DictReader(io.StringIO(answer.out), delimiter="," if form == "csv" else "\t"))


def test_what_is_shown_can_be_adopted_again(desk: Desk) -> None:
    """The shown text is the policy, whatever comment stands above it."""
    shown = desk.type("policy show default").out
    assert default_policy().digest in shown.splitlines()[0]
    assert Policy.parse(shown, "shown") == default_policy()
    told = said(desk, "policy show mine.toml")
    assert (told["name"], told["origin"]) == ("mine", "in the file mine.toml")
    assert told["policy"]["kinds"]["kept-late"]["scale"] == 2.0
    assert told["policy"]["kinds"]["overdue"]["impulse"] == 0.0  # what the text leaves out


def test_one_name_adopted_twice_is_told_apart_by_digest(desk: Desk) -> None:
    first = write(desk, "mine.toml", "mine").digest
    desk.type("policy adopt mine.toml --why one")
    second = write(desk, "mine.toml", "mine", "prior_weight = 3.0", "prior_weight = 4.0").digest
    desk.type("policy adopt mine.toml --why two")
    listed = said(desk, "policy list")
    assert [(policy["name"], policy["digest"], policy["in_force"]) for policy in listed] == [
        ("default", default_policy().digest, False),
        ("mine", first, False),
        ("mine", second, True),
    ]
    assert [policy["by"] for policy in listed] == [None, "jane", "jane"]
    assert said(desk, "policy show mine")["digest"] == second
    assert said(desk, f"policy show {first[:8]}")["digest"] == first
    assert said(desk, f"show {SLUG} --policy {first[:12]}")["policy"]["digest"] == first


def test_the_history_has_every_turn_in_every_form(desk: Desk) -> None:
    desk.type("policy adopt mine.toml --why 'lateness hurts'")
    for form in ("csv", "tsv"):
        told = rows(desk, "policy history", form)
        assert [(turn["name"], turn["why"]) for turn in told] == [("default", ""), ("mine", "lateness hurts")]
        assert told[0]["until"] == told[1]["since"]
    page = desk.type("policy history --format table").out
    assert "in force" in page
    assert "lateness hurts (jane, entry 6)" in " ".join(page.split())


def test_a_check_says_the_same_in_json(desk: Desk) -> None:
    write(desk, "odd.toml", "odd", "broken             = {weight=-1,", "broken = {weight=-3,")
    told = said(desk, "policy check odd.toml")
    (warning,) = told["warnings"]
    assert (told["name"], told["laws_kept"], warning["earlier"], warning["age_days"]) == ("odd", False, "", 0)
    assert [piece["kind"] for piece in warning["preferred"]["evidence"]] == ["promised", "broken"]
    assert warning["preferred"]["trust"] < warning["other"]["trust"]
    assert said(desk, "policy check mine.toml") == {
        "name": "mine", "digest": Policy.read(desk.folder / "mine.toml").digest, "laws_kept": True, "warnings": [],
    }  # fmt: skip


def test_a_comparison_tells_the_scores_that_show_would_tell(desk: Desk) -> None:
    clocks = "--as-of 2025-01-20 --known-at 2025-01-31"
    told = said(desk, f"policy compare default mine.toml {clocks}")
    assert [each["partnership"] for each in told["partnerships"]] == [SLUG, "acme-initech"]
    for policy, side in (("default", "old"), ("mine.toml", "new")):
        for each in told["partnerships"]:
            shown = said(desk, f"show {each['partnership']} --policy {policy} {clocks}")
            assert told[side] == shown["policy"]
            for party, expected in zip(each["parties"], shown["parties"], strict=True):
                assert party[side] == {name: expected[name] for name in ("trust", "uncertainty", "cautious", "band")}
    acme = told["partnerships"][0]["parties"][0]
    assert [(cause["entry"], cause["kinds"]) for cause in acme["entries"]] == [(5, ["kept-late"]), (4, ["overdue"])]
    assert acme["entries"][0]["difference"] < 0 > acme["difference"]
    assert told["summary"] == {
        "partnerships": 2, "parties": 4, "rise": 0, "fall": 1, "stay": 3, "change_band": 0, "band_changes": {},
        "change_momentum_state": 0, "change_rank": 0, "largest_difference": -acme["difference"],
        "sentence": told["summary"]["sentence"],
    }  # fmt: skip


def test_one_policy_alone_is_compared_with_the_one_in_force(desk: Desk) -> None:
    desk.type("policy adopt mine.toml --why later")
    assert said(desk, "policy compare default")["old"]["name"] == "mine"
    assert said(desk, "policy compare mine.toml --known-at 2025-01-31")["old"]["name"] == "default"


def test_a_comparison_comes_as_rows_too(desk: Desk) -> None:
    for form in ("csv", "tsv"):
        told = rows(desk, "policy compare mine.toml --limit 1", form)
        assert [(row["partnership"], row["party"]) for row in told] == [(SLUG, "Acme"), (SLUG, "Globex")]
        assert float(told[0]["new_trust"]) - float(told[0]["old_trust"]) == pytest.approx(float(told[0]["difference"]))
        assert told[0]["entries"].split()[0] == "5"
    page = desk.type("policy compare mine.toml --limit 1 --format table").out
    assert "The first 1 of 2 partnerships." in page


def test_where_only_the_prior_differs_entries_share_the_difference(desk: Desk) -> None:
    write(desk, "mine.toml", "mine", "base_rate = 0.5", "base_rate = 0.8")
    told = said(desk, "policy compare mine.toml")
    calm = next(each for each in told["partnerships"] if each["partnership"] == "acme-initech")
    assert "by the prior alone" in calm["sentence"]
    assert [party["new"]["trust"] for party in calm["parties"]] == [pytest.approx(0.8)] * 2


def test_three_policies_are_one_too_many(desk: Desk) -> None:
    answer = desk.type("policy compare default default default")
    assert (answer.code, answer.what, answer.advice) == (2, "3 policies are named", "name two, or one alone")


def test_without_a_ledger_the_shipped_ones_can_be_read(tmp_path: Path) -> None:
    """A file and the shipped policy need none."""
    desk = Desk(tmp_path)
    write(desk, "mine.toml", "mine")
    assert desk.type("policy check mine.toml").code == 0
    assert desk.type("policy show mine.toml").code == 0
