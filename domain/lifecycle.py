"""Lifecycle: looking for a partner, opening, who belongs to it, pausing, resuming, ending."""

from typing import TYPE_CHECKING, ClassVar, Literal, Self

from pydantic import Field, field_validator

from pledger.domain.days import Occurrence
from pledger.domain.delivery_terms import Terms
from pledger.domain.fact import UNTIL_THE_END, Fact, Party, PersonId, Phase, Text, stamp
from pledger.domain.gaps import Gap, Move, gaps_closed_stamp, gaps_opened_stamp
from pledger.domain.naming import listed
from pledger.domain.refusal import Refused

if TYPE_CHECKING:
    from pledger.domain.partnership import Partnership

EndReason = Literal["completed", "wrong-fit", "broken-trust", "superseded"]


class PartnershipProspected(Fact):
    """A party began to look for a partner."""

    TOPIC = "partnership-prospected"
    THEME = "lifecycle"
    VERB = "prospect"
    EXAMPLE = 'prospect acme-nordics "somebody who knows the Nordic market" --by Acme'
    THEN = "open"
    ARGUMENTS = ("purpose",)
    PHASES: ClassVar[frozenset[Phase]] = frozenset({"unopened"})
    RANK = 0

    purpose: Text = Field(description="what the partner is wanted for")
    by: Party = Field(description="the party that is looking")

    def admit(self, partnership: "Partnership", when: Occurrence) -> Self:
        if partnership.lifecycle.prospected:
            raise Refused(
                "a partner is being looked for already",
                remedy=f"once one is found: pledger open {partnership.slug} --party ... --party ... --purpose ...",
            )
        return self

    def apply(self, partnership: "Partnership", when: Occurrence) -> None:
        partnership.lifecycle.prospected = True


class PartnershipOpened(Fact):
    """Two or more parties opened a partnership."""

    TOPIC = "partnership-opened"
    THEME = "lifecycle"
    VERB = "open"
    EXAMPLE = 'open acme-globex --party Acme --party Globex --purpose "joint launch"'
    THEN = "commit"
    OPTIONS: ClassVar[dict[str, tuple[str, ...]]] = {"parties": ("--party",)}
    PHASES: ClassVar[frozenset[Phase]] = frozenset({"unopened"})
    RANK = 1

    parties: tuple[Party, ...] = Field(description="a party of the partnership; give two or more", min_length=2)
    purpose: Text = Field(description="what it is for")
    gaps_opened: tuple[Gap, ...] = gaps_opened_stamp()
    gaps_closed: tuple[Gap, ...] = gaps_closed_stamp()

    @field_validator("parties")
    @classmethod
    def _each_party_once(cls, parties: tuple[str, ...]) -> tuple[str, ...]:
        if len({party.casefold() for party in parties}) < len(parties):
            raise ValueError("names the same party twice")
        return parties

    def apply(self, partnership: "Partnership", when: Occurrence) -> None:
        partnership.lifecycle.members = list(self.parties)
        partnership.lifecycle.phase = "active"

    def silence_move(self) -> Move:
        return Move("open", self.parties)


class PartyJoined(Fact):
    """A further party joined the partnership."""

    TOPIC = "party-joined"
    THEME = "lifecycle"
    VERB = "join"
    EXAMPLE = "join acme-globex Initech"
    ARGUMENTS = ("party",)

    party: Party = Field(description="the party that joined")
    gaps_opened: tuple[Gap, ...] = gaps_opened_stamp()
    gaps_closed: tuple[Gap, ...] = gaps_closed_stamp()

    def admit(self, partnership: "Partnership", when: Occurrence) -> Self:
        members = partnership.lifecycle.members
        if self.party.casefold() in {member.casefold() for member in members}:
            raise Refused(f"{self.party} is a party already", remedy=f"the parties are {listed(members)}")
        former = [party for party in partnership.lifecycle.former if party.casefold() == self.party.casefold()]
        return self.stamped(party=former[0]) if former else self

    def apply(self, partnership: "Partnership", when: Occurrence) -> None:
        partnership.lifecycle.members.append(self.party)

    def silence_move(self) -> Move:
        return Move("join", (self.party,))


class PartyLeft(Fact):
    """A party left the partnership; two must remain."""

    TOPIC = "party-left"
    THEME = "lifecycle"
    VERB = "leave"
    EXAMPLE = 'leave acme-globex Initech --why "merged with Globex"'
    ARGUMENTS = ("party",)
    PHASES = UNTIL_THE_END

    party: Party = Field(description="the party that left")
    why: Text | None = Field(None, description="why it left")
    closes: tuple[Terms, ...] | None = stamp("open commitments by or to it, not yet late, that its leaving closes")
    gaps_opened: tuple[Gap, ...] = gaps_opened_stamp()
    gaps_closed: tuple[Gap, ...] = gaps_closed_stamp()

    def admit(self, partnership: "Partnership", when: Occurrence) -> Self:
        party = partnership.lifecycle.member(self.party)
        if len(partnership.lifecycle.members) <= 2:
            raise Refused(
                f"{party} cannot leave: fewer than two parties would remain",
                remedy=f"end the partnership instead: pledger end {partnership.slug} --reason ...",
            )
        closes = partnership.delivery.not_yet_late(when.at, party)
        return self.stamped(party=party, closes=closes)

    def apply(self, partnership: "Partnership", when: Occurrence) -> None:
        partnership.lifecycle.members.remove(self.party)
        partnership.lifecycle.former.append(self.party)
        managers = partnership.lifecycle.relationship_managers
        for person in [person for person, party in managers.items() if party == self.party]:
            del managers[person]
        partnership.delivery.close(self.closes or (), when)

    def silence_move(self) -> Move:
        return Move("leave", (self.party,))


