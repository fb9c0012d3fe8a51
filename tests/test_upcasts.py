"""Upcasts: what earlier versions stored reads as if the present one had stored it, through every door."""

from __future__ import annotations

import shutil
import zipfile
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic_core import from_json, to_json
from support.changed_facts import EVERY_FACT, HAND_MADE, as_then, changed, write_as_then
from support.desk import Desk
from support.kept_ledgers import ASKED, TODAY, answers, told, type_in
from support.proving import bytes_of, hands_on, put, sealed
from support.stamping import EVERY_KIND, as_stored, entries

from pledger.domain import mapper
from pledger.domain.catalogue import facts
from pledger.domain.correction import EntryRetracted
from pledger.domain.delivery import CommitmentMade
from pledger.domain.fact import Fact
from pledger.domain.ledger import Ledger
from pledger.domain.mapper import to_entry
from pledger.domain.partnership import surviving
from pledger.domain.recording import Recorder
from pledger.domain.skimming import is_written_alike, skim
from pledger.domain.standing import standing_of
from pledger.domain.upcasts import UPCASTS, missing, present_form, retracted_in_present_form
from pledger.projections.evidence import evidence, said_by
from pledger.projections.membership import memberships

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from support.changed_facts import Change

    from pledger.domain.entry import Entry
    from pledger.domain.partnership import Partnership
    from pledger.projections.evidence import Row

CHANGES = {"six facts, each in its own way": HAND_MADE, "every fact": EVERY_FACT}
PROMISE, MEETING, DELIVERED, RETRACTION = 15, 9, 19, 38
"""Positions in the kept history."""


@dataclass(frozen=True)
class Present:
    """The kept history as the present version writes it, and what that says."""

    desk: Desk
    entries: list[Entry]
    evidence: list[list[Row]]
    answers: list[dict[str, Any]]
    standings: dict[str, Partnership]

    def copy(self, path: Path) -> None:
        """Its ledger again, to be made an old one."""
        shutil.copyfile(self.desk.ledger_path, path)


@pytest.fixture(scope="module")
def present(tmp_path_factory: pytest.TempPathFactory) -> Present:
    """Asked before any fact is changed."""
    desk = told(Desk(tmp_path_factory.mktemp("present")))
    entries = desk.entries()
    with Ledger.open(desk.ledger_path, create=False) as ledger:
        standings = {slug: ledger.partnership(slug) for slug in ledger.partnerships()}
    return Present(desk, entries, [evidence(entry) for entry in entries], answers_of(desk), standings)


@pytest.fixture(params=CHANGES)
def old(request: pytest.FixtureRequest, present: Present, tmp_path: Path) -> Iterator[Desk]:
    """The same, as if an earlier version had written it."""
    changes: Sequence[Change] = CHANGES[request.param]
    shutil.copytree(present.desk.folder, tmp_path, dirs_exist_ok=True)
    shutil.rmtree(tmp_path / "keys")  # which signed other bytes
    desk = Desk(tmp_path)
    desk.move_to(TODAY)
    write_as_then(changes, desk.ledger_path)
    with changed(changes):
        yield desk


def test_old_bytes_are_old_indeed(old: Desk) -> None:
    with Ledger.open(old.ledger_path, create=False) as ledger:
        alike = {each.position for each in ledger.stored() if is_written_alike(each.topic.encode(), each.state)}
    assert not {1, PROMISE, MEETING, DELIVERED, RETRACTION} & alike


def test_every_entry_is_read_as_if_it_were_of_today(old: Desk, present: Present) -> None:
    assert [_in_present_form(entry) for entry in old.entries()] == present.entries


def _in_present_form(entry: Entry) -> Entry:
    """The entry, and what it carries of another one, in the version that the other desk knows."""
    if not isinstance(entry.fact, EntryRetracted) or entry.fact.retracted is None:
        return entry
    carried = retracted_in_present_form(entry.fact.retracted).model_copy(update={"fact_version": 1})
    return replace(entry, fact=entry.fact.stamped(retracted=carried))


def test_the_evidence_is_the_same(old: Desk, present: Present) -> None:
    assert [evidence(entry) for entry in old.entries()] == present.evidence


def test_every_question_is_answered_as_before(old: Desk, present: Present) -> None:
    assert answers_of(old) == present.answers


def answers_of(desk: Desk) -> list[dict[str, Any]]:
    """All but verifying: what is signed of bytes is another matter."""
    return list(map(_without_versions, answers(desk, [each for each in ASKED if not each.startswith("verify")])))


def _without_versions(told: Any) -> Any:
    """What a retraction carries is told in the present version, whose number is another one here."""
    if isinstance(told, dict):
        return {name: _without_versions(each) for name, each in told.items() if name != "fact_version"}
    return list(map(_without_versions, told)) if isinstance(told, list) else told


def test_nothing_was_altered(old: Desk) -> None:
    kept = sealed(old.ledger_path)
    assert kept.verified(old.ledger_path).findings == ()


