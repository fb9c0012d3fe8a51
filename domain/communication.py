"""Communication: how often to talk, meetings, updates, waivers and chasing, concerns raised and resolved."""

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, NamedTuple, Self

from pydantic import Field

from pledger.domain.days import Occurrence
from pledger.domain.fact import Fact, Party, Slug, Text, stamp
from pledger.domain.gaps import Gap, Move, gaps_closed_stamp, gaps_opened_stamp
from pledger.domain.naming import listed, nearest
from pledger.domain.refusal import Refused

if TYPE_CHECKING:
    from pledger.domain.partnership import Partnership


class Concern(NamedTuple):
    """An open concern: about whom, and since which day."""

    about: str
    raised: date


@dataclass(slots=True)
class CommunicationState:
    """Open concerns, and the days on which the others were resolved."""

    concerns: dict[str, Concern] = field(default_factory=dict)
    resolved: dict[str, str] = field(default_factory=dict)

    def knows(self, concern: str) -> bool:
        return concern in self.concerns or concern in self.resolved

    def open_concern(self, concern: str) -> Concern:
        if concern in self.concerns:
            return self.concerns[concern]
        others = f"the open ones: {listed(self.concerns)}"
        if concern in self.resolved:
            raise Refused(f"the concern '{concern}' was resolved on {self.resolved[concern]} already", remedy=others)
        guess = nearest(concern, self.concerns, most=1)
        raise Refused(
            f"there is no open concern '{concern}'",
            remedy=(f"did you mean '{guess[0]}'? " if guess else "") + others,
        )


class CadenceAgreed(Fact):
    """The parties agreed how often they talk."""

    TOPIC = "cadence-agreed"
    THEME = "communication"
    VERB = "cadence"
    EXAMPLE = "cadence acme-globex 14"
    THEN = "meet"
    ARGUMENTS = ("every_days",)

    every_days: Annotated[int, Field(ge=1, le=3650)] = Field(description="at least one contact every so many days")
    members: tuple[Party, ...] | None = stamp("the parties at that time")
    gaps_opened: tuple[Gap, ...] = gaps_opened_stamp()
    gaps_closed: tuple[Gap, ...] = gaps_closed_stamp()

    def admit(self, partnership: "Partnership", when: Occurrence) -> Self:
        return self.stamped(members=tuple(partnership.lifecycle.members))

    def silence_move(self) -> Move:
        return Move("cadence", days=self.every_days)


class MeetingHeld(Fact):
    """The parties met."""

    TOPIC = "meeting-held"
    THEME = "communication"
    VERB = "meet"
    EXAMPLE = "meet acme-globex --present Acme --present Globex --went well --on yesterday"
    THEN = "show"

    present: tuple[Party, ...] = Field((), description="a party that was there; every party unless told")
    went: Literal["well", "fairly", "poorly"] = Field("well", description="how it went")
    what: Text | None = Field(None, description="what it was about")
    members: tuple[Party, ...] | None = stamp("the parties at that time")
    gaps_opened: tuple[Gap, ...] = gaps_opened_stamp()
    gaps_closed: tuple[Gap, ...] = gaps_closed_stamp()

    def admit(self, partnership: "Partnership", when: Occurrence) -> Self:
        present = partnership.lifecycle.member_list(self.present)
        return self.stamped(present=present, members=tuple(partnership.lifecycle.members))

    def silence_move(self) -> Move:
        return Move("contact")


class MeetingMissed(Fact):
    """A party did not come to a meeting that was agreed."""

    TOPIC = "meeting-missed"
    THEME = "communication"
    VERB = "miss"
    EXAMPLE = "miss acme-globex --by Globex --on 2026-03-02"
    THEN = "meet"

    by: Party = Field(description="the party that did not come")
    what: Text | None = Field(None, description="which meeting")

    def admit(self, partnership: "Partnership", when: Occurrence) -> Self:
        return self.stamped(by=partnership.lifecycle.member(self.by))


