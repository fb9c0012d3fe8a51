"""Proofs: they hold for what they are of, for nothing else, and no file can break whoever reads it."""

from __future__ import annotations

import random
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.desk import Desk
from support.messages import NOT_FOR_TERMINALS, told_in_form
from support.proving import Sealed, unwatched

from pledger.domain.refusal import IntegrityFailure, Problem, WrongUsage
from pledger.projections.checkpoint import Checkpoint, open_checkpoint
from pledger.projections.log_tree import ledger_log, read_tree
from pledger.projections.merkle import leaf_bytes
from pledger.projections.proof import HEADER, ConsistencyProof, InclusionProof, read_proof
from pledger.projections.proving import prove_entry, prove_growth
from pledger.projections.signed_note import SigningKey, to_base64


@pytest.fixture(scope="module")
def proofs(small: Sealed) -> list[bytes]:
    """One of every entry."""
    with ledger_log(str(small.path)) as log:
        tree = read_tree(log, unwatched)
        rows = enumerate(log.rows())
        return [bytes(prove_entry(row, index, tree.size, small.message, tree.paged)) for index, row in rows]


def included(content: bytes, key: SigningKey) -> InclusionProof:
    proof = read_proof(content)
    assert isinstance(proof, InclusionProof)
    proof.check([key.verifier()])
    return proof


def test_every_entry_can_be_proven_and_tells_what_it_is(small: Sealed, proofs: list[bytes]) -> None:
    with ledger_log(str(small.path)) as log:
        for row, content in zip(log.rows(), proofs, strict=True):
            proof = included(content, small.key)
            assert proof.stored() == row.stored()
            assert bytes(proof) == content


def test_a_proof_has_the_form_of_its_specification(proofs: list[bytes]) -> None:
    lines = proofs[6].decode().split("\n")
    assert lines[0] == "c2sp.org/tlog-proof@v1"
    assert lines[1].startswith("extra ")
    assert lines[2] == "index 6"
    blank = lines.index("")
    assert all(len(line) == 44 for line in lines[3:blank])
    assert lines[blank + 1].startswith("pledger/story/")


def test_no_bit_of_a_proof_can_be_flipped(small: Sealed, proofs: list[bytes]) -> None:
    chance = random.Random(1)
    content = proofs[17]
    for at in range(len(content)):
        flipped = content[:at] + bytes([content[at] ^ 1 << chance.randrange(8)]) + content[at + 1 :]
        with pytest.raises(Problem):
            included(flipped, small.key)


def test_a_proof_of_one_entry_proves_no_other(small: Sealed, proofs: list[bytes]) -> None:
    one, other = (read_proof(content) for content in proofs[4:6])
    assert isinstance(one, InclusionProof)
    assert isinstance(other, InclusionProof)
    with pytest.raises(IntegrityFailure):
        InclusionProof(one.index, one.path, other.entry, one.message).check([small.key.verifier()])


def test_growth_is_proven_from_every_size(small: Sealed) -> None:
    known = [small.key.verifier()]
    newer = open_checkpoint(small.message, known)
    with ledger_log(str(small.path)) as log:
        tree = read_tree(log, unwatched)
        for size in range(tree.size + 1):
            earlier = Checkpoint(small.key.name, size, tree.root(size))
            content = bytes(prove_growth(tree, earlier, newer, small.message))
            proof = read_proof(content)
            assert isinstance(proof, ConsistencyProof)
            assert bytes(proof) == content
            assert proof.check(earlier, known) == newer
            with pytest.raises(IntegrityFailure):
                proof.check(Checkpoint(small.key.name, size, bytes(32)), known)
            with pytest.raises(IntegrityFailure, match="it is about"):
                proof.check(Checkpoint("another", size, earlier.root), known)


CHECKPOINT = SigningKey("pledger/x/1", bytes(32))
SIGNED = Checkpoint(CHECKPOINT.name, 1, bytes(32)).signed_with(CHECKPOINT)


@pytest.mark.parametrize(
    ("head", "reason"),
    [
        ("", "the old as a plain whole number"),
        (f"{HEADER}", "no line tells the index"),
        (f"{HEADER}\nextra AAAA", "no line tells the index"),
        (f"{HEADER}\nextra A\nindex 0", "is not base64"),
        (f"{HEADER}\nindex -1", "the index as a plain whole number"),
        (f"{HEADER}\nindex 00", "the index as a plain whole number"),
        (f"{HEADER}\nindex {'9' * 19}", "the index as a plain whole number"),
        (f"{HEADER}\nindex 0\nAAAA", "a hash is not 32 bytes"),
        (f"{HEADER}\nindex 0\n" + "\n".join([to_base64(bytes(32))] * 131), "131 hashes, more than any proof needs"),
        ("old x", "the old as a plain whole number"),
        ("c2sp.org/tlog-proof@v2\nindex 0", "the old as a plain whole number"),
        ("älter 1", "not plain text"),
    ],
)
def test_what_is_wrong_with_a_proof_is_said(head: str, reason: str) -> None:
    with pytest.raises(WrongUsage, match=reason):
        read_proof(f"{head}\n\n".encode() + SIGNED)


def test_a_proof_without_a_checkpoint_is_none() -> None:
    with pytest.raises(WrongUsage, match="no checkpoint follows"):
        read_proof(f"{HEADER}\nindex 0\n".encode())
    with pytest.raises(WrongUsage, match="this is not a signed note"):
        read_proof(f"{HEADER}\nindex 0\n\n".encode())


