"""Evidence pages are what the log says, under names that say of which part; there is nothing to keep in step."""

from __future__ import annotations

import re
import shutil
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import merkle_reference as rfc
from support.paging import SMALL, a_ledger, beside, from_the_log, grow, make_small, names, through_pages

from pledger.domain.ledger import Ledger
from pledger.domain.ledger_facts import PolicyAdopted
from pledger.projections import pages as room
from pledger.projections import silence
from pledger.projections.columns import EVIDENCE
from pledger.projections.merkle import leaf_bytes, leaf_hash, root
from pledger.projections.page import Origin, Page, write_page
from pledger.projections.pages import PAGE_ENTRIES, Pages, Span, map_digest, pages_folder
from pledger.projections.policy import shipped_policy_text

if TYPE_CHECKING:
    from collections.abc import Sequence

EIGHT_PAGES = 8 * SMALL + 3
"""Entries for eight pages and a tail."""
pytestmark = pytest.mark.usefixtures("small_pages")


# What they say


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.integers(0, 60), min_size=1, max_size=5), st.integers(1, 3))
def test_evidence_read_through_pages_is_that_of_the_log_however_it_grew(growth: list[int], step: int) -> None:
    """Positions may have gaps, as servers leave them: pages count entries."""
    with TemporaryDirectory() as folder, a_ledger(Path(folder) / "ledger.sqlite", 1) as ledger:
        pages = beside(ledger)
        for entries in growth:
            grow(Path(ledger.path), entries, step=step)
            assert through_pages(pages) == from_the_log(ledger)
            assert through_pages(beside(ledger)) == from_the_log(ledger)
            assert covered(pages) == (1 + told(ledger)) // SMALL * SMALL


def told(ledger: Ledger) -> int:
    """How many entries there are beside the opening of the ledger."""
    return sum(1 for _ in ledger.stored()) - 1


def covered(pages: Pages) -> int:
    """How many entries the pages hold, from the first of the log without a gap."""
    found = [Page(path) for path in sorted(pages.folder.glob("*.evidence"))]
    assert all(before.foot.last == page.foot.after for before, page in pairwise(found))
    return sum(page.foot.entries for page in found)


def test_only_what_is_asked_for_is_read(path: Path) -> None:
    with a_ledger(path, EIGHT_PAGES) as ledger:
        merge = beside(ledger).evidence(["at", "kind"])
        found = merge.rows_of(0, len(merge.outline.parties), ["at", "kind"])
        whole = from_the_log(ledger)
    assert [(found[name].dtype.str, found[name].tolist()) for name in ("at", "kind")] == [whole["at"], whole["kind"]]


def test_a_small_ledger_has_no_pages_and_no_folder_for_them(path: Path) -> None:
    with a_ledger(path, SMALL - 1) as ledger:
        pages = beside(ledger)
        assert through_pages(pages) == from_the_log(ledger)
    assert not pages.folder.exists()


def test_a_page_without_any_evidence_is_one_too(path: Path) -> None:
    """A ledger in which policies were adopted, and nothing else."""
    with Ledger.open(path, time_zone="UTC") as ledger:
        for number in range(SMALL):
            ledger.record(PolicyAdopted(name=f"{number}", text=shipped_policy_text(), why="to try"))
        pages = beside(ledger)
        assert through_pages(pages) == from_the_log(ledger)
        assert covered(pages) == SMALL
        assert through_pages(beside(ledger)) == from_the_log(ledger)


def test_a_page_is_named_by_its_positions_and_the_digest_of_the_evidence_map(path: Path) -> None:
    with a_ledger(path, 3 * SMALL, step=2) as ledger:
        pages = beside(ledger)
        pages.complete()
        (name,) = names(pages)
        foot = Page(pages.folder / name).foot
    assert re.fullmatch(r"[0-9a-f]{16}", map_digest())
    assert name == f"{0:012}-{1 + 2 * (3 * SMALL - 1):012}-{map_digest()}.evidence"
    assert (foot.after, foot.last, foot.entries, foot.map_digest) == (0, 6 * SMALL - 1, 3 * SMALL, map_digest())


def test_the_digest_tells_one_evidence_map_from_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = map_digest()
    changed = tmp_path / "silence.py"
    source = Path(str(silence.__file__)).read_bytes()
    changed.write_bytes(source.replace(b"PATIENCE = 2", b"PATIENCE = 3"))
    assert changed.read_bytes() != source
    monkeypatch.setattr(silence, "__file__", str(changed))
    assert map_digest.__wrapped__() != before
    changed.write_bytes(source)
    assert map_digest.__wrapped__() == before


def test_the_merkle_roots_of_its_entries_stand_in_a_page(path: Path) -> None:
    """One for each stretch, merged pages too: those of RFC 9162, which no code of ours reckoned here."""
    with a_ledger(path, EIGHT_PAGES) as ledger:
        stored = list(ledger.stored())
        roots = [each for page in beside(ledger).complete() for each in page.foot.roots]
        at_once = Pages(ledger, path.with_name("at once"))
        at_once.write([Span(*ends) for ends in pairwise([0, *ledger.every(SMALL)])])
        assert [each for page in at_once.complete() for each in page.foot.roots] == roots
    stretches = [stored[first : first + SMALL] for first in range(0, 8 * SMALL, SMALL)]
    assert roots == [rfc.mth([rfc.hashed(leaf_bytes(*each[1:])) for each in stretch]).hex() for stretch in stretches]
    assert roots[0] == root([leaf_hash(*each[1:]) for each in stretches[0]]).hex()


