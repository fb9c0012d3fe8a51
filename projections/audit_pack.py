"""The audit pack: one archive in which an auditor finds entries, proofs and policies, and how to check them.

The same ledger, signed by the same key, always gives the same bytes.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from pledger.domain.ledger_facts import LEDGER_STREAM, PolicyAdopted
from pledger.domain.mapper import RESTORE
from pledger.domain.refusal import IntegrityFailure
from pledger.projections.checking import leaf_of, read_whole
from pledger.projections.known_policies import policies_in_turn
from pledger.projections.proving import prove_entry
from pledger.projections.sentences import sentence

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pledger.domain.backup import Watch
    from pledger.domain.entry import Entry
    from pledger.domain.raw import Row
    from pledger.projections.log_tree import LogTree
    from pledger.projections.signed_note import VerifierKey

BEFORE_ZIP = (1980, 1, 1, 0, 0, 0)
"""The one date that every file in the archive has: an archive cannot tell of an earlier one."""
READABLE = 0o100644 << 16
_NO_SLUG = re.compile(r"[^\w.-]+")
"""What no short name has, unless somebody else's program wrote it: marks of a page, or of a terminal."""
_UNSEEN = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
"""What may stand in JSON as it is, and would steer a terminal or turn the direction of writing."""
NODES_KEPT = 20_000


@dataclass(frozen=True)
class Pack:
    """What goes into an archive: the entries of one partnership, or of all, as a signed checkpoint has them."""

    tree: LogTree
    partnership: str | None
    message: bytes
    key: VerifierKey

    def write(self, path: Path, watch: Watch) -> int:
        """Write the archive; how many entries are in it. Raises IntegrityFailure where an entry cannot be read."""
        lines: list[str] = []
        sums: list[str] = []
        with ZipFile(path, "w", ZIP_DEFLATED) as archive:
            prove = lru_cache(NODES_KEPT)(self.tree.paged)
            first = ""
            for index, row in self._rows(watch):
                entry = _readable(row)
                name = f"{row.position:09}"
                first = first or name
                proof = prove_entry(row, index, self.tree.size, self.message, prove)
                _add(archive, f"leaves/{name}", b"\x00" + proof.entry)
                _add(archive, f"proofs/{name}.proof", bytes(proof))
                sums.append(f"{leaf_of(row).hex()}  leaves/{name}\n")
                lines.append(_json(_told(entry, index, row)))
            _add(archive, "entries.jsonl", "".join(lines).encode())
            _add(archive, "SHA256SUMS", "".join(sums).encode())
            _add(archive, "checkpoint", self.message)
            _add(archive, "key.pub", f"{self.key}\n".encode())
            for name, content in _policies(self.tree):
                _add(archive, name, content)
            for name in ("check.go", "README.md"):
                text = (files("pledger.projections") / "audit" / name).read_text(encoding="utf-8")
                _add(archive, name, self._filled(text, len(lines), first).encode())
        return len(lines)

    def _rows(self, watch: Watch) -> Iterator[tuple[int, Row]]:
        """The entries with their ranks, in the order of the log."""
        wanted = None if self.partnership is None else self.partnership.encode()
        for index, row in enumerate(self.tree.log.rows()):
            if index % 1000 == 0:
                watch("packing entries", index, self.tree.size)
            if wanted in (None, row.stream):
                yield index, row

    def _filled(self, text: str, entries: int, first: str) -> str:
        what = "the whole ledger"
        if self.partnership is not None:
            what = f"the partnership {_NO_SLUG.sub('?', self.partnership)}"
        told = {
            "ENTRIES": str(entries),
            "WHAT": what,
            "SIZE": str(self.tree.size),
            "ORIGIN": self.key.name,
            "FIRST": first,
        }
        for name, value in told.items():
            text = text.replace(f"@{name}@", value)
        return text


def _readable(row: Row) -> Entry:
    try:
        if row.is_typed:
            return read_whole(row.stored())
    except IntegrityFailure as failure:
        raise failure.at(f"entry {row.position}") from None
    raise IntegrityFailure("the entry is damaged", where=f"entry {row.position}", remedy=RESTORE)


def _told(entry: Entry, index: int, row: Row) -> dict[str, Any]:
    """An entry as people and programs read it; `stored` is what its bytes say."""
    return {
        "index": index,
        "position": entry.position,
        "partnership": entry.partnership,
        "version": entry.version,
        "fact": entry.fact.TOPIC,
        "sentence": sentence(entry),
        "stored": json.loads(row.state),
        "leaf": leaf_of(row).hex(),
    }


def _policies(tree: LogTree) -> Iterator[tuple[str, bytes]]:
    """Every policy that was in force, the first first, with a list of which was when."""
    rows = sorted(tree.log.rows_of(LEDGER_STREAM.encode()))
    own = [_readable(row) for row in rows]
    turns = policies_in_turn([entry for entry in own if isinstance(entry.fact, PolicyAdopted)])
    listed = [{"file": f"policies/{number}.toml", **turn.as_json()} for number, turn in enumerate(turns, start=1)]
    for number, turn in enumerate(turns, start=1):
        yield f"policies/{number}.toml", turn.text.encode()
    yield "policies/in-force.json", _json(listed, indent=2).encode()


def _json(value: Any, indent: int | None = None) -> str:
    told = json.dumps(value, ensure_ascii=False, default=lambda instant: instant.isoformat(), indent=indent)
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", told) + "\n"


def _add(archive: ZipFile, name: str, content: bytes) -> None:
    info = ZipInfo(name, BEFORE_ZIP)
    info.create_system, info.external_attr, info.compress_type = 3, READABLE, ZIP_DEFLATED
    archive.writestr(info, content)
