"""Findings: what is not as it must be in a ledger, where, and what to do now."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from pledger.domain.mapper import RESTORE, place_of
from pledger.domain.refusal import IntegrityFailure


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong; `entry` is the position of the entry that it is about, if it is about one."""

    what: str
    where: str
    remedy: str = RESTORE
    entry: int | None = None

    def __str__(self) -> str:
        return str(self.failure())

    def failure(self) -> IntegrityFailure:
        """The same as what is raised."""
        return IntegrityFailure(self.what, where=self.where, remedy=self.remedy)

    def as_json(self) -> dict[str, Any]:
        """The finding by its documented keys."""
        return asdict(self)


def of_entry(position: int, what: str, version: int | None = None, stream: str = "") -> Finding:
    """What is wrong with one entry."""
    where = f"entry {position}" if version is None else place_of(position, version, stream)
    return Finding(what, where, entry=position)
