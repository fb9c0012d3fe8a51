"""Findings: what is not as it must be in a ledger, where, and what to do now."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from pledger.domain.refusal import IntegrityFailure

RESTORE = "restore the ledger from a backup that was taken before the damage"


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
    more = f" (version {version} of {stream})" if version is not None else ""
    return Finding(what, f"entry {position}{more}", entry=position)
