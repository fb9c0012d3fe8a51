"""The Merkle tree against published trees and proofs, and the form in which an entry goes into it."""

from __future__ import annotations

from base64 import b64decode
from hashlib import sha256

import pytest
from support.merkle_reference import CONSISTENCY, INCLUSION, LEAVES, ROOTS, hashed

from pledger.domain.refusal import IntegrityFailure, WrongUsage
from pledger.projections import merkle

HASHES = [hashed(leaf) for leaf in LEAVES]
ENTRY = ("acme-globex", 7, "commitment-made", b'{"due":"2026-12-01"}')
WRONG = bytes.fromhex("ab" * 32)


def bytes_of(hexes: list[str]) -> list[bytes]:
    return [bytes.fromhex(each) for each in hexes]


def root_of_reference(begin: int, end: int) -> bytes:
    return merkle.root(HASHES[begin:end])


def test_an_entry_is_hashed_in_the_documented_form() -> None:
    form = (
        b"\x00\x00\x00\x0b" + b"\x00\x00\x00\x0f" + b"\x00\x00\x00\x14" + b"\x00\x00\x00\x00\x00\x00\x00\x07"
        b"acme-globex" + b"commitment-made" + b'{"due":"2026-12-01"}'
    )
    assert merkle.leaf_bytes(*ENTRY) == form
    assert merkle.leaf_hash(*ENTRY) == sha256(b"\x00" + form).digest()


def test_the_leaf_of_an_entry_never_changes() -> None:
    """Every checkpoint that was ever signed depends on it. The number is sha256sum's, over printf's bytes."""
    assert merkle.leaf_hash(*ENTRY).hex() == "bfb724030b340da24b387bfc467bf520fc7e6032edd0d2aaa7ed5b0c5f95447d"


def test_lengths_count_bytes_and_not_characters() -> None:
    assert merkle.leaf_bytes("é", 1, "t", b"")[:4] == b"\x00\x00\x00\x02"


def test_what_a_damaged_store_may_hold_is_hashed_as_it_is() -> None:
    """A negative version, and a name with a byte that is no UTF-8: `verify` must find them, not fall over them."""
    damaged = merkle.leaf_bytes(b"acme\xff".decode("utf-8", "surrogateescape"), -1, "t", b"")
    assert damaged.endswith(b"\xff" * 8 + b"acme\xff" + b"t")


@pytest.mark.parametrize("size", range(9))
def test_roots_are_those_of_the_reference_tree(size: int) -> None:
    assert merkle.root(HASHES[:size]).hex() == ROOTS[size]
    assert merkle.Frontier(HASHES[:size]).root().hex() == ROOTS[size]


@pytest.mark.parametrize(("index", "size"), INCLUSION)
def test_inclusion_proofs_are_the_published_ones(index: int, size: int) -> None:
    published = bytes_of(INCLUSION[index, size])
    assert merkle.inclusion_proof(index, size, root_of_reference) == published
    merkle.verify_inclusion(HASHES[index], index, size, published, bytes.fromhex(ROOTS[size]))


@pytest.mark.parametrize(("old", "new"), CONSISTENCY)
def test_consistency_proofs_are_the_published_ones(old: int, new: int) -> None:
    published = bytes_of(CONSISTENCY[old, new])
    assert merkle.consistency_proof(old, new, root_of_reference) == published
    merkle.verify_consistency(old, new, bytes.fromhex(ROOTS[old]), bytes.fromhex(ROOTS[new]), published)


