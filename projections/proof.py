"""Proofs as files: that an entry is in a signed log, and that a signed log begins with an earlier one.

An inclusion proof has the form of C2SP's tlog-proof (https://c2sp.org/tlog-proof); its `extra` is what the leaf is the
hash of, so that it tells the entry, too. A consistency proof has the form in which C2SP's tlog-witness asks for a
signature (https://c2sp.org/tlog-witness): `old N`, the hashes, an empty line, the newer checkpoint.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from pledger.domain.mapper import Stored
from pledger.domain.refusal import IntegrityFailure, WrongUsage
from pledger.projections.checkpoint import SIZE_MAX, Checkpoint, open_checkpoint
from pledger.projections.merkle import HASH_BYTES, verify_consistency, verify_inclusion
from pledger.projections.signed_note import from_base64, read_note, to_base64

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pledger.projections.signed_note import VerifierKey

PROOF_BYTES_MAX = 10_000_000
"""More than the largest entry and its proof can be."""
PATH_MAX = 130
"""Longer than any proof in a log that there can be."""
HEADER = "c2sp.org/tlog-proof@v1"
_NUMBER = re.compile("0|[1-9][0-9]{0,18}")
_HEAD = struct.Struct(">IIIq")


@dataclass(frozen=True)
class InclusionProof:
    """That the leaf of `entry` (the bytes that merkle.leaf_bytes describes) is in a log, at a rank counted from 0."""

    index: int
    path: tuple[bytes, ...]
    entry: bytes
    message: bytes
    """The signed checkpoint."""

    def __bytes__(self) -> bytes:
        lines = [HEADER, f"extra {to_base64(self.entry)}", f"index {self.index}", *map(to_base64, self.path), "", ""]
        return "\n".join(lines).encode() + self.message

    def check(self, known: Iterable[VerifierKey]) -> Checkpoint:
        """The checkpoint of the log that the entry is in; raises IntegrityFailure where that does not hold."""
        checkpoint = open_checkpoint(self.message, known)
        leaf = sha256(b"\x00" + self.entry).digest()
        verify_inclusion(leaf, self.index, checkpoint.size, self.path, checkpoint.root)
        return checkpoint

    def stored(self) -> Stored:
        """The entry as the log keeps it, by its rank counted from 1; raises IntegrityFailure where it is none."""
        try:
            stream, topic, state, version = _HEAD.unpack_from(self.entry)
            rest = self.entry[_HEAD.size :]
            if len(rest) != stream + topic + state:
                raise ValueError
            names = rest[:stream].decode(), rest[stream : stream + topic].decode()
        except (struct.error, ValueError):
            raise IntegrityFailure(
                "what is proven is no entry of a ledger", remedy="ask for the proof of an entry again"
            ) from None
        return Stored(self.index + 1, names[0], version, names[1], rest[stream + topic :])


@dataclass(frozen=True)
class ConsistencyProof:
    """That the log of a checkpoint begins with the whole log of an earlier one, of `old` entries."""

    old: int
    path: tuple[bytes, ...]
    message: bytes
    """The newer signed checkpoint."""

    def __bytes__(self) -> bytes:
        return "\n".join([f"old {self.old}", *map(to_base64, self.path), "", ""]).encode() + self.message

    def check(self, earlier: Checkpoint, known: Iterable[VerifierKey]) -> Checkpoint:
        """The newer checkpoint, which begins with the earlier one; raises IntegrityFailure where that does not hold."""
        newer = open_checkpoint(self.message, known)
        if newer.origin != earlier.origin:
            raise IntegrityFailure(
                f"it is about {newer.origin}, and the earlier checkpoint about {earlier.origin}",
                remedy="name the checkpoint that the proof begins with",
            )
        if self.old != earlier.size:
            raise IntegrityFailure(
                f"it begins with {self.old} entries, and the earlier checkpoint has {earlier.size}",
                remedy="name the checkpoint that the proof begins with",
            )
        verify_consistency(earlier.size, newer.size, earlier.root, newer.root, self.path)
        return newer


def read_proof(content: bytes) -> InclusionProof | ConsistencyProof:
    """The proof in a file, well-formed but not checked yet; raises WrongUsage."""
    head, blank, message = content.partition(b"\n\n")
    if len(content) > PROOF_BYTES_MAX or not blank:
        raise _malformed("it is too large" if blank else "no checkpoint follows an empty line")
    try:
        lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError:
        raise _malformed("what is above its empty line is not plain text") from None
    Checkpoint.parse(read_note(message).text)
    if lines[0] == HEADER:
        entry = b""
        rest = lines[1:]
        if rest and rest[0].startswith("extra "):
            entry = _base64(rest.pop(0).removeprefix("extra "))
        if not rest:
            raise _malformed("no line tells the index")
        return InclusionProof(_number(rest[0], "index "), _path(rest[1:]), entry, message)
    return ConsistencyProof(_number(lines[0], "old "), _path(lines[1:]), message)


def _number(line: str, name: str) -> int:
    told = line.removeprefix(name)
    if not line.startswith(name) or _NUMBER.fullmatch(told) is None or int(told) > SIZE_MAX:
        raise _malformed(f"a line does not tell the {name.strip()} as a plain whole number")
    return int(told)


def _path(lines: Sequence[str]) -> tuple[bytes, ...]:
    if len(lines) > PATH_MAX:
        raise _malformed(f"it has {len(lines)} hashes, more than any proof needs")
    path = tuple(map(_base64, lines))
    if any(len(each) != HASH_BYTES for each in path):
        raise _malformed(f"a hash is not {HASH_BYTES} bytes")
    return path


def _base64(told: str) -> bytes:
    raw = from_base64(told)
    if raw is None:
        raise _malformed("a line is not base64")
    return raw


def _malformed(what: str) -> WrongUsage:
    return WrongUsage(f"this is not a proof: {what}", remedy="ask whoever made it for the file again, byte for byte")
