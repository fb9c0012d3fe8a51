"""The origin: what a ledger is called in checkpoints and by the keys that sign them, for ever.

It is `pledger/NAME/LEAF`: the ledger's name as a slug, and the first 32 hexadecimal digits of the leaf of its first
entry, which says what it is called, whose days count, when it was opened and by whom, and never changes. So no two
ledgers share one, and nobody who is told an origin can be shown another ledger under it.
"""

from __future__ import annotations

from pledger.domain.naming import slug_from

LEAF_DIGITS = 32


def origin_of(name: str, first_leaf: bytes) -> str:
    """The origin of the ledger of that name whose log begins with that leaf."""
    return f"pledger/{slug_from(name)}/{first_leaf.hex()[:LEAF_DIGITS]}"
