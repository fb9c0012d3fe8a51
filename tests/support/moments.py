"""Moments to ask about, among the days on which random histories happen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from support.facts import DAYS

moments = st.builds(
    lambda day, hours: datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(hours=hours),
    st.sampled_from(DAYS),
    st.sampled_from((-1, 0, 12, 24 * 30, 24 * 500)),
)