class UpdateShared(Fact):
    """A party told the others how things stand, without being asked."""

    TOPIC = "update-shared"
    THEME = "communication"
    VERB = "update"
    EXAMPLE = 'update acme-globex "Campaign figures for May" --by Acme'
    ARGUMENTS = ("what",)

    what: Text = Field(description="what was shared")
    by: Party = Field(description="the party that shared it")
    gaps_opened: tuple[Gap, ...] = gaps_opened_stamp()
    gaps_closed: tuple[Gap, ...] = gaps_closed_stamp()

    def admit(self, partnership: "Partnership", when: Occurrence) -> Self:
        return self.stamped(by=partnership.lifecycle.member(self.by))

    def silence_move(self) -> Move:
        return Move("contact")


class ContactWaived(Fact):
    """A party said that it needs no report or meeting this time: a sign of trust."""

    TOPIC = "contact-waived"
    THEME = "communication"
    VERB = "waive"
    EXAMPLE = 'waive acme-globex "the monthly report" --by Globex'
    ARGUMENTS = ("what",)

    what: Text | None = Field(None, description="what was not needed")
    by: Party = Field(description="the party that waived it")
    members: tuple[Party, ...] | None = stamp("the parties at that time")
    gaps_opened: tuple[Gap, ...] = gaps_opened_stamp()
    gaps_closed: tuple[Gap, ...] = gaps_closed_stamp()

    def admit(self, partnership: "Partnership", when: Occurrence) -> Self:
        by = partnership.lifecycle.member(self.by)
        return self.stamped(by=by, members=tuple(partnership.lifecycle.members))

    def silence_move(self) -> Move:
        return Move("contact")


class ContactChased(Fact):
    """A party had to ask for what should have come by itself."""

    TOPIC = "contact-chased"
    THEME = "communication"
    VERB = "chase"
    EXAMPLE = 'chase acme-globex "the monthly report" --by Globex'
    THEN = "update"
    ARGUMENTS = ("what",)

    what: Text | None = Field(None, description="what was asked for")
    by: Party = Field(description="the party that had to ask")
    members: tuple[Party, ...] | None = stamp("the parties at that time")

    def admit(self, partnership: "Partnership", when: Occurrence) -> Self:
        by = partnership.lifecycle.member(self.by)
        return self.stamped(by=by, members=tuple(partnership.lifecycle.members))


class ConcernRaised(Fact):
    """A party said openly what worries it about another."""

    TOPIC = "concern-raised"
    THEME = "communication"
    VERB = "concern raise"
    EXAMPLE = 'concern raise acme-globex "Leads are passed on late" --by Globex --about Acme'
    THEN = "concern resolve"
    ARGUMENTS = ("what",)
    OPTIONS: ClassVar[dict[str, tuple[str, ...]]] = {"concern": ("--slug",)}
    NAMED = ("concern", "what")

    what: Text = Field(description="what the concern is")
    by: Party = Field(description="the party that raised it")
    about: Party = Field(description="the party that it is about")
    concern: Slug | None = Field(None, description="its short name; made from the words unless told")

    def admit(self, partnership: "Partnership", when: Occurrence) -> Self:
        member = partnership.lifecycle.member
        return self.stamped(by=member(self.by), about=member(self.about))

    def apply(self, partnership: "Partnership", when: Occurrence) -> None:
        assert self.concern is not None  # named before it is admitted
        partnership.communication.concerns[self.concern] = Concern(self.about, when.day)


class ConcernResolved(Fact):
    """A concern was settled between the parties."""

    TOPIC = "concern-resolved"
    THEME = "communication"
    VERB = "concern resolve"
    EXAMPLE = 'concern resolve acme-globex leads --how "weekly hand-over agreed"'
    THEN = "show"
    ARGUMENTS = ("concern",)

    concern: Slug = Field(description="which concern")
    how: Text | None = Field(None, description="how it was settled")
    about: Party | None = stamp("the party that it was about")
    days_open: int | None = stamp("whole days from raising to resolving")

    def admit(self, partnership: "Partnership", when: Occurrence) -> Self:
        concern = partnership.communication.open_concern(self.concern)
        return self.stamped(about=concern.about, days_open=(when.day - concern.raised).days)

    def apply(self, partnership: "Partnership", when: Occurrence) -> None:
        del partnership.communication.concerns[self.concern]
        partnership.communication.resolved[self.concern] = when.day.isoformat()
