"""The evidence map: what one entry says about each party, free of any policy; a stateless function of the entry alone.

The kinds are a contract that policies and lenses name. How deadlines and silence work stands beside it, in `deadlines`
and `silence`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from pledger.domain import communication as talk
from pledger.domain import correction, delivery, goals, lifecycle, norms, planning, rating
from pledger.domain.catalogue import facts
from pledger.domain.mapper import place_of, unreadable
from pledger.domain.upcasts import fact_taken_back
from pledger.projections.deadlines import rungs, rungs_ahead
from pledger.projections.silence import silences

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from pledger.domain.delivery_terms import Terms
    from pledger.domain.entry import Entry
    from pledger.domain.fact import Fact, Stake


class Row(NamedTuple):
    """One piece of evidence about a party.

    `at` is when it takes effect, `matures_at` when an outcome would have been due, `known_at` when the ledger learned
    it (all UTC); `measure` is the kind's own number; `count` is +1, or -1 where it reverses another row.
    """

    position: int
    partnership: str
    party: str
    kind: str
    at: datetime
    matures_at: datetime
    known_at: datetime
    measure: float
    stake: Stake
    count: int  # type: ignore[assignment]  # the word of the trade, at the price of tuple's own method


class Said(NamedTuple):
    """What a fact says of a party, before its entry adds when and where."""

    kind: str
    party: str
    measure: float = 0.0
    stake: Stake = "medium"
    at: datetime | None = None
    matures_at: datetime | None = None
    count: int = 1  # type: ignore[assignment]  # as in Row


def evidence(entry: Entry) -> list[Row]:
    """The rows that one entry writes, those that reverse others included; raises IntegrityFailure.

    What a retraction carries of the entry that it takes back is read here, and may be damaged.
    """
    try:
        return [_row(entry, said) for said in said_by(type(entry.fact), entry.fact, entry.occurred_at)]
    except (KeyError, ValueError) as error:
        raise unreadable(place_of(entry.position, entry.version, entry.partnership), error, "unknown") from error


def evidence_of(entries: Iterable[Entry]) -> list[Row]:
    """The rows of several entries."""
    return [row for entry in entries for row in evidence(entry)]


def said_by(kind: type[Fact], fact: Any, occurred_at: datetime) -> list[Said]:
    """What a fact says: its kind's own line of the map, and the gaps in contact that it moves.

    `fact` is one, or anything else with the fields of its kind: replay reads no more of it than the map asks for.
    """
    if kind is correction.EntryRetracted:
        return _taken_back(fact.retracted) + _gap_rows(fact)
    line = LINES.get(kind)
    said = line(fact, occurred_at) if line is not None else []
    return said + _gap_rows(fact) if kind in _MOVE_GAPS else said


def _row(entry: Entry, said: Said) -> Row:
    at = said.at or entry.occurred_at
    return Row(
        entry.position,
        entry.partnership,
        said.party,
        said.kind,
        at,
        max(at, said.matures_at or at),
        entry.recorded_at,
        said.measure,
        said.stake,
        said.count,
    )


def _taken_back(retracted: correction.RetractedEntry) -> list[Said]:
    """The retracted entry's rows, gap rows apart, reversed."""
    line, at = LINES.get(facts()[retracted.fact]), retracted.occurred_at
    said = line(fact_taken_back(retracted), at) if line is not None else []
    return [row._replace(at=row.at or at, count=-row.count) for row in said]


def _gap_rows(fact: Any) -> list[Said]:
    """Rows of the gaps that it opens, and those of the gaps that it closes reversed."""
    opened = [Said("silence", gap.party, 0.0, "medium", at) for gap, at in silences(fact.gaps_opened)]
    closed = [Said("silence", gap.party, 0.0, "medium", at, None, -1) for gap, at in silences(fact.gaps_closed)]
    return opened + closed


def _ahead(terms: Terms, at: datetime) -> list[Said]:
    """The rungs of a deadline that still lie ahead at an instant, reversed."""
    ahead = rungs_ahead(terms.late_from, at)
    return [Said(kind, terms.maker, 0.0, terms.stake, falls, None, -1) for kind, falls in ahead]


def _each(kind: str, parties: Iterable[str] | None, measure: float = 0.0) -> list[Said]:
    return [Said(kind, party, measure) for party in parties or ()]


def _others(kind: str, by: str, members: Iterable[str] | None) -> list[Said]:
    return [Said(kind, party) for party in members or () if party != by]


def _settled(kind: str, terms: Terms | None, at: datetime, days: int | None = None) -> list[Said]:
    """What settles a commitment: it matures when the promise would have become late, and takes back the rungs ahead."""
    assert terms is not None
    said = Said(kind, terms.maker, float(days or 0), terms.stake, None, terms.late_from)
    return [said, *_ahead(terms, at)]


