"""The views of change, asked of a ledger: why the scores moved, how they did, and what was learned.

They are asked as the other views are, with the same `as_of`, `known_at` and `policy`. A `party` is told by its whole
name, in any case, and may have left. Each raises WrongUsage if the partnership was not known then or has no such party.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, get_args

from pledger.domain.days import day_of, end_of_day
from pledger.domain.naming import listed
from pledger.domain.refusal import WrongUsage
from pledger.projections.question import Moment, Question
from pledger.projections.views import instant_of, known_entries, policy_in_force, question

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime
    from zoneinfo import ZoneInfo

    from pledger.domain.entry import Entry
    from pledger.domain.ledger import Ledger
    from pledger.projections.diff import Difference
    from pledger.projections.explain import Explanation
    from pledger.projections.history import History, Order
    from pledger.projections.policy import Policy
    from pledger.projections.views import When


def explain(
    ledger: Ledger,
    partnership: str,
    *,
    since: When = None,
    until: When = None,
    as_of: When = None,
    known_at: When = None,
    policy: Policy | None = None,
    party: str | None = None,
) -> Explanation:
    """Why trust and momentum moved `since` one moment `until` another, part by part, exactly.

    The end is `as_of` unless told, the start 30 days before it. Raises WrongUsage if the span ends before it starts, or
    after an `as_of` that is told too.
    """
    from pledger.projections.change import span_before
    from pledger.projections.explain import explain as explained

    asked = question(ledger, as_of if until is None else until, known_at, policy)
    latest, start = instant_of(ledger, as_of), instant_of(ledger, since) or span_before(asked.as_of)
    if latest is not None and asked.as_of > latest:
        end, of_all = _told(asked.as_of, ledger.zone), _told(latest, ledger.zone)
        raise WrongUsage(f"--until {end} is after --as-of {of_all}", remedy="leave one of them out")
    if start > asked.as_of:
        raise WrongUsage(
            f"the span ends on {asked.as_of.astimezone(ledger.zone):%a %Y-%m-%d %H:%M}, before it starts",
            remedy=f"give an --until after --from {_told(start, ledger.zone)}",
        )
    known = known_entries(ledger, partnership, asked)
    return explained(partnership, known, asked, start, _only(party, known))


def history(
    ledger: Ledger,
    partnership: str,
    *,
    as_of: When = None,
    known_at: When = None,
    policy: Policy | None = None,
    order: Order = "occurred",
    party: str | None = None,
) -> History:
    """Trust and momentum before and after every entry, deadline and silence.

    In the `order` in which things "occurred", by what is known, or in which they were "recorded": what was believed.
    """
    return history_of(ledger, partnership, question(ledger, as_of, known_at, policy), order, party)


def diff(
    ledger: Ledger,
    partnership: str,
    *,
    known_at: date | datetime,
    and_known_at: When = None,
    as_of: When = None,
    policy: Policy | None = None,
) -> Difference:
    """What was learned between two moments of knowledge, and what that changed in the picture of one moment, `as_of`.

    Of the two, told in any order, the earlier is compared with the later; each scores by the policy in force by then.
    """
    now = ledger.now()
    pictured = instant_of(ledger, as_of) or now
    earlier, later = (
        Question(Moment(pictured, then), policy or policy_in_force(ledger, then), ledger.zone)
        for then in sorted(instant_of(ledger, told) or now for told in (known_at, and_known_at))
    )
    return diff_of(ledger, partnership, earlier, later)


def history_of(
    ledger: Ledger, partnership: str, asked: Question, order: Order = "occurred", party: str | None = None
) -> History:
    """How the scores moved, for a question already asked in full."""
    from pledger.projections.history import Order
    from pledger.projections.history import history as told_history

    orders = get_args(Order)
    if order not in orders:  # the timeline's own words are near, and would be taken for the other order
        raise WrongUsage(f"there is no order '{order}' of a history", remedy=f"name one of: {listed(orders)}")
    known = known_entries(ledger, partnership, asked)
    return told_history(partnership, known, asked, order, _only(party, known))


def diff_of(ledger: Ledger, partnership: str, earlier: Question, later: Question) -> Difference:
    """What was learned between two questions already asked in full; the picture is of the later one's moment."""
    from pledger.projections.diff import difference

    pictured = replace(earlier, moment=later.moment._replace(known_at=earlier.known_at))
    return difference(partnership, known_entries(ledger, partnership, later), pictured, later)


def _only(party: str | None, known: Iterable[Entry]) -> list[str] | None:
    """The one party asked about, whether or not it is still there; None for the members."""
    if party is None:
        return None
    from pledger.projections.members import everybody

    names = everybody(known)
    fits = [name for name in names if name.casefold() == party.casefold()]
    if not fits:
        raise WrongUsage(f"there is no party '{party}'", remedy=f"there are: {listed(names)}")
    return fits


def _told(at: datetime, zone: ZoneInfo) -> str:
    """A moment as one would tell it: a day means its end."""
    day = day_of(at, zone)
    return f"{day}" if at == end_of_day(day, zone) else f"{at.astimezone(zone):%Y-%m-%d %H:%M}"
