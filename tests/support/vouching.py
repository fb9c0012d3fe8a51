"""A partnership's rows as vouching takes them, and what the long way finds in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pledger.domain.raw import Row
from pledger.projections import checking

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from pledger.domain.mapper import Stored
    from pledger.domain.raw import Brief


def as_row(stored: Stored) -> Row:
    return Row(stored.position, stored.stream.encode(), stored.version, stored.topic.encode(), stored.state, 1)


def in_brief(rows: list[Row]) -> list[Brief]:
    return [(row.position, row.version, row.topic, row.state) for row in rows]


def long_way(slug: str, rows: list[Row], zone: ZoneInfo) -> list[str]:
    """What the long way finds."""
    return [found.what for found in checking._wrong_in_rows(slug, rows, zone)]
