"""The Merkle tree of a ledger's file as it is now, from the stored bytes, on all cores where there are many."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pledger.domain.raw import BEFORE_ALL, open_raw
from pledger.domain.refusal import StorageTrouble
from pledger.projections import checking
from pledger.projections.checking import Found, answered, leaf_of
from pledger.projections.crew import cores, on_all_cores
from pledger.projections.merkle import PAGE_HEIGHT, PAGE_LEAVES, Frontier, PagedTree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from pledger.domain.backup import Watch
    from pledger.domain.raw import RawLog

TASK_PAGES_MAX = 8
ALONE_PAGES_MAX = 6
"""So many pages are read sooner alone than other processes have started."""
KEPT_PAGES = 2
"""Of so many pages the leaves are kept: a proof asks for those of two."""


@dataclass
class LogTree:
    """The tree over the first `size` entries; `ends` are the positions of the last entries of its pages.

    `page_roots` are those of full pages, and `rest` the leaves after them.
    """

    log: RawLog
    ends: list[int]
    page_roots: list[bytes]
    rest: list[bytes]
    found: list[Found] = field(default_factory=list)
    _kept: dict[int, list[bytes]] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """How many entries there are."""
        return PAGE_LEAVES * len(self.page_roots) + len(self.rest)

    @cached_property
    def paged(self) -> PagedTree:
        """What proofs are computed from."""
        return PagedTree(self.page_roots.__getitem__, self.leaves)

    def leaves(self, begin: int, end: int) -> list[bytes]:
        """The leaves from a rank to before another, all of one page."""
        page = begin // PAGE_LEAVES
        if page == len(self.page_roots):
            kept = self.rest
        else:
            if page not in self._kept:
                while len(self._kept) >= KEPT_PAGES:
                    del self._kept[next(iter(self._kept))]
                self._kept[page] = [leaf_of(row) for row in self.log.rows(*self.span(page))]
            kept = self._kept[page]
        return kept[begin - page * PAGE_LEAVES : end - page * PAGE_LEAVES]

    def span(self, page: int) -> tuple[int, int]:
        """The positions of a page: after which one, and up to which."""
        return (self.ends[page - 1] if page else BEFORE_ALL), self.ends[page]

    def root(self, size: int | None = None) -> bytes:
        """The root over the first so many entries, all unless told."""
        return rooted(self.page_roots, self.leaves, self.size if size is None else size)


def rooted(page_roots: Sequence[bytes], leaves: Callable[[int, int], Sequence[bytes]], size: int) -> bytes:
    """The root over so many leaves, from the roots of full pages and the leaves after them."""
    frontier = Frontier()
    for page in page_roots[: size // PAGE_LEAVES]:
        frontier.append(page, PAGE_HEIGHT)
    if size > frontier.size:
        for leaf in leaves(frontier.size, size):
            frontier.append(leaf)
    return frontier.root()


def read_tree(log: RawLog, watch: Watch) -> LogTree:
    """Read the whole log and make its tree.

    Raises StorageTrouble and IntegrityFailure where the file cannot be read.
    """
    ends = log.ends(PAGE_LEAVES)
    return tree_of(log, ends, answers(log, stretches(ends), len(ends)), watch)


def stretches(ends: Sequence[int]) -> list[dict[str, Any]]:
    """The tasks that make a tree, given where its pages end; their answers are what `tree_of` takes."""
    spans = list(zip([BEFORE_ALL, *ends], ends, strict=False))
    return [{"stretch": [part[0][0], part[-1][1]]} for part in in_parts(spans, TASK_PAGES_MAX)]


def tree_of(log: RawLog, ends: list[int], told: Iterable[Any], watch: Watch) -> LogTree:
    """The tree of a log, given what was answered of its stretches."""
    tree = LogTree(log, ends, [], [])
    for number, (roots, rest, found) in enumerate(told, start=1):
        tree.page_roots += map(bytes.fromhex, roots)
        tree.rest = list(map(bytes.fromhex, rest))
        tree.found += (Found(*each) for each in found)
        watch("reading entries", min(number * TASK_PAGES_MAX, len(ends)), len(ends))
    return tree


def answers(log: RawLog, tasks: Iterable[dict[str, Any]], pages: int) -> Iterator[Any]:
    """What `checking` answers to each task, on all cores where so many pages are worth starting other processes."""
    if pages <= ALONE_PAGES_MAX or cores() == 1:
        return (answered(log, task) for task in tasks)
    common = {"ledger": log.address, "last": log.last}
    return on_all_cores(checking.__name__, ({**common, **task} for task in tasks), log.path)


def in_parts(things: list[Any], size: int) -> list[list[Any]]:
    """Neighbouring things, so many at once."""
    return [things[first : first + size] for first in range(0, len(things), size)]


def ledger_log(address: str) -> RawLog:
    """The rows of the ledger at an address; raises StorageTrouble where there is no such place, or no ledger in it."""
    log = open_raw(address)
    if not log.was_ledger:
        log.close()
        raise StorageTrouble("there is no ledger in it", where=log.path, remedy="name another with --ledger")
    return log
