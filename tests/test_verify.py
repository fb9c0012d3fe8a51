"""Verify: nothing can be altered in a ledger's file without being found, and the finding names the place."""

from __future__ import annotations

import json
import os
import random
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from support.desk import Desk
from support.messages import told_in_form
from support.paging import beside
from support.proving import (
    SEED,
    WAYS,
    Sealed,
    Tampering,
    a_history,
    a_long_history,
    bytes_of,
    hands_on,
    put,
    sealed,
    unwatched,
    verified,
)

from pledger.domain.communication import MeetingHeld
from pledger.domain.ledger import Ledger
from pledger.projections import log_tree, merkle, verification
from pledger.projections.checkpoint import Checkpoint
from pledger.projections.log_tree import ledger_log, read_tree
from pledger.projections.merkle import PAGE_LEAVES, leaf_hash
from pledger.projections.signed_note import SigningKey
from pledger.projections.verification import Verified

TRIALS = 400
STRETCH = re.compile(r"entries (\d+) to (\d+) of the log")


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Sealed:
    """Two pages of evidence, kept, and a rest."""
    path = tmp_path_factory.mktemp("large") / "ledger.sqlite"
    with Ledger.open(a_long_history(path, 2 * PAGE_LEAVES + 100), create=False) as ledger:
        beside(ledger).complete()
    return sealed(path)


def places(found: Verified, entries: int) -> list[tuple[int, int]]:
    """Between which positions each finding says that something is wrong."""
    told = []
    for finding in found.findings:
        stretch = STRETCH.search(finding.where)
        if finding.entry is not None:
            told.append((finding.entry, finding.entry))
        elif stretch:
            told.append((int(stretch[1]), int(stretch[2])))
        elif finding.where == "the first entry":
            told.append((1, 1))
        elif after := re.fullmatch(r"after entry (\d+)", finding.where):
            told.append((int(after[1]) + 1, entries))
    return told


def test_a_ledger_that_nobody_touched_is_sound(small: Sealed) -> None:
    found = small.verified(small.path)
    assert found.findings == ()
    assert [each.finding for each in found.held] == [None]
    assert (found.entries, found.partnerships, found.name) == (small.entries, 3, "story")


def test_the_tree_is_that_of_the_leaves_one_by_one(small: Sealed) -> None:
    with closing(sqlite3.connect(small.path)) as database:
        rows = database.execute(
            "SELECT originator_id, originator_version, topic, state FROM stored_events ORDER BY rowid"
        ).fetchall()
    assert small.verified(small.path).root == merkle.root([leaf_hash(*row) for row in rows])


@pytest.mark.parametrize("trial", range(TRIALS))
def test_whatever_is_altered_is_found_and_its_place_is_named(small: Sealed, tmp_path: Path, trial: int) -> None:
    chance = random.Random(trial)
    path = small.copy(tmp_path / "ledger.sqlite")
    before = path.read_bytes()
    while True:
        with hands_on(path) as database:
            tampering = Tampering(database, small.entries, chance)
            try:
                getattr(tampering, WAYS[trial % len(WAYS)])()
            except sqlite3.IntegrityError:  # the table takes no two entries of one version
                database.rollback()
                continue
            break
    assert path.read_bytes() != before
    found = small.verified(path)
    told = f"{tampering.place}: {tampering.what}", [(each.where, each.what) for each in found.findings]
    assert found.findings, told
    assert found.held[0].finding is not None, told
    assert any(first <= tampering.place <= last for first, last in places(found, small.entries)), told
    assert all(finding.what and finding.where and finding.remedy for finding in found.findings)


def test_what_only_a_hash_can_tell_is_narrowed_down_to_a_page(large: Sealed, tmp_path: Path) -> None:
    path = a_copy_with_pages(large, tmp_path)
    place = PAGE_LEAVES + 1000
    with hands_on(path) as database:
        alter(database, place)
    (finding,) = large.verified(path).findings
    assert finding.where == ("entries 4097 to 8192 of the log, of which the evidence pages keep the signed roots")
    assert finding.what.startswith("the first 8,292 entries are not those that checkpoint-1 signs: their root is ")


def test_after_the_last_page_it_is_narrowed_down_to_the_rest(large: Sealed, tmp_path: Path) -> None:
    path = a_copy_with_pages(large, tmp_path)
    with hands_on(path) as database:
        alter(database, 2 * PAGE_LEAVES + 50)
    (finding,) = large.verified(path).findings
    assert finding.where == (
        "entries 1 to 8292 of the log; after entry 8192, unless the evidence pages were built after the change"
    )


def test_an_earlier_checkpoint_that_holds_narrows_it_down(small: Sealed, tmp_path: Path) -> None:
    path = small.copy(tmp_path / "ledger.sqlite")
    with ledger_log(str(path)) as log:
        tree = read_tree(log, unwatched)
        earlier = Checkpoint(small.key.name, 40, tree.root(40)).signed_with(small.key)
    with hands_on(path) as database:
        alter(database, 45, b"call", b"ball")
    found = verified(path, small.message, earlier, small.key)
    assert [each.finding is None for each in found.held] == [False, True]
    assert found.findings[-1].where.startswith(f"entries 41 to {small.entries} of the log")


