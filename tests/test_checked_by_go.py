"""Our notes, checkpoints and proofs as read by Go's note and tlog packages."""

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
from support.desk import Desk
from support.signing import CHECKPOINT, KEY, SIGNED, TEXT

from pledger.domain.refusal import IntegrityFailure
from pledger.projections import merkle
from pledger.projections.signed_note import (
    SignedNote,
)

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
