"""Upcasts: what earlier versions stored reads as if the present one had stored it, through every door."""

from __future__ import annotations

import shutil
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic_core import from_json, to_json
from support.changed_facts import EVERY_FACT, HAND_MADE, as_then, changed, write_as_then
from support.desk import Desk
from support.kept_ledgers import TODAY, type_in
from support.present_history import answers_of
from support.proving import sealed
from support.stamping import EVERY_KIND, as_stored, entries

from pledger.domain import mapper
from pledger.domain.correction import EntryRetracted
from pledger.domain.delivery import CommitmentMade
from pledger.domain.ledger import Ledger
from pledger.domain.mapper import to_bytes, to_entry
from pledger.domain.partnership import surviving
from pledger.domain.recording import Recorder
from pledger.domain.skimming import skim
from pledger.domain.standing import standing_of
from pledger.domain.upcasts import UPCASTS, present_form, retracted_in_present_form
from pledger.projections.evidence import evidence, said_by
from pledger.projections.membership import memberships

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from support.changed_facts import Change
    from support.present_history import Present

    from pledger.domain.entry import Entry

CHANGES = {"six facts, each in its own way": HAND_MADE, "every fact": EVERY_FACT}
PROMISE, MEETING, DELIVERED, RETRACTION = 15, 9, 19, 38
"""Positions in the kept history."""


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
        stored = {each.position: each for each in ledger.stored()}
    for position in (1, PROMISE, MEETING, DELIVERED, RETRACTION):
        entry = stored[position]
        assert to_bytes(to_entry(*entry)) != entry.state


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
