"""Two policies compared: what another scoring would change, for whom, and by which entries.

Every partnership is scored from its entries under each. The rank of a partnership is its place by the cautious trust in
the party that is trusted least, lowest first; parties of whom too little is known count only where that goes for all.

What an entry does to trust in a party is its *pull*: trust with it, less trust without it. The entries that make the
difference are those whose pull differs most between the two policies.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

from pledger.projections.evidence import evidence_of
from pledger.projections.members import members_at
from pledger.projections.momentum import Momentum, momentum
from pledger.projections.opinion import Opinion
from pledger.projections.scoring import lines_asking, rows_in_effect, sums_asked
from pledger.projections.trust import TrustInParty, trust_by_party

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pledger.domain.entry import Entry
    from pledger.projections.evidence import Row
    from pledger.projections.policy import Policy
    from pledger.projections.question import Question

FELT = 0.005
"""What two decimals show: a smaller difference counts as none when rises and falls are counted."""
CAUSES_MAX = 5
_PULL_MIN = 1e-6
_ORDER = ("weak", "unknown", "fair", "firm")


class Cause(NamedTuple):
    """An entry that makes a difference: what evidence it brings, and its pull under each policy."""

    entry: int
    kinds: tuple[str, ...]
    old_pull: float
    new_pull: float

    @property
    def difference(self) -> float:
        return self.new_pull - self.old_pull


@dataclass(frozen=True, slots=True)
class PartyCompared:
    """Trust in one party under each policy."""

    party: str
    old: TrustInParty
    new: TrustInParty

    @property
    def difference(self) -> float:
        return self.new.opinion.trust - self.old.opinion.trust


@dataclass(frozen=True, slots=True)
class Compared:
    """One partnership under each policy."""

    partnership: str
    parties: tuple[PartyCompared, ...]
    old_momentum: Momentum
    new_momentum: Momentum

    @property
    def largest(self) -> float:
        """The largest difference of trust in a party."""
        return max((abs(party.difference) for party in self.parties), default=0.0)

    @property
    def order(self) -> tuple[float, float, str]:
        """Largest differences first: of trust, then of momentum."""
        return -self.largest, -abs(self.new_momentum.value - self.old_momentum.value), self.partnership


@dataclass(frozen=True, slots=True)
class Comparison:
    """All partnerships, largest differences first, with their ranks under each policy."""

    partnerships: tuple[Compared, ...]
    old_ranks: dict[str, int]
    new_ranks: dict[str, int]

    def changes_rank(self, partnership: str) -> bool:
        return self.old_ranks[partnership] != self.new_ranks[partnership]

    def summary(self) -> dict[str, Any]:
        """How many rise, fall, change band or rank; rises and falls are of FELT or more."""
        parties = [party for each in self.partnerships for party in each.parties]
        bands = Counter(
            f"{party.old.band} to {party.new.band}" for party in parties if party.old.band != party.new.band
        )
        rise = sum(party.difference >= FELT for party in parties)
        fall = sum(party.difference <= -FELT for party in parties)
        return {
            "partnerships": len(self.partnerships),
            "parties": len(parties),
            "rise": rise,
            "fall": fall,
            "stay": len(parties) - rise - fall,
            "change_band": sum(bands.values()),
            "band_changes": dict(bands.most_common()),
            "change_momentum_state": sum(
                each.old_momentum.state != each.new_momentum.state for each in self.partnerships
            ),
            "change_rank": sum(self.changes_rank(each.partnership) for each in self.partnerships),
            "largest_difference": max((each.largest for each in self.partnerships), default=0.0),
        }


def compare(streams: Iterable[tuple[str, Sequence[Entry]]], old: Question, new: Question) -> Comparison:
    """Every partnership under two policies, at one moment; each stream has its entries in order of recording."""
    told = (_compared(slug, entries, old, new) for slug, entries in streams)
    found = sorted((each for each in told if each is not None), key=lambda each: each.order)
    return Comparison(
        tuple(found),
        _ranks({each.partnership: [party.old for party in each.parties] for each in found}),
        _ranks({each.partnership: [party.new for party in each.parties] for each in found}),
    )


def causes(entries: Iterable[Entry], compared: PartyCompared, old: Question, new: Question) -> list[Cause]:
    """The entries of its partnership that make the difference for a party, the largest difference first."""
    rows = [row for row in evidence_of(filter(old.moment.is_known, entries)) if row.party == compared.party]
    counted = [rows_in_effect(rows, asked.policy.credit, *asked.moment) for asked in (old, new)]
    old_pulls, new_pulls = (_pulls(standing, asked) for standing, asked in zip(counted, (old, new), strict=True))
    kinds: dict[int, set[str]] = {}
    for row in chain(*counted):
        kinds.setdefault(row.position, set()).add(row.kind)
    found = [
        Cause(entry, _weighed(brought, old.policy, new.policy), old_pulls.get(entry, 0.0), new_pulls.get(entry, 0.0))
        for entry, brought in kinds.items()
    ]
    felt = [cause for cause in found if abs(cause.difference) > _PULL_MIN]
    return sorted(felt, key=lambda cause: (-abs(cause.difference), cause.entry))[:CAUSES_MAX]


def _compared(slug: str, entries: Sequence[Entry], old: Question, new: Question) -> Compared | None:
    known = list(filter(old.moment.is_known, entries))
    if not known:
        return None
    members = members_at(slug, known, old)
    rows = evidence_of(known)
    trusts = [trust_by_party(rows, members, asked.policy, *asked.moment) for asked in (old, new)]
    wheels = [momentum(rows, members, asked.policy, *asked.moment).together for asked in (old, new)]
    parties = (PartyCompared(held.party, held, then) for held, then in zip(*trusts, strict=True))
    return Compared(slug, tuple(parties), *wheels)


def _ranks(held: dict[str, list[TrustInParty]]) -> dict[str, int]:
    ordered = sorted(held, key=lambda slug: (*_caution(held[slug]), slug))
    return {slug: rank for rank, slug in enumerate(ordered, start=1)}


def _caution(parties: Sequence[TrustInParty]) -> tuple[int, float]:
    known = [held for held in parties if held.band != "unknown"]
    least = min(known or parties, key=lambda held: held.opinion.cautious, default=None)
    return (_ORDER.index(least.band), least.opinion.cautious) if least else (len(_ORDER), 0.0)


def _pulls(standing: Sequence[Row], asked: Question) -> dict[int, float]:
    """What trust in the one party of these rows is with each entry's evidence, less what it would be without."""
    policy, prior = asked.policy, asked.policy.trust
    entries = sorted({row.position for row in standing})
    by_entry = [row._replace(party=str(row.position)) for row in standing]
    lines = lines_asking(by_entry, [str(entry) for entry in entries], policy, policy.credit, [asked.as_of])
    sides = sums_asked(lines, policy.weights, policy.half_lives_days)
    supporting, opposing = sum(pro for pro, _ in sides), sum(contra for _, contra in sides)

    def trust(pro: float, contra: float) -> float:
        return Opinion(max(0.0, pro), max(0.0, contra), prior.prior_weight, prior.base_rate).trust

    whole = trust(supporting, opposing)
    return {
        entry: whole - trust(supporting - pro, opposing - contra)
        for entry, (pro, contra) in zip(entries, sides, strict=True)
    }


def _weighed(kinds: Iterable[str], old: Policy, new: Policy) -> tuple[str, ...]:
    """The kinds of an entry's evidence that either policy weighs."""
    return tuple(sorted(kind for kind in kinds if old.weights.get(kind) or new.weights.get(kind)))
