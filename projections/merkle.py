"""The Merkle tree over the whole log: roots, and proofs that an entry, or an earlier log, is contained (RFC 9162, 2.1).

**What is hashed of an entry.** Everything that the store keeps of it, in this form, which never changes:

    stream length | topic length | state length | version | stream | topic | state

The lengths count bytes, not characters, and take 4 bytes each, the version takes 8 (two's complement), all with the
most significant byte first; stream and topic are UTF-8, the state is the stored bytes. In Python, with all as bytes:
`struct.pack(">IIIq", len(stream), len(topic), len(state), version) + stream + topic + state`. A leaf is
SHA-256(0x00 || that), a node SHA-256(0x01 || left || right), and leaf i is entry i of the log, counted from 0.
No stream is 16 MB long, so the first byte is 0 and a form yet to come could tell itself by another one.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from struct import Struct
from typing import TYPE_CHECKING

from pledger.domain.refusal import IntegrityFailure, WrongUsage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    RootOf = Callable[[int, int], bytes]
    """The root over the leaves from the first number to before the second; what `PagedTree` is."""

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()
PAGE_HEIGHT = 12
PAGE_LEAVES = 1 << PAGE_HEIGHT
"""The leaves of a full page of the log, 4,096: always a complete aligned subtree."""

_pack_head = Struct(">xIIIq").pack
"""The byte 0 that marks a leaf, then the head of the form above."""
_REMEDY = "do not rely on it: ask for the proof again, and for the ledger it was made from"


def leaf_bytes(stream: str, version: int, topic: str, state: bytes) -> bytes:
    """What is hashed of one entry, in the form that the head of this file describes.

    Bytes of a damaged store that are no UTF-8 may come as surrogates (`surrogateescape`), and count as they are.
    """
    return _marked(stream, version, topic, state)[1:]


def leaf_hash(stream: str, version: int, topic: str, state: bytes) -> bytes:
    """The leaf of one entry, 32 bytes: SHA-256(0x00 || leaf_bytes), RFC 9162 section 2.1.1."""
    return sha256(_marked(stream, version, topic, state)).digest()


def leaf_hash_of_bytes(stream: bytes, version: int, topic: bytes, state: bytes) -> bytes:
    """The same leaf, of an entry read as bytes."""
    return sha256(_pack_head(len(stream), len(topic), len(state), version) + stream + topic + state).digest()


def _marked(stream: str, version: int, topic: str, state: bytes) -> bytes:
    name, kind = stream.encode("utf-8", "surrogateescape"), topic.encode("utf-8", "surrogateescape")
    return _pack_head(len(name), len(kind), len(state), version) + name + kind + state


def node_hash(left: bytes, right: bytes) -> bytes:
    """The root of two neighbouring subtrees: SHA-256(0x01 || left || right), RFC 9162 section 2.1.1."""
    return sha256(b"\x01" + left + right).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """The root over leaf hashes, level by level: RFC 9162's MTH; SHA-256 of nothing where there are none."""
    if not leaves:
        return EMPTY_ROOT
    level = list(leaves)
    while len(level) > 1:
        above = [sha256(b"\x01" + left + right).digest() for left, right in zip(level[::2], level[1::2], strict=False)]
        if len(level) % 2:
            above.append(level[-1])  # the last one without a neighbour rises as it is
        level = above
    return level[0]


class Frontier:
    """A tree that grows on the right and keeps only the roots along its edge: at most one for each bit of its size."""

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        self.size = 0
        self._edge: list[bytes] = []
        for leaf in leaves:
            self.append(leaf)

    def append(self, subtree_root: bytes, height: int = 0) -> None:
        """Add a leaf hash, or the root of 2**height leaves at once.

        Raises ValueError where no such subtree can begin: the size so far must be a multiple of 2**height.
        """
        if self.size & ((1 << height) - 1):
            raise ValueError(f"a subtree of {1 << height} leaves cannot begin at leaf {self.size}")
        grown = self.size + (1 << height)
        while self.size >> height & 1:
            subtree_root = node_hash(self._edge.pop(), subtree_root)
            height += 1
        self._edge.append(subtree_root)
        self.size = grown

    def root(self) -> bytes:
        """The root over all leaves so far."""
        if not self._edge:
            return EMPTY_ROOT
        above = self._edge[-1]
        for left in reversed(self._edge[:-1]):
            above = node_hash(left, above)
        return above

    def copy(self) -> Frontier:
        """Another one with the same leaves, for a root some leaves further on while this one stays."""
        other = Frontier()
        other.size, other._edge = self.size, self._edge.copy()
        return other


