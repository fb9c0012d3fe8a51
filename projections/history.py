"""The history: the scores just before and just after everything that moved or might have moved them.

In order of occurrence it shows the past as it is known at one moment. In order of recording it follows what was
believed: each entry stands at the instant when the ledger learned it, and the scores there are those of that very
instant by what was known then, which is what `show` would have said.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from pledger.projections.causes import Causes
from pledger.projections.members import members_at
from pledger.projections.steps import ASKED, steps_as_occurred, steps_as_recorded, with_moments
from pledger.projections.timeline import timeline
from pledger.projections.walk import momentum_around, opinions_around

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from pledger.domain.entry import Entry
    from pledger.projections.opinion import Opinion
    from pledger.projections.question import Question
    from pledger.projections.steps import Step
    from pledger.projections.timeline import TimelineEntry

Order = Literal["occurred", "recorded"]


@dataclass(frozen=True, slots=True)
class PartyAround:
    """A party's scores around one step; `drift` is the decay since the step before."""

    party: str
    before: Opinion
    after: Opinion
    drift: float
    momentum_before: float
    momentum_after: float
    momentum_drift: float

    @property
    def has_moved(self) -> bool:
        """Whether the step changed anything in this party."""
        return self.before != self.after or self.momentum_before != self.momentum_after

    def as_json(self) -> dict[str, Any]:
        """Scores around a step by their documented keys."""
        return {
            "party": self.party,
            "trust_drift": self.drift,
            "trust_before": self.before.trust,
            "trust_after": self.after.trust,
            "trust_jump": self.after.trust - self.before.trust,
            "uncertainty_before": self.before.uncertainty,
            "uncertainty_after": self.after.uncertainty,
            "spread_after": self.after.spread,
            "momentum_drift": self.momentum_drift,
            "momentum_before": self.momentum_before,
            "momentum_after": self.momentum_after,
            "momentum_jump": self.momentum_after - self.momentum_before,
        }


@dataclass(frozen=True, slots=True)
class HistoryStep:
    """One step, and the scores around it; without an entry at the moment asked about, where the history ends."""

    step: Step
    told: TimelineEntry | None
    sentence: str
    parties: tuple[PartyAround, ...]

    def as_json(self) -> dict[str, Any]:
        """A step by its documented keys."""
        entry, taken_back = self.told and self.told.entry, self.told and self.told.retracted_by
        return {
            "at": self.step.at,
            "because": self.step.because,
            "entry": entry and entry.position,
            "fact": entry and entry.fact.TOPIC,
            "occurred_at": entry and entry.occurred_at,
            "recorded_at": entry and entry.recorded_at,
            "retracted_by": taken_back and taken_back.entry,
            "sentence": self.sentence or None,
            "scores": [party.as_json() for party in self.parties],
        }


@dataclass(frozen=True, slots=True)
class History:
    """All steps of a partnership up to a moment, the earliest first."""

    partnership: str
    order: Order
    as_of: datetime
    known_at: datetime
    policy: str
    policy_digest: str
    steps: tuple[HistoryStep, ...]

    def as_json(self) -> dict[str, Any]:
        """The history by its documented keys."""
        return {
            "partnership": self.partnership,
            "order": self.order,
            "as_of": self.as_of,
            "known_at": self.known_at,
            "policy": {"name": self.policy, "digest": self.policy_digest},
            "steps": [step.as_json() for step in self.steps],
        }


def history(
    slug: str,
    known: Sequence[Entry],
    question: Question,
    order: Order = "occurred",
    parties: Sequence[str] | None = None,
) -> History:
    """The scores around every step up to the question's moment, from all entries known, in order of recording.

    Told for the members at that moment, unless for these `parties`.
    """
    policy, until = question.policy, question.as_of
    ordered = steps_as_occurred if order == "occurred" else steps_as_recorded
    steps = with_moments(ordered(known, policy.credit, until), [until])
    asked = members_at(slug, known, question) if parties is None else parties
    around = [_around(party, steps, question) for party in asked]
    causes, told = Causes(known, question.zone), _told(known, question)
    return History(
        partnership=slug,
        order=order,
        as_of=until,
        known_at=question.known_at,
        policy=policy.name,
        policy_digest=question.policy_digest,
        steps=tuple(
            HistoryStep(
                step,
                told.get(step.entry) if step.entry != ASKED else None,
                causes.sentence(step),
                tuple(scores[place] for scores in around),
            )
            for place, step in enumerate(steps)
        ),
    )


def _told(known: Sequence[Entry], question: Question) -> dict[int, TimelineEntry]:
    latest = max([question.as_of, *(entry.occurred_at for entry in known)])
    everything = question.moment._replace(as_of=latest)
    return {each.entry.position: each for each in timeline(known, everything)}


def _around(party: str, steps: Sequence[Step], question: Question) -> list[PartyAround]:
    """One party's scores around every step; before the first, what is believed without any evidence."""
    opinions = opinions_around(steps, party, question.policy)
    momenta = momentum_around(steps, [party], question.policy)
    told: list[PartyAround] = []
    trust, speed = opinions[0][0].trust, momenta[0][0]
    for (before, after), (slow, fast) in zip(opinions, momenta, strict=True):
        told.append(PartyAround(party, before, after, before.trust - trust, slow, fast, slow - speed))
        trust, speed = after.trust, fast
    return told
