"""Signed notes and the keys that sign them: published ones, and hostile ones."""

from __future__ import annotations

from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.signing import TEXT

from pledger.domain.refusal import IntegrityFailure, WrongUsage
from pledger.projections.signed_note import (
    NOTE_BYTES_MAX,
    SignedNote,
    SigningKey,
    VerifierKey,
    read_note,
)

# The example of Go's package golang.org/x/mod/sumdb/note and of its tests.
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETER_SIGNS = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
ENOCH = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
BY_PETER = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
BY_ENOCH = "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n"
NOTE = f"{TEXT}\n{BY_PETER}"


def names(message: str, *keys: str) -> list[str]:
    """Which of these keys signed the message."""
    return [key.name for key in read_note(message.encode()).signers(map(VerifierKey.parse, keys))]


def pieces_and_near_misses(text: str) -> list[str]:
    """Every proper part of a text, and the text with any one letter replaced by the next."""
    parts = [text[i:j] for i in range(len(text)) for j in range(i + 1, len(text) + 1)]
    near = [text[:i] + chr(ord(text[i]) + 1) + text[i + 1 :] for i in range(len(text))]
    return [each for each in parts + near if each != text]


def test_keys_are_told_as_go_tells_them() -> None:
    peter = SigningKey.parse(PETER_SIGNS)
    assert (peter.name, peter.secret(), str(peter.verifier())) == ("PeterNeumann", PETER_SIGNS, PETER)
    assert VerifierKey.parse(PETER + "\n") == peter.verifier(), "a key's file ends with a newline"


def test_no_part_or_misspelling_of_a_key_is_taken_for_one() -> None:
    for wrong in pieces_and_near_misses(PETER):
        with pytest.raises(WrongUsage):
            VerifierKey.parse(wrong)
    for wrong in pieces_and_near_misses(PETER_SIGNS)[::7]:
        with pytest.raises(WrongUsage):
            SigningKey.parse(wrong)


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        ("PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==", "must be base64"),
        ("PeterNeumann+cc469956+" + b64encode(bytes([1] * 34)).decode(), "must be 32 bytes, and this is 33"),
        ("PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "type 101 is not known"),
        (PETER.replace("c74f20a3", "c74f20a4"), "id should be c74f20a3, not c74f20a4"),
        (PETER.replace("c74f20a3", "c74f20"), "8 hexadecimal digits"),
        (PETER.replace("PeterNeumann", "Peter Neumann"), "must not contain spaces"),
        (PETER.replace("PeterNeumann", ""), "name is missing"),
        (PETER.replace("PeterNeumann", "Peter\x1bNeumann"), "control characters"),
        (PETER + "=", "must be base64"),
        ("PeterNeumann", "name\\+id\\+base64"),
    ],
)
def test_what_is_wrong_with_a_key_is_said(key: str, reason: str) -> None:
    with pytest.raises(WrongUsage, match=reason):
        VerifierKey.parse(key)


def test_a_private_key_is_never_shown() -> None:
    secret = PETER_SIGNS[-20:]
    assert repr(SigningKey.parse(PETER_SIGNS)) == "SigningKey(name='PeterNeumann')"
    for wrong in (PETER_SIGNS[12:], PETER_SIGNS + "=", PETER_SIGNS.replace("c7", "c8"), PETER_SIGNS.replace("+A", "")):
        with pytest.raises(WrongUsage) as refusal:
            SigningKey.parse(wrong)
        assert secret not in str(refusal.value)


def test_a_note_is_signed_as_go_signs_it() -> None:
    peter = SigningKey.parse(PETER_SIGNS)
    note = SignedNote(TEXT).signed_with(peter)
    assert bytes(note).decode() == NOTE
    assert note.signed_with(peter) == note, "the new signature takes the old one's place"


