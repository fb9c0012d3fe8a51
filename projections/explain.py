"""The explanation: what moved trust and momentum between two moments, part by part, exactly.

For one party the score jumps where something takes effect, and drifts between by decay. The parts are read off the loop
that scores; their sum is held against the scores at both ends, which the views reckon by themselves.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from pledger.projections.causes import Causes
from pledger.projections.evidence import evidence_of
from pledger.projections.members import members_at
from pledger.projections.momentum import momentum
from pledger.projections.movement import TOLERANCE, Movement, Part
from pledger.projections.steps import ASKED, Score, Step, steps_as_occurred, with_moments
from pledger.projections.trust import trust_by_party
from pledger.projections.walk import momentum_around, opinions_around

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from pledger.domain.entry import Entry
    from pledger.projections.momentum import Momentum, PartnershipMomentum
    from pledger.projections.policy import Policy
    from pledger.projections.question import Question
    from pledger.projections.trust import TrustInParty


@dataclass(frozen=True, slots=True)
class PartyExplained:
    """Why trust in a party and its momentum moved."""

    party: str
    trust_before: TrustInParty
    trust_after: TrustInParty
    momentum_before: Momentum
    momentum_after: Momentum
    trust: Movement
    momentum: Movement

    def as_json(self) -> dict[str, Any]:
        """A party's part by its documented keys."""
        return {
            "party": self.party,
            "trust": {
                **self.trust.as_json(),
                "at_from": {**self.trust_before.as_json(), "evidence": self.trust_before.evidence},
                "at_until": {**self.trust_after.as_json(), "evidence": self.trust_after.evidence},
            },
            "momentum": {
                **self.momentum.as_json(),
                "at_from": asdict(self.momentum_before),
                "at_until": asdict(self.momentum_after),
            },
        }


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why the scores of a partnership moved between two moments, as known at a third."""

    partnership: str
    since: datetime
    until: datetime
    known_at: datetime
    policy: str
    policy_digest: str
    parties: tuple[PartyExplained, ...]
    together: Movement  # the partnership's momentum: of the mean speed of its members

    @property
    def is_exact(self) -> bool:
        """Whether the parts sum to the whole change everywhere."""
        every = [movement for party in self.parties for movement in (party.trust, party.momentum)]
        return all(movement.is_exact for movement in (*every, self.together))

    def as_json(self) -> dict[str, Any]:
        """The explanation by its documented keys."""
        return {
            "partnership": self.partnership,
            "from": self.since,
            "until": self.until,
            "known_at": self.known_at,
            "policy": {"name": self.policy, "digest": self.policy_digest},
            "tolerance": TOLERANCE,
            "exact": self.is_exact,
            "parties": [party.as_json() for party in self.parties],
            "momentum_of_all": self.together.as_json(),
        }


def explain(
    slug: str, known: Sequence[Entry], question: Question, since: datetime, parties: Sequence[str] | None = None
) -> Explanation:
    """Why the scores moved from `since` until the question's moment, from all entries known, in order of recording.

    Told for the members at that moment, unless for these `parties`; the momentum of all is the members' in any case.
    """
    policy, until, known_at = question.policy, question.as_of, question.known_at
    members = members_at(slug, known, question)
    asked = members if parties is None else parties
    rows = evidence_of(known)
    steps = with_moments(steps_as_occurred(known, policy.credit, until), (since, until))
    causes = Causes(known, question.zone)
    trust = [trust_by_party(rows, asked, policy, at, known_at) for at in (since, until)]
    speed = [momentum(rows, asked, policy, at, known_at) for at in (since, until)]
    together = [momentum(rows, members, policy, at, known_at).together.value for at in (since, until)]
    return Explanation(
        partnership=slug,
        since=since,
        until=until,
        known_at=known_at,
        policy=policy.name,
        policy_digest=question.policy_digest,
        parties=tuple(
            _party(party, _pair(trust, place), speed, _Around(steps, since, policy, causes))
            for place, party in enumerate(asked)
        ),
        together=_Around(steps, since, policy, causes).of_momentum(members, *together),
    )


def _pair(trust: Sequence[Sequence[TrustInParty]], place: int) -> tuple[TrustInParty, TrustInParty]:
    return trust[0][place], trust[1][place]


def _party(
    party: str, trust: tuple[TrustInParty, TrustInParty], speed: Sequence[PartnershipMomentum], around: _Around
) -> PartyExplained:
    held_before, held_after = trust
    before, after = (each.by_party[party] for each in speed)
    return PartyExplained(
        party=party,
        trust_before=held_before,
        trust_after=held_after,
        momentum_before=before,
        momentum_after=after,
        trust=around.of_trust(party, held_before.opinion.trust, held_after.opinion.trust),
        momentum=around.of_momentum([party], before.value, after.value),
    )


@dataclass(frozen=True)
class _Around:
    """The steps, of which those after `since` are told."""

    steps: Sequence[Step]
    since: datetime
    policy: Policy
    causes: Causes

    def of_trust(self, party: str, before: float, after: float) -> Movement:
        scores = [(was.trust, now.trust) for was, now in opinions_around(self.steps, party, self.policy)]
        return Movement(before, after, self._parts("trust", [party], scores, self.policy.weights))

    def of_momentum(self, parties: Collection[str], before: float, after: float) -> Movement:
        scores = momentum_around(self.steps, parties, self.policy)
        return Movement(before, after, self._parts("momentum", parties, scores, self.policy.impulses))

    def _parts(
        self,
        score: Score,
        parties: Collection[str],
        scores: Sequence[tuple[float, float]],
        weights: Mapping[str, float],
    ) -> tuple[Part, ...]:
        """Jump by jump, and the decay between; steps that carry no weight for these parties are left out."""
        told = [
            (step, kinds, around)
            for step, around in zip(self.steps, scores, strict=True)
            if (kinds := _kinds(step, score, parties, weights)) or step.entry == ASKED
        ]
        first = next(place for place, (step, _, _) in enumerate(told) if step.entry == ASKED)
        parts: list[Part] = []
        for (earlier, _, (_, was)), (step, kinds, (before, after)) in pairwise(told[first:]):
            if earlier.at < step.at:
                parts.append(Part(earlier.at, step.at, was, before))
            if step.entry != ASKED:
                parts.append(Part(step.at, step.at, before, after, step, kinds, self.causes.sentence(step)))
        return tuple(parts)


def _kinds(step: Step, score: Score, parties: Collection[str], weights: Mapping[str, float]) -> tuple[str, ...]:
    kinds = (row.kind for row in step.rows(score) if row.party in parties and weights.get(row.kind))
    return tuple(dict.fromkeys(kinds))