def _made(fact: delivery.CommitmentMade, at: datetime) -> list[Said]:
    deadline = [Said(kind, fact.by, 0.0, fact.stake, falls) for kind, falls in rungs(fact.late_from)]
    return [Said("promised", fact.by, 0.0, fact.stake), *deadline]


def _delivered(fact: delivery.CommitmentDelivered, at: datetime) -> list[Said]:
    assert fact.terms is not None
    if fact.terms.is_late(at):
        return _settled("kept-late", fact.terms, at, fact.days)
    kept, *ahead = _settled("kept", fact.terms, at, fact.days)
    return [kept, *([kept._replace(kind="first-date-kept")] if fact.terms.first_date else []), *ahead]


def _renegotiated(fact: delivery.CommitmentRenegotiated, at: datetime) -> list[Said]:
    assert fact.terms is not None
    terms = fact.terms
    moved: list[Said] = []
    if fact.days is not None:
        kind = "renegotiated-late" if terms.is_late(at) else "renegotiated-early"
        moved = [Said(kind, terms.maker, float(fact.days), terms.stake)]
    new = [Said(kind, terms.maker, 0.0, terms.stake, falls) for kind, falls in rungs(fact.late_from)]
    return [*moved, *_ahead(terms, at), *new]


def _closed(closes: Iterable[Terms] | None, at: datetime) -> list[Said]:
    return [said for terms in closes or () for said in _ahead(terms, at)]


def _rated(fact: rating.TrustRated, at: datetime) -> list[Said]:
    share = fact.rating / 10
    return [Said("rated-for", fact.of, share), Said("rated-against", fact.of, 1 - share)]


def _met(fact: talk.MeetingHeld, at: datetime) -> list[Said]:
    return _each("met-poorly" if fact.went == "poorly" else "met", fact.present or fact.members)


LINES: dict[type[Fact], Callable[[Any, datetime], list[Said]]] = {
    lifecycle.PartyLeft: lambda fact, at: _closed(fact.closes, at),
    lifecycle.PartnershipEnded: lambda fact, at: _closed(fact.closes, at),
    lifecycle.RelationshipManagerAppointed: lambda fact, at: [Said("manager-appointed", fact.by)],
    talk.CadenceAgreed: lambda fact, at: _each("cadence-agreed", fact.members),
    talk.MeetingHeld: _met,
    talk.MeetingMissed: lambda fact, at: [Said("meeting-missed", fact.by)],
    talk.UpdateShared: lambda fact, at: [Said("updated", fact.by)],
    talk.ContactWaived: lambda fact, at: _others("waived", fact.by, fact.members),
    talk.ContactChased: lambda fact, at: _others("chased", fact.by, fact.members),
    talk.ConcernRaised: lambda fact, at: [Said("concern", fact.about), Said("spoke-up", fact.by)],
    talk.ConcernResolved: lambda fact, at: [Said("concern-resolved", fact.about, float(fact.days_open))],
    norms.NormAgreed: lambda fact, at: _each("norm-agreed", fact.members),
    norms.DifferenceAcknowledged: lambda fact, at: [Said("difference-acknowledged", fact.by)],
    norms.StyleAdapted: lambda fact, at: [Said("style-adapted", fact.by)],
    norms.NormBreached: lambda fact, at: [Said("norm-breached", fact.by)],
    norms.BreachRepaired: lambda fact, at: [Said("breach-repaired", fact.by)],
    norms.FitReviewed: lambda fact, at: _each(f"{fact.facet}-{fact.verdict}", fact.members),
    goals.GoalAsked: lambda fact, at: [Said("goal-asked", fact.by)],
    goals.GoalShared: lambda fact, at: [Said("goal-shared", fact.owner)],
    goals.GoalAcknowledged: lambda fact, at: [Said("goal-acknowledged", fact.by)],
    goals.GoalSupported: lambda fact, at: [Said("goal-supported", fact.by)],
    goals.GoalAchieved: lambda fact, at: _each("goal-achieved", fact.members),
    goals.GoalDropped: lambda fact, at: [Said("goal-dropped", fact.owner)],
    planning.PlanAgreed: lambda fact, at: _each("plan-agreed", fact.members),
    planning.PlanReviewed: lambda fact, at: _each("plan-reviewed", fact.members),
    delivery.CommitmentMade: _made,
    delivery.CommitmentDelivered: _delivered,
    delivery.CommitmentRenegotiated: _renegotiated,
    delivery.CommitmentBroken: lambda fact, at: _settled("broken", fact.terms, at),
    delivery.CommitmentReleased: lambda fact, at: _settled("released", fact.terms, at),
    delivery.InvestmentMade: lambda fact, at: [Said(f"invested-{fact.kind}", fact.by, 0.0, fact.stake)],
    delivery.OutcomeRealised: lambda fact, at: _each("outcome", fact.members),
    rating.TrustRated: _rated,
}
"""The map: one line a fact. Facts without a line write no evidence of their own."""

_MOVE_GAPS = frozenset(kind for kind in facts().values() if "gaps_opened" in kind.model_fields)