def test_a_note_s_text_may_contain_empty_lines() -> None:
    """The example of C2SP's signed-note, whose key is not told."""
    note = read_note(
        "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n\n"
        "— quasimodo.example/salvatore "
        "NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n".encode()
    )
    assert note.text.endswith("sole:\n\ned è subito sera.\n")
    assert [(each.name, each.key_id.hex()) for each in note.signatures] == [("quasimodo.example/salvatore", "367ba04b")]


def test_signatures_by_unknown_keys_are_ignored_and_those_by_known_ones_must_hold() -> None:
    both = NOTE + BY_ENOCH
    assert names(both, PETER) == ["PeterNeumann"]
    assert names(both, ENOCH, PETER) == ["PeterNeumann", "EnochRoot"]
    assert names(NOTE + BY_PETER, PETER) == ["PeterNeumann"], "one key twice is one signer"
    with pytest.raises(IntegrityFailure, match=r"signed by PeterNeumann\+c74f20a3, EnochRoot\+af0cfe78"):
        names(both)
    with pytest.raises(IntegrityFailure, match=r"the signature by PeterNeumann\+c74f20a3 does not hold"):
        names(f"{TEXT}\n{BY_PETER[:60]}ABCD{BY_PETER[60:]}{BY_ENOCH}", PETER, ENOCH)
    with pytest.raises(IntegrityFailure, match="no known key"):
        names(NOTE.replace("PeterNeumann", "CarmenSandiego"), PETER)


def test_two_different_keys_of_one_name_and_id_are_refused() -> None:
    """Four bytes of id can be made to collide; whoever trusts both must say which one is meant."""

    class Colliding(VerifierKey):
        id = b"same"

    with pytest.raises(WrongUsage, match="two different keys"):
        read_note(NOTE.encode()).signers([Colliding("a", bytes(32)), Colliding("a", bytes(31) + b"1")])


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (TEXT, "no signature follows"),
        (f"{TEXT}\n", "no signature follows"),
        ("", "no signature follows"),
        (NOTE[:-1], "last line does not end"),
        (f"\x01{NOTE}", "control character U\\+0001"),
        (NOTE.replace("\n", "\r\n"), "control character U\\+000D"),
        (NOTE.replace("— P", "— \x1bP"), "control character U\\+001B"),
        (NOTE.replace("Peter", "Bad Peter"), "is not base64"),
        (NOTE.replace("— P", "— P+"), "must not contain spaces or plus"),
        (NOTE.replace("— P", "- P"), "em dash, space, name"),
        (f"{NOTE}Unexpected line.\n", "em dash, space, name"),
        (NOTE.replace(" x08go", "\u00a0x08go"), "em dash, space, name"),
        (NOTE.replace(" x08go", " "), "is not base64"),
        (NOTE.replace("nAM=", "nAN="), "is not base64"),
        (f"{TEXT}\n— PeterNeumann x08gow==\n", "too short"),
        (f"{TEXT}\n{BY_PETER * 101}", "101 signatures, more than 100"),
        ("x" * NOTE_BYTES_MAX + NOTE, "larger than 1,000,000 bytes"),
    ],
)
def test_what_is_wrong_with_a_note_is_said(message: str, reason: str) -> None:
    with pytest.raises(WrongUsage, match=reason):
        names(message, PETER)


def test_a_text_that_cannot_be_a_note_is_refused() -> None:
    with pytest.raises(WrongUsage, match="byte 3 is not UTF-8"):
        read_note(b"abc\xff" + NOTE.encode())
    with pytest.raises(WrongUsage, match="does not end with a newline"):
        SignedNote("a line without its end")
    with pytest.raises(WrongUsage, match=r"U\+D800"):
        SignedNote("half a character: \ud800\n")


@given(st.binary(max_size=200) | st.text("a+— \n=AB0", max_size=60).map(lambda rest: f"{NOTE}{rest}".encode()))
def test_whatever_is_read_is_written_back_byte_for_byte(message: bytes) -> None:
    try:
        note = read_note(message)
    except WrongUsage:
        return
    assert bytes(note) == message