@given(st.binary(max_size=200))
def test_any_bytes_prove_nothing(content: bytes) -> None:
    with pytest.raises(WrongUsage):
        read_proof(content)


lines = st.lists(
    st.sampled_from([HEADER, "index 0", "extra ", "extra AAAA", "old 1", to_base64(bytes(32)), "", "x"])
    | st.text(max_size=10),
    max_size=6,
)


@given(lines.map("\n".join))
@settings(max_examples=300)
def test_whatever_is_read_is_written_back(head: str) -> None:
    content = f"{head}\n\n".encode("utf-8", "replace") + SIGNED
    try:
        proof = read_proof(content)
    except WrongUsage:
        return
    assert read_proof(bytes(proof)) == proof


@given(st.binary(max_size=120))
def test_any_bytes_may_be_what_is_proven(entry: bytes) -> None:
    try:
        stored = InclusionProof(0, (), entry, SIGNED).stored()
    except IntegrityFailure:
        return
    assert leaf_bytes(*stored[1:]) == entry


@pytest.fixture
def keyed(opened: Desk) -> Desk:
    assert opened.type("keys new audit").code == 0
    return opened


def test_a_proof_against_an_earlier_checkpoint(keyed: Desk) -> None:
    for line in (
        "checkpoint -o early.checkpoint",
        "meet acme-globex",
        "prove 2 --checkpoint early.checkpoint -o 2.proof",
    ):
        assert keyed.type(line).code == 0
    assert (keyed.folder / "2.proof").read_bytes().endswith((keyed.folder / "early.checkpoint").read_bytes())
    assert "entry 2 of the 2 entries" in keyed.type("check-proof 2.proof").out
    late = told_in_form(keyed.type("prove 3 --checkpoint early.checkpoint"))
    assert late["what"] == "entry 3 is not among the 2 entries that the checkpoint signs"


def test_no_control_sequence_of_an_entry_reaches_the_terminal(keyed: Desk, tmp_path: Path) -> None:
    """A signed ledger may hold anything: somebody else's program may have written it."""
    hostile = '{"a":"\\u001b]0;x\\u0007"}\x1b[31m\x9b'.encode()
    key = SigningKey("pledger/\u202eevil/1", bytes(32))
    entry = leaf_bytes("acme\x1b[2J", 1, "meeting\x07-held", hostile)
    leaf = sha256(b"\x00" + entry).digest()
    message = Checkpoint(key.name, 1, leaf).signed_with(key)
    (tmp_path / "x.proof").write_bytes(bytes(InclusionProof(0, (), entry, message)))
    answer = keyed.call(["check-proof", "x.proof", "--key", str(key.verifier())])
    assert answer.code == 0, answer.err
    assert "holds      entry 1 of the 1 entries of pledger/" in answer.out
    assert not NOT_FOR_TERMINALS.search(answer.out + answer.err)


def test_whose_signature_counts_must_be_known(keyed: Desk) -> None:
    assert keyed.type("prove 1 -o 1.proof").code == 0
    stranger = SigningKey("pledger/alliances/0", bytes(32)).verifier()
    assert keyed.type(f"check-proof 1.proof --key {stranger}").code == 3
    (keyed.folder / "keys" / "audit.pub").unlink()
    assert told_in_form(keyed.type("check-proof 1.proof"))["what"] == "no key is known"


WRONG = [
    ("prove", 2, "tell either an entry or --since"),
    ("prove 1 --since x", 2, "tell either an entry or --since"),
    ("prove 99", 2, "there is no entry 99"),
    ("prove 0", 2, "there is no entry 0"),
    (f"prove {10**30}", 2, "there is no entry 1000"),
    ("prove 1 --checkpoint missing", 2, "there is no such file"),
    ("prove 1 -o .", 2, ". is no file"),
    ("prove 1 -o missing/x", 4, "the file cannot be written"),
    ("check-proof missing", 2, "there is no such file"),
    ("check-proof .", 2, "there is no such file"),
    ("check-proof config.toml", 2, "this is not a proof"),
    ("check-proof 1.proof --key nonsense", 2, "a key must be told as name+id+base64"),
    ("check-proof grown.proof", 2, "it proves that a ledger only grew, which takes the earlier checkpoint"),
    ("check-proof grown.proof --since 1.proof", 2, "this is not a checkpoint"),
    ("prove --since 1.proof", 2, "this is not a checkpoint"),
    ("verify --checkpoint 1.proof", 2, "this is not a checkpoint"),
    ("checkpoint --key nobody", 2, "there is no key 'nobody'"),
    ("audit-pack -o x.zip", 2, "tell either a partnership or --all"),
    ("audit-pack acme-globex --all -o x.zip", 2, "tell either a partnership or --all"),
    ("audit-pack nobody -o x.zip", 2, "nobody"),
]


@pytest.mark.parametrize(("line", "code", "what"), WRONG, ids=[line for line, _, _ in WRONG])
def test_what_is_wrong_is_told_in_the_agreed_form(keyed: Desk, line: str, code: int, what: str) -> None:
    for made in ("config me jane", "prove 1 -o 1.proof", "checkpoint -o a.checkpoint"):
        assert keyed.type(made).code == 0
    assert keyed.type("prove --since a.checkpoint -o grown.proof").code == 0
    answer = keyed.type(line)
    assert what in told_in_form(answer)["what"]
    assert (answer.code, answer.out) == (code, "")
