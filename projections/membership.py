"""Membership: who joins and leaves by what one entry says; a stateless map over entries, as that of evidence is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from pledger.domain.correction import EntryRetracted
from pledger.domain.lifecycle import PartnershipOpened, PartyJoined, PartyLeft
from pledger.domain.upcasts import fact_taken_back

if TYPE_CHECKING:
    from datetime import datetime

    from pledger.domain.fact import Fact


class Move(NamedTuple):
    """A party joins (+1) or leaves (-1), or that is taken back; `at` is None where it counts whatever the moment."""

    party: str
    at: datetime | None
    change: int


def memberships(kind: type[Fact], fact: Any, occurred_at: datetime) -> list[Move]:
    """What a fact says about who belongs to its partnership; `fact` has the fields of its kind, as for evidence.

    At any moment, by any knowledge, the members are the parties whose changes by then sum to one.
    """
    if kind is PartnershipOpened:
        return [Move(party, None, 1) for party in fact.parties]
    if kind is PartyJoined:
        return [Move(fact.party, occurred_at, 1)]
    if kind is PartyLeft:
        return [Move(fact.party, occurred_at, -1)]
    if kind is EntryRetracted and fact.retracted.fact in _MOVES:
        taken = fact_taken_back(fact.retracted)
        moves = memberships(type(taken), taken, fact.retracted.occurred_at)
        return [move._replace(change=-move.change) for move in moves]
    return []


_MOVES = frozenset(kind.TOPIC for kind in (PartnershipOpened, PartyJoined, PartyLeft))
