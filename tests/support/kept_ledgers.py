"""Kept ledgers: the history that each released version writes once, and what that version answered about it.

A folder under tests/ledgers/ is written by write.py there when its version is released, and never changed again.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import sqlite3
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from pledger.domain import recording
from pledger.domain.catalogue import facts
from pledger.projections.log_tree import ledger_log
from pledger.projections.signed_note import SigningKey
from pledger.projections.verification import told_origin
from support.desk import Desk
from support.stored_forms import stored_form_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LEDGERS = Path(__file__).resolve().parents[1] / "ledgers"
STORY = LEDGERS / "story"
SEED = bytes(range(32))
LEDGER, KEY, ANSWERS, FORMS = "ledger.sqlite", "audit.pub", "answers.jsonl", "facts.jsonl"
PROOFS = ("first.checkpoint", "last.checkpoint", "entry-20.proof", "grown.proof", "acme-umbrella.zip")
BEGINNING, TODAY = date(2025, 1, 7), date(2025, 9, 1)
ASKED = (
    "show acme-globex",
    "show acme-globex --as-of 2025-03-31 --known-at 2025-03-18",
    "show acme-umbrella",
    "show acme-baltics",
    "log --all --recorded",
    "history acme-globex --order recorded --party Globex",
    "explain acme-globex --from 2025-03-31 --until 2025-04-14",
    "diff acme-globex --known-at 2025-03-18 --known-at 2025-04-30 --as-of 2025-03-31",
    "replay --every month",
    "replay --every month --policy first --known-at 2025-03-31",
    "commitments --all",
    "portfolio",
    "verify --checkpoint first.checkpoint --checkpoint last.checkpoint",
)
"""What each version answered at a fixed time, in JSON."""
IN_WORDS = frozenset({"headline", "sentence", "next_steps"})
"""What pledger words or advises by itself, which may be worded better one day."""
DECIMALS = 12


def versions_kept() -> list[str]:
    """The released versions of which a ledger is kept."""
    return sorted(file.parent.name for file in LEDGERS.glob(f"*/{LEDGER}"))


def write_folder(version: str, work: Path, ledgers: Path = LEDGERS) -> Path:
    """Write the folder of a version, in a place to work in; raises FileExistsError where it is there already."""
    folder = ledgers / version
    if folder.exists():
        raise FileExistsError(f"{folder.name} is kept already; what a released version wrote is never written again")
    desk = told(Desk(work))
    folder.mkdir(parents=True)
    for name in (LEDGER, *PROOFS):
        shutil.copyfile(work / name, folder / name)
    shutil.copyfile(work / "keys" / KEY, folder / KEY)
    _write_lines(folder / ANSWERS, answers(desk))
    _write_lines(folder / FORMS, forms())
    return folder


def desk_with(folder: Path, work: Path) -> Desk:
    """A desk with a copy of everything in a kept folder."""
    shutil.copytree(folder, work, dirs_exist_ok=True)
    (work / "keys").mkdir()
    shutil.copyfile(folder / KEY, work / "keys" / KEY)
    desk = Desk(work)
    desk.move_to(TODAY)
    return desk


def told(desk: Desk) -> Desk:
    """The whole history, typed at a desk; the same bytes each time."""
    for file in STORY.iterdir():
        shutil.copyfile(file, desk.folder / file.name)
    shipped = (files("pledger.projections") / "policies" / "default.toml").read_text(encoding="utf-8")
    (desk.folder / "first.toml").write_text(shipped.replace('name = "default"', 'name = "first"'), encoding="utf-8")
    second = shipped.replace('name = "default"', 'name = "second"').replace("{weight=1,", "{weight=2,", 1)
    (desk.folder / "second.toml").write_text(second, encoding="utf-8")
    desk.move_to(BEGINNING)
    with patch.object(recording, "SNAPSHOT_AFTER_MIN", 1):  # so that the file holds snapshots, too
        type_in(desk, "init --name Kept --time-zone Europe/Berlin")
        _make_key(desk)
        for day, line in story():
            if day != desk.now.date():
                desk.move_to(day)
            type_in(desk, line)
    desk.move_to(TODAY)
    with contextlib.closing(sqlite3.connect(desk.ledger_path)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return desk


def story() -> Iterator[tuple[date, str]]:
    """The days and the commands of the history, in the order in which they were typed."""
    for line in (STORY / "story.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield date.fromisoformat(line[:10]), line[11:]


def answers(desk: Desk, asked: Iterable[str] = ASKED) -> Iterator[dict[str, Any]]:
    """What is asked, and what the present version answers."""
    for line in asked:
        said = type_in(desk, f"{line} --format json").replace(str(desk.folder), "")
        yield {"asked": line, "answer": _without_words(json.loads(said))}


def _without_words(answer: Any) -> Any:
    if isinstance(answer, dict):
        return {name: _without_words(told) for name, told in answer.items() if name not in IN_WORDS}
    if isinstance(answer, list):
        return [_without_words(each) for each in answer]
    return round(answer, DECIMALS) if isinstance(answer, float) else answer


def forms() -> Iterator[dict[str, Any]]:
    """In which form the present version stores each fact."""
    for topic, kind in facts().items():
        yield {"fact": topic, "version": kind.VERSION, "form": stored_form_of(kind)}


def kept_lines(version: str, name: str) -> list[dict[str, Any]]:
    """What a version kept in one of its files, line by line."""
    return [json.loads(line) for line in (LEDGERS / version / name).read_text(encoding="utf-8").splitlines()]


def type_in(desk: Desk, line: str) -> str:
    """Type a command that must succeed; what it says."""
    answer = desk.type(line)
    if answer.code:
        raise AssertionError(f"{line}\n{answer.err}")
    return answer.out


def _make_key(desk: Desk) -> None:
    with ledger_log(str(desk.ledger_path)) as log:
        key = SigningKey(told_origin(log), SEED)
    ring = desk.folder / "keys"
    ring.mkdir()
    (ring / "audit.key").write_text(f"{key.secret()}\n", encoding="utf-8")
    (ring / KEY).write_text(f"{key.verifier()}\n", encoding="utf-8")


def _write_lines(path: Path, told: Iterable[dict[str, Any]]) -> None:
    lines = [json.dumps(each, ensure_ascii=False, separators=(",", ":")) for each in told]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
