"""What an entry says, in one sentence for people; facts that nobody has worded yet tell their docstring and fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pledger.domain import communication as talk
from pledger.domain import correction, delivery, goals, ledger_facts, lifecycle, norms, planning, rating
from pledger.projections.wording import joined, quoted, several

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from decimal import Decimal

    from pledger.domain.entry import Entry
    from pledger.domain.fact import Fact

WORDS_MAX = 200


def sentence(entry: Entry) -> str:
    """One sentence, without its full stop; the users' own words in it are as they wrote them."""
    worded = SENTENCES.get(type(entry.fact))
    return worded(entry.fact, entry.occurred_at) if worded is not None else _unworded(entry.fact)


def _unworded(fact: Fact) -> str:
    told = fact.model_dump(exclude=set(fact.stamps()), exclude_none=True)
    fields = ", ".join(f"{name.replace('_', ' ')}: {value}" for name, value in told.items())
    return f"{(type(fact).__doc__ or '').splitlines()[0].rstrip('.')} ({fields})"


def _more(words: str | None) -> str:
    return f": {words}" if words else ""


def _amount(amount: Decimal | None, unit: str | None) -> str:
    return " ".join(part for part in (f"{amount:f}" if amount is not None else "", unit or "") if part)


def _quoted(text: str) -> str:
    return quoted(text, most=WORDS_MAX)


def _promised(fact: delivery.CommitmentMade, at: datetime) -> str:
    marks = [f"{fact.stake} stake"] * (fact.stake != "medium") + ["first date"] * fact.first_date
    due = f" by {fact.due}" if fact.due else ""
    return f"{fact.by} promised {fact.to or 'the others'} {_quoted(fact.what)}{due}" + (
        f" ({', '.join(marks)})" if marks else ""
    )


def _maker(fact: Any) -> str:
    return fact.terms.maker if fact.terms else "Somebody"


def _delivered(fact: delivery.CommitmentDelivered, at: datetime) -> str:
    when = ""
    if fact.terms is not None and fact.days is not None:
        off = "late" if fact.terms.is_late(at) else "early"
        when = f", {several(fact.days, 'day')} {off}" if fact.days else ", on the day"
    return f"{_maker(fact)} kept {_quoted(fact.commitment)}{when}"


def _moved(fact: delivery.CommitmentRenegotiated, at: datetime) -> str:
    before = f" from {fact.terms.due}" if fact.terms and fact.terms.due else ""
    return f"{_maker(fact)}'s promise {_quoted(fact.commitment)} was moved{before} to {fact.due}{_more(fact.why)}"


def _met(fact: talk.MeetingHeld, at: datetime) -> str:
    who = joined(fact.present) if fact.present else "Everybody"
    return f"{who} met; it went {fact.went}{_more(fact.what)}"


def _planned(fact: planning.PlanAgreed, at: datetime) -> str:
    measured = f"; measured by {joined(fact.measures)}" if fact.measures else ""
    led = f"; led by {fact.lead}" if fact.lead else ""
    return f"A plan was agreed: {joined(fact.objectives)}{measured}{led}"


def _breached(fact: norms.NormBreached, at: datetime) -> str:
    return f"{fact.by} broke {'the norm' if fact.agreed else 'a norm nobody had agreed:'} {_quoted(fact.norm)}"


def _invested(fact: delivery.InvestmentMade, at: datetime) -> str:
    told = " ".join(part for part in (_amount(fact.amount, fact.unit), f"({fact.what})" if fact.what else "") if part)
    return f"{fact.by} invested {fact.kind}{_more(told)}"


def _outcome(fact: delivery.OutcomeRealised, at: datetime) -> str:
    amount = _amount(fact.amount, fact.unit)
    return f"Something came of it: {fact.what}" + (f" ({amount})" if amount else "")


