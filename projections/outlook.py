"""The outlook: where one partnership stands, and what its relationship manager needs in order to act."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from pledger.domain.days import Occurrence, day_of
from pledger.domain.lifecycle import (
    PartnershipEnded,
    PartnershipOpened,
    PartnershipPaused,
    PartnershipProspected,
    PartnershipResumed,
)
from pledger.domain.partnership import Partnership
from pledger.projections.change import change_of_trust
from pledger.projections.commitments import Commitment, Counts, commitments, counts, next_deadlines, overdue
from pledger.projections.contact import Contact, contact
from pledger.projections.evidence import evidence_of
from pledger.projections.headline import headline
from pledger.projections.loose_ends import (
    OpenConcern,
    UnacknowledgedGoal,
    UnrepairedBreach,
    open_concerns,
    parties_without_goals,
    unacknowledged_goals,
    unrepaired_breaches,
)
from pledger.projections.momentum import PartnershipMomentum, momentum
from pledger.projections.next_steps import NextStep, next_steps
from pledger.projections.question import standing_entries
from pledger.projections.scoring import rows_in_effect
from pledger.projections.trust import TrustInParty, trust_by_party

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime

    from pledger.domain.entry import Entry
    from pledger.projections.question import Question


class Phase(NamedTuple):
    """Which phase a partnership is in: prospected, active, paused or ended; since when, and why if that was told."""

    name: str
    since: date
    why: str | None


@dataclass(frozen=True, slots=True)
class Outlook:
    """Everything that `pledger show` tells of one partnership at one moment."""

    partnership: str
    as_of: datetime
    known_at: datetime
    policy: str
    policy_digest: str
    purpose: str
    phase: Phase
    parties: tuple[TrustInParty, ...]  # trust in the members at that moment
    change: Mapping[str, float]  # trust in each now, less trust 30 days before, both as known now
    momentum: PartnershipMomentum
    counts: Counts
    overdue: tuple[Commitment, ...]
    next_deadlines: tuple[Commitment, ...]
    contact: Contact
    relationship_managers: Mapping[str, str]  # person -> party
    unacknowledged_goals: tuple[UnacknowledgedGoal, ...]
    parties_without_goals: tuple[str, ...]
    open_concerns: tuple[OpenConcern, ...]
    unrepaired_breaches: tuple[UnrepairedBreach, ...]

    @property
    def headline(self) -> str:
        """One sentence: why it is where it is in the portfolio."""
        return headline(self)

    @property
    def next_steps(self) -> list[NextStep]:
        """What to do now, most urgent first."""
        return next_steps(self)

    def as_json(self) -> dict[str, Any]:
        """The outlook by its documented keys."""
        return {
            "partnership": self.partnership,
            "headline": self.headline,
            "as_of": self.as_of,
            "known_at": self.known_at,
            "policy": {"name": self.policy, "digest": self.policy_digest},
            "purpose": self.purpose,
            "phase": self.phase.name,
            "phase_since": self.phase.since,
            "phase_why": self.phase.why,
            "parties": [
                {**held.as_json(), "evidence": held.evidence, "change_30_days": self.change[held.party]}
                for held in self.parties
            ],
            "momentum": self.momentum.as_json(),
            "commitments": self.counts._asdict(),
            "overdue": [promise._asdict() for promise in self.overdue],
            "next_deadlines": [promise._asdict() for promise in self.next_deadlines],
            "contact": self.contact._asdict(),
            "relationship_managers": [
                {"person": person, "party": party} for person, party in self.relationship_managers.items()
            ],
            "unacknowledged_goals": [goal._asdict() for goal in self.unacknowledged_goals],
            "parties_without_goals": list(self.parties_without_goals),
            "open_concerns": [concern._asdict() for concern in self.open_concerns],
            "unrepaired_breaches": [breach._asdict() for breach in self.unrepaired_breaches],
            "next_steps": [step._asdict() for step in self.next_steps],
        }


def outlook(slug: str, entries: Sequence[Entry], question: Question) -> Outlook | None:
    """Where a partnership stands, from all its entries in order of recording; None if it was not known then."""
    moment, policy, zone = question.moment, question.policy, question.zone
    standing = standing_entries(entries, moment)
    phase = _phase(standing, question)
    if phase is None:
        return None
    state = _state(slug, standing, question)
    members = state.lifecycle.members
    rows = rows_in_effect(evidence_of(filter(moment.is_known, entries)), "observed", *moment)
    promises = commitments(standing, moment.as_of, zone)
    trust = trust_by_party(rows, members, policy, *moment)
    return Outlook(
        partnership=slug,
        as_of=moment.as_of,
        known_at=moment.known_at,
        policy=policy.name,
        policy_digest=question.policy_digest,
        purpose=_purpose(standing),
        phase=phase,
        parties=tuple(trust),
        change=change_of_trust(rows, members, policy, moment),
        momentum=momentum(rows, members, policy, *moment),
        counts=counts(promises),
        overdue=tuple(overdue(promises)),
        next_deadlines=tuple(next_deadlines(promises)),
        contact=contact(standing, state, moment.as_of, zone),
        relationship_managers=dict(state.lifecycle.relationship_managers),
        unacknowledged_goals=tuple(unacknowledged_goals(standing, state, zone)),
        parties_without_goals=tuple(parties_without_goals(standing, state)),
        open_concerns=tuple(open_concerns(standing, state, moment.as_of, zone)),
        unrepaired_breaches=tuple(unrepaired_breaches(standing, moment.as_of, zone)),
    )


def _state(slug: str, standing: Iterable[Entry], question: Question) -> Partnership:
    state = Partnership(slug)
    for entry in standing:
        state.apply(entry.fact, Occurrence(entry.occurred_at, question.zone))
    return state


def _phase(standing: Iterable[Entry], question: Question) -> Phase | None:
    phase = None
    for entry in standing:
        day = day_of(entry.occurred_at, question.zone)
        match entry.fact:
            case PartnershipProspected():
                phase = Phase("prospected", day, None)
            case PartnershipOpened() | PartnershipResumed():
                phase = Phase("active", day, None)
            case PartnershipPaused(why=why):
                phase = Phase("paused", day, why)
            case PartnershipEnded(reason=reason):
                phase = Phase("ended", day, reason)
    return phase


def _purpose(standing: Iterable[Entry]) -> str:
    told = [e.fact.purpose for e in standing if isinstance(e.fact, PartnershipProspected | PartnershipOpened)]
    return told[-1] if told else ""