# What is lost by losing them


def test_deleting_the_folder_loses_nothing(path: Path) -> None:
    with a_ledger(path, EIGHT_PAGES) as ledger:
        pages = beside(ledger)
        before, bytes_before = through_pages(pages), contents(pages)
        shutil.rmtree(pages.folder)
        assert through_pages(pages) == before == from_the_log(ledger)
        assert contents(pages) == bytes_before


def contents(pages: Pages) -> dict[str, bytes]:
    return {name: (pages.folder / name).read_bytes() for name in names(pages)}


@pytest.mark.parametrize("gone", [(0,), (1,), (2,), (0, 2), (1, 2)])
def test_deleting_any_page_loses_nothing(path: Path, gone: Sequence[int]) -> None:
    with a_ledger(path, 13 * SMALL + 1) as ledger:
        pages = beside(ledger)
        in_three(pages)
        here = names(pages)
        assert len(here) == 3
        for number in gone:
            (pages.folder / here[number]).unlink()
        assert through_pages(pages) == from_the_log(ledger)
        assert covered(pages) == 13 * SMALL


def in_three(pages: Pages) -> None:
    """Pages of 9, 3 and 1 stretches, as a ledger that grows comes to have them."""
    spans = [Span(*ends) for ends in pairwise([0, *pages.ledger.every(SMALL)])]
    for some in (spans[:9], spans[9:12], spans[12:]):
        pages.write(some)


def test_the_pages_of_another_evidence_map_are_built_anew_and_taken_away(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with a_ledger(path, 13 * SMALL) as ledger:
        pages = beside(ledger)
        with monkeypatch.context() as patch:
            patch.setattr(room, "map_digest", lambda: "0123456789abcdef")
            pages.complete()
            assert ["0123456789abcdef" in name for name in names(pages)] == [True]
        in_three(pages)
        assert through_pages(pages) == from_the_log(ledger)
        assert [map_digest() in name for name in names(pages)] == [True] * 3
        assert covered(pages) == 13 * SMALL


def test_what_else_lies_in_the_folder_is_left_alone(path: Path) -> None:
    with a_ledger(path, EIGHT_PAGES) as ledger:
        pages = beside(ledger)
        pages.folder.mkdir()
        (pages.folder / "read me.txt").write_text("mine", encoding="utf-8")
        (pages.folder / "0-8-x.evidence").write_text("mine, too", encoding="utf-8")
        pages.complete()
        assert {"read me.txt", "0-8-x.evidence"} < set(names(pages))


# How many there are


def test_pages_stay_few_as_the_ledger_grows_page_by_page(path: Path) -> None:
    """Each holds at least twice what all after it hold; so a hundred pages of the log are five files at most."""
    with a_ledger(path, 1) as ledger:
        pages, most = beside(ledger), 0
        for _ in range(100):
            grow(path, SMALL)
            pages.complete()
            sizes = [Page(pages.folder / name).foot.entries for name in names(pages)]
            assert all(size >= 2 * sum(sizes[place + 1 :]) for place, size in enumerate(sizes))
            most = max(most, len(sizes))
        assert through_pages(pages) == from_the_log(ledger)
    assert most <= 5


def test_merging_writes_no_entry_often(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Over a hundred pages of growth, each is written seven times or so in all."""
    written: list[int] = []

    def counting(path: Path, origin: Origin, *more: Any) -> None:
        written.append(origin.entries)
        write_page(path, origin, *more)

    monkeypatch.setattr(room, "write_page", counting)
    with a_ledger(path, 1) as ledger:
        for _ in range(100):
            grow(path, SMALL)
            beside(ledger).complete()
    assert sum(written) <= 7 * 100 * SMALL


def test_a_question_asked_again_writes_nothing(path: Path) -> None:
    with a_ledger(path, EIGHT_PAGES) as ledger:
        through_pages(beside(ledger))
        pages = beside(ledger, build=None)
        when = [(pages.folder / name).stat().st_mtime_ns for name in names(pages)]
        through_pages(pages)
        assert [(pages.folder / name).stat().st_mtime_ns for name in names(pages)] == when


def test_building_is_watched_from_none_to_all(path: Path) -> None:
    seen: list[tuple[str, int, int]] = []
    with a_ledger(path, 3 * SMALL) as ledger:
        beside(ledger, watch=lambda *told: seen.append(told)).complete()
    assert seen == [
        *(("building pages", done, 3) for done in range(4)),
        *(("merging pages", done, 1) for done in range(2)),
    ]


def test_pages_have_4096_entries_and_lie_beside_the_file_for_its_owner_only(tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch, a_ledger(tmp_path / "ledger.sqlite", PAGE_ENTRIES + 900) as ledger:
        make_small(patch, PAGE_ENTRIES)
        pages = beside(ledger)
        assert through_pages(pages) == from_the_log(ledger)
        assert covered(pages) == PAGE_ENTRIES == 4096
    assert pages.folder == pages_folder(ledger) == tmp_path / "ledger.sqlite.pages"
    assert pages.folder.stat().st_mode & 0o777 == 0o700
    assert [(pages.folder / name).stat().st_mode & 0o777 for name in names(pages)] == [0o600]


def test_every_column_is_kept(path: Path) -> None:
    with a_ledger(path, SMALL) as ledger:
        (page,) = beside(ledger).complete()
    assert set(EVIDENCE) < set(page.foot.columns)
