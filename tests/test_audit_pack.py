"""The audit pack: what is in it can be checked with tools nobody here wrote, and it is always the same bytes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest
from support.desk import Desk
from support.messages import told_in_form

GO_PACKAGES = Path("/usr/share/gocode")


@pytest.fixture
def packed(opened: Desk) -> Desk:
    """Two partnerships, one of them packed and unpacked."""
    for line in (
        'open globex-hooli --party Globex --party Hooli --purpose "../../escape"',
        'commit acme-globex "Brand guide, größer" --by Acme',
        "meet globex-hooli",
        "deliver acme-globex brand",
        "keys new audit",
    ):
        assert opened.type(line).code == 0
    (opened.folder / "mine.toml").write_text(opened.type("policy show default").out, encoding="utf-8")
    assert opened.type('policy adopt mine.toml --why "as shipped"').code == 0
    answer = opened.type("audit-pack acme-globex -o pack.zip")
    assert (answer.code, answer.out) == (0, "packed 3 entries into pack.zip\n"), answer.err
    with zipfile.ZipFile(opened.folder / "pack.zip") as archive:
        archive.extractall(opened.folder / "pack")
    return opened


def entries(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / "entries.jsonl").read_text(encoding="utf-8").splitlines()]


def test_it_holds_what_an_auditor_needs_of_one_partnership_alone(packed: Desk) -> None:
    pack = packed.folder / "pack"
    told = entries(pack)
    assert [(each["position"], each["fact"]) for each in told] == [
        (2, "partnership-opened"),
        (4, "commitment-made"),
        (6, "commitment-delivered"),
    ]
    assert list(told[0]) == ["index", "position", "partnership", "version", "fact", "sentence", "stored", "leaf"]
    assert "hooli" not in (pack / "entries.jsonl").read_text(encoding="utf-8")
    assert sorted(file.name for file in pack.iterdir()) == [
        *("README.md", "SHA256SUMS", "check.go", "checkpoint", "entries.jsonl", "key.pub", "leaves"),
        *("policies", "proofs"),
    ]
    in_force = json.loads((pack / "policies" / "in-force.json").read_text(encoding="utf-8"))
    assert [(each["file"], each["in_force"]) for each in in_force] == [
        ("policies/1.toml", False),
        ("policies/2.toml", True),
    ]
    page = (pack / "README.md").read_text(encoding="utf-8")
    assert "It holds 3 entries (the partnership acme-globex) of a ledger of 7 entries" in page
    assert "@" not in page.replace("`@ledger`", "")


def test_every_proof_in_it_holds_without_the_ledger(packed: Desk) -> None:
    packed.ledger_path.unlink()
    for proof in sorted((packed.folder / "pack" / "proofs").iterdir()):
        answer = packed.type(f"check-proof {proof} --key pack/key.pub")
        assert answer.code == 0, answer.err


def test_the_leaves_are_the_sums_of_their_files(packed: Desk) -> None:
    pack = packed.folder / "pack"
    sums = dict(line.split("  ")[::-1] for line in (pack / "SHA256SUMS").read_text(encoding="utf-8").splitlines())
    assert sums == {f"leaves/{each['position']:09}": each["leaf"] for each in entries(pack)}
    assert {name: sha256((pack / name).read_bytes()).hexdigest() for name in sums} == sums


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="needs sha256sum")
def test_sha256sum_agrees(packed: Desk) -> None:
    words = ["sha256sum", "--check", "--strict", "SHA256SUMS"]
    subprocess.run(words, cwd=packed.folder / "pack", check=True, capture_output=True)
    (packed.folder / "pack" / "leaves" / "000000004").write_bytes(b"altered")
    with pytest.raises(subprocess.CalledProcessError):
        subprocess.run(words, cwd=packed.folder / "pack", check=True, capture_output=True)


def test_the_same_ledger_gives_the_same_bytes(packed: Desk) -> None:
    first = (packed.folder / "pack.zip").read_bytes()
    assert packed.type("audit-pack acme-globex -o again.zip").code == 0
    assert (packed.folder / "again.zip").read_bytes() == first
    assert packed.type("meet acme-globex").code == 0
    assert packed.type("audit-pack acme-globex -o later.zip").code == 0
    assert (packed.folder / "later.zip").read_bytes() != first


def test_all_of_the_ledger(packed: Desk) -> None:
    assert packed.type("audit-pack --all -o all.zip").out == "packed 7 entries into all.zip\n"
    with zipfile.ZipFile(packed.folder / "all.zip") as archive:
        assert len([name for name in archive.namelist() if name.startswith("proofs/")]) == 7
        assert all(".." not in name and not name.startswith("/") for name in archive.namelist())


def test_the_secret_is_not_in_it(packed: Desk) -> None:
    words = (packed.folder / "keys" / "audit.key").read_bytes().strip()
    secret = words.split(b"+", 4)[4]  # PRIVATE+KEY+name+id+base64, and base64 has plus signs of its own
    assert len(secret) == 44
    assert not [file for file in (packed.folder / "pack").rglob("*") if file.is_file() and secret in file.read_bytes()]


def test_a_damaged_entry_is_not_packed(packed: Desk) -> None:
    (packed.folder / "keys" / "audit.last").unlink()  # else it would be found out by that
    packed.overwrite("state", 4, "{}")
    answer = packed.type("audit-pack acme-globex -o damaged.zip")
    assert told_in_form(answer)["where"] == "entry 4 (version 2 of acme-globex)"
    assert not (packed.folder / "damaged.zip").exists()


@pytest.mark.skipif(
    shutil.which("go") is None or not (GO_PACKAGES / "src/golang.org/x/mod/sumdb/note").is_dir(),
    reason="needs Debian's packages golang-go and golang-golang-x-mod-dev",
)
def test_the_program_in_it_checks_it_with_gos_own_packages(packed: Desk) -> None:
    pack = packed.folder / "pack"
    told = {"GO111MODULE": "off", "GOPATH": str(GO_PACKAGES), "GOCACHE": str(packed.folder / "cache"), "GOFLAGS": ""}

    def go(*words: str) -> subprocess.CompletedProcess[str]:
        run = [*words]
        return subprocess.run(run, cwd=pack, env={**os.environ, **told}, capture_output=True, text=True, check=False)

    built = go("go", "build", "-o", "check", "check.go")
    assert built.returncode == 0, built.stderr
    checked = go("./check")
    assert (checked.returncode, checked.stdout[:22]) == (0, "3 entries are in the 7"), checked.stderr
    proof = pack / "proofs" / "000000004.proof"
    proof.write_text(proof.read_text(encoding="utf-8").replace("index 3", "index 2"), encoding="utf-8")
    checked = go("./check")
    assert (checked.returncode, checked.stderr[:15]) == (3, "DOES NOT HOLD: ")
