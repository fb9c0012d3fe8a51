"""Policies: what is shipped, how they are read, and what makes two of them the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import pledger.projections
from pledger.projections.kinds import COMMITMENT_KINDS, KINDS
from pledger.projections.policy import (
    INGREDIENTS,
    Policy,
    Rule,
    default_policy,
    shipped_lens,
)

SHIPPED = Path(pledger.projections.__file__).parent
DEFAULT = (SHIPPED / "policies" / "default.toml").read_text(encoding="utf-8")


def changed(old: str, new: str) -> str:
    assert DEFAULT.count(old) == 1, f"{old!r} is not in the default policy once"
    return DEFAULT.replace(old, new)


# What is shipped


def test_the_default_policy_says_how_every_kind_counts() -> None:
    assert set(default_policy().kinds) == set(KINDS)
    assert len(KINDS) == len(set(KINDS))
    assert set(KINDS) >= COMMITMENT_KINDS


def test_every_number_shipped_has_a_comment_that_says_why() -> None:
    for path in sorted(SHIPPED.glob("*/*.toml")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if re.match(r"[\w-]+ *= *[-{\d]", line):
                assert re.search(r"# \S+ \S+|# likewise$", line), f"{path.name}, line {number}: {line}"


def test_the_ingredients_share_out_the_default_weights() -> None:
    """Each kind that weighs stands in exactly one facet, with the weight it has for trust."""
    facets = shipped_lens("ingredients").facets
    assert tuple(facets) == INGREDIENTS
    shared_out = [(kind, weight) for weights in facets.values() for kind, weight in weights.items()]
    assert sorted(shared_out) == sorted((kind, w) for kind, w in default_policy().weights.items() if w)


def test_every_shipped_lens_names_its_source() -> None:
    assert all(shipped_lens(path.stem).source for path in (SHIPPED / "lenses").glob("*.toml"))


def test_a_late_delivery_is_never_worth_more_than_one_in_time() -> None:
    kinds = default_policy().kinds
    assert kinds["kept-late"].weight <= kinds["kept"].weight
    assert sum(kinds[rung].weight for rung in ("overdue", "overdue-30", "overdue-90")) == pytest.approx(-2.0)


# Reading


def test_a_policy_is_read_from_a_file(tmp_path: Path) -> None:
    """Also one that a Windows editor has saved, with its byte order mark and line ends."""
    path = tmp_path / "mine.toml"
    path.write_bytes(b"\xef\xbb\xbf" + DEFAULT.replace("\n", "\r\n").encode())
    assert Policy.read(path) == Policy.read(str(path)) == default_policy()


def test_a_kind_needs_no_more_than_weight_and_half_life() -> None:
    rule = default_policy().kinds["overdue"]
    assert (rule.shape, rule.scale, rule.impulse) == ("constant", 1.0, 0.0)


def test_a_policy_may_bring_a_lens_of_its_own() -> None:
    text = DEFAULT + '[lenses.ours.facets."Keeps its word"]\nkept = 1\nbroken = -3.0\n'
    lens = Policy.parse(text, "ours").lens("ours")
    assert lens.facets == {"Keeps its word": {"kept": 1.0, "broken": -3.0}}


def test_a_policy_may_weigh_the_ingredients_differently() -> None:
    text = DEFAULT + "[lenses.ingredients.facets.goals]\ngoal-supported = 2.0\n"
    assert Policy.parse(text, "ours").lens("ingredients").facets == {"goals": {"goal-supported": 2.0}}
    assert default_policy().lens("ingredients") == shipped_lens("ingredients")


# Identity


def test_comments_order_and_spelling_of_numbers_do_not_matter() -> None:
    bare = [line.split("#")[0].rstrip() for line in DEFAULT.splitlines()]
    start = bare.index("[kinds]")
    rules = [line for line in bare[start + 1 :] if line]
    respelt = [line.replace("weight=1,", "weight=1.0,").replace("=365", "=3.65e2") for line in rules]
    text = "\n".join([*bare[: start + 1], *reversed(respelt)])
    assert text != DEFAULT
    assert Policy.parse(text, "ours").digest == default_policy().digest


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("released           = {weight=0,", "released           = {weight=-0.0,"),
        ("overdue-30         = {weight", 'overdue-30 = {shape="constant", impulse=0, weight'),
        ("floor = 0.5 ", "floor = 0.50 "),
    ],
)
def test_saying_what_is_meant_anyway_does_not_matter(old: str, new: str) -> None:
    assert Policy.parse(changed(old, new), "ours").digest == default_policy().digest


@given(st.sampled_from(KINDS), st.sampled_from(["weight", "half_life_days", "scale", "impulse"]))
def test_every_number_matters_to_its_last_digit(kind: str, number: str) -> None:
    default = default_policy()
    rule = default.kinds[kind]
    nudged = Rule.model_validate({**rule.model_dump(), number: getattr(rule, number) + 2.0**-40})
    other = default.model_copy(update={"kinds": {**default.kinds, kind: nudged}})
    assert other.digest != default.digest


def test_name_and_credit_are_part_of_the_identity() -> None:
    digests = {
        default_policy().digest,
        Policy.parse(changed('"default"', '"ours"'), "ours").digest,
        Policy.parse(changed('credit = "observed"', 'credit = "matured"'), "ours").digest,
        Policy.parse(DEFAULT + "[lenses.ours.facets.all]\nkept = 1\n", "ours").digest,
    }
    assert len(digests) == 4
    assert all(re.fullmatch("[0-9a-f]{64}", digest) for digest in digests)
