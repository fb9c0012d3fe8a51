"""Evidence pages: what the log says, cached as columns in a folder of its own, so that replay need not read the log.

The log is cut into pages of 4,096 entries by rank. A page is named by the positions it covers and the digest of the
evidence map; small ones are merged into larger ones. There is no lock and no list: the pages that are there tell how
far the evidence goes, two processes that write the same page write the same bytes, and deleting the folder loses
nothing. A page is believed only if it is whole, of this log and of this evidence map; else it is built anew.
"""

from __future__ import annotations

import os
import re
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache, cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from pledger.domain import catalogue, delivery_terms, forms, gaps, skimming, upcasts
from pledger.domain.refusal import StorageTrouble
from pledger.domain.store import IN_MEMORY, is_file
from pledger.projections import columns, deadlines, evidence, kinds, membership, page, silence
from pledger.projections.columns import EVIDENCE, columns_of
from pledger.projections.merging import Merge
from pledger.projections.merkle import PAGE_LEAVES, leaf_hash, root
from pledger.projections.page import Origin, Page, PageDamaged, sweep, write_page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from pledger.domain.ledger import Ledger
    from pledger.domain.mapper import Stored
    from pledger.projections.columns import Array

    Build = Callable[["Pages", Sequence["Span"]], None]

PAGE_ENTRIES = PAGE_LEAVES
OUTWEIGHS = 0.5
"""Pages are merged with the one before them when together they hold more than this share of its entries."""

_NAME = re.compile(r"(\d{12})-(\d{12})-([0-9a-f]{16})\.evidence")


class Span(NamedTuple):
    """A stretch of the log: the entries after one position up to another."""

    after: int
    last: int


@cache
def map_digest() -> str:
    """What tells one evidence map from another: the digest of the sources that make it."""
    of_facts = (delivery_terms, gaps, forms, skimming, upcasts)
    rooms = (evidence, deadlines, silence, membership, kinds, columns, page, *of_facts)
    files = [Path(str(room.__file__)) for room in (*rooms, *catalogue.THEMES)]
    return sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()[:16]


def build_here(pages: Pages, spans: Sequence[Span]) -> None:
    """Build the pages of these stretches one after another, in this process."""
    for number, span in enumerate(spans):
        pages.watch("building pages", number, len(spans))
        pages.write([span])
    pages.watch("building pages", len(spans), len(spans))