class RelationshipManagerAppointed(Fact):
    """A party named the person who looks after the relationship."""

    TOPIC = "relationship-manager-appointed"
    THEME = "lifecycle"
    VERB = "manager appoint"
    EXAMPLE = "manager appoint acme-globex p-jane --by Acme"
    THEN = "meet"
    ARGUMENTS = ("person",)

    person: PersonId = Field(description="the person's id, never the name")
    by: Party = Field(description="the party that the person acts for")

    def admit(self, partnership: "Partnership", when: Occurrence) -> Self:
        party = partnership.lifecycle.member(self.by)
        serves = partnership.lifecycle.relationship_managers.get(self.person)
        if serves is not None:
            raise Refused(
                f"{self.person} is relationship manager of {serves} already",
                remedy=f"tell first that the person stopped: pledger manager leave {partnership.slug} {self.person}",
            )
        return self.stamped(by=party)

    def apply(self, partnership: "Partnership", when: Occurrence) -> None:
        partnership.lifecycle.relationship_managers[self.person] = self.by


class RelationshipManagerLeft(Fact):
    """A relationship manager stopped looking after the relationship."""

    TOPIC = "relationship-manager-left"
    THEME = "lifecycle"
    VERB = "manager leave"
    EXAMPLE = "manager leave acme-globex p-jane"
    THEN = "manager appoint"
    ARGUMENTS = ("person",)

    person: PersonId = Field(description="the person's id")
    by: Party | None = stamp("the party that the person acted for")

    def admit(self, partnership: "Partnership", when: Occurrence) -> Self:
        managers = partnership.lifecycle.relationship_managers
        if self.person not in managers:
            raise Refused(
                f"{self.person} is not a relationship manager here",
                remedy=f"the relationship managers are: {listed(managers)}",
            )
        return self.stamped(by=managers[self.person])

    def apply(self, partnership: "Partnership", when: Occurrence) -> None:
        del partnership.lifecycle.relationship_managers[self.person]


class PartnershipPaused(Fact):
    """The parties agreed to pause; what was promised stands, with its dates."""

    TOPIC = "partnership-paused"
    THEME = "lifecycle"
    VERB = "pause"
    EXAMPLE = 'pause acme-globex --why "summer closure"'
    THEN = "resume"

    why: Text | None = Field(None, description="why it was paused")
    gaps_opened: tuple[Gap, ...] = gaps_opened_stamp()
    gaps_closed: tuple[Gap, ...] = gaps_closed_stamp()

    def apply(self, partnership: "Partnership", when: Occurrence) -> None:
        partnership.lifecycle.phase = "paused"
        partnership.lifecycle.since = when.day.isoformat()

    def silence_move(self) -> Move:
        return Move("halt")


class PartnershipResumed(Fact):
    """The parties took the paused partnership up again."""

    TOPIC = "partnership-resumed"
    THEME = "lifecycle"
    VERB = "resume"
    EXAMPLE = "resume acme-globex --on 2026-09-01"
    THEN = "meet"
    PHASES: ClassVar[frozenset[Phase]] = frozenset({"paused"})

    gaps_opened: tuple[Gap, ...] = gaps_opened_stamp()
    gaps_closed: tuple[Gap, ...] = gaps_closed_stamp()

    def apply(self, partnership: "Partnership", when: Occurrence) -> None:
        partnership.lifecycle.phase = "active"

    def silence_move(self) -> Move:
        return Move("resume")


class PartnershipEnded(Fact):
    """The partnership ended; what is not yet late is closed, what is overdue stays so."""

    TOPIC = "partnership-ended"
    THEME = "lifecycle"
    VERB = "end"
    EXAMPLE = "end acme-globex --reason completed"
    PHASES = UNTIL_THE_END

    reason: EndReason = Field(description="why it ended")
    closes: tuple[Terms, ...] | None = stamp("open commitments, not yet late, that the end closes")
    gaps_opened: tuple[Gap, ...] = gaps_opened_stamp()
    gaps_closed: tuple[Gap, ...] = gaps_closed_stamp()

    def admit(self, partnership: "Partnership", when: Occurrence) -> Self:
        return self.stamped(closes=partnership.delivery.not_yet_late(when.at))

    def apply(self, partnership: "Partnership", when: Occurrence) -> None:
        partnership.lifecycle.phase = "ended"
        partnership.lifecycle.since = when.day.isoformat()
        partnership.lifecycle.reason = self.reason
        partnership.delivery.close(self.closes or (), when)

    def silence_move(self) -> Move:
        return Move("halt")
