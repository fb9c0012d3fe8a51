"""Two policies compared: what another scoring would change, for whom.

The rank of a partnership is its place by the cautious trust in the party that is trusted least, lowest first; parties
of whom too little is known count only where that goes for all.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from pledger.projections.belonging import in_order_of_joining
from pledger.projections.columns import DAY_US, microseconds
from pledger.projections.compare_causes import causes_of, causes_of_all
from pledger.projections.momentum import momentum_of
from pledger.projections.opinion import BANDS, Opinion, band, band_place, opinions_of
from pledger.projections.scores import Asked, Scorer
from pledger.projections.what_if import WhatIf, differ_in_weights_alone

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from pledger.projections.columns import Array
    from pledger.projections.compare_causes import Cause
    from pledger.projections.merging import Merge
    from pledger.projections.momentum import Momentum
    from pledger.projections.policy import Policy
    from pledger.projections.question import Question

FELT = 0.005
"""What two decimals show: a smaller difference counts as none when rises and falls are counted."""
FEW = 50
"""Up to so many partnerships, the entries behind each difference are sought party by party."""
_WORST_FIRST = ("weak", "unknown", "fair", "firm")


@dataclass(frozen=True, slots=True)
class Judged:
    """The opinion of one party under one policy, with its word."""

    opinion: Opinion
    band: str


@dataclass(frozen=True, slots=True)
class PartyCompared:
    """Trust in one party under each policy; `number` is its place among all parties."""

    number: int
    party: str
    old: Judged
    new: Judged

    @property
    def difference(self) -> float:
        return self.new.opinion.trust - self.old.opinion.trust


@dataclass(frozen=True, slots=True)
class Compared:
    """One partnership under each policy, with its ranks."""

    partnership: str
    parties: tuple[PartyCompared, ...]
    old_momentum: Momentum
    new_momentum: Momentum
    old_rank: int
    new_rank: int


@dataclass(frozen=True)
class _Side:
    """Everything under one policy: the opinions of the members (as columns), and each partnership's momentum."""

    policy: Policy
    opinions: Any
    bands: Array
    momentum: list[Momentum]
    ranks: Array

    def judged(self, place: int) -> Judged:
        whole, bands = self.opinions, self.policy.bands
        sums = float(whole.supporting[place]), float(whole.opposing[place])
        opinion = Opinion(*sums, whole.prior_weight, whole.base_rate)
        return Judged(opinion, band(opinion, bands))


