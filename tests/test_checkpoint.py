"""Checkpoints: written and read as their specification says, believed when the ledger's own key has signed them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.signing import CHECKPOINT, KEY, SIGNED, WITNESS

from pledger.domain.refusal import IntegrityFailure, Problem, WrongUsage
from pledger.projections.checkpoint import Checkpoint, open_checkpoint
from pledger.projections.signed_note import (
    SignedNote,
    VerifierKey,
    open_note,
    read_note,
)


def test_a_real_checkpoint_of_the_go_checksum_database_holds() -> None:
    """From the documentation of tlog checkpoints, with the key that every Go installation carries."""
    text = "go.sum database tree\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    signed = (
        f"{text}\n— sum.golang.org "
        "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    )
    key = VerifierKey.parse("sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8")
    assert Checkpoint.parse(open_note(signed.encode(), [key]).text).size == 20_852_163
    with pytest.raises(IntegrityFailure, match=r"speaks for go\.sum database tree, but is signed by sum\.golang\.org"):
        open_checkpoint(signed.encode(), [key])


@pytest.mark.parametrize("bit", range(8))
def test_no_bit_of_a_signed_checkpoint_can_be_flipped(bit: int) -> None:
    for at in range(len(SIGNED)):
        flipped = SIGNED[:at] + bytes([SIGNED[at] ^ 1 << bit]) + SIGNED[at + 1 :]
        with pytest.raises(Problem):
            open_checkpoint(flipped, [KEY.verifier()])


def test_a_checkpoint_is_written_as_its_specification_shows() -> None:
    assert CHECKPOINT.text == "example.com/acme-ledger\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    assert SIGNED.decode().startswith(f"{CHECKPOINT.text}\n— example.com/acme-ledger ")
    assert open_checkpoint(SIGNED, [WITNESS.verifier(), KEY.verifier()]) == CHECKPOINT


def test_only_the_ledger_s_own_key_speaks_for_it() -> None:
    by_witness = bytes(SignedNote(CHECKPOINT.text).signed_with(WITNESS))
    by_both = bytes(read_note(by_witness).signed_with(KEY))
    known = [KEY.verifier(), WITNESS.verifier()]
    assert open_checkpoint(by_both, known) == CHECKPOINT
    with pytest.raises(IntegrityFailure, match=r"but is signed by example\.com/witness") as refusal:
        open_checkpoint(by_witness, known)
    assert refusal.value.exit_code == 3
    with pytest.raises(WrongUsage, match=r"cannot sign for example\.com/acme-ledger"):
        CHECKPOINT.signed_with(WITNESS)


one_line = st.text(st.characters(codec="utf-8", min_codepoint=0x20), min_size=1, max_size=20)


@given(one_line, st.integers(0, (1 << 63) - 1), st.binary(min_size=32, max_size=32), st.lists(one_line, max_size=3))
def test_a_checkpoint_means_what_was_meant(origin: str, size: int, root: bytes, extensions: list[str]) -> None:
    checkpoint = Checkpoint(origin, size, root, tuple(extensions))
    assert Checkpoint.parse(checkpoint.text) == checkpoint
    assert read_note(bytes(SignedNote(checkpoint.text).signed_with(WITNESS))).text == checkpoint.text


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "three lines"),
        ("ledger\n5\n", "three lines"),
        (CHECKPOINT.text[:-1], "three lines"),
        (CHECKPOINT.text.replace(KEY.name, ""), "the origin, is empty"),
        (CHECKPOINT.text + "\n", "extension line is empty"),
        (CHECKPOINT.text.replace("CsUY", ""), "must be 32 bytes, and is 29"),
        (CHECKPOINT.text.replace("CsUY", "CsU"), "is not base64"),
        (CHECKPOINT.text.replace("q2I=", "q2J="), "is not base64"),
        *(
            (CHECKPOINT.text.replace("20852163", size), "not a plain whole number")
            for size in ("", "020852163", "-1", "+1", "1e3", "1_000", "٣", "0x10", " 1", "1" * 20, "1" * 5000)
        ),
        (CHECKPOINT.text.replace("20852163", "9223372036854775808"), "size must be from 0 to"),
    ],
)
def test_what_is_wrong_with_a_checkpoint_is_said(text: str, reason: str) -> None:
    with pytest.raises(WrongUsage, match=reason):
        Checkpoint.parse(text)


def test_an_origin_cannot_smuggle_in_a_line() -> None:
    with pytest.raises(WrongUsage, match="must be one line"):
        Checkpoint("ledger\n5", 1, bytes(32))
