"""A wrong policy is told with its place, the key, the value and the remedy, whatever is wrong with it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import pledger.projections
from pledger.projections.policy import Policy, PolicyError, default_policy

SHIPPED = Path(pledger.projections.__file__).parent
DEFAULT = (SHIPPED / "policies" / "default.toml").read_text(encoding="utf-8")


def changed(old: str, new: str) -> str:
    assert DEFAULT.count(old) == 1, f"{old!r} is not in the default policy once"
    return DEFAULT.replace(old, new)


def refused(text: str) -> PolicyError:
    with pytest.raises(PolicyError) as refusal:
        Policy.parse(text, "mine.toml")
    return refusal.value


@pytest.mark.parametrize(
    ("old", "new", "what", "remedy"),
    [
        ("promised           =", "promisd            =", "kind 'promisd'", "did you mean promised"),
        ("kept-late          = {weight=0.9", "kept-late = {wieght=0.9", "kinds.kept-late.w", "weight"),
        ('shape="halving", scale=21', 'shape="halfing", scale=21', "'halfing'", "'halving'"),
        ("scale=21", "scale=0", "kinds.kept-late.scale is 0", "greater than"),
        ("scale=21", "scale=true", "kinds.kept-late.scale is True", "give a number"),
        ("prior_weight = 3.0", "prior_weight = -1", "trust.prior_weight is -1", "how much evidence"),
        ("prior_weight = 3.0", "prior_weight = 1e9", "trust.prior_weight is 1000000000.0", "less than"),
        ("base_rate = 0.5", "base_rate = 1", "trust.base_rate is 1", "less than 1"),
        ("base_rate = 0.5", "base_rate = 0.0", "trust.base_rate is 0.0", "greater than 0"),
        ("base_rate = 0.5", "base_rate = nan", "trust.base_rate is nan", "finite"),
        ("large = 2.0", "large = inf", "stakes.large is inf", "finite"),
        ("large = 2.0", "large = -2.0", "stakes.large is -2.0", "greater than or equal to 0"),
        ("large = 2.0", "huge = 2.0", "stakes", "large"),
        ('credit = "observed"', 'credit = "seen"', "credit is 'seen'", "'observed' or 'matured'"),
        ("window_days = 30", 'window_days = "30"', "momentum.window_days is '30'", "without quotes"),
        ("firm = 0.7", "firm = 0.4", "bands.firm is 0.4, below bands.fair, which is 0.45", "from fair to 1"),
        ("fair = 0.45", "fair = 1.45", "bands.fair is 1.45", "less than or equal to 1"),
        ('name = "default"', "name = 3", "name is 3", "give a text"),
        ('name = "default"', "name = ''", "name is ''", "a text with at least 1 character"),
        ("released           = {weight=0, half_life_days=180}", "released = 0", "s.released is 0", "a table"),
        ("released           = {weight=0, ", "released = {", "released.weight is missing", "add weight"),
        ("floor = 0.5 ", "floor = 0.5.1 ", "this is not TOML", "mend the line"),
        ("[bands]", "[momentum]", "this is not TOML", "mend the line"),
    ],
)  # fmt: skip
def test_a_wrong_policy_is_told_with_its_place_and_remedy(old: str, new: str, what: str, remedy: str) -> None:
    problem = refused(changed(old, new))
    line = 1 + DEFAULT[: DEFAULT.index(old)].count("\n")
    assert what in problem.what
    assert problem.where == f"mine.toml, line {line}"
    assert remedy in problem.remedy


@pytest.mark.parametrize(
    ("addition", "what", "remedy", "culprit"),
    [
        ("[lenses.ingredients.facets.goal]\nkept = 1", "facet 'goal'", "did you mean goals", "[lenses"),
        ('[lenses."a = b".facets."x y"]\nkpt = 1', "kind 'kpt'", "did you mean kept", "kpt"),
        ("[lenses.ours]\nfacets.a.kept = '1'", "lenses.ours.facets.a.kept is '1'", "number", "facets.a"),
        ("[lenses.ours]\nsource = 'me'", "lenses.ours.facets is missing", "add facets", "[lenses"),
        ("[lenses.ours]\nsource = '''\na b = c'''", "lenses.ours.facets is missing", "add facets", "[lenses"),
        ("[[lenses]]\nkept = 1", "lenses is ", "give a table", "[[lenses"),
        ("[lense.ours]", "there is no key lense", "did you mean lenses", "[lense.ours]"),
    ],
)
def test_a_wrong_lens_is_told_with_its_place_and_remedy(addition: str, what: str, remedy: str, culprit: str) -> None:
    text = DEFAULT + addition
    problem = refused(text)
    line = next(number for number, line in enumerate(text.split("\n"), 1) if line.startswith(culprit))
    assert what in problem.what
    assert problem.where == f"mine.toml, line {line}"
    assert remedy in problem.remedy


def test_a_lens_may_weigh_only_kinds_that_have_a_half_life() -> None:
    text = re.sub(r"(?m)^kept .*$", "", DEFAULT) + "[lenses.ours.facets.word]\nkept = 1\n"
    problem = refused(text)
    assert problem.what == "the facet 'word' weighs 'kept', which [kinds] leaves out"
    assert "give kept a line in [kinds]" in problem.remedy
    assert problem.where == f"mine.toml, line {text.count(chr(10))}"


@pytest.mark.parametrize("missing", ["name", "credit", "trust", "stakes", "momentum", "bands", "kinds"])
def test_what_is_missing_is_named(missing: str) -> None:
    tables = re.split(r"(?m)^(?=\[)", DEFAULT)
    tables[0] = re.sub(rf"(?m)^{missing} = .*$", "", tables[0])
    problem = refused("".join(table for table in tables if not table.startswith(f"[{missing}]")))
    assert problem.what == f"{missing} is missing"
    assert problem.remedy.startswith(f"add {missing} (")


@pytest.mark.parametrize("text", ["x = " + "9" * 5000, "x = " + "[" * 5000, "x", "x = 'a", "= 1"])
def test_what_is_no_toml_is_told(text: str) -> None:
    problem = refused(text)
    assert problem.what.startswith("this is not TOML")
    assert problem.where.startswith("mine.toml")
    assert "mend" in problem.remedy


@pytest.mark.parametrize("name", ["nowhere.toml", "", "\0"])
def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, name: str) -> None:
    with pytest.raises(PolicyError, match="the policy cannot be read") as refusal:
        Policy.read(tmp_path / name)
    assert refusal.value.where == str(tmp_path / name)
    assert refusal.value.remedy


def test_a_file_in_another_encoding_is_told(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_bytes("name = 'für uns'".encode("latin-1"))
    with pytest.raises(PolicyError, match="not UTF-8") as refusal:
        Policy.read(path)
    assert refusal.value.where == str(path)


def test_an_unknown_lens_is_told_with_those_there_are() -> None:
    with pytest.raises(PolicyError, match=r"no lens '\.\./lenses/ingredients'") as refusal:
        default_policy().lens("../lenses/ingredients")
    assert "ingredients" in refusal.value.remedy


def test_every_message_has_the_agreed_form() -> None:
    assert str(refused(changed("base_rate = 0.5", "base_rate = 1"))) == (
        "error: trust.base_rate is 1\n"
        "  where: mine.toml, line 12\n"
        "  now:   give a value that is less than 1 (trust with no evidence at all)"
    )


@given(st.data())
def test_whatever_is_garbled_is_read_or_told(data: st.DataObject) -> None:
    """Never an error of another sort: some stretch of the default policy replaced by something else."""
    start = data.draw(st.integers(0, len(DEFAULT)))
    length = data.draw(st.integers(0, 30))
    junk = data.draw(st.text(max_size=5) | st.sampled_from(["{", "]]", "''", "1e400", "-nan", "=3=", "\n[kinds]"]))
    text = DEFAULT[:start] + junk + DEFAULT[start + length :]
    try:
        told = Policy.parse(text, "mine.toml").name
    except PolicyError as problem:
        told = problem.where if problem.what and problem.remedy else ""
    assert told.startswith("mine.toml") or told == tomllib.loads(text)["name"]