class Comparison:
    """All partnerships under two policies, at one moment; the largest differences first."""

    def __init__(self, evidence: Merge, old: Question, new: Question) -> None:
        outline = evidence.outline
        self.questions = (old, new)
        self._as_of, self._known_at = map(microseconds, old.moment)
        self._evidence = evidence
        self._names = outline.parties
        slugs = sorted(outline.known_since)
        known = np.array([outline.known_since[slug] <= self._known_at for slug in slugs], bool)
        self._partnerships = [slug for slug, is_known in zip(slugs, known.tolist(), strict=True) if is_known]
        self._members = in_order_of_joining(outline, self._as_of, self._known_at)
        self._of = (np.cumsum(known) - 1)[outline.parties.partnership[self._members]]
        self._old, self._new = self._judged(old.policy, new.policy)
        self._difference = self._new.opinions.trust - self._old.opinions.trust
        self._largest = np.zeros(len(self))
        np.maximum.at(self._largest, self._of, np.abs(self._difference))

    def __len__(self) -> int:
        return len(self._partnerships)

    def _judged(self, old: Policy, new: Policy) -> tuple[_Side, _Side]:
        """Both sides; from sums kept per kind where the policies differ in weights, the prior or bands alone."""
        moment = (self._as_of, self._known_at)
        kept = next((each for each in (old, new) if differ_in_weights_alone(each, old, new)), None)
        what_if = WhatIf.of(self._evidence, kept, *moment) if kept is not None else None
        wheels = {_wheel(policy): policy for policy in (old, new)}
        momentum = {wheel: self._momentum(policy) for wheel, policy in wheels.items()}

        def side(policy: Policy) -> _Side:
            told = what_if.opinions(policy) if what_if is not None else opinions(self._evidence, policy, *moment)
            members = opinions_of(told.supporting[self._members], told.opposing[self._members], policy.trust)
            bands: Any = band_place(members, policy.bands)
            return _Side(policy, members, bands, momentum[_wheel(policy)], self._ranks(members, bands))

        return side(old), side(new)

    def _momentum(self, policy: Policy) -> list[Momentum]:
        """The momentum of each partnership: of the mean speed of its members."""
        wheel = policy.momentum
        before, now = speeds(self._evidence, policy, self._as_of, self._known_at)[:, self._members]
        number = np.maximum(1, np.bincount(self._of, minlength=len(self)))
        means = (np.bincount(self._of, speed, minlength=len(self)) / number for speed in (before, now))
        return [momentum_of(was, is_now, wheel) for was, is_now in zip(*(mean.tolist() for mean in means), strict=True)]

    def _ranks(self, held: Any, bands: Array) -> Array:
        """The place of each partnership by the party trusted least among those of whom something is known."""
        worst_first = np.array([_WORST_FIRST.index(word) for word in BANDS])[bands]
        cautious = held.cautious
        order = np.lexsort((cautious, bands == BANDS.index("unknown"), self._of))
        partnerships, firsts = np.unique(self._of[order], return_index=True)
        least = order[firsts]
        word, number = np.full(len(self), len(BANDS)), np.zeros(len(self))
        word[partnerships], number[partnerships] = worst_first[least], cautious[least]
        ranks = np.empty(len(self), "<i8")
        ranks[np.lexsort((np.arange(len(self)), number, word))] = np.arange(1, len(self) + 1)
        return ranks

    def largest_first(self, limit: int | None = None) -> Iterator[Compared]:
        """The partnerships by the largest difference of trust in a party, then that of momentum."""
        turned = [abs(new.value - old.value) for old, new in zip(self._old.momentum, self._new.momentum, strict=True)]
        order = np.lexsort((np.arange(len(self)), -np.array(turned), -self._largest))[:limit]
        start = np.searchsorted(self._of, np.arange(len(self) + 1))
        for place in order.tolist():
            members = range(int(start[place]), int(start[place + 1]))
            yield Compared(
                self._partnerships[place],
                tuple(self._party(member) for member in members),
                *(self._old.momentum[place], self._new.momentum[place]),
                *(int(self._old.ranks[place]), int(self._new.ranks[place])),
            )

    def causes(self, shown: Collection[Compared]) -> dict[int, list[Cause]]:
        """The entries that make the difference in each party of these, by the party's number; the largest first."""
        if len(shown) > FEW:
            return causes_of_all(self._evidence, *self.questions)
        return causes_of(self._evidence, *self.questions, (party for each in shown for party in each.parties))

    def _party(self, member: int) -> PartyCompared:
        number = int(self._members[member])
        return PartyCompared(number, self._names[number].party, self._old.judged(member), self._new.judged(member))

    def summary(self) -> dict[str, Any]:
        """How many rise, fall, change band or rank; rises and falls are of FELT or more."""
        moved = zip(self._old.bands.tolist(), self._new.bands.tolist(), strict=True)
        bands = Counter(f"{BANDS[old]} to {BANDS[new]}" for old, new in moved if old != new)
        rise, fall = int(np.sum(self._difference >= FELT)), int(np.sum(self._difference <= -FELT))
        turned = zip(self._old.momentum, self._new.momentum, strict=True)
        return {
            "partnerships": len(self),
            "parties": len(self._members),
            "rise": rise,
            "fall": fall,
            "stay": len(self._members) - rise - fall,
            "change_band": sum(bands.values()),
            "band_changes": dict(sorted(bands.items(), key=lambda change: (-change[1], change[0]))),
            "change_momentum_state": sum(old.state != new.state for old, new in turned),
            "change_rank": int(np.sum(self._old.ranks != self._new.ranks)),
            "largest_difference": float(self._largest.max(initial=0.0)),
        }


def opinions(evidence: Merge, policy: Policy, as_of: int, known_at: int) -> Any:
    """The opinion of every party at a moment, as one whose numbers are columns."""
    told = list(Scorer(evidence, policy).trust(Asked(np.array([as_of]), as_of, known_at)))
    supporting, opposing = np.concatenate(told, axis=1) if told else np.zeros((2, 0))
    return opinions_of(supporting, opposing, policy.trust)


def speeds(evidence: Merge, policy: Policy, as_of: int, known_at: int) -> Array:
    """How fast each party's wheel turned one window before a moment, and at it: an array (2, parties)."""
    moments = np.array([as_of - round(policy.momentum.window_days * DAY_US), as_of])
    told = list(Scorer(evidence, policy).speed(Asked(moments, as_of, known_at)))
    return np.concatenate(told).reshape(-1, 2).T if told else np.zeros((2, 0))


def _wheel(policy: Policy) -> str:
    """All that momentum depends on."""
    pushing = {kind: (rule.impulse, rule.shape, rule.scale) for kind, rule in policy.kinds.items() if rule.impulse}
    return repr((policy.momentum, policy.stakes, sorted(pushing.items())))
