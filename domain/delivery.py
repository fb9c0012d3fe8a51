"""Delivery: promises made, moved, kept, broken and let go; what was invested, and what came of it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self

from pydantic import Field

from pledger.domain.days import Occurrence, start_of_next_day
from pledger.domain.delivery_terms import Terms
from pledger.domain.fact import UNTIL_THE_END, Fact, Party, Slug, Stake, Text, Words, stamp
from pledger.domain.naming import listed, nearest
from pledger.domain.refusal import Refused

if TYPE_CHECKING:
    from pledger.domain.partnership import Partnership

Amount = Annotated[Decimal, Field(ge=0, max_digits=30, allow_inf_nan=False)]


@dataclass(slots=True)
class DeliveryState:
    """Open commitments with their terms, and what became of the others."""

    open: dict[str, Terms] = field(default_factory=dict)
    settled: dict[str, str] = field(default_factory=dict)

    def knows(self, commitment: str) -> bool:
        return commitment in self.open or commitment in self.settled

    def terms(self, commitment: str) -> Terms:
        """The terms of an open commitment; refused, with the open ones listed, where there is none."""
        if commitment in self.open:
            return self.open[commitment]
        others = f"the open ones: {listed(self.open)}"
        if commitment in self.settled:
            raise Refused(f"'{commitment}' {self.settled[commitment]} already", remedy=others)
        guess = nearest(commitment, self.open, most=1)
        raise Refused(
            f"there is no open commitment '{commitment}'",
            remedy=(f"did you mean '{guess[0]}'? " if guess else "") + others,
        )

    def not_yet_late(self, at: datetime, party: str | None = None) -> tuple[Terms, ...]:
        """Open commitments that are not late at an instant; only those by or to a party, where one is named."""
        return tuple(
            terms
            for terms in self.open.values()
            if not terms.is_late(at) and (party is None or party in (terms.maker, terms.to))
        )

    def settle(self, commitment: str, how: str, when: Occurrence) -> None:
        del self.open[commitment]
        self.settled[commitment] = f"{how} on {when.day}"

    def close(self, closed: Iterable[Terms], when: Occurrence) -> None:
        for terms in closed:
            self.settle(terms.commitment, "was closed", when)


def late_from(due: date | None, when: Occurrence) -> datetime | None:
    """The instant from which something due on a day is late; refused where that day is before the fact's own."""
    if due is None:
        return None
    if due < when.day:
        raise Refused(
            f"it would be due on {due}, before the day it occurs ({when.day})",
            remedy="give a later --due, or say with --on when it was promised",
        )
    return start_of_next_day(due, when.zone)


class CommitmentMade(Fact):
    """A party promised something to another."""

    TOPIC = "commitment-made"
    THEME = "delivery"
    VERB = "commit"
    EXAMPLE = 'commit acme-globex "Send the brand guide" --by Acme --due "next fri" --first-date'
    THEN = "deliver"
    ARGUMENTS = ("what",)
    OPTIONS: ClassVar[dict[str, tuple[str, ...]]] = {"commitment": ("--slug",)}
    NAMED = ("commitment", "what")

    what: Text = Field(description="what was promised")
    by: Party = Field(description="the party that promised")
    to: Party | None = Field(
        None, description="the party it was promised to; the other one, or all others, unless told"
    )
    due: date | None = Field(None, description="the day by which it is due")
    stake: Stake = Field("medium", description="how much hangs on it")
    first_date: bool = Field(False, description="a small early promise to show that working together pays")
    goal: Slug | None = Field(None, description="the goal that it serves")
    commitment: Slug | None = Field(None, description="its short name; made from the words unless told")
    late_from: datetime | None = stamp("the instant from which it is late")

    def admit(self, partnership: "Partnership", when: Occurrence) -> Self:
        by = partnership.lifecycle.member(self.by)
        to = partnership.lifecycle.member(self.to) if self.to else None
        if to is None and len(partnership.lifecycle.members) == 2:
            to = next(member for member in partnership.lifecycle.members if member != by)
        if by == to:
            raise Refused(f"{by} cannot promise to itself", remedy="name the other party with --to")
        if self.goal is not None:
            partnership.goals.known(self.goal)
        return self.stamped(by=by, to=to, late_from=late_from(self.due, when))

    def verb_for_change(self, changed: dict[str, Any]) -> str | None:
        if set(changed) == {"due"} and changed["due"] is not None:
            return f"renegotiate {{partnership}} {self.commitment} --due {changed['due']}"
        return None

    def told_since(self, changed: dict[str, Any], others: Iterable[Fact]) -> bool:
        return set(changed) == {"due"} and any(
            isinstance(fact, CommitmentRenegotiated)
            and fact.commitment == self.commitment
            and fact.due == changed["due"]
            for fact in others
        )

    def apply(self, partnership: "Partnership", when: Occurrence) -> None:
        assert self.commitment is not None  # named before it is admitted
        partnership.delivery.open[self.commitment] = self.part(
            Terms,
            commitment=self.commitment,
            maker=self.by,
            to=self.to,
            stake=self.stake,
            first_date=self.first_date,
            due=self.due,
            late_from=self.late_from,
        )


