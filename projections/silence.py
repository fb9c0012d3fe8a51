"""Silence: what a gap in contact is worth."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pledger.domain.gaps import Gap

PATIENCE = 2
"""How many cadences may pass before silence speaks."""


def silences(gaps: Iterable[Gap]) -> list[tuple[Gap, datetime]]:
    """The gaps that are worth a row of silence, each with its instant: start + 2N + 1 days, unless it ended before."""
    told = ((gap, gap.start + timedelta(days=PATIENCE * gap.days + 1)) for gap in gaps)
    return [(gap, at) for gap, at in told if gap.end is None or gap.end >= at]
