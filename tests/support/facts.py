"""Hypothesis strategies for every fact, with so few names and days that facts often meet, clash and are refused."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from pledger.domain import communication as talk
from pledger.domain import correction, delivery, goals, ledger_facts, lifecycle, norms, planning, rating

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

    from pledger.domain.fact import Fact

PARTIES = ("Acme", "Globex", "Initech", "Umbrella")
WORDS = ("Alpha", "Beta", "Gamma")
SLUGS = ("alpha", "beta", "gamma", "alpha-2")
PEOPLE = ("p-jane", "p-omar")

ZONES = tuple(ZoneInfo(name) for name in ("Europe/Berlin", "America/Sao_Paulo", "UTC", "Pacific/Auckland"))
"""With summer time; with days that start at 01:00 (4 November 2018 in São Paulo); plain; and far from UTC."""

_ANCHORS = (date(2018, 2, 17), date(2018, 3, 24), date(2018, 6, 1), date(2018, 10, 27), date(2018, 11, 3))
DAYS = tuple(sorted({anchor + timedelta(days=n) for anchor in _ANCHORS for n in (0, 1, 2, 30, 90)}))
"""Days of about a year on which much happens: clock changes, and what lies 30 and 90 days after."""

BEGINNING = datetime(2018, 11, 5, 9, 30, tzinfo=UTC)
"""When tests' clocks start: most of DAYS are past, some ahead."""

# Mostly the two that are always there; now and then spelled in another case, which names the same party.
founder = st.sampled_from(("Acme", "Globex") * 4 + ("Initech", "Umbrella", "ACME", "globex"))
party = st.sampled_from(("Initech", "Umbrella") * 3 + ("Acme", "Globex", "initech"))
name = st.sampled_from(SLUGS)
words = st.sampled_from(WORDS)
person = st.sampled_from(PEOPLE)
maybe_text = st.none() | st.just("because")
maybe_slug = st.sampled_from((None,) * 8 + SLUGS)
stake = st.sampled_from(("medium", "small", "large"))
amount = st.none() | st.sampled_from((Decimal(0), Decimal("12.50"), Decimal(9000)))
unit = st.none() | st.just("EUR")
day = st.sampled_from(DAYS)


def either(*facts: SearchStrategy[Fact]) -> SearchStrategy[Fact]:
    """One of these, each as likely; `st.one_of` alone would make all alternatives inside them equally likely."""
    return st.one_of(*facts).map(lambda fact: fact)


def _instant(day: date, zone: ZoneInfo, at: time, shift: timedelta) -> datetime:
    return datetime.combine(day, at, zone).astimezone(UTC) + shift


def moments(zone: ZoneInfo) -> SearchStrategy[date | datetime | None]:
    """When a fact is told to have happened: now, on a day, or at an instant, mostly one at which something changes."""
    at = st.sampled_from((time(0), time(12), time(23, 30)))
    shift = st.sampled_from((timedelta(0), timedelta(0), timedelta(microseconds=-1), timedelta(hours=1)))
    instants = st.builds(_instant, day, st.just(zone), at, shift)
    return st.none() | day | instants


opened: SearchStrategy[Fact] = st.builds(
    lifecycle.PartnershipOpened,
    parties=st.sampled_from((PARTIES[:3], (PARTIES[1], PARTIES[0]), PARTIES)),
    purpose=words,
)
committed: SearchStrategy[Fact] = st.builds(
    delivery.CommitmentMade,
    what=words,
    by=founder,
    to=st.none() | founder,
    due=st.sampled_from((None, None, *DAYS)),
    stake=stake,
    first_date=st.booleans(),
    goal=maybe_slug,
    commitment=maybe_slug,
)

