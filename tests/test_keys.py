"""Keys: private ones stay private, nothing is overwritten, and a key speaks for its own ledger alone."""

from __future__ import annotations

import contextlib
import json
import stat
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.desk import Desk
from support.messages import told_in_form

from pledger.cli.keyring import Keyring, keys_told
from pledger.domain.refusal import Problem
from pledger.projections.merkle import leaf_hash
from pledger.projections.origin import origin_of
from pledger.projections.signed_note import SigningKey, VerifierKey


@pytest.fixture
def keyed(opened: Desk) -> Desk:
    assert opened.type("keys new audit").code == 0
    return opened


def private_file(desk: Desk) -> Path:
    return desk.folder / "keys" / "audit.key"


def test_the_private_half_is_for_its_owner_alone_and_never_shown(keyed: Desk) -> None:
    secret = private_file(keyed).read_text(encoding="utf-8").strip()
    assert stat.S_IMODE(private_file(keyed).stat().st_mode) == 0o600
    assert stat.S_IMODE(private_file(keyed).parent.stat().st_mode) == 0o700
    key = SigningKey.parse(secret)
    for line in ("keys new other", "keys list", "keys list --format json", "keys show audit", "checkpoint", "prove 1"):
        answer = keyed.type(line)
        assert answer.code == 0, answer.err
        assert secret.split("+")[-1] not in answer.out + answer.err
        keyed.folder.joinpath("keys", "other.key").unlink(missing_ok=True)
    assert keyed.type("keys show audit").out == f"{key.verifier()}\n"


def test_two_keys_are_never_the_same(keyed: Desk) -> None:
    assert keyed.type("keys new other").code == 0
    first, second = (key["vkey"] for key in json.loads(keyed.type("keys list --format json").out))
    assert first != second


def test_a_key_is_named_as_its_ledger(keyed: Desk) -> None:
    (key,) = json.loads(keyed.type("keys list --format json").out)
    assert list(key) == ["name", "origin", "id", "vkey"]
    opening = keyed.entries()[0]
    assert opening.position == 1
    assert key["origin"].startswith("pledger/alliances/")
    assert json.loads(keyed.type("verify --format json").out)["origin"] == key["origin"]
    assert VerifierKey.parse(key["vkey"]).name == key["origin"]


def test_an_origin_is_what_it_was_once_said_to_be() -> None:
    """It must never change: every checkpoint ever signed names it."""
    leaf = leaf_hash("@ledger", 1, "ledger-opened", b"{}")
    assert origin_of("Acme & Partner: Bündnisse", leaf) == f"pledger/acme-partner-bundnisse/{leaf.hex()[:32]}"
    assert origin_of("…", leaf) == f"pledger/unnamed/{leaf.hex()[:32]}"


def test_the_private_half_may_be_kept_elsewhere(opened: Desk) -> None:
    assert opened.type("keys new stick --out stick.key").code == 0
    assert stat.S_IMODE((opened.folder / "stick.key").stat().st_mode) == 0o600
    assert told_in_form(opened.type("checkpoint"))["what"] == "no key is for this ledger"
    assert opened.type("checkpoint --key stick.key -o a.checkpoint").code == 0
    assert opened.type("verify --checkpoint a.checkpoint").code == 0
    again = told_in_form(opened.type("keys new another --out stick.key"))
    assert (again["what"], again["where"]) == ("there is a key already", "stick.key")


def test_of_two_keys_one_must_be_named(keyed: Desk) -> None:
    assert keyed.type("keys new other").code == 0
    assert told_in_form(keyed.type("checkpoint"))["what"] == "2 keys are for this ledger: audit, other"
    assert keyed.type("checkpoint --key other").code == 0


def test_a_key_of_another_ledger_does_not_sign(keyed: Desk) -> None:
    assert keyed.type("--ledger second.sqlite init --name Second --time-zone UTC").code == 0
    message = told_in_form(keyed.type("--ledger second.sqlite checkpoint --key audit"))
    assert "and this ledger is pledger/second/" in message["what"]


@pytest.mark.parametrize("name", ["", "..", "../x", "A b", "x/y", "x" * 101, "a\x1b[31m", "-x"])
def test_what_cannot_name_a_key_is_refused(opened: Desk, name: str) -> None:
    answer = opened.call(["keys", "new", "--", name])
    assert told_in_form(answer)["what"].endswith("cannot name a key")
    assert not (opened.folder / "keys").exists()


def test_without_a_ledger_there_is_nothing_to_make_a_key_for(desk: Desk) -> None:
    assert desk.type("keys new audit").code == 4
    assert desk.type("keys list").out.startswith("there are no keys yet")


def test_a_foreign_file_among_the_keys_is_left_out(keyed: Desk) -> None:
    (keyed.folder / "keys" / "odd.pub").write_bytes(b"\xff\x1b[31m")
    assert len(json.loads(keyed.type("keys list --format json").out)) == 1


@given(st.binary(max_size=300) | st.text(max_size=100).map(lambda text: text.encode("utf-8", "replace")))
@settings(max_examples=150)
def test_whatever_is_told_as_a_key_ends_in_a_message(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    file = tmp_path_factory.mktemp("key") / "any"
    file.write_bytes(content)
    for told in (str(file), content.decode("utf-8", "replace")):
        with contextlib.suppress(Problem):
            keys_told([told], Keyring(file.parent))


def test_a_huge_key_file_is_not_read(opened: Desk) -> None:
    with (opened.folder / "huge").open("wb") as file:
        file.truncate(10**10)
    (opened.folder / "any.checkpoint").write_text("x", encoding="utf-8")
    assert told_in_form(opened.type("verify --checkpoint any.checkpoint --key huge"))["what"] == "there is no key in it"
