"""The steps of a partnership's scores: every instant at which evidence takes effect, and the entry behind it.

In order of occurrence the steps show the past as it is known at one moment. In order of recording they follow what was
believed: each entry takes effect when the ledger learned it, and deadlines and silences fall due by what was known
then.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from pledger.projections.scoring import all_but_when_told, lay_beside, takes_effect
from pledger.projections.subjects import Origins, rows_with_subjects

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from pledger.domain.entry import Entry
    from pledger.projections.evidence import Row
    from pledger.projections.scoring import Credit
    from pledger.projections.subjects import Subject

Because = Literal["told", "matured", "deadline", "silence", "end"]
"""Why there is a step: an entry; its outcome is credited; a promise of it is overdue; nobody was in touch since it; or
nothing, where the span asked about begins or ends."""

Score = Literal["trust", "momentum"]


class Step(NamedTuple):
    """What takes effect at one instant by one entry, on trust and on momentum."""

    at: datetime
    entry: int
    because: Because
    trust: tuple[Row, ...] = ()
    momentum: tuple[Row, ...] = ()

    def rows(self, score: Score) -> tuple[Row, ...]:
        """What takes effect on one of the scores."""
        return self.trust if score == "trust" else self.momentum

    @property
    def order(self) -> tuple[datetime, int, Because]:
        """At one instant the earlier entry comes first."""
        return self.at, self.entry, self.because


Group = tuple[Score, tuple[object, ...], "Subject"]
Key = tuple["datetime", int, Because]
ASKED: Final = 0
"""The position of a step that is there for its moment alone."""


class _Steps:
    """Rows put together by instant, entry and cause."""

    def __init__(self) -> None:
        self.found: defaultdict[Key, dict[Score, list[Row]]] = defaultdict(lambda: {"trust": [], "momentum": []})

    def add(self, key: Key, score: Score, row: Row) -> None:
        self.found[key][score].append(row)

    def in_order(self) -> list[Step]:
        return [Step(*key, tuple(rows["trust"]), tuple(rows["momentum"])) for key, rows in sorted(self.found.items())]


def steps_as_occurred(entries: Iterable[Entry], credit: Credit, until: datetime) -> list[Step]:
    """Every entry, deadline and silence up to an instant, from all entries known, in order of their recording.

    Equal instants are in order of position. What was taken back has a step without rows, and so has its retraction.
    """
    origins, standing, steps = Origins(), defaultdict[Group, list["Row"]](list), _Steps()
    for entry in entries:
        origins.learn(entry)
        steps.found[entry.occurred_at, entry.position, "told"]
        for row, subject in rows_with_subjects(entry):
            for score in _SCORES:
                lay_beside(standing[score, all_but_when_told(row), subject], row)
    for (score, _, subject), rows in standing.items():
        for row in rows:
            at = _effective(row, score, credit)
            because = _because(subject, "told" if at == row.at else "matured")
            steps.add((at, origins.behind(row, subject), because), score, row)
    return [step for step in steps.in_order() if step.at <= until]


def steps_as_recorded(entries: Iterable[Entry], credit: Credit, until: datetime) -> list[Step]:
    """What was learned up to an instant, entry by entry, and what fell due meanwhile by what was known then.

    Rows may have taken effect before the instant of their step: they were told late.
    """
    dormant, steps = _Dormant(credit), list[Step]()
    for entry in entries:
        if entry.recorded_at > until:
            break
        steps += dormant.wake(entry.recorded_at)
        steps.append(dormant.learn(entry))
    return steps + dormant.wake(until)


class _Dormant:
    """What is known to take effect later, if nothing takes it back before."""

    def __init__(self, credit: Credit) -> None:
        self._credit: Credit = credit
        self._origins = Origins()
        self._rows: dict[Group, list[Row]] = {}
        self._next: list[tuple[datetime, int, Group]] = []
        self._count = 0

    def learn(self, entry: Entry) -> Step:
        """Take in an entry; the step of what it says that is in effect already."""
        self._origins.learn(entry)
        in_effect: dict[Score, list[Row]] = {"trust": [], "momentum": []}
        for row, subject in rows_with_subjects(entry):
            for score in _SCORES:
                at = _effective(row, score, self._credit)
                if at <= entry.recorded_at:
                    in_effect[score].append(row)
                else:
                    self._put_by(at, (score, all_but_when_told(row), subject), row)
        told = (tuple(in_effect["trust"]), tuple(in_effect["momentum"]))
        return Step(entry.recorded_at, entry.position, "told", *told)

    def _put_by(self, at: datetime, group: Group, row: Row) -> None:
        if group not in self._rows:
            self._rows[group] = []
            self._count += 1
            heapq.heappush(self._next, (at, self._count, group))
        lay_beside(self._rows[group], row)

    def wake(self, until: datetime) -> list[Step]:
        """The steps of what takes effect up to an instant."""
        steps = _Steps()
        while self._next and self._next[0][0] <= until:
            at, _, group = heapq.heappop(self._next)
            score, _, subject = group
            for row in self._rows.pop(group):
                steps.add((at, self._origins.behind(row, subject), _because(subject, "matured")), score, row)
        return steps.in_order()


_SCORES: tuple[Score, ...] = ("trust", "momentum")


def _effective(row: Row, score: Score, credit: Credit) -> datetime:
    """Acts push the wheel when they occur, whenever the policy credits outcomes."""
    return takes_effect(row, credit if score == "trust" else "observed")


def _because(subject: Subject, otherwise: Because) -> Because:
    match subject[0]:
        case "deadline":
            return "deadline"
        case "silence":
            return "silence"
    return otherwise


def with_moments(steps: Sequence[Step], moments: Iterable[datetime]) -> list[Step]:
    """The steps, and one without rows at each of these moments, after everything else that is there then."""
    asked = [Step(moment, ASKED, "end") for moment in moments]
    return sorted([*asked, *steps], key=lambda step: (step.at, step.entry == ASKED))
