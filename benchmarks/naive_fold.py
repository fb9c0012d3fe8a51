"""Replay as the eventsourcing library leads to it: its own events, its own mapper, one fold over them in plain Python.

What an event says of whom is decided by pledger's own evidence map. The sums are those of the design: for each party
and lane (one sign and half-life), carried along from row to row in order of occurrence.
"""

from __future__ import annotations

import time
from collections import defaultdict
from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from naive_aggregate import NaiveLedger

import pledger
from pledger.domain.catalogue import facts
from pledger.projections.evidence import evidence
from pledger.projections.scoring import shaped

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from pledger.projections.evidence import Row
    from pledger.projections.policy import Policy

    Party = tuple[str, str]  # the partnership's name, the party's own

DAY = timedelta(days=1)
AT_ONCE = 1_000


class Answer(NamedTuple):
    """Trust in each party, one number or several, how many entries were read, and how long it took for each."""

    trust: dict[Party, list[float]]
    entries: int
    seconds_per_entry: float


def store(ledger: Path, entries: int, into: Path) -> None:
    """Keep the first entries of a ledger as the library's own events, stamps and all, in their order."""
    naive = NaiveLedger(into)
    with pledger.Ledger.open(ledger, create=False) as opened:
        told = (
            (entry.partnership, entry.occurred_at, entry.fact.TOPIC, entry.fact.model_dump(mode="json"))
            for entry in islice(opened.entries(), entries)
        )
        while batch := list(islice(told, AT_ONCE)):
            naive.tell(batch)
    naive.close()


class Fold:
    """One pass over all events of a file, in the order in which they were stored."""

    def __init__(self, path: Path, policy: Policy) -> None:
        self.path, self.policy = path, policy
        self.entries = 0

    def now(self, moment: datetime) -> Answer:
        """Trust in everybody at a moment: each row is added as it comes, weighed as of then."""
        began = time.perf_counter()
        sums: defaultdict[Party, Sums] = defaultdict(lambda: Sums(self.policy, moment))
        for row in self._rows():
            if row.at <= moment:
                sums[row.partnership, row.party].add(row)
        return self._answer({party: [each.trust()] for party, each in sums.items()}, began)

    def after_every_row(self) -> Answer:
        """Trust in its party just after each row, in order of occurrence (equal times: of recording)."""
        began = time.perf_counter()
        told: dict[Party, list[float]] = {}
        for party, rows in self._in_order().items():
            sums = Sums(self.policy, rows[0].at)
            told[party] = [sums.after(row) for row in rows]
        return self._answer(told, began)

    def at_moments(self, moments: Sequence[datetime]) -> Answer:
        """Trust in everybody at each moment, of which each is later than the one before."""
        began = time.perf_counter()
        told: dict[Party, list[float]] = {}
        for party, rows in self._in_order().items():
            sums, number = Sums(self.policy, moments[0]), 0
            told[party] = []
            for moment in moments:
                while number < len(rows) and rows[number].at <= moment:
                    sums.after(rows[number])
                    number += 1
                told[party].append(sums.at(moment))
        return self._answer(told, began)

    def _answer(self, trust: dict[Party, list[float]], began: float) -> Answer:
        return Answer(trust, self.entries, (time.perf_counter() - began) / self.entries)

    def _in_order(self) -> dict[Party, list[Row]]:
        """Everybody's rows in order of occurrence."""
        rows: defaultdict[Party, list[Row]] = defaultdict(list)
        for row in self._rows():
            rows[row.partnership, row.party].append(row)
        return {party: sorted(told, key=lambda row: row.at) for party, told in rows.items()}

    def _rows(self) -> Iterator[Row]:
        """What all events say; `entries` counts the facts among them."""
        ledger = NaiveLedger(self.path)
        names: dict[object, str] = {}
        self.entries = position = 0
        while found := ledger.recorder.select_notifications(position + 1, AT_ONCE):
            for notification in found:
                event: Any = ledger.mapper.to_domain_event(notification)
                if event.originator_version == 1:
                    names[event.originator_id] = event.slug
                    continue
                self.entries += 1
                fact = facts()[event.topic].model_validate(event.values)
                name, version = names[event.originator_id], event.originator_version - 1
                yield from evidence(
                    pledger.Entry(self.entries, name, version, fact, event.on, event.timestamp, "naive")
                )
            position = found[-1].id
        ledger.close()


class Sums:
    """The decayed evidence about one party, by lane, as of an instant."""

    def __init__(self, policy: Policy, at: datetime) -> None:
        self.policy, self.as_of = policy, at
        self.lanes: defaultdict[tuple[bool, float], float] = defaultdict(float)

    def add(self, row: Row) -> None:
        """Take a row in, weighed as of the instant at which the sums stand."""
        rule = self.policy.kinds.get(row.kind)
        if rule is not None and rule.weight:
            stake: float = getattr(self.policy.stakes, row.stake)
            amount = row.count * abs(rule.weight) * shaped(rule, row.measure) * stake
            fading = 2.0 ** (-((self.as_of - row.at) / DAY) / rule.half_life_days)
            self.lanes[rule.weight > 0, rule.half_life_days] += amount * fading

    def after(self, row: Row) -> float:
        """Trust just after a row that is not before any other so far."""
        self._fade(row.at)
        self.add(row)
        return self.trust()

    def at(self, moment: datetime) -> float:
        """Trust at a moment that is not before any row so far."""
        self._fade(moment)
        return self.trust()

    def trust(self) -> float:
        """The Beta expectation of the sums as they stand."""
        prior, pro, contra = self.policy.trust, 0.0, 0.0
        for (is_pro, _), amount in self.lanes.items():
            if is_pro:
                pro += amount
            else:
                contra += amount
        pro, contra = max(0.0, pro), max(0.0, contra)
        return (pro + prior.prior_weight * prior.base_rate) / (pro + contra + prior.prior_weight)

    def _fade(self, until: datetime) -> None:
        days = (until - self.as_of) / DAY
        for lane in self.lanes if days else ():
            self.lanes[lane] *= 2.0 ** (-days / lane[1])
        self.as_of = until