FACTS: dict[type[Fact], SearchStrategy[Fact]] = {
    lifecycle.PartnershipProspected: st.builds(lifecycle.PartnershipProspected, purpose=words, by=founder),
    lifecycle.PartnershipOpened: opened,
    lifecycle.PartyJoined: st.builds(lifecycle.PartyJoined, party=party),
    lifecycle.PartyLeft: st.builds(lifecycle.PartyLeft, party=party, why=maybe_text),
    lifecycle.RelationshipManagerAppointed: st.builds(
        lifecycle.RelationshipManagerAppointed, person=person, by=founder
    ),
    lifecycle.RelationshipManagerLeft: st.builds(lifecycle.RelationshipManagerLeft, person=person),
    lifecycle.PartnershipPaused: st.builds(lifecycle.PartnershipPaused, why=maybe_text),
    lifecycle.PartnershipResumed: st.builds(lifecycle.PartnershipResumed),
    lifecycle.PartnershipEnded: st.builds(
        lifecycle.PartnershipEnded,
        reason=st.sampled_from(("completed", "wrong-fit", "broken-trust", "superseded")),
    ),
    talk.CadenceAgreed: st.builds(talk.CadenceAgreed, every_days=st.sampled_from((1, 7, 14, 30))),
    talk.MeetingHeld: st.builds(
        talk.MeetingHeld,
        present=st.just(()) | st.lists(founder, max_size=3).map(tuple),
        went=st.sampled_from(("well", "fairly", "poorly")),
        what=maybe_text,
    ),
    talk.MeetingMissed: st.builds(talk.MeetingMissed, by=founder, what=maybe_text),
    talk.UpdateShared: st.builds(talk.UpdateShared, what=words, by=founder),
    talk.ContactWaived: st.builds(talk.ContactWaived, what=maybe_text, by=founder),
    talk.ContactChased: st.builds(talk.ContactChased, what=maybe_text, by=founder),
    talk.ConcernRaised: st.builds(talk.ConcernRaised, what=words, by=founder, about=founder, concern=maybe_slug),
    talk.ConcernResolved: st.builds(talk.ConcernResolved, concern=name, how=maybe_text),
    norms.NormAgreed: st.builds(norms.NormAgreed, what=words, norm=maybe_slug),
    norms.DifferenceAcknowledged: st.builds(norms.DifferenceAcknowledged, what=words, by=founder),
    norms.StyleAdapted: st.builds(norms.StyleAdapted, what=words, by=founder),
    norms.NormBreached: st.builds(norms.NormBreached, norm=name | words, by=founder),
    norms.BreachRepaired: st.builds(norms.BreachRepaired, norm=name | words, by=founder, how=maybe_text),
    norms.FitReviewed: st.builds(
        norms.FitReviewed,
        facet=st.sampled_from(("cultures", "people", "markets", "mechanics")),
        verdict=st.sampled_from(("good", "strained", "poor")),
    ),
    goals.GoalAsked: st.builds(goals.GoalAsked, by=founder, to=st.none() | founder, what=maybe_text),
    goals.GoalShared: st.builds(
        goals.GoalShared,
        what=words,
        owner=founder,
        level=st.sampled_from(("mutual", "organisational", "individual")),
        goal=maybe_slug,
    ),
    goals.GoalAcknowledged: st.builds(goals.GoalAcknowledged, goal=name, by=founder),
    goals.GoalSupported: st.builds(goals.GoalSupported, goal=name, by=founder, how=maybe_text),
    goals.GoalAchieved: st.builds(goals.GoalAchieved, goal=name),
    goals.GoalDropped: st.builds(goals.GoalDropped, goal=name, why=maybe_text),
    planning.PlanAgreed: st.builds(
        planning.PlanAgreed,
        objectives=st.lists(words, min_size=1, max_size=2).map(tuple),
        measures=st.lists(words, max_size=2).map(tuple),
        lead=st.none() | person,
    ),
    planning.PlanReviewed: st.builds(planning.PlanReviewed, what=maybe_text),
    delivery.CommitmentMade: committed,
    delivery.CommitmentRenegotiated: st.builds(
        delivery.CommitmentRenegotiated, commitment=name, due=day, why=maybe_text
    ),
    delivery.CommitmentDelivered: st.builds(delivery.CommitmentDelivered, commitment=name),
    delivery.CommitmentBroken: st.builds(delivery.CommitmentBroken, commitment=name, why=maybe_text),
    delivery.CommitmentReleased: st.builds(delivery.CommitmentReleased, commitment=name, why=maybe_text),
    delivery.InvestmentMade: st.builds(
        delivery.InvestmentMade,
        kind=st.sampled_from(("budget", "time", "people", "resource")),
        by=founder,
        what=maybe_text,
        amount=amount,
        unit=unit,
        stake=stake,
    ),
    delivery.OutcomeRealised: st.builds(
        delivery.OutcomeRealised, what=words, amount=amount, unit=unit, goal=st.none() | name
    ),
    rating.TrustRated: st.builds(
        rating.TrustRated,
        of=founder,
        rating=st.integers(0, 100).map(lambda tenths: tenths / 10),
        person=st.none() | person,
    ),
}
"""A strategy for every fact of a partnership but EntryRetracted, which must name an entry: see `histories`."""

NOT_OF_A_PARTNERSHIP = {correction.EntryRetracted, ledger_facts.LedgerOpened, ledger_facts.PolicyAdopted}

_RARE = {lifecycle.PartnershipProspected, lifecycle.PartnershipOpened, lifecycle.PartnershipEnded}

any_fact: SearchStrategy[Fact] = either(*FACTS.values())
usual: SearchStrategy[Fact] = either(*(facts for kind, facts in FACTS.items() if kind not in _RARE))
about_promises: SearchStrategy[Fact] = either(
    committed,
    committed,
    FACTS[delivery.CommitmentRenegotiated],
    FACTS[delivery.CommitmentDelivered],
    FACTS[delivery.CommitmentBroken],
    FACTS[delivery.CommitmentReleased],
)
about_contact: SearchStrategy[Fact] = either(
    FACTS[talk.CadenceAgreed],
    FACTS[talk.CadenceAgreed],
    FACTS[talk.MeetingHeld],
    FACTS[talk.UpdateShared],
    FACTS[talk.ContactWaived],
)
about_membership: SearchStrategy[Fact] = either(
    FACTS[lifecycle.PartyJoined],
    FACTS[lifecycle.PartyJoined],
    FACTS[lifecycle.PartyLeft],
    FACTS[lifecycle.PartyLeft],
    FACTS[lifecycle.PartyLeft],
    FACTS[lifecycle.PartnershipPaused],
    FACTS[lifecycle.PartnershipResumed],
    FACTS[lifecycle.PartnershipResumed],
    any_fact,
)
eventful: tuple[SearchStrategy[Fact], ...] = (
    either(about_promises, about_promises, about_membership),
    either(about_contact, about_contact, about_membership),
    either(about_promises, about_promises, about_contact, about_contact, about_membership, usual),
)
"""What histories are about: deadlines, silence, or everything."""
