"""Verify says what is wrong with a file whatever stands in it: no bytes and no missing table make it stumble."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.proving import (
    Sealed,
    bytes_of,
    hands_on,
    put,
)

from pledger.domain.refusal import IntegrityFailure, StorageTrouble
from pledger.projections import merkle
from pledger.projections.log_tree import ledger_log
from pledger.projections.merkle import leaf_bytes, leaf_hash


def test_text_that_is_no_utf_8_is_a_finding(small: Sealed, tmp_path: Path) -> None:
    path = small.copy(tmp_path / "ledger.sqlite")
    with hands_on(path) as database:
        put(database, "originator_id", 10, b"acme\xffglobex")
        put(database, "topic", 12, b"\x80")
    told = [(finding.entry, finding.what) for finding in small.verified(path).findings]
    assert (10, "its partnership is no text: byte 4 is not UTF-8") in told
    assert (12, "its topic is no text: byte 0 is not UTF-8") in told


def test_a_column_of_another_type_is_a_finding(small: Sealed, tmp_path: Path) -> None:
    path = small.copy(tmp_path / "ledger.sqlite")
    with hands_on(path) as database:
        database.execute("UPDATE stored_events SET state = CAST(state AS TEXT) WHERE rowid = 9")
    assert small.verified(path).findings[0].entry == 9


@pytest.mark.parametrize(
    "statement", ["DROP TABLE stored_events", "ALTER TABLE stored_events RENAME TO other", "DELETE FROM stored_events"]
)
def test_a_table_that_is_missing_or_empty_is_a_finding(small: Sealed, tmp_path: Path, statement: str) -> None:
    path = small.copy(tmp_path / "ledger.sqlite")
    with hands_on(path) as database:
        database.execute(statement)
    assert small.verified(path).held[0].finding is not None
    assert small.verified(path).findings


def test_an_index_that_does_not_list_what_is_there_is_a_finding(small: Sealed, tmp_path: Path) -> None:
    path = small.copy(tmp_path / "ledger.sqlite")
    with hands_on(path) as database:
        database.execute("PRAGMA writable_schema = ON")
        database.execute("UPDATE sqlite_master SET sql = replace(sql, 'UNIQUE (originator_id,', 'UNIQUE (topic,')")
    assert small.verified(path).findings


STATED = json.dumps({"a": 1}).encode()


@given(
    position=st.integers(2, 40), state=st.binary(max_size=60) | st.just(STATED) | st.text(max_size=40).map(str.encode)
)
@settings(max_examples=60)
def test_no_bytes_make_it_stumble(
    small: Sealed, tmp_path_factory: pytest.TempPathFactory, position: int, state: bytes
) -> None:
    path = small.copy(tmp_path_factory.mktemp("any") / "ledger.sqlite")
    with hands_on(path) as database:
        put(database, "state", position, state)
    assert position in [finding.entry for finding in small.verified(path).findings]


@given(position=st.integers(2, 40), data=st.data())
@settings(max_examples=100)
def test_no_value_in_a_fact_makes_it_stumble(
    small: Sealed, tmp_path_factory: pytest.TempPathFactory, position: int, data: st.DataObject
) -> None:
    """Whatever stands where a value should, however deep: it is found, and nothing breaks."""
    path = small.copy(tmp_path_factory.mktemp("any") / "ledger.sqlite")
    with hands_on(path) as database:
        told = json.loads(bytes_of(database, "state", position))
        inside = data.draw(st.sampled_from([told, told["fact"]]))
        name = data.draw(st.sampled_from(sorted(inside)))
        inside[name] = data.draw(
            st.none()
            | st.booleans()
            | st.integers()
            | st.text(max_size=5)
            | st.lists(st.integers(), max_size=2)
            | st.dictionaries(st.text(max_size=3), st.integers(), max_size=2)
        )
        state = json.dumps(told, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "replace")
        changed = state != bytes_of(database, "state", position)
        put(database, "state", position, state)
    assert bool(small.verified(path).findings) == changed


def test_a_damaged_page_of_the_file_is_found(small: Sealed, tmp_path: Path) -> None:
    whole = small.path.read_bytes()
    for page in range(1, len(whole) // 4096):
        for begin in (0, 2000):
            at = page * 4096 + begin
            path = tmp_path / f"{page}-{begin}.sqlite"
            path.write_bytes(whole[:at] + b"\xa5" * 64 + whole[at + 64 :])
            if all(byte == 0 for byte in whole[at : at + 64]):
                continue  # nothing is kept there
            with suppress(IntegrityFailure):  # SQLite could not even read it
                assert small.verified(path).findings, at


def test_what_is_no_ledger_cannot_be_verified(tmp_path: Path) -> None:
    (tmp_path / "other.sqlite").touch()
    for name in ("missing.sqlite", "other.sqlite", "."):
        with pytest.raises(StorageTrouble):
            ledger_log(str(tmp_path / name))


def test_leaves_from_bytes_are_those_from_text() -> None:
    assert merkle.leaf_hash_of_bytes(b"a", 7, b"t", b"{}") == leaf_hash("a", 7, "t", b"{}")
    assert merkle.leaf_hash_of_bytes("é".encode(), -1, b"t", b"") == leaf_hash("é", -1, "t", b"")
    assert len(leaf_bytes("a", 7, "t", b"{}")) == 20 + 4
