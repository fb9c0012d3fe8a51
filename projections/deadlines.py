"""Deadlines: an unkept promise lowers trust without anybody recording anything, and goes on costing."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

RUNGS = (("overdue", timedelta(0)), ("overdue-30", timedelta(days=30)), ("overdue-90", timedelta(days=90)))
"""The kinds of evidence that an unkept promise becomes, and how long after it is late (days of 86,400 seconds)."""


def rungs(late_from: datetime | None) -> list[tuple[str, datetime]]:
    """The kind and the instant of each rung of a deadline; none without one."""
    return [] if late_from is None else [(kind, late_from + after) for kind, after in RUNGS]


def rungs_ahead(late_from: datetime | None, at: datetime) -> list[tuple[str, datetime]]:
    """The rungs that have not fallen at an instant; one that falls at that very instant has."""
    if late_from is None:
        return []
    return [(kind, falls) for kind, after in RUNGS if (falls := late_from + after) > at]