@dataclass(frozen=True)
class PagedTree:
    """The tree of a log of which the roots of full pages are known: what proofs are computed from.

    `page_root(number)` gives the root of a full page of 4,096 leaves, counted from 0, and `leaves(begin, end)` the leaf
    hashes from `begin` to before `end`, all of one page. A proof asks for leaves of no more than two pages, though
    several times (keep them), and for each page's root at most once; nothing of the size of the log is held.
    """

    page_root: Callable[[int], bytes]
    leaves: Callable[[int, int], Sequence[bytes]]

    def __call__(self, begin: int, end: int) -> bytes:
        """The root over the leaves from `begin` to before `end`, where `begin` is a multiple of 2**k >= end - begin."""
        if end - begin < PAGE_LEAVES:
            return root(self.leaves(begin, end))
        frontier = Frontier()
        for page in range(begin // PAGE_LEAVES, end // PAGE_LEAVES):
            frontier.append(self.page_root(page), PAGE_HEIGHT)
        if end % PAGE_LEAVES:
            for leaf in self.leaves(end - end % PAGE_LEAVES, end):
                frontier.append(leaf)
        return frontier.root()


def inclusion_proof(index: int, size: int, root_of: RootOf) -> list[bytes]:
    """What proves that leaf `index` is in the tree of the first `size` leaves: RFC 9162 section 2.1.3.1, lowest first.

    `root_of(begin, end)` gives the root over a part of the leaves: a complete aligned subtree, or a ragged one that
    ends at `size`; `begin` is always a multiple of a power of two that is at least end - begin. Raises WrongUsage.
    """
    if not 0 <= index < size:
        raise WrongUsage(f"there is no leaf {index} in a log of {size}", remedy="leaves are counted from 0")
    begin, end, path = 0, size, []
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            path.append(root_of(middle, end))
            end = middle
        else:
            path.append(root_of(begin, middle))
            begin = middle
    return path[::-1]


def consistency_proof(old: int, new: int, root_of: RootOf) -> list[bytes]:
    """What proves that the tree of `new` leaves begins with the tree of `old` leaves: RFC 9162 section 2.1.4.1.

    `root_of` is as for `inclusion_proof`. From the empty tree, and from a tree to itself, the proof is empty.
    Raises WrongUsage.
    """
    if not 0 <= old <= new:
        raise WrongUsage(f"a log of {old} cannot have grown to {new}", remedy="tell the smaller size first")
    if old == 0:
        return []
    begin, end, path = 0, new, []
    while end != old:
        middle = begin + _split(end - begin)
        if old <= middle:
            path.append(root_of(middle, end))
            end = middle
        else:
            path.append(root_of(begin, middle))
            begin = middle
    if begin:  # the old tree is not one complete subtree that its own root already tells
        path.append(root_of(begin, end))
    return path[::-1]


def _split(size: int) -> int:
    """The largest power of two smaller than the size: where RFC 9162 divides a tree."""
    return 1 << (size - 1).bit_length() - 1


def verify_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root_hash: bytes) -> None:
    """Check that leaf `index` of the tree of `size` leaves with that root is this one; raises IntegrityFailure.

    The steps are those of RFC 9162 section 2.1.3.2, with its names.
    """
    _check_hashes(leaf, root_hash, *path)
    if not 0 <= index < size:
        raise _broken(f"leaf {index} cannot be in a log of {size}")
    fn, sn, r = index, size - 1, leaf
    for p in path:
        if sn == 0:
            raise _broken(f"the proof is longer than a proof in a log of {size} can be")
        if fn & 1 or fn == sn:
            r = node_hash(p, r)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = node_hash(r, p)
        fn, sn = fn >> 1, sn >> 1
    if sn:
        raise _broken(f"the proof is shorter than a proof in a log of {size} must be")
    _check_root("the entry and its proof lead to", r, root_hash)


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]) -> None:
    """Check that the tree of `new` leaves begins with the whole tree of `old` leaves; raises IntegrityFailure.

    The steps are those of RFC 9162 section 2.1.4.2, with its names. It leaves out an earlier tree that is empty or as
    large: there the proof must be empty, and the earlier root the only one possible.
    """
    _check_hashes(old_root, new_root, *path)
    if not 0 <= old <= new:
        raise _broken(f"a log of {old} cannot have grown to {new}")
    if old in (0, new):
        if path:
            raise _broken(f"from {old} to {new} entries a proof must be empty")
        _check_root("the earlier root should be", EMPTY_ROOT if old == 0 else new_root, old_root)
        if new == 0:
            _check_root("the later root should be", EMPTY_ROOT, new_root)
        return
    _check_growth(old, new, old_root, new_root, path)


def _check_growth(old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]) -> None:
    if not path:
        raise _broken(f"from {old} to {new} entries a proof cannot be empty")
    first, *rest = path if old & (old - 1) else [old_root, *path]
    fn, sn, fr, sr = old - 1, new - 1, first, first
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    for c in rest:
        if sn == 0:
            raise _broken(f"the proof is longer than one from {old} to {new} entries can be")
        if fn & 1 or fn == sn:
            fr, sr = node_hash(c, fr), node_hash(c, sr)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = node_hash(sr, c)
        fn, sn = fn >> 1, sn >> 1
    if sn:
        raise _broken(f"the proof is shorter than one from {old} to {new} entries must be")
    _check_root("the proof leads to the earlier root", fr, old_root)
    _check_root("the proof leads to the later root", sr, new_root)


def _check_hashes(*hashes: bytes) -> None:
    for each in hashes:
        if len(each) != HASH_BYTES:
            raise _broken(f"a hash must be {HASH_BYTES} bytes, and one is {len(each)}")


def _check_root(what: str, found: bytes, expected: bytes) -> None:
    if found != expected:
        raise _broken(f"{what} {found.hex()}, not {expected.hex()}")


def _broken(what: str) -> IntegrityFailure:
    return IntegrityFailure(what, remedy=_REMEDY)
