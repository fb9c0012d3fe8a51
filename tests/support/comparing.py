"""Two policies compared the plain way: partnership by partnership, and entry by entry by leaving it out."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from pledger.domain.partnership import replayed
from pledger.projections.evidence import evidence_of
from pledger.projections.momentum import momentum
from pledger.projections.trust import trust_by_party

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from pledger.domain.ledger import Ledger
    from pledger.projections.evidence import Row
    from pledger.projections.momentum import Momentum
    from pledger.projections.policy import Policy
    from pledger.projections.trust import TrustInParty

DAY = timedelta(days=1)
WORST_FIRST = ("weak", "unknown", "fair", "firm")
NOWHERE = (len(WORST_FIRST), 0.0)
Key = tuple[int, float]


class Pulls(NamedTuple):
    """What one entry does to trust under the old policy and the new, and by which kinds of evidence."""

    old: float
    new: float
    kinds: tuple[str, ...]

    @property
    def difference(self) -> float:
        return self.new - self.old


@dataclass(frozen=True)
class Plain:
    """One partnership under both policies, the old one first."""

    slug: str
    members: tuple[str, ...]
    rows: tuple[Row, ...]
    trust: tuple[Sequence[TrustInParty], Sequence[TrustInParty]]
    momentum: tuple[Momentum, Momentum]

    def rank_key(self, side: int) -> Key:
        """How low it stands: by the party trusted least, if anything is known of any, those of whom it is."""
        known = [held for held in self.trust[side] if held.band != "unknown"] or self.trust[side]
        keys = [(WORST_FIRST.index(held.band), held.opinion.cautious) for held in known]
        return min(keys, key=lambda key: key[1], default=NOWHERE)


def compared(ledger: Ledger, policies: tuple[Policy, Policy], as_of: datetime, known_at: datetime) -> list[Plain]:
    """Every partnership known then, by name."""
    told = []
    for slug in sorted(ledger.partnerships()):
        known = [entry for entry in ledger.entries(slug) if entry.recorded_at <= known_at]
        if not known:
            continue
        rows = tuple(evidence_of(known))
        members = tuple(replayed(slug, known, ledger.zone, as_of).lifecycle.members)
        old, new = (trust_by_party(rows, members, policy, as_of, known_at) for policy in policies)
        was, will_be = (momentum(rows, members, policy, as_of, known_at).together for policy in policies)
        told.append(Plain(slug, members, rows, (old, new), (was, will_be)))
    return told


def pulls_of(
    rows: Iterable[Row], party: str, policies: tuple[Policy, Policy], as_of: datetime
) -> dict[int, Pulls] | None:
    """What each entry does to trust in a party; None where it cannot be told which of several alike was taken back."""
    own = [row for row in rows if row.party == party]
    sides: list[dict[int, float]] = []
    kinds: defaultdict[int, set[str]] = defaultdict(set)
    for policy in policies:
        standing = _standing([row for row in own if _effective(row, policy) <= as_of])
        if standing is None:
            return None
        for row in standing:
            if policy.weights.get(row.kind) and _amount(row, policy, as_of):
                kinds[row.position].add(row.kind)
        whole = _trust(standing, policy, as_of)
        sides.append(
            {
                entry: whole - _trust([row for row in standing if row.position != entry], policy, as_of)
                for entry in {row.position for row in standing}
            }
        )
    old, new = sides
    return {
        entry: Pulls(old.get(entry, 0.0), new.get(entry, 0.0), tuple(sorted(kinds[entry])))
        for entry in old.keys() | new.keys()
    }


def _effective(row: Row, policy: Policy) -> datetime:
    return row.at if policy.credit == "observed" else row.matures_at


def _standing(rows: Iterable[Row]) -> list[Row] | None:
    """The rows without those that reverse each other; None where one of several of one kind and time is reversed."""
    alike: defaultdict[tuple[object, ...], list[Row]] = defaultdict(list)
    for row in rows:
        alike[row.kind, row.at, row.matures_at].append(row)
    standing = []
    for same in alike.values():
        reversing = [row for row in same if row.count < 0]
        told = [row for row in same if row.count > 0]
        if len(reversing) == len(told):
            continue
        if reversing and len(told) > 1:
            return None
        standing += told
    return standing


def _trust(rows: Iterable[Row], policy: Policy, as_of: datetime) -> float:
    """The sums of design section 6, one row at a time."""
    supporting = opposing = 0.0
    for row in rows:
        weight = policy.weights.get(row.kind, 0.0)
        amount = abs(weight) * _amount(row, policy, as_of) if weight else 0.0
        if weight > 0:
            supporting += amount
        else:
            opposing += amount
    prior = policy.trust
    return (supporting + prior.prior_weight * prior.base_rate) / (supporting + opposing + prior.prior_weight)


def _amount(row: Row, policy: Policy, as_of: datetime) -> float:
    """What a row counts, before its weight; nothing where the policy leaves its kind out."""
    rule = policy.kinds.get(row.kind)
    if rule is None:
        return 0.0
    shape = {
        "constant": 1.0,
        "proportional": row.measure / rule.scale,
        "saturating": row.measure / (row.measure + rule.scale),
        "halving": math.exp2(-row.measure / rule.scale),
    }[rule.shape]
    stake: float = getattr(policy.stakes, row.stake)
    age_days: float = (as_of - _effective(row, policy)) / DAY
    return shape * stake * math.exp2(-age_days / rule.half_life_days)
