"""An entry: a fact as the ledger keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime

    from pledger.domain.fact import Fact


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the ledger.

    `position` is its place in the whole ledger (0 until it is stored), `version` its place in its partnership, from 1;
    `occurred_at` when it happened, `recorded_at` when the ledger learned it, both in UTC.
    """

    position: int
    partnership: str
    version: int
    fact: Fact
    occurred_at: datetime
    recorded_at: datetime
    recorded_by: str
    source: str | None = None
    link: str | None = None
    note: str | None = None

    @property
    def order(self) -> tuple[int, datetime, int]:
        """The order of occurrence: looking and opening first, equal times in order of recording."""
        return (self.fact.RANK, self.occurred_at, self.version)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A fact that somebody wants recorded.

    `on` says when it occurred: an instant, a day, or None for now. `source` is a reference to where it comes from,
    which makes recording it twice
    harmless. Proposals of one `group` are recorded together or not at all; one without a group
    stands for itself.
    """

    fact: Fact
    partnership: str
    on: date | datetime | None = None
    source: str | None = None
    link: str | None = None
    note: str | None = None
    group: object = None

    @property
    def fate(self) -> object:
        """What it shares with the proposals that are recorded, or refused, together with it."""
        return id(self) if self.group is None else self.group
