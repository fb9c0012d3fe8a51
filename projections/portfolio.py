"""The portfolio: every partnership's outlook, worst news first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pledger.projections.headline import deepest_fall, large, least_trusted
from pledger.projections.outlook import outlook

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pledger.domain.entry import Entry
    from pledger.projections.outlook import Outlook
    from pledger.projections.question import Question

FALL_STEP = 0.05
"""Falls are compared in steps of this size, so that near-equal ones are told apart by cautious trust."""

_PHASES = {"active": 0, "paused": 0, "prospected": 1, "ended": 2}
_BANDS = {"weak": 0, "unknown": 1, "fair": 2, "firm": 3}


def portfolio(streams: Iterable[tuple[str, Iterable[Entry]]], question: Question) -> list[Outlook]:
    """Where every partnership stands, worst news first, from each one's name and entries in order of recording.

    Only the entries of one partnership are held at a time.
    """
    told = (outlook(slug, list(entries), question) for slug, entries in streams)
    return sorted((each for each in told if each is not None), key=worst_news_first)


def worst_news_first(outlook: Outlook) -> tuple[float | str, ...]:
    """The order of a portfolio: what ended, and what only looks for a partner, comes after what runs.

    Among these: the number of overdue promises of large stake; then the fall of trust within 30 days, in the party that
    fell most and in whole steps; then cautious trust in the party that is trusted least. Parties of whom nothing is
    known count only where nothing is known of any, and then come after the weak: no news is not bad news.
    """
    fall = deepest_fall(outlook)[1]
    held = least_trusted(outlook)
    return (
        _PHASES[outlook.phase.name],
        -len(large(outlook.overdue)),
        -int(fall / FALL_STEP + 1e-9),
        _BANDS[held.band] if held else len(_BANDS),
        held.opinion.cautious if held else 0.0,
        outlook.partnership,
    )
