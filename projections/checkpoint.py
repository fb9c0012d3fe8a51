"""Checkpoints: a signed statement of a ledger's size and Merkle root, in C2SP's tlog-checkpoint form.

The text is the ledger's origin, its size in entries, the base64 of its root and any extension lines, one a line; it is
signed as a note is. Specification: https://c2sp.org/tlog-checkpoint
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pledger.domain.refusal import IntegrityFailure, WrongUsage
from pledger.projections.merkle import HASH_BYTES
from pledger.projections.signed_note import SignedNote, from_base64, read_note, to_base64

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pledger.projections.signed_note import SigningKey, VerifierKey

SIZE_MAX = (1 << 63) - 1
"""What other people's tools can read."""
_SIZE = re.compile("0|[1-9][0-9]{0,18}")


@dataclass(frozen=True)
class Checkpoint:
    """The tree of a ledger's first `size` entries has this root, of 32 bytes.

    `origin` tells which ledger: the name of the key that signs. Extension lines are read and kept, but nobody can check
    what they say, so pledger writes none.
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.origin:
            raise _malformed("its first line, the origin, is empty")
        if not 0 <= self.size <= SIZE_MAX:
            raise _malformed(f"its size must be from 0 to {SIZE_MAX}")
        if len(self.root) != HASH_BYTES:
            raise _malformed(f"its root must be {HASH_BYTES} bytes, and is {len(self.root)}")
        if not all(self.extensions):
            raise _malformed("an extension line is empty")
        if any("\n" in line for line in (self.origin, *self.extensions)):
            raise _malformed("its origin and each extension must be one line")

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """What the text of a note states; raises WrongUsage where it is no checkpoint."""
        origin, *lines = text.removesuffix("\n").split("\n")
        if not text.endswith("\n") or len(lines) < 2:
            raise _malformed("it needs three lines: origin, size and root")
        size, encoded, *extensions = lines
        if _SIZE.fullmatch(size) is None:
            raise _malformed("its second line, the size, is not a plain whole number")
        root = from_base64(encoded)
        if root is None:
            raise _malformed("its third line, the root, is not base64")
        return cls(origin, int(size), root, tuple(extensions))

    @property
    def text(self) -> str:
        """The text that is signed."""
        return "".join(f"{line}\n" for line in (self.origin, self.size, to_base64(self.root), *self.extensions))

    def signed_with(self, key: SigningKey) -> bytes:
        """The file to publish. Raises WrongUsage where the key's name is not the origin: nobody could tell whose it is.

        Never sign what an earlier signed checkpoint of the same origin contradicts.
        """
        if key.name != self.origin:
            raise WrongUsage(
                f"the key {key.name} cannot sign for {self.origin}", remedy="sign with the key of that ledger"
            )
        return bytes(SignedNote(self.text).signed_with(key))


def open_checkpoint(message: bytes, known: Iterable[VerifierKey]) -> Checkpoint:
    """What a signed file states, where a known key named as the origin has signed it.

    Signatures by other known keys (witnesses) must hold as well, and are not enough. Raises WrongUsage where the file
    is no checkpoint, and IntegrityFailure where it is not signed as it must be.
    """
    note = read_note(message)
    signers = note.signers(known)
    checkpoint = Checkpoint.parse(note.text)
    if all(key.name != checkpoint.origin for key in signers):
        raise IntegrityFailure(
            f"it speaks for {checkpoint.origin}, but is signed by {', '.join(key.name for key in signers)}",
            remedy="ask for a checkpoint that the ledger's own key has signed",
        )
    return checkpoint


def _malformed(what: str) -> WrongUsage:
    return WrongUsage(f"this is not a checkpoint: {what}", remedy="ask whoever signed it for the file again")
