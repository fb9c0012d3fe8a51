"""Old bytes are believed only as the earlier version wrote them, and no change of a fact goes without its upcast."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from support.changed_facts import HAND_MADE, changed, write_as_then
from support.desk import Desk
from support.proving import bytes_of, hands_on, put

from pledger.domain.catalogue import facts
from pledger.domain.fact import Fact
from pledger.domain.upcasts import UPCASTS, missing, present_form

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from support.present_history import Present


PROMISE, RETRACTION = 15, 38
"""Positions in the kept history."""


TAMPERING: dict[str, Callable[[bytes], bytes]] = {
    "a blank": lambda state: state.replace(b'"fact":', b'"fact": '),
    "a blank inside": lambda state: state.replace(b'"promiser":', b'"promiser" :'),
    "a name twice": lambda state: state.replace(b'"promiser":', b'"promiser":"Globex","promiser":'),
    "an escape": lambda state: state.replace(b'"Acme"', b'"\\u0041cme"'),
    "nothing, told": lambda state: state.replace(b'"promiser":', b'"goal":null,"promiser":'),
    "another way to tell an instant": lambda state: state.replace(
        b"2025-02-03T23:00:00Z", b"2025-02-03T23:00:00+00:00"
    ),
    "a kind that there never was": lambda state: state.replace(b'"first date"', b'"first  date"'),
    "another type": lambda state: state.replace(b'"small"', b"1"),
    "a field that there never was": lambda state: state.replace(b'"promiser":', b'"mood":"gay","promiser":'),
    "a field that is missing": lambda state: state.replace(b'"kind":"first date",', b""),
    "the version as a mark": lambda state: state.replace(b'"fact_version":1', b'"fact_version":true'),
    "the version as a fraction": lambda state: state.replace(b'"fact_version":1', b'"fact_version":1.0'),
    "no version": lambda state: state.replace(b'"fact_version":1', b'"fact_version":0'),
    "the present version": lambda state: state.replace(b'"fact_version":1', b'"fact_version":2'),
    "a later version": lambda state: state.replace(b'"fact_version":1', b'"fact_version":3'),
    "a list": lambda state: state[: state.index(b'"fact":')] + b'"fact":[]}',
}


@pytest.fixture
def old_promise(present: Present, tmp_path: Path) -> Iterator[Desk]:
    """A ledger of which six facts are old."""
    desk = Desk(tmp_path)
    present.copy(desk.ledger_path)
    write_as_then(HAND_MADE, desk.ledger_path)
    with changed(HAND_MADE):
        yield desk


@pytest.mark.parametrize("way", TAMPERING)
def test_old_bytes_that_were_altered_are_found(old_promise: Desk, way: str) -> None:
    with hands_on(old_promise.ledger_path) as database:
        before = bytes_of(database, "state", PROMISE)
        after = TAMPERING[way](before)
        assert after != before, before
        put(database, "state", PROMISE, after)
    found = old_promise.type("verify --format json")
    assert found.code == 3
    assert f"entry {PROMISE} " in found.out + found.err


def test_a_retraction_that_misquotes_an_old_entry_is_found(old_promise: Desk) -> None:
    with hands_on(old_promise.ledger_path) as database:
        before = bytes_of(database, "state", RETRACTION)
        assert b'"verdict":1' in before
        put(database, "state", RETRACTION, before.replace(b'"verdict":1', b'"verdict":2'))
    assert "which it takes back, is not what is recorded there" in old_promise.type("verify").err


def test_what_a_retraction_carries_may_not_be_of_any_version(old_promise: Desk) -> None:
    with hands_on(old_promise.ledger_path) as database:
        before = bytes_of(database, "state", RETRACTION)
        assert before.count(b'"fact_version":1') == 2
        put(database, "state", RETRACTION, before.replace(b'"fact_version":1,"data"', b'"fact_version":7,"data"'))
    for line in ("explain acme-globex", "replay", "log --all --format json"):
        answer = old_promise.type(line)
        assert (answer.code, "meeting-held has no version 7" in answer.err) == (3, True), line


def test_a_newer_version_is_left_to_a_newer_pledger(old_promise: Desk) -> None:
    with hands_on(old_promise.ledger_path) as database:
        before = bytes_of(database, "state", PROMISE)
        put(database, "state", PROMISE, before.replace(b'"fact_version":1', b'"fact_version":3'))
    answer = old_promise.type("log acme-globex")
    assert answer.what == "the stored fact 'commitment-made' has version 3; this pledger knows 2"
    assert answer.advice == "read it with a newer version of pledger"


# Every changed fact brings an upcast


def test_every_changed_fact_brings_its_upcasts() -> None:
    assert missing(facts().values()) == []


def test_no_upcast_leads_nowhere() -> None:
    assert [each for each in UPCASTS if each[0] not in facts() or not 1 <= each[1] < facts()[each[0]].VERSION] == []


class Planted(Fact):
    """A fact that was changed twice, of which one upcast was forgotten."""

    TOPIC = "planted"
    VERSION: ClassVar[int] = 3


def test_an_upcast_that_was_forgotten_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    assert missing([Planted]) == [("planted", 1), ("planted", 2)]
    monkeypatch.setitem(UPCASTS, ("planted", 2), dict)
    assert missing([Planted]) == [("planted", 1)]
    with pytest.raises(ValueError, match="it is not what version 1 of planted stored"):
        present_form(Planted, 1, {})


def test_an_upcast_that_leaves_out_a_default_would_be_found(present: Present, tmp_path: Path) -> None:
    """The entry reads well; what the next version would have stored is another thing."""
    careless = [change._replace(upcast=_without_stake) if "made" in change.topic else change for change in HAND_MADE]
    desk = Desk(tmp_path)
    present.copy(desk.ledger_path)
    write_as_then(careless, desk.ledger_path)
    with changed(careless):
        assert "as is seen from: stake" in desk.type("verify").err


def _without_stake(form: dict[str, Any]) -> dict[str, Any]:
    upcast = next(change.upcast for change in HAND_MADE if change.topic == "commitment-made")
    return {name: value for name, value in upcast(form).items() if (name, value) != ("stake", "medium")}