@dataclass
class Pages:
    """The pages of one ledger in one folder.

    `note` is told what users should know of (a damaged page), `watch` how far a long work is (what, done, of how many).
    """

    ledger: Ledger
    folder: Path
    build: Build = build_here
    note: Callable[[str], None] = lambda text: None
    watch: Callable[[str, int, int], None] = lambda what, done, total: None
    dropped: list[str] = field(default_factory=list)
    """The names of pages that were not believed."""

    @property
    def map_digest(self) -> str:
        """The evidence map whose pages these are."""
        return map_digest()

    def evidence(self, wanted: Iterable[str]) -> Merge:
        """The evidence of the whole ledger as it is now, with these columns; builds and merges what is missing.

        Raises IntegrityFailure where entries cannot be read, and StorageTrouble where pages cannot be kept.
        """
        wanted = list(wanted)
        while True:
            try:
                pages = self.complete()
                parts = [page.evidence(wanted) for page in pages]
            except PageDamaged as damage:
                self._drop(damage.path, damage.why)
            else:
                last = pages[-1].foot.last if pages else 0
                return Merge([*parts, columns_of(self.ledger.stored(last))])

    def complete(self) -> list[Page]:
        """All pages, in the order of the log; the entries after the last one do not fill another."""
        with self.trouble():
            sweep(self.folder)
            while True:
                with suppress(FileNotFoundError):  # another process has merged pages meanwhile, or deleted them all
                    pages, missing = self.survey()
                    if missing:
                        self.build(self, missing)
                        continue
                    pages = self._merged(pages)
                    self._tidy({each.path for each in pages})
                    return pages

    def write(self, spans: Sequence[Span]) -> None:
        """Write one page over neighbouring stretches of 4,096 entries each."""
        roots: list[str] = []
        last_leaf = b""

        def hashed() -> Iterator[Stored]:
            nonlocal last_leaf
            for span in spans:
                leaves = []
                for stored in self.ledger.stored(*span):
                    leaves.append(leaf_hash(*stored[1:]))
                    yield stored
                roots.append(root(leaves).hex())
                last_leaf = leaves[-1]

        rows = columns_of(hashed())
        whole = Span(spans[0].after, spans[-1].last)
        origin = Origin(self._ledger_id, map_digest(), *whole, PAGE_ENTRIES * len(spans), last_leaf.hex(), roots)
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_page(self._path(whole), origin, rows, [rows.columns])

    def survey(self) -> tuple[list[Page], list[Span]]:
        """The pages that can be believed, and the stretches of 4,096 entries of which there is none.

        Raises FileNotFoundError where another process takes a page away meanwhile.
        """
        listed = self._listed()
        pages: list[Page] = []
        missing: list[Span] = []
        after = 0
        while True:
            page = next((page for path in listed.pop(after, []) if (page := self._opened(path)) is not None), None)
            if page is not None:
                pages.append(page)
                after = page.foot.last
                continue
            following = min((start for start in listed if start > after), default=None)
            for last in self.ledger.every(PAGE_ENTRIES, after):
                if following is not None and last > following:
                    break
                missing.append(Span(after, last))
                after = last
                if last == following:
                    break
            if following is None:
                return pages, missing
            if after != following:  # it begins where no page of this log ends
                for path in listed.pop(following):
                    self._drop(path, "it is of another ledger")

    def _listed(self) -> dict[int, list[Path]]:
        """The pages of this evidence map by where they begin, the longest first."""
        found: dict[int, list[tuple[int, Path]]] = {}
        for path in self.folder.iterdir() if self.folder.exists() else ():
            match = _NAME.fullmatch(path.name)
            if match and match[3] == map_digest() and path.exists():  # a link may lead nowhere
                found.setdefault(int(match[1]), []).append((int(match[2]), path))
        return {after: [path for _, path in sorted(ends, reverse=True)] for after, ends in found.items()}

    def _opened(self, path: Path) -> Page | None:
        """A page, if it can be believed; one that cannot is dropped."""
        try:
            page = Page(path)
            foot = page.foot
            if self._path(Span(foot.after, foot.last)) != path or foot.map_digest != map_digest():
                raise PageDamaged(path, "it is not what its name says")
            last = next(self.ledger.stored(foot.last - 1, foot.last), None)
            if foot.ledger != self._ledger_id or last is None or leaf_hash(*last[1:]).hex() != foot.last_leaf:
                raise PageDamaged(path, "it is of another ledger")
        except PageDamaged as damage:
            self._drop(path, damage.why)
            return None
        return page

    def _merged(self, pages: list[Page]) -> list[Page]:
        """Merge pages as long as that pays: each holds at least twice what all after it hold together."""
        sizes = [page.foot.entries for page in pages]
        for place, size in enumerate(sizes):
            if sum(sizes[place + 1 :]) > OUTWEIGHS * size:
                return [*pages[:place], self.merge(pages[place:])]
        return pages

    def merge(self, pages: Sequence[Page]) -> Page:
        """Write one page over neighbouring ones, which it makes superfluous."""
        self.watch("merging pages", 0, 1)
        first, last = pages[0].foot, pages[-1].foot
        parts = []
        for each in pages:
            parts.append(each.evidence(EVIDENCE))
            each.release()
        merge = Merge(parts)
        origin = Origin(
            *(first.ledger, first.map_digest, first.after, last.last, sum(page.foot.entries for page in pages)),
            *(last.last_leaf, [each for page in pages for each in page.foot.roots]),
        )
        path = self._path(Span(first.after, last.last))
        write_page(path, origin, merge.outline, _releasing(pages, merge.chunks(EVIDENCE)))
        self.watch("merging pages", 1, 1)
        return Page(path)

    def _tidy(self, keep: set[Path]) -> None:
        """Remove pages that larger ones cover, and those of other evidence maps."""
        for path in self.folder.glob("*.evidence") if self.folder.exists() else ():
            match = _NAME.fullmatch(path.name)
            covered = any(_covers(page, path) for page in keep)
            if path not in keep and match and (covered or match[3] != map_digest()):
                with suppress(FileNotFoundError):
                    path.unlink()

    def _drop(self, path: Path, why: str) -> None:
        self.note(f"the evidence page {path} is built anew: {why}")
        self.dropped.append(path.name)
        with self.trouble(), suppress(FileNotFoundError):
            path.unlink()

    def _path(self, span: Span) -> Path:
        return self.folder / f"{span.after:012}-{span.last:012}-{map_digest()}.evidence"

    @cached_property
    def _ledger_id(self) -> str:
        """The leaf of the log's first entry, which says when this ledger was made."""
        first = next(self.ledger.stored())
        return leaf_hash(*first[1:]).hex()

    @contextmanager
    def trouble(self) -> Iterator[None]:
        """Tell the system's own errors in the form that all messages have."""
        try:
            yield
        except OSError as error:
            raise StorageTrouble(
                f"the evidence pages cannot be kept: {error.strerror or error}",
                where=str(self.folder),
                remedy="make room there, or let the folder be written; deleting it loses nothing",
            ) from error


def evidence_of_ledger(ledger: Ledger, wanted: Iterable[str], **how: Any) -> Merge:
    """The evidence of a whole ledger, with these columns; `how` is told to its Pages."""
    folder = pages_folder(ledger)
    if folder is None:
        return Merge([columns_of(ledger.stored())])
    from pledger.projections.page_building import build_on_all_cores  # late: it builds on this module

    return Pages(ledger, folder, build_on_all_cores, **how).evidence(wanted)


def _covers(page: Path, other: Path) -> bool:
    """Whether a page covers all that another, smaller one does; both by their names."""
    (after, last), (other_after, other_last) = (map(int, path.name.split("-")[:2]) for path in (page, other))
    return page != other and after <= other_after and other_last <= last


def _releasing(pages: Sequence[Page], chunks: Iterable[Mapping[str, Array]]) -> Iterator[Mapping[str, Array]]:
    """Chunks of what pages hold, of which no more stays in memory than needs to."""
    for chunk in chunks:
        yield chunk
        for each in pages:
            each.release()


def pages_folder(ledger: Ledger) -> Path | None:
    """Where a ledger's pages lie; None for one in memory, whose evidence is mapped anew for every question."""
    return None if ledger.path == IN_MEMORY else pages_folder_of(ledger.path)


def pages_folder_of(path: str) -> Path:
    """Where a ledger's pages lie: beside its file; in the user's cache for a server, or where nobody may write."""
    if is_file(path):
        beside = Path(f"{path}.pages")
        nearest = beside if beside.exists() else beside.parent
        if os.access(nearest, os.W_OK | os.X_OK):
            return beside
    import platformdirs  # late: most ledgers lie where their user may write

    name = sha256(os.fsencode(path)).hexdigest()[:16]
    return platformdirs.user_cache_path("pledger", appauthor=False) / f"{name}.pages"
