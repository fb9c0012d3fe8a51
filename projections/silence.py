"""Silence: what a gap in contact is worth."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from pledger.domain.gaps import Gap

PATIENCE = 2
"""How many cadences may pass before silence speaks."""


def silences(gaps: Iterable[Gap]) -> list[tuple[Gap, datetime]]:
    """The gaps that are worth a row of silence, each with its instant: start + 2N + 1 days, unless it ended before."""
    found = []
    for gap in gaps:
        at = gap.start + _patience(gap.days)
        if gap.end is None or gap.end >= at:
            found.append((gap, at))
    return found


@cache
def _patience(every_days: int) -> timedelta:
    """How long after a contact silence speaks."""
    return timedelta(days=PATIENCE * every_days + 1)
