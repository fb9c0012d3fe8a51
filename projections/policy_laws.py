"""The laws that every policy is held to, and the smallest history that shows where one is broken.

A law says that one outcome of a promise is worth at least another: trust after the first is at least trust after the
second, *at equal age and after any earlier evidence*.

**Any earlier evidence.** Let the first outcome bring evidence (p, n) for and against, the second (p', n'), and let R
and S be what is there already on both sides, the prior included (R >= W*a, S >= W*(1 - a)). Trust is
(R + p) / (R + p + S + n), so the law holds exactly where

    (R + p) * (S + n') - (R + p') * (S + n)  =  R * (n' - n) + S * (p - p') + (p * n' - p' * n)  >=  0.

This is monotonic in R and in S. Where p >= p' and n <= n' it holds whatever came earlier. Where it fails for some
earlier evidence, it fails also with evidence on one side alone: much that speaks against a party where p < p', much
that speaks for it where n > n'. So it is enough to look at these two extremes, and there the breach, once shown, stays;
the smallest number of earlier pieces that shows it is searched for, up to EARLIER_MAX.

**Equal age.** All evidence of both outcomes takes effect at one instant, and earlier evidence a day before: a law
judges what was done, not who did it first. Since kinds fade at different paces, every law must hold at every age at
which something of what it compares still counts at least half: ages from 0 to the longest half-life among these kinds
are tried. Beyond it one promise is no longer worth a law; under nearly every policy the longer memory of wrongs (which
is meant) would in the end make any admitted one weigh more than a forgotten one that was hidden.

**Admitting** is saying so by the day it is due or within 30 days: whoever says nothing for longer has hidden it so far.

Everything is scored by the loop that scores ledgers; trust in a breach is told by `trust_by_party`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from pledger.projections.opinion import Opinion
from pledger.projections.policy_law_cases import LAWS, MAKER, OUTCOME_AT, earlier_pieces
from pledger.projections.scoring import lines_asking, sums_asked
from pledger.projections.trust import trust_by_party
from pledger.projections.wording import several

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from pledger.domain.fact import Stake
    from pledger.projections.evidence import Row
    from pledger.projections.policy import Policy
    from pledger.projections.policy_law_cases import Law, Outcome

    Sides = tuple[float, float]  # evidence for and against

Name = TypeVar("Name")

EARLIER_MAX = 1000
"""A difference that only more pieces than this would show is of no practical meaning."""
SHOWN, FELT = 1e-3, 1e-9
"""A difference that three decimals show is looked for first, then one that is above the rounding of sums."""
_AGES_DAYS_MAX = 1_000_000


@dataclass(frozen=True)
class Breach:
    """A law that a policy breaks, and the smallest history found that shows it."""

    law: str
    preferred: Outcome
    other: Outcome
    earlier_words: str
    age_days: int
    preferred_rows: tuple[Row, ...]
    other_rows: tuple[Row, ...]
    preferred_trust: float
    other_trust: float

    @property
    def at(self) -> datetime:
        """The moment at which trust in Acme is compared."""
        return OUTCOME_AT + timedelta(days=self.age_days)

    @property
    def sentence(self) -> str:
        """The history in words and numbers."""
        low, high = _told_apart(self.preferred_trust, self.other_trust)
        age = f", {several(self.age_days, 'day')} later" if self.age_days else ""
        before = f"after {self.earlier_words}" if self.earlier_words else "with nothing before"
        return (
            f"{before}, a promise {self.preferred.words} leaves trust at {low}{age}; "
            f"the same {self.other.words} leaves it at {high}"
        )

    def as_json(self) -> dict[str, Any]:
        """The breach by its documented keys."""
        return {
            "law": self.law,
            "history": self.sentence,
            "earlier": self.earlier_words,
            "age_days": self.age_days,
            "preferred": _told(self.preferred, self.preferred_rows, self.preferred_trust),
            "other": _told(self.other, self.other_rows, self.other_trust),
        }


def breaches(policy: Policy) -> list[Breach]:
    """Where a policy breaks a law, each with the smallest history that shows it; none where it keeps them all."""
    stake = _felt_stake(policy)
    found = (_breach(law, policy, stake) for law in LAWS)
    return [breach for breach in found if breach is not None]


def _felt_stake(policy: Policy) -> Stake:
    """The stake that the promises have: medium, unless the policy counts that nowhere."""
    stakes: tuple[Stake, ...] = ("medium", "large", "small")
    return next((stake for stake in stakes if getattr(policy.stakes, stake)), "medium")


def _breach(law: Law, policy: Policy, stake: Stake) -> Breach | None:
    outcomes = list(dict.fromkeys(outcome for pair in law.pairs for outcome in pair))
    ages = _ages({row.kind for outcome in outcomes for row in outcome.rows(stake)}, policy)
    worth = _worth({outcome: outcome.rows(stake) for outcome in outcomes}, policy, ages)
    pieces = earlier_pieces(stake)
    before = _worth(pieces, policy, ages)
    for margin in (SHOWN, FELT):
        best: tuple[int, int, int, str] | None = None
        for number, (preferred, other) in enumerate(law.pairs):
            for place in range(len(ages)):
                sides = {words: at_ages[place] for words, at_ages in before.items()}
                limit = EARLIER_MAX if best is None else best[0]
                at_this_age = worth[preferred][place], worth[other][place]
                for count, words in _fewest(policy, at_this_age, sides, margin, limit):
                    best = min(best or (count, place, number, words), (count, place, number, words))
        if best is not None:
            count, place, number, words = best
            return _told_breach(law, law.pairs[number], policy, ages[place], pieces[words] * count, stake, words, count)
    return None


def _ages(kinds: set[str], policy: Policy) -> list[int]:
    """Whole days, closer to each other when young, until the longest-lived of these kinds has lost half its weight."""
    half_lives = [rule.half_life_days for kind, rule in policy.kinds.items() if kind in kinds and rule.weight]
    longest = min(int(max(half_lives, default=0.0)), _AGES_DAYS_MAX)
    ages, age = {0, longest}, 1.0
    while age < longest:
        ages.add(int(age))
        age *= 1.4
    return sorted(ages)


def _worth(rows_of: Mapping[Name, Sequence[Row]], policy: Policy, ages: Sequence[int]) -> dict[Name, list[Sides]]:
    """The evidence for and against at each age, every history being scored as a party of its own."""
    names = {str(place): name for place, name in enumerate(rows_of)}
    rows = [row._replace(party=place) for place, name in names.items() for row in rows_of[name]]
    moments = [OUTCOME_AT + timedelta(days=age) for age in ages]
    lines = lines_asking(rows, list(names), policy, policy.credit, moments)
    sums = sums_asked(lines, policy.weights, policy.half_lives_days)
    return {
        name: sums[place * len(ages) : (place + 1) * len(ages)] or [(0.0, 0.0)] * len(ages)
        for place, name in enumerate(rows_of)
    }


def _fewest(
    policy: Policy, worth: tuple[Sides, Sides], before: Mapping[str, Sides], margin: float, limit: int
) -> Iterator[tuple[int, str]]:
    """The fewest earlier pieces, up to `limit`, after which the first is worth less than the second by a margin."""
    (pro, contra), (other_pro, other_contra) = worth
    if pro >= other_pro and contra <= other_contra:
        return  # whatever came earlier, by the docstring above
    against = max(before, key=lambda words: before[words][1] - before[words][0])
    in_favour = max(before, key=lambda words: before[words][0] - before[words][1])
    for count in range(limit + 1):
        for words in (against, in_favour):
            there = before[words][0] * count, before[words][1] * count
            if _trust(policy, worth[1], there) - _trust(policy, worth[0], there) > margin:
                yield count, words
                return


def _trust(policy: Policy, sides: Sides, before: Sides) -> float:
    prior = policy.trust
    return Opinion(before[0] + sides[0], before[1] + sides[1], prior.prior_weight, prior.base_rate).trust


def _told_breach(
    law: Law,
    pair: tuple[Outcome, Outcome],
    policy: Policy,
    age_days: int,
    before: list[Row],
    stake: Stake,
    words: str,
    count: int,
) -> Breach:
    moment = OUTCOME_AT + timedelta(days=age_days)
    histories = [(*before, *outcome.rows(stake)) for outcome in pair]
    trusts = [trust_by_party(rows, [MAKER], policy, moment, moment)[0].opinion.trust for rows in histories]
    first, _, rest = words.partition(" ")
    told = f"{several(count, first)} {rest}" if count else ""
    return Breach(law.words, *pair, told, age_days, histories[0], histories[1], trusts[0], trusts[1])


def _told(outcome: Outcome, rows: Sequence[Row], trust: float) -> dict[str, Any]:
    evidence = [{"kind": row.kind, "measure": row.measure} for row in rows if row.at == OUTCOME_AT]
    return {"promise": outcome.words, "evidence": evidence, "trust": trust}


def _told_apart(low: float, high: float) -> tuple[str, str]:
    """Two shares with as many decimals as tell them apart, three at least."""
    told = ((f"{low:.{digits}f}", f"{high:.{digits}f}") for digits in range(3, 17))
    one, other = next((pair for pair in told if pair[0] != pair[1]), (f"{low}", f"{high}"))
    return one.removeprefix("0"), other.removeprefix("0")