SENTENCES: dict[type[Fact], Callable[[Any, datetime], str]] = {
    lifecycle.PartnershipProspected: lambda fact, at: f"{fact.by} looked for a partner: {fact.purpose}",
    lifecycle.PartnershipOpened: lambda fact, at: f"{joined(fact.parties)} became partners: {fact.purpose}",
    lifecycle.PartyJoined: lambda fact, at: f"{fact.party} joined",
    lifecycle.PartyLeft: lambda fact, at: f"{fact.party} left{_more(fact.why)}",
    lifecycle.RelationshipManagerAppointed: lambda fact, at: f"{fact.by} named {fact.person} relationship manager",
    lifecycle.RelationshipManagerLeft: lambda fact, at: (
        f"{fact.person} stopped being relationship manager of {fact.by}"
    ),
    lifecycle.PartnershipPaused: lambda fact, at: f"The partnership was paused{_more(fact.why)}",
    lifecycle.PartnershipResumed: lambda fact, at: "The partnership was resumed",
    lifecycle.PartnershipEnded: lambda fact, at: f"The partnership ended: {fact.reason.replace('-', ' ')}",
    talk.CadenceAgreed: lambda fact, at: f"It was agreed to talk every {several(fact.every_days, 'day')}",
    talk.MeetingHeld: _met,
    talk.MeetingMissed: lambda fact, at: f"{fact.by} did not come to a meeting{_more(fact.what)}",
    talk.UpdateShared: lambda fact, at: f"{fact.by} shared {_quoted(fact.what)}",
    talk.ContactWaived: lambda fact, at: f"{fact.by} did not need {fact.what or 'any contact'} this time",
    talk.ContactChased: lambda fact, at: f"{fact.by} had to ask for {fact.what or 'news'}",
    talk.ConcernRaised: lambda fact, at: f"{fact.by} was worried about {fact.about}: {fact.what}",
    talk.ConcernResolved: lambda fact, at: f"The concern {_quoted(fact.concern)} was resolved{_more(fact.how)}",
    norms.NormAgreed: lambda fact, at: f"A norm was agreed: {fact.what}",
    norms.DifferenceAcknowledged: lambda fact, at: f"{fact.by} respected a difference: {fact.what}",
    norms.StyleAdapted: lambda fact, at: f"{fact.by} adapted its style: {fact.what}",
    norms.NormBreached: _breached,
    norms.BreachRepaired: lambda fact, at: f"{fact.by} made good its breach of {_quoted(fact.norm)}{_more(fact.how)}",
    norms.FitReviewed: lambda fact, at: f"Fit of {fact.facet} was judged {fact.verdict}",
    goals.GoalAsked: lambda fact, at: f"{fact.by} asked {fact.to or 'the others'} for its goals{_more(fact.what)}",
    goals.GoalShared: lambda fact, at: f"{fact.owner} shared a goal ({fact.level}): {fact.what}",
    goals.GoalAcknowledged: lambda fact, at: f"{fact.by} acknowledged the goal {_quoted(fact.goal)}",
    goals.GoalSupported: lambda fact, at: f"{fact.by} supported the goal {_quoted(fact.goal)}{_more(fact.how)}",
    goals.GoalAchieved: lambda fact, at: f"The goal {_quoted(fact.goal)} was achieved",
    goals.GoalDropped: lambda fact, at: f"{fact.owner} dropped its goal {_quoted(fact.goal)}{_more(fact.why)}",
    planning.PlanAgreed: _planned,
    planning.PlanReviewed: lambda fact, at: f"The plan was reviewed{_more(fact.what)}",
    delivery.CommitmentMade: _promised,
    delivery.CommitmentRenegotiated: _moved,
    delivery.CommitmentDelivered: _delivered,
    delivery.CommitmentBroken: lambda fact, at: f"{_maker(fact)} broke {_quoted(fact.commitment)}{_more(fact.why)}",
    delivery.CommitmentReleased: lambda fact, at: (
        f"{_maker(fact)} was let off {_quoted(fact.commitment)}{_more(fact.why)}"
    ),
    delivery.InvestmentMade: _invested,
    delivery.OutcomeRealised: _outcome,
    rating.TrustRated: lambda fact, at: f"{fact.person or 'Somebody'} rated trust in {fact.of} {fact.rating:g} of 10",
    correction.EntryRetracted: lambda fact, at: f"Entry {fact.entry} was taken back: {fact.why}",
    ledger_facts.LedgerOpened: lambda fact, at: (
        f"The ledger {_quoted(fact.name)} was begun; its days are those of {fact.time_zone}"
    ),
    ledger_facts.PolicyAdopted: lambda fact, at: f"The policy {_quoted(fact.name)} was adopted: {fact.why}",
}