class CommitmentRenegotiated(Fact):
    """Both sides agreed on another date for a promise."""

    TOPIC = "commitment-renegotiated"
    THEME = "delivery"
    VERB = "renegotiate"
    EXAMPLE = "renegotiate acme-globex brand --due +2w"
    THEN = "deliver"
    ARGUMENTS = ("commitment",)
    PHASES = UNTIL_THE_END

    commitment: Slug = Field(description="which promise")
    due: date = Field(description="the new day by which it is due")
    why: Text | None = Field(None, description="why it was moved")
    terms: Terms | None = stamp("the terms before")
    days: int | None = stamp("days before it was late (0 or more), or days late (1 or more); none for a first due date")
    late_from: datetime | None = stamp("the instant from which it is late now")

    def admit(self, partnership: "Partnership", when: Occurrence) -> Self:
        terms = partnership.delivery.terms(self.commitment)
        return self.stamped(terms=terms, days=days_off(terms, when), late_from=late_from(self.due, when))

    def apply(self, partnership: "Partnership", when: Occurrence) -> None:
        assert self.terms is not None
        moved = self.terms.model_copy(update={"due": self.due, "late_from": self.late_from})
        partnership.delivery.open[self.commitment] = moved


class CommitmentDelivered(Fact):
    """A party did what it had promised."""

    TOPIC = "commitment-delivered"
    THEME = "delivery"
    VERB = "deliver"
    EXAMPLE = "deliver acme-globex brand --on yesterday --link https://example.org/brand-guide"
    THEN = "show"
    ARGUMENTS = ("commitment",)
    PHASES = UNTIL_THE_END

    commitment: Slug = Field(description="which promise")
    terms: Terms | None = stamp("the terms it was kept under")
    days: int | None = stamp("days early (0 or more), or days late (1 or more); none without a due date")

    def admit(self, partnership: "Partnership", when: Occurrence) -> Self:
        terms = partnership.delivery.terms(self.commitment)
        return self.stamped(terms=terms, days=days_off(terms, when))

    def apply(self, partnership: "Partnership", when: Occurrence) -> None:
        partnership.delivery.settle(self.commitment, "was delivered", when)


class CommitmentBroken(Fact):
    """A promise will not be kept any more, and that is said."""

    TOPIC = "commitment-broken"
    THEME = "delivery"
    VERB = "break"
    EXAMPLE = 'break acme-globex brand --why "the agency closed"'
    THEN = "show"
    ARGUMENTS = ("commitment",)
    PHASES = UNTIL_THE_END

    commitment: Slug = Field(description="which promise")
    why: Text | None = Field(None, description="why it was broken")
    terms: Terms | None = stamp("the terms it was broken under")

    def admit(self, partnership: "Partnership", when: Occurrence) -> Self:
        return self.stamped(terms=partnership.delivery.terms(self.commitment))

    def apply(self, partnership: "Partnership", when: Occurrence) -> None:
        partnership.delivery.settle(self.commitment, "was broken", when)


class CommitmentReleased(Fact):
    """The other side let a party off its promise."""

    TOPIC = "commitment-released"
    THEME = "delivery"
    VERB = "release"
    EXAMPLE = 'release acme-globex brand --why "no longer needed"'
    THEN = "show"
    ARGUMENTS = ("commitment",)
    PHASES = UNTIL_THE_END

    commitment: Slug = Field(description="which promise")
    why: Text | None = Field(None, description="why it was let go")
    terms: Terms | None = stamp("the terms it was released from")

    def admit(self, partnership: "Partnership", when: Occurrence) -> Self:
        return self.stamped(terms=partnership.delivery.terms(self.commitment))

    def apply(self, partnership: "Partnership", when: Occurrence) -> None:
        partnership.delivery.settle(self.commitment, "was released", when)


class InvestmentMade(Fact):
    """A party put money, time, people or another resource into the partnership."""

    TOPIC = "investment-made"
    THEME = "delivery"
    VERB = "invest"
    EXAMPLE = "invest acme-globex budget --by Globex --amount 12000 --unit EUR"
    ARGUMENTS = ("kind",)

    kind: Literal["budget", "time", "people", "resource"] = Field(description="what was invested")
    by: Party = Field(description="the party that invested")
    what: Text | None = Field(None, description="in words")
    amount: Amount | None = Field(None, description="how much")
    unit: Words | None = Field(None, description="of what: a currency, hours, people")
    stake: Stake = Field("medium", description="how much it means")

    def admit(self, partnership: "Partnership", when: Occurrence) -> Self:
        return self.stamped(by=partnership.lifecycle.member(self.by))


class OutcomeRealised(Fact):
    """The partnership brought something about."""

    TOPIC = "outcome-realised"
    THEME = "delivery"
    VERB = "outcome"
    EXAMPLE = 'outcome acme-globex "Leads from the joint webinar" --amount 340 --unit leads'
    ARGUMENTS = ("what",)

    what: Text = Field(description="what came of it")
    amount: Amount | None = Field(None, description="how much")
    unit: Words | None = Field(None, description="of what")
    goal: Slug | None = Field(None, description="the goal that it serves")
    members: tuple[Party, ...] | None = stamp("the parties at that time")

    def admit(self, partnership: "Partnership", when: Occurrence) -> Self:
        if self.goal is not None:
            partnership.goals.known(self.goal)
        return self.stamped(members=tuple(partnership.lifecycle.members))


def days_off(terms: Terms, when: Occurrence) -> int | None:
    """Whole local days between a due date and an occurrence, early or late alike; none without a due date."""
    return None if terms.due is None else abs((terms.due - when.day).days)