def a_copy_with_pages(large: Sealed, folder: Path) -> Path:
    path = large.copy(folder / "ledger.sqlite")
    pages = Path(f"{path}.pages")
    pages.mkdir()
    for file in Path(f"{large.path}.pages").iterdir():
        (pages / file.name).write_bytes(file.read_bytes())
    return path


def alter(database: sqlite3.Connection, position: int, old: bytes = b"jane", new: bytes = b"june") -> None:
    """Change who recorded an entry, which every rule would admit."""
    state = bytes_of(database, "state", position)
    assert old in state
    put(database, "state", position, state.replace(old, new, 1))


def test_all_cores_find_what_one_finds(large: Sealed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = large.copy(tmp_path / "ledger.sqlite")
    with hands_on(path) as database:
        put(database, "state", 5000, b"{")
        put(database, "originator_version", 8200, 7777)
        put(database, "topic", 7000, b"\xff")
    alone = large.verified(path)
    monkeypatch.setattr(log_tree, "ALONE_PAGES_MAX", 0)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    together = large.verified(path)
    assert together == alone
    assert {5000, 7000, 8200} <= {finding.entry for finding in alone.findings}


@pytest.mark.parametrize("alone", [True, False])
def test_where_histories_cannot_be_checked_every_entry_still_is(
    large: Sealed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, alone: bool
) -> None:
    """Without a first entry that tells the time zone, no history can be admitted again."""
    path = large.copy(tmp_path / "ledger.sqlite")
    with hands_on(path) as database:
        put(database, "state", 1, b"{")
        put(database, "state", 5000, b"{}")
    if not alone:
        monkeypatch.setattr(log_tree, "ALONE_PAGES_MAX", 0)
        monkeypatch.setattr(os, "cpu_count", lambda: 2)
    found = large.verified(path)
    told = {finding.entry: finding.what for finding in found.findings if finding.entry is not None}
    assert set(told) == {1, 5000}
    assert told[5000] == "the stored bytes cannot be read: 'fact_version' is missing"
    assert "the first entry does not open a ledger" in [finding.what for finding in found.findings]


def test_another_ledger_is_not_the_one_that_was_signed(small: Sealed, tmp_path: Path) -> None:
    other = a_history(tmp_path / "other.sqlite")
    with hands_on(other) as database:
        state = bytes_of(database, "state", 1).replace(b"story", b"glory")
        put(database, "state", 1, state)
    (finding,) = small.verified(other).findings
    assert finding.where == "the first entry"
    assert "speaks for pledger/story/" in finding.what
    assert "this ledger is pledger/glory/" in finding.what


def test_whoever_else_signs_is_not_believed(small: Sealed) -> None:
    stranger = SigningKey(small.key.name, bytes(32))
    found = verified(small.path, small.message, stranger)
    assert found.findings[0].what.startswith("no known key has signed it")


def test_what_others_record_meanwhile_is_left_for_the_next_time(small: Sealed, tmp_path: Path) -> None:
    path = small.copy(tmp_path / "ledger.sqlite")
    with ledger_log(str(path)) as log:
        with Ledger.open(path, create=False) as ledger:
            ledger.record(MeetingHeld(), "acme-globex")
        found = verification.verify(log, [], unwatched)
    assert (found.findings, found.entries) == ((), small.entries)
    assert verified(path).entries == small.entries + 1


def test_the_command_tells_what_it_found_and_fails(opened: Desk) -> None:
    answer = opened.type("verify")
    assert answer.code == 0, answer.err
    assert "sound     every entry is whole and holds; that none was altered" in answer.out
    opened.overwrite("state", 2, '{"a\x1b[31m": "\x07"}')
    answer = opened.type("verify")
    message = told_in_form(answer)
    assert (answer.code, message["where"]) == (3, "entry 2 (version 1 of acme-globex)")
    assert "found     entry 2 (version 1 of acme-globex): the stored bytes cannot be read: " in answer.out
    assert "\x1b" not in answer.out + answer.err


def test_the_json_has_the_documented_keys(opened: Desk) -> None:
    report = json.loads(opened.type("verify --format json").out)
    assert list(report) == [
        *("ledger", "name", "origin", "entries", "partnerships", "root", "sound", "checkpoints", "findings")
    ]
    opened.overwrite("topic", 2, "nonsense")
    answer = opened.type("verify --format json")
    (finding,) = json.loads(answer.out)["findings"]
    assert answer.code == 3
    assert finding["what"] == "the stored fact 'nonsense' is unknown"
    assert finding["entry"] == 2
    assert list(finding) == ["what", "where", "remedy", "entry"]


def test_a_ledger_whose_first_entry_is_damaged_is_still_verified(opened: Desk) -> None:
    opened.overwrite("state", 1, "{}")
    answer = opened.type("verify")
    assert answer.code == 3
    assert "entry 1 (version 1 of @ledger)" in answer.out


def test_how_far_it_is_is_told(small: Sealed) -> None:
    seen: list[tuple[str, int, int]] = []
    with ledger_log(str(small.path)) as log:
        verification.verify(log, [], lambda *told: seen.append(told))
    assert seen[0] == ("reading entries", 1, 1)
    assert seen[-1] == ("checking histories", 4, 4)
    assert SEED
