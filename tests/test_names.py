"""Names as people type them: what is matched, what is refused, and what is suggested."""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pledger.cli.names import (
    exact_partnership,
    find_beginning,
    find_partnership,
    find_party,
    fitting,
    match_name,
    unknown_name,
)
from pledger.domain.ledger import Ledger
from pledger.domain.lifecycle import PartnershipOpened
from pledger.domain.refusal import Problem, Refused, WrongUsage

if TYPE_CHECKING:
    from collections.abc import Iterator

PROMISES = ["send-the-brand-guide", "send-the-price-list", "train-dealers", "train"]
slugs = st.from_regex(r"[a-z0-9]{1,5}(-[a-z0-9]{1,5}){0,2}", fullmatch=True)


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    with Ledger.open(":memory:", time_zone="UTC") as ledger:
        for slug in ("acme-globex", "acme-hooli", "umbrella"):
            ledger.record(PartnershipOpened(parties=("Acme", "Other"), purpose="launch"), slug)
        yield ledger


@pytest.mark.parametrize("told", ["umbrella", "UMB", "u"])
def test_a_question_takes_any_beginning_in_any_case(ledger: Ledger, told: str) -> None:
    assert find_partnership(ledger, told) == "umbrella"


def test_a_beginning_that_fits_several_is_refused_with_them(ledger: Ledger) -> None:
    with pytest.raises(WrongUsage, match="'acme' fits several: acme-globex, acme-hooli"):
        find_partnership(ledger, "acme")


def test_a_whole_name_wins_over_longer_ones() -> None:
    assert find_party(["Acme", "Acme Nordics"], "acme") == "Acme"


@pytest.mark.parametrize(
    ("told", "remedy"),
    [("acme-globx", "did you mean acme-globex or acme-hooli?"), ("zzz", "see them with: pledger portfolio")],
)
def test_an_unknown_partnership_gets_the_nearest(ledger: Ledger, told: str, remedy: str) -> None:
    with pytest.raises(WrongUsage, match=f"there is no partnership '{told}'") as caught:
        find_partnership(ledger, told)
    assert caught.value.remedy == remedy


def test_an_unknown_party_where_none_is_near_gets_the_list() -> None:
    with pytest.raises(WrongUsage) as caught:
        find_party(["Acme", "Globex"], "Zzz")
    assert caught.value.remedy == "there are: Acme, Globex"


def test_nothing_told_fits_nothing() -> None:
    with pytest.raises(WrongUsage):
        find_beginning("", ["acme"], "partnership", "")
    assert unknown_name("", [], "party", "").remedy == "there are: none"


def test_recording_wants_the_whole_name_in_any_case(ledger: Ledger) -> None:
    assert exact_partnership(ledger, "ACME-Globex") == "acme-globex"


@pytest.mark.parametrize(
    ("told", "remedy"),
    [
        ("acme", "type it in full when recording: acme-globex, acme-hooli"),
        ("acme-globx", "did you mean acme-globex or acme-hooli? otherwise open it first: pledger open acme-globx "),
        ("Zzz Inc", "open it first: pledger open zzz-inc --party ... --party ... --purpose ..."),
        ("", "open it first: pledger open unnamed "),
    ],
)
def test_recording_elsewhere_is_refused_with_the_way_there(ledger: Ledger, told: str, remedy: str) -> None:
    with pytest.raises(Refused) as caught:
        exact_partnership(ledger, told, where="pledger meet")
    assert caught.value.remedy.startswith(remedy)
    assert caught.value.where == "pledger meet"


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        ("brand", "send-the-brand-guide"),
        ("BRAND guide", "send-the-brand-guide"),
        ("Price List", "send-the-price-list"),
        ("train", "train"),
        ("dealers", "train-dealers"),
        ("nobody said this", "nobody-said-this"),
    ],
)
def test_any_part_that_fits_one_is_enough(told: str, meant: str) -> None:
    assert match_name(told, PROMISES, "commitment") == meant


def test_a_part_that_fits_several_is_refused_with_them() -> None:
    with pytest.raises(WrongUsage, match="'send' fits several: send-the-brand-guide, send-the-price-list"):
        match_name("send", PROMISES, "commitment")


@pytest.mark.parametrize(
    ("told", "names", "what", "remedy"),
    [
        (None, ["a", "b"], "no commitment is named", "name one of: a, b"),
        (None, [], "there is no open commitment", "see what there is: pledger log acme-globex"),
        ("", ["a"], "no commitment is named", "name one of: a"),
        (" ", [], "no commitment is named", "see what there is: pledger log acme-globex"),
    ],
)
def test_nothing_told_is_enough_only_for_a_single_one(
    told: str | None, names: list[str], what: str, remedy: str
) -> None:
    assert match_name(None, ["a"], "commitment") == "a"
    with pytest.raises(WrongUsage) as caught:
        match_name(told, names, "commitment", slug="acme-globex")
    assert (caught.value.what, caught.value.remedy) == (what, remedy)


@given(st.lists(slugs, min_size=1, unique=True), st.data())
def test_a_name_in_full_means_itself_whatever_else_there_is(names: list[str], data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(names))
    assert match_name(name, names, "goal") == name
    assert fitting(name, names) == [name]
    assert find_beginning(name.upper(), names, "partnership", "") == name


@given(st.lists(slugs, unique=True), st.text(alphabet="aB1 -:_", max_size=4))
def test_what_is_found_has_what_was_told_in_it(names: list[str], told: str) -> None:
    for name in fitting(told, names):
        assert all(word in name for word in re.findall("[a-z0-9]+", told.lower()))
    with contextlib.suppress(Problem):
        assert find_beginning(told, names, "party", "").startswith(told.casefold())
