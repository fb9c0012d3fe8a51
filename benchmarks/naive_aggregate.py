"""The same facts as the eventsourcing library's own aggregates would keep them: one event class, and no rules."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

Fact = tuple[str, datetime, str, dict[str, Any]]
"""A partnership's name, when it occurred, the fact's stored name, its values as JSON knows them."""


class NaivePartnership(Aggregate):
    """A partnership that believes everything."""

    def __init__(self, slug: str) -> None:
        self.slug = slug
        self.facts = 0

    @event("Told")
    def tell(self, topic: str, on: datetime, values: dict[str, Any]) -> None:
        self.facts += 1


class NaiveLedger(Application[UUID]):
    """Keeps its partnerships in memory, so that nothing is ever replayed: the quickest that this way can be."""

    def __init__(self, path: Path) -> None:
        super().__init__(env={"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(path)})
        self._partnerships: dict[str, NaivePartnership] = {}

    def tell(self, facts: Sequence[Fact]) -> None:
        """Store facts of any partnerships, in one transaction."""
        touched: dict[str, NaivePartnership] = {}
        for slug, on, topic, values in facts:
            partnership = self._partnerships.setdefault(slug, NaivePartnership(slug))
            partnership.tell(topic=topic, on=on, values=values)
            touched[slug] = partnership
        self.save(*touched.values())
