"""Replay: the history of everybody's scores as a policy tells it, at the end of every month or week or after all.

What is replayed is the past as known at one moment; a period's end means the end of a local day.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from pledger.projections.belonging import Membership, joined_at
from pledger.projections.columns import instant_of, microseconds
from pledger.projections.momentum import value_of
from pledger.projections.opinion import BANDS, band_place, opinions_of
from pledger.projections.periods import period_ends
from pledger.projections.scores import Asked, Scorer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from pledger.projections.columns import Array
    from pledger.projections.merging import Merge
    from pledger.projections.parties import PartyOf
    from pledger.projections.periods import Every
    from pledger.projections.question import Question
    from pledger.projections.scores import Sums


@dataclass(frozen=True)
class Replayed:
    """Part of the scores' history: columns of equal length, sorted by partnership, party and time.

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

    def last(self, number: int) -> Replayed:
        """The last so many scores alone."""
        columns = {field.name: getattr(self, field.name)[-number:] for field in fields(self) if field.name != "names"}
        return Replayed(self.names, **columns)

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


def replay(evidence: Merge, question: Question, every: Every, since: datetime | None = None) -> Iterator[Replayed]:
    """The history of the scores up to the moment asked about, from `since` or their beginning, stretch by stretch.

    With periods, each party has a score from the end of the period in which it joined, or the first evidence of it took
    effect, as long as it is a member; with "entry", one after every instant at which anything took effect.
    """
    as_of, known_at = map(microseconds, question.moment)
    keep: Callable[[Sums], Array]
    if every == "entry":
        asked = Asked(None, as_of, known_at)
        keep = partial(_since, None if since is None else microseconds(since))
    else:
        beginnings = _beginnings(evidence, known_at)
        first = since or instant_of(beginnings.min(initial=as_of))
        ends = [microseconds(end) for end in period_ends(every, first, question.as_of, question.zone)]
        moments = np.array(ends, "<i8")
        asked = Asked(moments, as_of, known_at, np.searchsorted(moments, beginnings))
        keep = _WhileMember(evidence, known_at).of
    for sums in Scorer(evidence, question.policy).scored(asked):
        yield _replayed(sums, evidence, question, keep(sums))


def _beginnings(evidence: Merge, known_at: int) -> Array:
    """From when anything can be said of each party: it joined, or the first evidence of it took effect."""
    return np.minimum(evidence.first_instants(), joined_at(evidence.outline, known_at))


def _since(start: int | None, sums: Sums) -> Array:
    """Which scores lie at or after an instant."""
    kept: Array = np.ones(len(sums.at), bool) if start is None else sums.at >= start
    return kept


class _WhileMember:
    """Tells the scores of parties while they are members, from when anything can be said of them."""

    def __init__(self, evidence: Merge, known_at: int) -> None:
        self._membership = Membership(evidence.outline, known_at)
        self._joined = joined_at(evidence.outline, known_at)

    def of(self, sums: Sums) -> Array:
        has_begun = (self._joined[sums.party] <= sums.at) | (sums.supporting + sums.opposing + sums.speed > 0)
        kept: Array = has_begun & self._membership.at(sums.party, sums.at)
        return kept


def _replayed(sums: Sums, evidence: Merge, question: Question, kept: Array) -> Replayed:
    policy = question.policy
    party, at, entry, *scores = (column[kept] for column in sums)
    supporting, opposing, speed = scores
    opinion = opinions_of(supporting, opposing, policy.trust)
    told = [opinion.trust, opinion.uncertainty, opinion.cautious, band_place(opinion, policy.bands)]
    told += [supporting, opposing, value_of(speed, policy.momentum)]
    return Replayed(evidence.outline.parties, party, at, entry, *told)
