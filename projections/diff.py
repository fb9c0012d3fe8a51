"""The difference that knowledge made: what was learned between two moments, and what that changed in one picture."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pledger.projections.commitments import Commitment, commitments
from pledger.projections.evidence import evidence_of
from pledger.projections.momentum import momentum
from pledger.projections.movement import TOLERANCE
from pledger.projections.outlook import outlook
from pledger.projections.question import standing_entries
from pledger.projections.scoring import takes_effect
from pledger.projections.sentences import sentence
from pledger.projections.steps import ASKED, Step
from pledger.projections.timeline import TimelineEntry, timeline
from pledger.projections.trust import trust_by_party
from pledger.projections.walk import momentum_around, opinions_around

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from pledger.domain.entry import Entry
    from pledger.projections.evidence import Row
    from pledger.projections.opinion import Opinion
    from pledger.projections.outlook import Outlook
    from pledger.projections.policy import Policy
    from pledger.projections.question import Question


@dataclass(frozen=True, slots=True)
class ScoreChange:
    """A score before and after, and what of the change is due to another policy, and to each entry learned."""

    before: float
    after: float
    by_policy: float
    by_entry: tuple[float, ...]  # in order of recording, one after the other

    @property
    def change(self) -> float:
        return self.after - self.before

    @property
    def by_learning(self) -> float:
        return math.fsum(self.by_entry)

    @property
    def difference(self) -> float:
        """What the parts leave unexplained: rounding, and nothing else."""
        return self.by_policy + self.by_learning - self.change

    def as_json(self) -> dict[str, Any]:
        """A change by its documented keys."""
        names = ("before", "after", "change", "by_policy", "by_learning", "difference")
        return {**{name: getattr(self, name) for name in names}, "exact": abs(self.difference) <= TOLERANCE}


@dataclass(frozen=True, slots=True)
class PartyChanged:
    """A party in both pictures."""

    party: str
    before: Opinion
    after: Opinion
    trust: ScoreChange
    momentum: ScoreChange

    def as_json(self) -> dict[str, Any]:
        """A party's changes by their documented keys."""
        return {
            "party": self.party,
            "trust": self.trust.as_json(),
            "uncertainty": {"before": self.before.uncertainty, "after": self.after.uncertainty},
            "spread": {"before": self.before.spread, "after": self.after.spread},
            "momentum": self.momentum.as_json(),
        }


@dataclass(frozen=True, slots=True)
class PromiseChanged:
    """A promise that reads differently; None where it was not known, or not told any more."""

    before: Commitment | None
    after: Commitment | None

    @property
    def either(self) -> Commitment:
        """The promise by the later knowledge, or else by the earlier."""
        promise = self.after or self.before
        assert promise is not None
        return promise

    def as_json(self) -> dict[str, Any]:
        """A promise's change by its documented keys."""
        return {
            "commitment": self.either.commitment,
            "what": self.either.what,
            "maker": self.either.maker,
            "before": self.before and self.before._asdict(),
            "after": self.after and self.after._asdict(),
        }


@dataclass(frozen=True, slots=True)
class Difference:
    """What was learned after one moment, up to another, and how one picture reads by both."""

    partnership: str
    questions: tuple[Question, Question]  # the same moment by the earlier and by the later knowledge
    outlooks: tuple[Outlook | None, Outlook | None]
    learned: tuple[TimelineEntry, ...]
    parties: tuple[PartyChanged, ...]
    promises: tuple[PromiseChanged, ...]

    @property
    def is_policy_new(self) -> bool:
        """Whether the later picture is scored by another policy."""
        earlier, later = self.questions
        return earlier.policy_digest != later.policy_digest

    def as_json(self) -> dict[str, Any]:
        """The difference by its documented keys."""
        return {
            "partnership": self.partnership,
            "as_of": self.questions[0].as_of,
            "known_at": [question.known_at for question in self.questions],
            "policy": [{"name": each.policy.name, "digest": each.policy_digest} for each in self.questions],
            "phase": [each and each.phase.name for each in self.outlooks],
            "headline": [each and each.headline for each in self.outlooks],
            "momentum_of_all": [each and each.momentum.together.value for each in self.outlooks],
            "learned": [self._learned(place, told) for place, told in enumerate(self.learned)],
            "parties": [party.as_json() for party in self.parties],
            "commitments": [promise.as_json() for promise in self.promises],
        }

    def _learned(self, place: int, told: TimelineEntry) -> dict[str, Any]:
        return {
            **{name: value for name, value in told.as_json().items() if name != "data"},
            "sentence": sentence(told.entry),
            "moved": [
                {
                    "party": party.party,
                    "trust": party.trust.by_entry[place],
                    "momentum": party.momentum.by_entry[place],
                }
                for party in self.parties
            ],
        }


