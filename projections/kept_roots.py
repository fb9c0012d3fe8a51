"""The roots that evidence pages keep of the stretches of 4,096 entries they cover: they tell where a log changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pledger.projections.page import Page, PageDamaged
from pledger.projections.pages import pages_folder_of

if TYPE_CHECKING:
    from pledger.projections.page import Foot


def kept_roots(path: str) -> list[bytes]:
    """The roots of the ledger's first stretches, as far as pages that are whole follow one another without a gap.

    Whether they are still those of the log is for the caller to find out. Raises OSError.
    """
    feet: dict[int, Foot] = {}
    for file in sorted(pages_folder_of(path).glob("*.evidence")):
        try:
            foot = Page(file).foot
        except (PageDamaged, FileNotFoundError):
            continue
        if foot.after not in feet or foot.last > feet[foot.after].last:
            feet[foot.after] = foot
    roots: list[bytes] = []
    after = 0
    while after in feet:
        roots += [bytes.fromhex(each) for each in feet[after].roots]
        after = feet[after].last
    return roots
