"""Laws of the Merkle tree, against RFC 9162's own recursive definitions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import merkle_reference as rfc

from pledger.domain.refusal import IntegrityFailure
from pledger.projections import merkle

MANY = [sha256(number.to_bytes(4, "big")).digest() for number in range(4 * merkle.PAGE_LEAVES)]
"""Leaf hashes, no two alike, of four full pages."""

sizes = st.integers(1, 150)
text = st.text(st.characters(codec="utf-8"), max_size=20)
entries = st.tuples(text, st.integers(-(1 << 63), (1 << 63) - 1), text, st.binary(max_size=40))


def flipped(raw: bytes, bit: int) -> bytes:
    return (int.from_bytes(raw, "big") ^ 1 << bit % (8 * len(raw))).to_bytes(len(raw), "big")


def root_over(leaves: Sequence[bytes]) -> Callable[[int, int], bytes]:
    """What proofs ask: the root over a part; refuses what the documentation says is never asked."""

    def root_of(begin: int, end: int) -> bytes:
        width = 1 << (end - begin - 1).bit_length()
        assert begin % width == 0
        assert end == len(leaves) or end - begin == width
        return merkle.root(leaves[begin:end])

    return root_of


@given(entries)
def test_an_outsider_can_read_an_entry_back_from_its_leaf(entry: tuple[str, int, str, bytes]) -> None:
    """So no two different entries have the same leaf."""
    leaf = merkle.leaf_bytes(*entry)
    ends = [20]
    for at in (0, 4, 8):
        ends.append(ends[-1] + int.from_bytes(leaf[at : at + 4], "big"))
    stream, topic, state = (leaf[begin:end] for begin, end in pairwise(ends))
    version = int.from_bytes(leaf[12:20], "big", signed=True)
    assert (stream.decode(), version, topic.decode(), state) == entry
    assert ends[-1] == len(leaf)


@given(st.integers(0, 150))
def test_a_root_is_the_merkle_tree_hash(size: int) -> None:
    assert merkle.root(MANY[:size]) == rfc.mth(MANY[:size])


@given(st.lists(st.integers(0, 6), max_size=30))
def test_a_frontier_may_grow_by_whole_subtrees(heights: list[int]) -> None:
    """Any mixture of leaves and roots of subtrees, wherever such a one can begin, gives the same tree."""
    frontier = merkle.Frontier()
    for wanted in heights:
        height = wanted
        while frontier.size % (1 << height):
            height -= 1
        frontier.append(rfc.mth(MANY[frontier.size : frontier.size + (1 << height)]), height)
        assert frontier.root() == rfc.mth(MANY[: frontier.size])


@given(sizes, st.data())
def test_inclusion_is_proven_as_the_rfc_says(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    path = merkle.inclusion_proof(index, size, root_over(MANY[:size]))
    assert path == rfc.path(index, MANY[:size])
    merkle.verify_inclusion(MANY[index], index, size, path, rfc.mth(MANY[:size]))


@given(sizes, st.data())
def test_consistency_is_proven_as_the_rfc_says(new: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, new))
    path = merkle.consistency_proof(old, new, root_over(MANY[:new]))
    assert path == rfc.proof(old, MANY[:new])
    merkle.verify_consistency(old, new, rfc.mth(MANY[:old]), rfc.mth(MANY[:new]), path)


def mutated(path: list[bytes], data: st.DataObject) -> list[bytes]:
    """The proof with one hash altered, lost, repeated, added or moved."""
    at = data.draw(st.integers(0, len(path) - 1)) if path else 0
    ways = [lambda: [*path[:at], sha256(b"more").digest(), *path[at:]]]
    if path:
        ways += [
            lambda: [*path[:at], flipped(path[at], data.draw(st.integers(0, 255))), *path[at + 1 :]],
            lambda: [*path[:at], *path[at + 1 :]],
            lambda: [*path[:at], path[at], *path[at:]],
            lambda: [*path[:at], path[at][:31], *path[at + 1 :]],
        ]
    if len(path) > 1:
        ways.append(lambda: [*path[1:], path[0]])
    return data.draw(st.sampled_from(ways))()


@given(sizes, st.data())
def test_a_mutated_inclusion_proof_is_refused(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    root, path = merkle.root(MANY[:size]), rfc.path(index, MANY[:size])
    bit = data.draw(st.integers(0, 255))
    elsewhere = data.draw(st.integers(-1, size).filter(lambda other: other != index))
    cases = [
        (MANY[index], index, size, mutated(path, data), root),
        (flipped(MANY[index], bit), index, size, path, root),
        (MANY[index], index, size, path, flipped(root, bit)),
        (MANY[index], elsewhere, size, path, root),
    ]
    for case in cases:
        with pytest.raises(IntegrityFailure):
            merkle.verify_inclusion(*case)


@given(sizes, st.data())
def test_a_mutated_consistency_proof_is_refused(new: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, new))
    first, second, path = merkle.root(MANY[:old]), merkle.root(MANY[:new]), rfc.proof(old, MANY[:new])
    bit = data.draw(st.integers(0, 255))
    other = data.draw(st.integers(-1, new + 1).filter(lambda size: size != old))
    cases = [
        (old, new, first, second, mutated(path, data)),
        (old, new, flipped(first, bit), second, path),
        (old, new, first, flipped(second, bit), path),
        (other, new, first, second, path),
    ]
    for case in cases:
        with pytest.raises(IntegrityFailure):
            merkle.verify_consistency(*case)


@given(sizes, st.data())
def test_no_altered_past_is_consistent(new: int, data: st.DataObject) -> None:
    """Whoever alters an entry under an earlier checkpoint finds no proof, even one made from the altered log."""
    old = data.draw(st.integers(1, new))
    at = data.draw(st.integers(0, old - 1))
    altered = [*MANY[:at], flipped(MANY[at], data.draw(st.integers(0, 255))), *MANY[at + 1 : new]]
    path = merkle.consistency_proof(old, new, root_over(altered))
    with pytest.raises(IntegrityFailure):
        merkle.verify_consistency(old, new, merkle.root(MANY[:old]), merkle.root(altered), path)


@settings(max_examples=25)
@given(st.integers(1, len(MANY)) | st.sampled_from([1, 2, 3, 4]).map(merkle.PAGE_LEAVES.__mul__), st.data())
def test_proofs_come_from_the_roots_of_pages_and_the_leaves_of_two(size: int, data: st.DataObject) -> None:
    asked: list[int] = []
    opened: set[int] = set()

    def page_root(number: int) -> bytes:
        assert (number + 1) * merkle.PAGE_LEAVES <= size
        asked.append(number)
        return merkle.root(MANY[number * merkle.PAGE_LEAVES : (number + 1) * merkle.PAGE_LEAVES])

    def leaves(begin: int, end: int) -> list[bytes]:
        assert begin // merkle.PAGE_LEAVES == (end - 1) // merkle.PAGE_LEAVES
        opened.add(begin // merkle.PAGE_LEAVES)
        return MANY[begin:end]

    tree, plain = merkle.PagedTree(page_root, leaves), root_over(MANY[:size])
    index = data.draw(st.integers(0, size - 1))
    may_open = {index // merkle.PAGE_LEAVES, size // merkle.PAGE_LEAVES}
    for prove in (merkle.inclusion_proof, lambda at, size, root_of: merkle.consistency_proof(at + 1, size, root_of)):
        asked.clear()
        opened.clear()
        assert prove(index, size, tree) == prove(index, size, plain)
        assert len(asked) == len(set(asked))
        assert opened <= may_open