def difference(slug: str, entries: Iterable[Entry], earlier: Question, later: Question) -> Difference:
    """What was learned between two questions about one moment, from the entries in order of recording."""
    known = [entry for entry in entries if later.moment.is_known(entry)]
    before = [entry for entry in known if earlier.moment.is_known(entry)]
    learned = known[len(before) :]
    outlooks = (outlook(slug, before, earlier), outlook(slug, known, later))
    parties = list(dict.fromkeys(held.party for each in outlooks if each for held in each.parties))
    rows = (evidence_of(before), evidence_of(known))
    told = {each.entry.position: each for each in timeline(known, later.moment._replace(as_of=_latest(known, later)))}
    steps = _steps(before, learned, later)
    return Difference(
        partnership=slug,
        questions=(earlier, later),
        outlooks=outlooks,
        learned=tuple(told[entry.position] for entry in learned),
        parties=tuple(_party(party, rows, steps, (earlier, later)) for party in parties),
        promises=tuple(_promises(before, known, earlier, later)),
    )


def _latest(known: Iterable[Entry], question: Question) -> datetime:
    return max([question.as_of, *(entry.occurred_at for entry in known)])


def _steps(before: Sequence[Entry], learned: Sequence[Entry], question: Question) -> list[Step]:
    """All that was known before as one step, then every entry learned, all seen from the moment asked about."""
    at, credit = question.as_of, question.policy.credit

    def step(position: int, entries: Iterable[Entry]) -> Step:
        rows = evidence_of(entries)
        credited = tuple(row for row in rows if takes_effect(row, credit) <= at)
        return Step(at, position, "told", credited, tuple(row for row in rows if row.at <= at))

    return [step(ASKED, before), *(step(entry.position, [entry]) for entry in learned)]


def _party(
    party: str, rows: tuple[Sequence[Row], Sequence[Row]], steps: Sequence[Step], asked: tuple[Question, Question]
) -> PartyChanged:
    earlier, later = asked

    def scores(rows: Sequence[Row], policy: Policy, question: Question) -> tuple[Opinion, float]:
        moment = question.moment
        held = trust_by_party(rows, [party], policy, *moment)[0].opinion
        return held, momentum(rows, [party], policy, *moment).together.value

    before, slow = scores(rows[0], earlier.policy, earlier)
    rescored, rescored_speed = scores(rows[0], later.policy, earlier)
    after, fast = scores(rows[1], later.policy, later)
    trust = [now.trust - was.trust for was, now in opinions_around(steps, party, later.policy)[1:]]
    speed = [now - was for was, now in momentum_around(steps, [party], later.policy)[1:]]
    return PartyChanged(
        party,
        before,
        after,
        ScoreChange(before.trust, after.trust, rescored.trust - before.trust, tuple(trust)),
        ScoreChange(slow, fast, rescored_speed - slow, tuple(speed)),
    )


def _promises(
    before: Iterable[Entry], known: Iterable[Entry], earlier: Question, later: Question
) -> Iterable[PromiseChanged]:
    was, now = (
        {promise.commitment: promise for promise in commitments(standing, question.as_of, question.zone)}
        for question, standing in (
            (earlier, standing_entries(before, earlier.moment)),
            (later, standing_entries(known, later.moment)),
        )
    )
    for name in dict.fromkeys([*was, *now]):
        if was.get(name) != now.get(name):
            yield PromiseChanged(was.get(name), now.get(name))
