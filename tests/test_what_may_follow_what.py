"""Random facts, told one after the other as they happen, against a simple model of what may follow what."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, event, given, settings
from support.facts import FACTS, NOT_OF_A_PARTNERSHIP
from support.histories import SLUG, History, Listener, a_ledger, histories_in_order

from pledger.domain.catalogue import facts
from pledger.domain.lifecycle import PartnershipOpened, PartyLeft, RelationshipManagerAppointed
from pledger.domain.refusal import Refused

if TYPE_CHECKING:
    from datetime import date

    from pledger.domain.fact import Fact

WHILE_PAUSED = {
    *("commitment-delivered", "commitment-broken", "commitment-released", "commitment-renegotiated"),
    *("partnership-resumed", "partnership-ended", "party-left"),
}
BEFORE_OPENING = {"partnership-prospected", "partnership-opened"}


@dataclass
class Names:
    """Short names of one kind: those that are open, and all that were ever given."""

    open: dict[str, Any] = field(default_factory=dict)
    given: set[str] = field(default_factory=set)

    def free(self, told: str | None, words: str) -> str | None:
        """The name that something new gets: the one told, or its word with a number; none where it is taken."""
        if told is not None:
            return None if told in self.given else told
        numbered = (words.lower() if number == 1 else f"{words.lower()}-{number}" for number in range(1, 1000))
        return next(name for name in numbered if name not in self.given)


@dataclass
class Model:
    """As little as it takes to say what is refused."""

    phase: str = "unopened"
    prospected: bool = False
    members: list[str] = field(default_factory=list)
    managers: set[str] = field(default_factory=set)
    manager_of: dict[str, str] = field(default_factory=dict)
    promises: Names = field(default_factory=Names)
    goals: Names = field(default_factory=Names)
    concerns: Names = field(default_factory=Names)
    norms: Names = field(default_factory=Names)
    breaches: list[tuple[str, str]] = field(default_factory=list)
    has_plan: bool = False

    def accepts(self, fact: Any, today: date) -> bool:
        """Whether the fact may happen today; if so, it has happened."""
        if not self.phase_allows(fact.TOPIC) or not self.members_act(fact):
            return False
        rule = getattr(self, fact.TOPIC.replace("-", "_"), None)
        return rule is None or rule(fact, today) is not False

    def phase_allows(self, topic: str) -> bool:
        match self.phase:
            case "unopened":
                return topic in BEFORE_OPENING
            case "active":
                return topic not in {*BEFORE_OPENING, "partnership-resumed"}
            case "paused":
                return topic in WHILE_PAUSED
        return False

    def member(self, name: str | None) -> str | None:
        return next((member for member in self.members if name and member.lower() == name.lower()), None)

    def members_act(self, fact: Any) -> bool:
        """Only members act, are spoken about, and are present."""
        if fact.TOPIC in {*BEFORE_OPENING, "party-joined"}:
            return True
        fields = ("by", "to", "about", "owner", "of", "party")
        named = [name for field in fields if (name := getattr(fact, field, None)) and field not in fact.stamps()]
        return all(self.member(name) for name in [*named, *getattr(fact, "present", ())])

    # One rule a fact: False where it is refused. Facts without a rule may happen whenever the partnership is active.

    def partnership_prospected(self, fact: Any, today: date) -> bool:
        first, self.prospected = not self.prospected, True
        return first

    def partnership_opened(self, fact: Any, today: date) -> None:
        self.phase, self.members = "active", list(fact.parties)

    def partnership_paused(self, fact: Any, today: date) -> None:
        self.phase = "paused"

    def partnership_resumed(self, fact: Any, today: date) -> None:
        self.phase = "active"

    def partnership_ended(self, fact: Any, today: date) -> None:
        self.phase = "ended"

    def party_joined(self, fact: Any, today: date) -> bool:
        if self.member(fact.party):
            return False
        self.members.append(fact.party)
        return True

    def party_left(self, fact: Any, today: date) -> bool:
        """Two must remain; what is by or to it and not overdue is closed, and its managers go with it."""
        party = self.member(fact.party)
        if party is None or len(self.members) == 2:
            return False
        self.members.remove(party)
        self.manager_of = {who: of for who, of in self.manager_of.items() if of != party}
        for name, (by, to, due) in list(self.promises.open.items()):
            if party in (by, to) and (due is None or due >= today):
                del self.promises.open[name]
        return True

    def relationship_manager_appointed(self, fact: Any, today: date) -> bool:
        if fact.person in self.manager_of:
            return False
        self.manager_of[fact.person] = self.member(fact.by) or ""
        return True

    def relationship_manager_left(self, fact: Any, today: date) -> bool:
        return self.manager_of.pop(fact.person, None) is not None

    def commitment_made(self, fact: Any, today: date) -> bool:
        """A promise to another, for a goal that was shared, not due before today."""
        by, to = self.member(fact.by), self.member(fact.to)
        if to is None and len(self.members) == 2:
            to = next(member for member in self.members if member != by)
        name = self.promises.free(fact.commitment, fact.what)
        goal_unknown = fact.goal is not None and fact.goal not in self.goals.given
        if by == to or goal_unknown or name is None or (fact.due is not None and fact.due < today):
            return False
        return self.bring(self.promises, name, (by, to, fact.due))

    def commitment_renegotiated(self, fact: Any, today: date) -> bool:
        if fact.commitment not in self.promises.open or fact.due < today:
            return False
        by, to, _ = self.promises.open[fact.commitment]
        self.promises.open[fact.commitment] = (by, to, fact.due)
        return True

    def commitment_delivered(self, fact: Any, today: date) -> bool:
        return self.promises.open.pop(fact.commitment, None) is not None

    commitment_broken = commitment_released = commitment_delivered

    def outcome_realised(self, fact: Any, today: date) -> bool:
        return fact.goal is None or fact.goal in self.goals.given

    def goal_asked(self, fact: Any, today: date) -> bool:
        return self.member(fact.by) != self.member(fact.to)

    def goal_shared(self, fact: Any, today: date) -> bool:
        return self.bring(self.goals, self.goals.free(fact.goal, fact.what), True)

    def goal_acknowledged(self, fact: Any, today: date) -> bool:
        return fact.goal in self.goals.open

    goal_supported = goal_acknowledged

    def goal_achieved(self, fact: Any, today: date) -> bool:
        return self.goals.open.pop(fact.goal, None) is not None

    goal_dropped = goal_achieved

    def concern_raised(self, fact: Any, today: date) -> bool:
        return self.bring(self.concerns, self.concerns.free(fact.concern, fact.what), True)

    def concern_resolved(self, fact: Any, today: date) -> bool:
        return self.concerns.open.pop(fact.concern, None) is not None

    def norm_agreed(self, fact: Any, today: date) -> bool:
        return self.bring(self.norms, self.norms.free(fact.norm, fact.what), True)

    def norm_breached(self, fact: Any, today: date) -> None:
        self.breaches.append((self.member(fact.by) or "", fact.norm.lower()))

    def breach_repaired(self, fact: Any, today: date) -> bool:
        breach = (self.member(fact.by) or "", fact.norm.lower())
        if breach not in self.breaches:
            return False
        self.breaches.remove(breach)
        return True

    def plan_agreed(self, fact: Any, today: date) -> None:
        self.has_plan = True

    def plan_reviewed(self, fact: Any, today: date) -> bool:
        return self.has_plan

    def bring(self, names: Names, name: str | None, what: object) -> bool:
        """Something new comes into being under a name that is free."""
        if name is None:
            return False
        names.given.add(name)
        names.open[name] = what
        return True


@settings(max_examples=200, deadline=None, print_blob=True, suppress_health_check=list(HealthCheck))
@given(histories_in_order(most=60))
def test_a_fact_is_admitted_or_refused_as_the_simple_model_says(history: History) -> None:
    listener, model = Listener(history), Model()
    for step in history.steps:
        (told,) = step.told
        proposal = listener.proposal(told)
        assert proposal is not None
        today = (listener.clock.now + step.wait).astimezone(history.zone).date()
        expected = model.accepts(proposal.fact, today)
        listener.clock.wait(step.wait)
        event(f"{proposal.fact.TOPIC} {'accepted' if expected else 'refused'}")
        assert accepted(listener, proposal.fact) == expected, proposal.fact


def accepted(listener: Listener, fact: Fact) -> bool:
    try:
        listener.ledger.record(fact, SLUG)
    except Refused:
        return False
    return True


def test_every_fact_of_a_partnership_takes_part() -> None:
    """A new fact needs a strategy, so that the laws are tried on it, too."""
    assert set(FACTS) == set(facts().values()) - NOT_OF_A_PARTNERSHIP


def test_a_manager_goes_when_the_party_does() -> None:
    """Too rare a story to leave to chance: Initech's manager works for Acme once Initech has left."""
    with a_ledger() as ledger:
        for fact in (
            PartnershipOpened(parties=("Acme", "Globex", "Initech"), purpose="launch"),
            RelationshipManagerAppointed(person="p-jane", by="Initech"),
            PartyLeft(party="Initech"),
            RelationshipManagerAppointed(person="p-jane", by="Acme"),
        ):
            ledger.record(fact, SLUG)
        assert ledger.partnership(SLUG).lifecycle.relationship_managers == {"p-jane": "Acme"}