def test_where_partnerships_stand_is_the_same_with_and_without_snapshots(old: Desk, present: Present) -> None:
    with Ledger.open(old.ledger_path, create=False) as ledger:
        for slug in ledger.partnerships():
            history = list(ledger.entries(slug))
            fresh = Recorder(ledger._store, ledger.zone).standing(slug)
            assert fresh.partnership == standing_of(slug, history, surviving(history), ledger.zone).partnership
            assert fresh.partnership == present.standings[slug]


def test_what_is_recorded_now_has_the_present_version(old: Desk) -> None:
    type_in(old, 'commit acme-globex "Share the price list" --by Globex --due 2025-10-01')
    type_in(old, "deliver acme-globex price")
    type_in(old, "meet acme-globex")
    *before, promise, delivery, meeting = [(topic, version) for topic, version, _ in stored(old)]
    assert {version for _, version in before} == {1}
    assert [promise, delivery, meeting] == [("commitment-made", 2), ("commitment-delivered", 2), ("meeting-held", 2)]
    assert sealed(old.ledger_path).verified(old.ledger_path).findings == ()


def stored(desk: Desk) -> list[tuple[str, int, dict[str, Any]]]:
    """Stored name, version and form of every entry."""
    with Ledger.open(desk.ledger_path, create=False) as ledger:
        told = [(each.topic, from_json(each.state)) for each in ledger.stored()]
    return [(topic, state["fact_version"], state["fact"]) for topic, state in told]


def test_an_old_entry_is_amended_with_what_rests_on_it(old: Desk) -> None:
    type_in(old, f'amend {PROMISE} --due 2025-02-04 --why "misread"')
    again = {topic: version for topic, version, _ in stored(old)[-4:]}
    assert again == {"entry-retracted": again["entry-retracted"], "commitment-made": 2, "commitment-delivered": 2}
    assert sealed(old.ledger_path).verified(old.ledger_path).findings == ()


def test_an_old_entry_is_undone(old: Desk) -> None:
    (last,) = old.entries()[-1:]
    assert isinstance(last.fact, CommitmentMade)
    assert "Entry 77 was taken back" in type_in(old, "undo --yes")
    (retraction,) = old.entries()[-1:]
    assert isinstance(retraction.fact, EntryRetracted)
    assert retraction.fact.retracted is not None
    assert retraction.fact.retracted.fact_version == 2
    assert [
        row._replace(known_at=last.recorded_at, count=-row.count, position=last.position)
        for row in evidence(retraction)
    ] == evidence(last)
    assert sealed(old.ledger_path).verified(old.ledger_path).findings == ()


def test_an_old_entry_told_again_under_its_source_is_known(old: Desk) -> None:
    line = 'commit acme-globex "Send ten sample sensors" --by Globex --due 2025-02-10 --goal nordic-market'
    assert "it is recorded already: entry 16" in type_in(old, f"{line} --source crm-7 --on 2025-01-27")


def test_an_auditor_gets_the_old_bytes_with_todays_words(old: Desk) -> None:
    type_in(old, "keys new today")
    type_in(old, "audit-pack acme-globex -o pack.zip")
    with zipfile.ZipFile(old.folder / "pack.zip") as archive:
        lines = [from_json(line) for line in archive.read("entries.jsonl").splitlines()]
        leaf = archive.read(f"leaves/{PROMISE:09}")
    promise = next(line for line in lines if line["position"] == PROMISE)
    assert promise["sentence"].startswith("Acme promised")
    assert promise["stored"]["fact_version"] == 1
    assert to_json(promise["stored"]["fact"]) in leaf
    type_in(old, f"prove {PROMISE} -o promise.proof")
    assert "Acme promised" in type_in(old, "check-proof promise.proof")


def test_two_changes_one_after_the_other() -> None:
    stepwise = (lambda form: {"by": form["who"]}, lambda form: {"maker": form["by"]})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(CommitmentMade, "VERSION", 3)
        for version, upcast in enumerate(stepwise, start=1):
            patch.setitem(UPCASTS, ("commitment-made", version), upcast)
        forms = ({"who": "Acme"}, {"by": "Acme"}, {"maker": "Acme"})
        assert [present_form(CommitmentMade, n, form) for n, form in enumerate(forms, start=1)] == [forms[2]] * 3


# What is not what the earlier version wrote


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


# Laws


@pytest.mark.parametrize("by_hand", [0, 100])
@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_change_of_form_alone_changes_no_evidence(by_hand: int, data: st.DataObject) -> None:
    entry = data.draw(st.sampled_from(EVERY_KIND).flatmap(entries))
    now = as_stored(entry)
    then = now._replace(state=as_then(EVERY_FACT, now.topic, now.state))
    said = [(row, memberships(type(entry.fact), entry.fact, entry.occurred_at)) for row in evidence(entry)]
    with changed(EVERY_FACT), pytest.MonkeyPatch.context() as patch:
        patch.setattr(mapper, "READ_BY_HAND_MAX", by_hand)
        read, skimmed = to_entry(*then), skim(then)
        assert _in_present_form(read) == replace(entry, position=read.position)
        assert [(row, memberships(type(read.fact), read.fact, read.occurred_at)) for row in evidence(read)] == [
            (row._replace(position=read.position), moves) for row, moves in said
        ]
        assert said_by(*skimmed[:3]) == said_by(type(read.fact), read.fact, read.occurred_at)
