"""Signed notes and checkpoints: published ones, hostile ones, and ours as read by Go's note and tlog packages."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from base64 import b64decode, b64encode
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.desk import Desk

from pledger.domain.refusal import IntegrityFailure, Problem, WrongUsage
from pledger.projections import merkle
from pledger.projections.checkpoint import Checkpoint, open_checkpoint
from pledger.projections.signed_note import (
    NOTE_BYTES_MAX,
    SignedNote,
    SigningKey,
    VerifierKey,
    open_note,
    read_note,
)

# The example of Go's package golang.org/x/mod/sumdb/note and of its tests.
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETER_SIGNS = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
ENOCH = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
BY_PETER = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
BY_ENOCH = "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n"
NOTE = f"{TEXT}\n{BY_PETER}"

KEY = SigningKey("example.com/acme-ledger", sha256(b"the seed of a test").digest())
WITNESS = SigningKey("example.com/witness", sha256(b"the seed of a witness").digest())
CHECKPOINT = Checkpoint(KEY.name, 20_852_163, b64decode("CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="))
SIGNED = CHECKPOINT.signed_with(KEY)


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


GO_PACKAGES = Path("/usr/share/gocode")
"""Where Debian's golang-golang-x-mod-dev puts them."""

GO_PROGRAM = """
package main

import (
    "encoding/json"
    "os"

    "golang.org/x/mod/sumdb/note"
    "golang.org/x/mod/sumdb/tlog"
)

type inclusion struct {
    Index, Size int64
    Data, Root  []byte
    Path        [][]byte
}

type consistency struct {
    Old, New         int64
    OldRoot, NewRoot []byte
    Path             [][]byte
}

func hash(b []byte) (h tlog.Hash) {
    copy(h[:], b)
    return h
}

func hashes(path [][]byte) (all []tlog.Hash) {
    for _, b := range path {
        all = append(all, hash(b))
    }
    return all
}

func must(err error) {
    if err != nil {
        panic(err)
    }
}

func main() {
    var asked struct {
        Vkey, Skey, Message, Text string
        Inclusion                 []inclusion
        Consistency               []consistency
    }
    var told struct {
        Text, Signed           string
        Inclusion, Consistency []bool
    }
    must(json.NewDecoder(os.Stdin).Decode(&asked))
    verifier, err := note.NewVerifier(asked.Vkey)
    must(err)
    opened, err := note.Open([]byte(asked.Message), note.VerifierList(verifier))
    must(err)
    told.Text = opened.Text
    signer, err := note.NewSigner(asked.Skey)
    must(err)
    signed, err := note.Sign(&note.Note{Text: asked.Text}, signer)
    must(err)
    told.Signed = string(signed)
    for _, p := range asked.Inclusion {
        err := tlog.CheckRecord(hashes(p.Path), p.Size, hash(p.Root), p.Index, tlog.RecordHash(p.Data))
        told.Inclusion = append(told.Inclusion, err == nil)
    }
    for _, p := range asked.Consistency {
        err := tlog.CheckTree(hashes(p.Path), p.New, hash(p.NewRoot), p.Old, hash(p.OldRoot))
        told.Consistency = append(told.Consistency, err == nil)
    }
    must(json.NewEncoder(os.Stdout).Encode(told))
}
"""


def asked_of_go() -> dict[str, Any]:
    """Our signed checkpoint and proofs over trees of up to 70 entries, the even ones whole and the odd ones altered."""
    data = [merkle.leaf_bytes("acme-globex", number, "update-shared", b"%d" % number) for number in range(70)]
    leaves = [merkle.leaf_hash("acme-globex", number, "update-shared", b"%d" % number) for number in range(70)]
    inclusion: list[dict[str, Any]] = []
    consistency: list[dict[str, Any]] = []
    for size in range(1, 71, 3):
        root = merkle.root(leaves[:size])
        tree = merkle.PagedTree(lambda _: pytest.fail("there is no full page"), lambda begin, end: leaves[begin:end])
        for index in range(0, size, 4):
            path = altered(merkle.inclusion_proof(index, size, tree), len(inclusion))
            inclusion.append({"Index": index, "Size": size, "Data": data[index], "Root": root, "Path": path})
            old, old_root = index + 1, merkle.root(leaves[: index + 1])
            path = altered(merkle.consistency_proof(old, size, tree), len(consistency))
            consistency.append({"Old": old, "New": size, "OldRoot": old_root, "NewRoot": root, "Path": path})
    keys = {"Vkey": str(KEY.verifier()), "Skey": KEY.secret(), "Message": SIGNED.decode(), "Text": TEXT}
    return {**keys, "Inclusion": inclusion, "Consistency": consistency}


def altered(path: list[bytes], number: int) -> list[bytes]:
    ways = (path, [*path, bytes(32)], path, path[:-1], path, path[::-1], path, [bytes(32), *path[1:]])
    return ways[number % len(ways)]


