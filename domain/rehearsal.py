"""A rehearsal: a store that reads through to another one, and keeps to itself what is appended."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager

    from pledger.domain.entry import Entry
    from pledger.domain.recording import Store


class Rehearsal:
    """What a store would hold after a batch; its new entries have no position, and are gone with it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._added: dict[str, list[Entry]] = {}

    def stream(self, slug: str, after: int = 0) -> Iterator[Entry]:
        yield from self._store.stream(slug, after)
        yield from (entry for entry in self._added.get(slug, ()) if entry.version > after)

    def append(self, entries: Sequence[Entry]) -> list[int]:
        for entry in entries:
            self._added.setdefault(entry.partnership, []).append(entry)
        return [entry.position for entry in entries]

    def turn(self) -> AbstractContextManager[None]:
        """Nobody else appends to it."""
        return nullcontext()

    def snapshot(self, slug: str) -> bytes | None:
        return self._store.snapshot(slug)

    def keep_snapshot(self, slug: str, version: int, state: bytes) -> None:
        """A rehearsal leaves nothing behind."""
