"""Replay: the history of everybody's scores as a policy tells it, at the end of every month or week or after all.

What is replayed is the past as known at one moment; a period's end means the end of a local day.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from pledger.domain.days import day_of, end_of_day
from pledger.projections.belonging import joined_at, members_then
from pledger.projections.columns import instant_of, microseconds
from pledger.projections.momentum import value_of
from pledger.projections.opinion import BANDS, band_place, opinions_of
from pledger.projections.scores import Asked, Scorer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from pledger.projections.columns import Array
    from pledger.projections.merging import Merge
    from pledger.projections.parties import PartyOf
    from pledger.projections.question import Question
    from pledger.projections.scores import Sums

Every = Literal["month", "week", "entry"]
EVERY: tuple[Every, ...] = ("month", "week", "entry")


@dataclass(frozen=True)
class Stretch:
    """A stretch of the scores' history: columns of equal length, sorted by partnership, party and time.

    `party` numbers the parties of `names`; `at` is in microseconds since 1970; `entry` is the last entry that took
    effect at that instant, or told what fell due then, 0 where periods were asked for; `band` is a place in BANDS.
    """

    names: Sequence[PartyOf]
    party: Array
    at: Array
    entry: Array
    trust: Array
    uncertainty: Array
    cautious: Array
    band: Array
    supporting: Array
    opposing: Array
    momentum: Array

    def last(self, number: int) -> Stretch:
        """The last so many scores alone."""
        columns = {field.name: getattr(self, field.name)[-number:] for field in fields(self) if field.name != "names"}
        return Stretch(self.names, **columns)

    def rows(self) -> Iterator[dict[str, Any]]:
        """A row a score, by its documented keys; instants as such, `entry` None where periods were asked for."""
        columns = (self.trust, self.uncertainty, self.cautious, self.supporting, self.opposing, self.momentum)
        numbers = zip(*(column.tolist() for column in columns), strict=True)
        whose = zip(self.party.tolist(), self.at.tolist(), self.entry.tolist(), self.band.tolist(), strict=True)
        for (party, at, entry, band), (trust, uncertainty, cautious, supporting, opposing, momentum) in zip(
            whose, numbers, strict=True
        ):
            yield {
                **self.names[party]._asdict(),
                "at": instant_of(at),
                "entry": entry or None,
                "trust": trust,
                "uncertainty": uncertainty,
                "cautious": cautious,
                "band": BANDS[band],
                "supporting": supporting,
                "opposing": opposing,
                "momentum": momentum,
            }


def replay(evidence: Merge, question: Question, every: Every, since: datetime | None = None) -> Iterator[Stretch]:
    """The history of the scores up to the moment asked about, from `since` or their beginning, stretch by stretch.

    With periods, each party has a score from the end of the period in which it joined, or the first evidence of it took
    effect, as long as it is a member; with "entry", one after every instant at which anything took effect.
    """
    as_of, known_at = map(microseconds, question.moment)
    start = None if since is None else microseconds(since)
    if every == "entry":
        asked = Asked(None, as_of, known_at)
        keep: _Since | _WhileMember = _Since(start)
    else:
        ends = period_ends(every, since or _beginning(evidence, question.as_of), question.as_of, question.zone)
        asked = Asked(np.array([microseconds(end) for end in ends], "<i8"), as_of, known_at)
        keep = _WhileMember(evidence, asked)
    for sums in Scorer(evidence, question.policy).scored(asked):
        yield _stretch(sums, evidence, question, keep.of(sums))


def period_ends(every: Every, first: datetime, last: datetime, zone: ZoneInfo) -> list[datetime]:
    """The ends of the months or weeks (Sundays) from the one of `first`, before `last`; and `last` itself."""
    ends: list[datetime] = []
    day, until = _last_day(every, day_of(first, zone)), day_of(last, zone)
    while day < until:
        ends.append(end_of_day(day, zone))
        day = _last_day(every, day + timedelta(days=1))
    return [*ends, last]


def _last_day(every: Every, day: date) -> date:
    if every == "week":
        return day + timedelta(days=6 - day.weekday())
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def _beginning(evidence: Merge, as_of: datetime) -> datetime:
    """When the first evidence of all took effect, or the first party joined."""
    firsts = evidence.first_instants()
    first = min((int(column.min()) for column in (firsts, evidence.outline.members.at) if len(column)), default=None)
    return as_of if first is None else min(as_of, instant_of(first))


class _Since:
    """Keeps what lies at or after an instant."""

    def __init__(self, start: int | None) -> None:
        self._start = start

    def of(self, sums: Sums) -> Array:
        kept: Array = np.ones(len(sums.at), bool) if self._start is None else sums.at >= self._start
        return kept


class _WhileMember:
    """Keeps the scores of parties while they are members, from when anything can be said of them."""

    def __init__(self, evidence: Merge, asked: Asked) -> None:
        assert asked.moments is not None
        outline = evidence.outline
        self._moments = asked.moments
        self._members = np.stack([members_then(outline, moment, asked.known_at) for moment in asked.moments.tolist()])
        self._joined = joined_at(outline, asked.known_at)

    def of(self, sums: Sums) -> Array:
        is_member = self._members[np.searchsorted(self._moments, sums.at), sums.party]
        has_begun = (self._joined[sums.party] <= sums.at) | (sums.supporting + sums.opposing + sums.speed > 0)
        kept: Array = is_member & has_begun
        return kept


def _stretch(sums: Sums, evidence: Merge, question: Question, kept: Array) -> Stretch:
    policy = question.policy
    party, at, entry, *scores = (column[kept] for column in sums)
    supporting, opposing, speed = scores
    opinion = opinions_of(supporting, opposing, policy.trust)
    told = [opinion.trust, opinion.uncertainty, opinion.cautious, band_place(opinion, policy.bands)]
    told += [supporting, opposing, value_of(speed, policy.momentum)]
    return Stretch(evidence.outline.parties, party, at, entry, *told)