def holds(check: Any, *arguments: object) -> bool:
    try:
        check(*arguments)
    except IntegrityFailure:
        return False
    return True


needs_go = pytest.mark.skipif(
    shutil.which("go") is None or not (GO_PACKAGES / "src/golang.org/x/mod/sumdb/note").is_dir(),
    reason="needs Debian's packages golang-go and golang-golang-x-mod-dev",
)


def told_by_go(asked: dict[str, Any], folder: Path) -> Any:
    """What Go's note and tlog packages say of notes and proofs."""
    (folder / "crosscheck.go").write_text(GO_PROGRAM, encoding="utf-8")
    environment = {**os.environ, "GO111MODULE": "off", "GOPATH": str(GO_PACKAGES), "GOCACHE": str(folder / "cache")}
    run = subprocess.run(
        ["go", "run", "crosscheck.go"],
        cwd=folder,
        env=environment | {"GOFLAGS": ""},
        input=json.dumps(asked, default=lambda raw: b64encode(raw).decode()),
        capture_output=True,
        check=False,
        encoding="utf-8",
        timeout=120,
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


@needs_go
def test_go_reads_our_notes_and_judges_our_proofs_as_we_do(tmp_path: Path) -> None:
    asked = asked_of_go()
    told = told_by_go(asked, tmp_path)
    assert told["Text"] == CHECKPOINT.text
    assert told["Signed"] == bytes(SignedNote(TEXT).signed_with(KEY)).decode()
    inclusion = [
        holds(merkle.verify_inclusion, merkle_leaf(p), p["Index"], p["Size"], p["Path"], p["Root"])
        for p in asked["Inclusion"]
    ]
    consistency = [
        holds(merkle.verify_consistency, p["Old"], p["New"], p["OldRoot"], p["NewRoot"], p["Path"])
        for p in asked["Consistency"]
    ]
    assert (told["Inclusion"], told["Consistency"]) == (inclusion, consistency)
    assert min(map(inclusion.count, (True, False))) > 100
    assert min(map(consistency.count, (True, False))) > 100


def merkle_leaf(case: dict[str, Any]) -> bytes:
    return sha256(b"\x00" + case["Data"]).digest()


@needs_go
def test_go_believes_what_the_commands_write(opened: Desk, tmp_path: Path) -> None:
    """The files of keys, checkpoint and prove, read here by nothing but splitting lines."""
    for number in range(9):
        assert opened.type(f"update acme-globex 'Figures {number}' --by Acme").code == 0
    vkey = opened.type("keys new audit").out.strip()
    assert opened.type("checkpoint -o early.checkpoint").code == 0
    assert opened.type("meet acme-globex").code == 0
    for line in (
        "checkpoint -o late.checkpoint",
        "prove 7 -o 7.proof",
        "prove --since early.checkpoint -o grown.proof",
    ):
        assert opened.type(line).code == 0
    early, late = (noted(opened.folder / f"{name}.checkpoint") for name in ("early", "late"))
    proven, grown = (read_lines(opened.folder / f"{name}.proof") for name in ("7", "grown"))
    inclusion = {"Index": 6, "Size": late[0], "Root": late[1], "Data": b64decode(proven[1].removeprefix("extra "))}
    consistency = {"Old": early[0], "New": late[0], "OldRoot": early[1], "NewRoot": late[1]}
    path, growth = [b64decode(line) for line in proven[3:]], [b64decode(line) for line in grown[1:]]
    told = told_by_go(
        {
            "Vkey": vkey,
            "Skey": (opened.folder / "keys" / "audit.key").read_text(encoding="utf-8").strip(),
            "Message": (opened.folder / "late.checkpoint").read_text(encoding="utf-8"),
            "Text": (opened.folder / "early.checkpoint").read_text(encoding="utf-8").partition("\n\n")[0] + "\n",
            "Inclusion": [
                {**inclusion, "Path": path},
                {**inclusion, "Path": path[::-1]},
                {**inclusion, "Index": 5, "Path": path},
            ],
            "Consistency": [{**consistency, "Path": growth}, {**consistency, "Path": growth[:-1]}],
        },
        tmp_path,
    )
    assert (early[0], late[0]) == (11, 12)
    assert told["Signed"] == (opened.folder / "early.checkpoint").read_text(encoding="utf-8")
    assert (told["Inclusion"], told["Consistency"]) == ([True, False, False], [True, False])


def noted(file: Path) -> tuple[int, bytes]:
    """The size and the root that a checkpoint's file states."""
    lines = file.read_text(encoding="utf-8").split("\n")
    return int(lines[1]), b64decode(lines[2])


def read_lines(proof: Path) -> list[str]:
    """What stands above the checkpoint in a proof's file."""
    return proof.read_text(encoding="utf-8").partition("\n\n")[0].split("\n")