@pytest.mark.parametrize(("index", "size"), INCLUSION)
def test_inclusion_proofs_are_refused_in_all_the_ways_that_others_test(index: int, size: int) -> None:
    """The corruptions of transparency-dev/merkle's `corruptInclusionProof`."""
    leaf, root, path = HASHES[index], bytes.fromhex(ROOTS[size]), bytes_of(INCLUSION[index, size])
    wrong = [(leaf, other, size, path, root) for other in (index - 1, index + 1, index ^ 2)]
    wrong += [(leaf, index, other, path, root) for other in (size * 2, size // 2)]
    wrong += [(b"WrongLeaf", index, size, path, root), (leaf, index, size, path, merkle.EMPTY_ROOT)]
    wrong += [(leaf, index, size, path, WRONG), (leaf, index, size, path[:-1] or [WRONG], root)]
    wrong += [(leaf, index, size, [*path, extra], root) for extra in (b"", root)]
    wrong += [(leaf, index, size, [extra, *path], root) for extra in (b"", root)]
    wrong += [(leaf, index, size, [*path[:at], WRONG, *path[at + 1 :]], root) for at in range(len(path))]
    for case in wrong:
        with pytest.raises(IntegrityFailure):
            merkle.verify_inclusion(*case)


@pytest.mark.parametrize(("old", "new"), [sizes for sizes in CONSISTENCY if sizes != (1, 1)])
def test_consistency_proofs_are_refused_in_all_the_ways_that_others_test(old: int, new: int) -> None:
    """The corruptions of transparency-dev/merkle's `corruptConsistencyProof`."""
    first, second, path = bytes.fromhex(ROOTS[old]), bytes.fromhex(ROOTS[new]), bytes_of(CONSISTENCY[old, new])
    wrong = [(other, new, first, second, path) for other in (old - 1, old + 1, old ^ 2)]
    wrong += [(old, other, first, second, path) for other in (new * 2, new // 2)]
    wrong += [(old, new, b"WrongRoot", second, path), (old, new, first, b"WrongRoot", path)]
    wrong += [(old, new, second, first, path), (old, new, first, second, []), (old, new, first, second, path[:-1])]
    wrong += [(old, new, first, second, [*path, extra]) for extra in (b"", first, second)]
    wrong += [(old, new, first, second, [extra, *path]) for extra in (b"", first, second, path[0])]
    wrong += [(old, new, first, second, [*path[:at], WRONG, *path[at + 1 :]]) for at in range(len(path))]
    for case in wrong:
        with pytest.raises(IntegrityFailure):
            merkle.verify_consistency(*case)


def test_an_empty_log_is_consistent_with_every_later_one_and_nothing_else_is_empty() -> None:
    later = bytes.fromhex(ROOTS[5])
    merkle.verify_consistency(0, 5, merkle.EMPTY_ROOT, later, [])
    merkle.verify_consistency(0, 0, merkle.EMPTY_ROOT, merkle.EMPTY_ROOT, [])
    merkle.verify_consistency(5, 5, later, later, [])
    for case in [
        (0, 5, WRONG, later, []),
        (0, 0, WRONG, WRONG, []),
        (0, 0, merkle.EMPTY_ROOT, WRONG, []),
        (5, 5, WRONG, later, []),
        (5, 5, later, later, [WRONG]),
        (5, 4, later, bytes.fromhex(ROOTS[4]), []),
        (-1, 5, merkle.EMPTY_ROOT, later, []),
    ]:
        with pytest.raises(IntegrityFailure):
            merkle.verify_consistency(*case)


@pytest.mark.parametrize(
    ("case", "reason"),
    [
        ((HASHES[0], 8, 8, []), "leaf 8 cannot be in a log of 8"),
        ((HASHES[0], 0, 8, [WRONG]), "shorter than a proof in a log of 8"),
        ((HASHES[0], 0, 2, [WRONG, WRONG]), "longer than a proof in a log of 2"),
        ((HASHES[0], 0, 2, [b"short"]), "must be 32 bytes, and one is 5"),
        ((HASHES[0], 0, 2, [WRONG]), "the entry and its proof lead to"),
    ],
)
def test_a_refused_inclusion_says_what_is_wrong(case: tuple[bytes, int, int, list[bytes]], reason: str) -> None:
    with pytest.raises(IntegrityFailure, match=reason) as refusal:
        merkle.verify_inclusion(*case, bytes.fromhex(ROOTS[8]))
    assert refusal.value.exit_code == 3


@pytest.mark.parametrize(
    ("sizes", "path", "reason"),
    [
        ((-1, 8), [], "a log of -1 cannot have grown to 8"),
        ((3, 2), [], "a log of 3 cannot have grown to 2"),
        ((3, 8), [], "from 3 to 8 entries a proof cannot be empty"),
        ((8, 8), [WRONG], "from 8 to 8 entries a proof must be empty"),
        ((3, 8), [WRONG], "shorter than one from 3 to 8"),
        ((3, 4), [WRONG] * 4, "longer than one from 3 to 4"),
        ((3, 4), [b"short"], "must be 32 bytes, and one is 5"),
        ((6, 8), bytes_of(CONSISTENCY[6, 8]), "the proof leads to the earlier root 76e67dad"),
        ((4, 8), [root_of_reference(4, 8)], "the proof leads to the later root 5dc9da79"),
    ],
)
def test_a_refused_consistency_says_what_is_wrong(sizes: tuple[int, int], path: list[bytes], reason: str) -> None:
    first = bytes.fromhex(ROOTS[4]) if sizes[0] == 4 else WRONG
    with pytest.raises(IntegrityFailure, match=reason):
        merkle.verify_consistency(*sizes, first, WRONG, path)


def test_no_proof_is_made_of_what_is_not_there() -> None:
    with pytest.raises(WrongUsage, match="no leaf 8 in a log of 8"):
        merkle.inclusion_proof(8, 8, root_of_reference)
    with pytest.raises(WrongUsage, match="a log of 8 cannot have grown to 7"):
        merkle.consistency_proof(8, 7, root_of_reference)


def test_a_frontier_takes_no_subtree_where_none_can_begin() -> None:
    with pytest.raises(ValueError, match="4 leaves cannot begin at leaf 2"):
        merkle.Frontier(HASHES[:2]).append(WRONG, height=2)


def test_a_frontier_goes_on_from_a_copy_by_itself() -> None:
    frontier = merkle.Frontier(HASHES[:5])
    ahead = frontier.copy()
    ahead.append(HASHES[5])
    assert (frontier.size, frontier.root().hex()) == (5, ROOTS[5])
    assert (ahead.size, ahead.root().hex()) == (6, ROOTS[6])


ARGON_SIZE = 961_984_013
ARGON_ROOT = b64decode("dwlueapdd7LaOEnX2W2Wp9v2XE+KzejHRQGHwEx0oaM=")
ARGON_OLD_SIZE = 3_654_490
ARGON_OLD_ROOT = b64decode("AuIZ5V6sDUj1vn3Y1K85oOaQ7y+FJJKtyRTl1edIKBQ=")
ARGON_CONSISTENCY = """
    80Sfbj6UQEdVSZCSIgh9NMPj3vCBzcc1A48B2crJSWg= FZcrgAHUk6nNPviJZq8kEK6jCG1d18pJOFE45ZDc1TQ=
    Q67reWXmPBo1UfmwBap4Xi9PMPfFdUSSw3WGlRZdG7k= eJ7CyhR4PxzBxDIsWgrVYW1eFUb9ndgf46tFmiqVrxA=
    QrDwp062Grm5WY8KdrhFsBuuNjGzRox2Jb8PmVL5OYw= XM4YMjMEdLH/XJam/ZWyaP14k3cmsOtnPsOWQ54lW1s=
    SGiBh+jOTGccXU48ZzgQ88lRcBmtB4wz4oSDndv2QTg= WAS6txqNLYKGL1GdBdpqmV42TTfn6cJsuDsqLXuTCNI=
    QFmRS0rirUA7ZN3lxFjDncV+E1OCrn3NUB4RCp+5fzc= Hdbp7It2XBNZmNDBpCN/KPd7vfVqxgzwOosqVIaEA9E=
    mxvHL0ZiblBdD7j7pIa1jlfB0gSqfJ6oX0UGo7L0VsU= q5hjyvoW6TL/PThgcitpDcSTrnKX2p1+aqscqH2euRA=
    jTOWDqt3IHj2NVFeezyBz2ofpru+ztEywqKUAfFclKI= GIRn0w3HqJdvU9j1WVD//eR6lk2AaTVjyzjsJNP8U88=
    x52GJvxG81fnQBrgOTbll1A5tz95/LXK0Ag1NhB0r1I= 6/0OqrcTgc3o5dD5PymmoC96lB9yLPFuTHVvLy8fSGk=
    Gf+iKLfcXO5l4JEFmsZvSdG5q1uEeWPfYLrds6pmjz0= DGuaco+McyM3AfRSF6qX7RwSetwe2ieYJmxw5e9rVx0=
    2tQJ9V32hnYp+fdpP6TcjmgJmLeNVOMKM0Ml1kk4cNU= 3PapK+IkyJr8I9yAErAmzuZezzLMzsg+PfeRCgNW8NQ=
    s6xiYeejb+wtqHA+URJZ2I/SCPyIW8coP6aB00FJbMY= z9lSpmdTcr5M5ZzKlc4EPh3SrSypKFdk6JUF/UccaZU=
    GXIElfmnRuWfbA4z7ubV/UwlpSRUbUeec7oL5HDDnh0= pR0SH/NYP6s9+8azWwaeUXA4Ze/3WCIgMfh5YW6wvcE=
    f3GuAKYVrF8RBg3s15jvA/YvV9oAliWtzP/imwPhQVA= WHn8zDxlVgkV+lSlmzaOdfSBrTHoRr5nT3d76q0KKWE=
    f2uV2ZxVgULzLPKuZcowRY3ZY7fRlX59iDBjV1R8kNQ= NzQVjJsvQwbi7WStMr9oFkh9VbHfK7LB6o7WwAqwNTs=
    C0LttBeYHZHgL+032JIcJC3CTBIyza/hsbmJUgJfmDI= nixU5CWTFVDlF4BGdcU6kA7WSYurEpe9jRWc+F/7sOc=
"""


def test_the_proof_of_a_real_log_of_a_billion_certificates_holds() -> None:
    """What Google's Argon 2020 log answered to get-sth-consistency; from the tests of golang.org/x/mod."""
    path = [b64decode(each) for each in ARGON_CONSISTENCY.split()]
    merkle.verify_consistency(ARGON_OLD_SIZE, ARGON_SIZE, ARGON_OLD_ROOT, ARGON_ROOT, path)
    with pytest.raises(IntegrityFailure):
        merkle.verify_consistency(ARGON_OLD_SIZE + 1, ARGON_SIZE, ARGON_OLD_ROOT, ARGON_ROOT, path)
