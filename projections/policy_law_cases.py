"""What may become of one promise, as evidence: the histories that the laws of a policy compare.

Each is told fact by fact to a partnership, and what the evidence map makes of it is taken as it is; so the laws speak
of what scoring will see, not of a second account of it.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from pledger.domain.days import Occurrence
from pledger.domain.delivery import CommitmentBroken, CommitmentDelivered, CommitmentMade, CommitmentRenegotiated
from pledger.domain.entry import Entry
from pledger.domain.lifecycle import PartnershipOpened
from pledger.domain.partnership import Partnership
from pledger.projections.evidence import Row, evidence_of
from pledger.projections.kinds import COMMITMENT_KINDS, KINDS
from pledger.projections.scoring import rows_in_effect
from pledger.projections.wording import several

if TYPE_CHECKING:
    from pledger.domain.fact import Fact, Stake

MAKER, PROMISE = "Acme", "the-promise"
OUTCOME_AT = datetime(2000, 1, 1, tzinfo=UTC)
"""When all evidence of what became of the promise takes effect, and is known: at equal age, whatever came when."""
EARLIER_AT = OUTCOME_AT - timedelta(days=1)

_FIRST_DAY, _DUE = date(1999, 1, 1), 120
_NEVER_ALONE = {"breach-repaired", "concern-resolved", "rated-for", "rated-against"}
EARLIER_KINDS = tuple(kind for kind in KINDS if kind not in COMMITMENT_KINDS | _NEVER_ALONE)


class Outcome(NamedTuple):
    """What became of one promise: in words for one and for several, and the facts with their days."""

    words: str
    facts: tuple[tuple[int, Fact], ...]
    first_date: bool = False

    def rows(self, stake: Stake) -> list[Row]:
        """Its evidence about the maker, all of one age."""
        return list(_rows(self, stake))


def kept(days_early: int, *, first_date: bool = False) -> Outcome:
    """Delivered in time: on the day it was due (0), or some days early."""
    how = f"delivered {several(days_early, 'day')} early" if days_early else "delivered on the day it was due"
    return Outcome(how, ((_DUE - days_early, CommitmentDelivered(commitment=PROMISE)),), first_date)


def late(days: int, *, first_date: bool = False) -> Outcome:
    """Delivered some days late."""
    delivered = CommitmentDelivered(commitment=PROMISE)
    return Outcome(f"delivered {several(days, 'day')} late", ((_DUE + days, delivered),), first_date)


def moved(days_before: int, by_days: int, *, first_date: bool = False) -> Outcome:
    """The date moved before it passed, and the promise kept on the new one."""
    moving = CommitmentRenegotiated(commitment=PROMISE, due=_day(_DUE + by_days))
    done = CommitmentDelivered(commitment=PROMISE)
    words = f"moved {several(days_before, 'day')} before it was due, by {several(by_days, 'day')}, and then kept"
    return Outcome(words, ((_DUE - days_before, moving), (_DUE + by_days, done)), first_date)


def admitted(days_late: int) -> Outcome:
    """Said to be broken: on the day it was due (0), or some days after."""
    when = f"{several(days_late, 'day')} after" if days_late else "on"
    said = CommitmentBroken(commitment=PROMISE)
    return Outcome(f"admitted as broken {when} the day it was due", ((_DUE + days_late, said),))


def hidden() -> Outcome:
    """Neither delivered nor admitted."""
    return Outcome("never delivered, and nothing said for 90 days", ())


def earlier_pieces(stake: Stake) -> dict[str, list[Row]]:
    """What may have come earlier, in words for one of them: promises kept, broken, hidden, and other kinds alone."""
    promises = {"promise kept": kept(0), "promise admitted as broken": admitted(0), "promise hidden": hidden()}
    pieces = {words: outcome.rows(stake) for words, outcome in promises.items()}
    pieces |= {f"piece of evidence '{kind}'": [_piece(kind)] for kind in EARLIER_KINDS}
    return {words: [_earlier(row) for row in rows] for words, rows in pieces.items()}


def _piece(kind: str) -> Row:
    return Row(0, "law", MAKER, kind, OUTCOME_AT, OUTCOME_AT, OUTCOME_AT, 0.0, "medium", 1)


def _earlier(row: Row) -> Row:
    return row._replace(at=EARLIER_AT, matures_at=EARLIER_AT, known_at=EARLIER_AT)


@cache
def _rows(outcome: Outcome, stake: Stake) -> tuple[Row, ...]:
    made = CommitmentMade(
        what="the promise", by=MAKER, due=_day(_DUE), stake=stake, first_date=outcome.first_date, commitment=PROMISE
    )
    opened = PartnershipOpened(parties=(MAKER, "Globex"), purpose="law")
    written = evidence_of(_admitted(((0, opened), (0, made), *outcome.facts)))
    end = _instant(_DUE + 1000)
    return tuple(
        row._replace(at=OUTCOME_AT, matures_at=OUTCOME_AT, known_at=OUTCOME_AT)
        for row in rows_in_effect(written, "observed", end, end)
        if row.party == MAKER
    )


def _admitted(facts: tuple[tuple[int, Fact], ...]) -> list[Entry]:
    partnership, entries = Partnership("law"), []
    for version, (day, fact) in enumerate(facts, start=1):
        when = Occurrence(_instant(day), ZoneInfo("UTC"))
        complete = partnership.admit(fact, when)
        partnership.apply(complete, when)
        entries.append(Entry(version, "law", version, complete, when.at, when.at, "law"))
    return entries


def _day(number: int) -> date:
    return _FIRST_DAY + timedelta(days=number)


def _instant(number: int) -> datetime:
    return datetime.combine(_day(number), datetime.min.time(), UTC) + timedelta(hours=9)


class Law(NamedTuple):
    """One law: in words, and the outcomes that it compares, the one that must be worth at least the other first."""

    words: str
    pairs: tuple[tuple[Outcome, Outcome], ...]


LAWS = (
    Law(
        "a promise kept in time is worth at least one kept a little late",
        (
            *((kept(early), late(days)) for early in (0, 1, 7, 30, 90) for days in (1, 3, 7)),
            *((kept(early, first_date=True), late(1, first_date=True)) for early in (0, 1, 7, 30, 90)),
        ),
    ),
    Law(
        "a promise kept a little late is worth at least one kept much later",
        tuple((late(few), late(many)) for few in (1, 3, 7) for many in (14, 30, 31, 60, 90, 91, 180, 365)),
    ),
    Law(
        "a broken promise admitted is worth at least one hidden, once 90 days have passed",
        tuple((admitted(days), hidden()) for days in (0, 1, 30)),
    ),
    Law(
        "a date moved early and then kept is worth at least a delivery that late",
        tuple(
            (moved(before, days, first_date=first), late(days, first_date=first))
            for first in (False, True)
            for days in (1, 7, 30, 60, 91)
            for before in (1, 7, 30)
        ),
    ),
)
