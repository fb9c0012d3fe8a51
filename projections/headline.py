"""The headline: one sentence that says why a partnership stands where it stands in the portfolio."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pledger.projections.wording import joined, quoted, several, share, with_doubt

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pledger.projections.commitments import Commitment
    from pledger.projections.outlook import Outlook
    from pledger.projections.trust import TrustInParty

FALL_MIN = 0.05
"""A smaller fall of trust within 30 days is no news: decay alone may make it."""


def headline(outlook: Outlook) -> str:
    """The worst news in one sentence; it looks at the same things, in the same order, as the portfolio."""
    phase = outlook.phase
    match phase.name:
        case "prospected":
            return f"Looking for a partner since {phase.since}: {quoted(outlook.purpose)}."
        case "ended":
            why = (phase.why or "").replace("-", " ")
            return f"Ended on {phase.since} ({why}){_left_overdue(outlook.overdue)}."
        case "paused":
            return f"Paused since {phase.since}; {_news(outlook)}"
    news = _news(outlook)
    return news[:1].upper() + news[1:]


def large(promises: Sequence[Commitment]) -> list[Commitment]:
    """The promises on which much rides."""
    return [promise for promise in promises if promise.stake == "large"]


def deepest_fall(outlook: Outlook) -> tuple[str, float]:
    """The party in whom trust fell most within 30 days, and by how much; 0 where the fall is no news."""
    party, change = min(outlook.change.items(), key=lambda item: item[1], default=("", 0.0))
    return party, -change if -change >= FALL_MIN else 0.0


def least_trusted(outlook: Outlook) -> TrustInParty | None:
    """The party with the lowest cautious trust among those of whom something is known, or else among all."""
    known = [held for held in outlook.parties if held.band != "unknown"]
    return min(known or outlook.parties, key=lambda held: held.opinion.cautious, default=None)


def _news(outlook: Outlook) -> str:
    late = outlook.overdue
    party, fall = deepest_fall(outlook)
    if large(late):
        return f"{_overdue(large(late), 'large promise')}{_and_more(len(late) - len(large(late)))}."
    if fall:
        now = next(held for held in outlook.parties if held.party == party)
        return (
            f"trust in {party} fell by {share(fall)} within 30 days, to {with_doubt(now.opinion)}{_also_overdue(late)}."
        )
    return f"{_of_trust(outlook)}{_also_overdue(late) or _silence(outlook)}."


def _of_trust(outlook: Outlook) -> str:
    held = least_trusted(outlook)
    bands = {each.band for each in outlook.parties}
    if held is None or bands == {"unknown"}:
        return "too little is known yet to speak of trust"
    if bands == {held.band}:
        return f"trust is {held.band} on every side, momentum {outlook.momentum.together.state}"
    if held.band in ("firm", "fair"):
        unknown = [each.party for each in outlook.parties if each.band == "unknown"]
        more = f"; too little is known of {joined(unknown)}" if unknown else ""
        return f"trust in {held.party} is {held.band} ({with_doubt(held.opinion)}){more}"
    return f"trust in {held.party} is {held.band} ({with_doubt(held.opinion)})"


def _overdue(late: Sequence[Commitment], noun: str) -> str:
    first = max(late, key=lambda promise: promise.days_late or 0)
    days = several(first.days_late or 0, "day")
    if len(late) == 1:
        return f"{noun} overdue for {days}: {quoted(first.what)} by {first.maker}"
    return f"{several(len(late), noun)} overdue, the longest for {days}: {quoted(first.what)} by {first.maker}"


def _and_more(others: int) -> str:
    return f"; {several(others, 'smaller one')} overdue too" if others else ""


def _also_overdue(late: Sequence[Commitment]) -> str:
    return f"; {_overdue(late, 'promise')}" if late else ""


def _left_overdue(late: Sequence[Commitment]) -> str:
    return f"; {several(len(late), 'promise')} stayed overdue" if late else ""


def _silence(outlook: Outlook) -> str:
    contact = outlook.contact
    if not contact.is_due:
        return ""
    last = f"none for {several(contact.days_since, 'day')}" if contact.days_since is not None else "none yet"
    return f"; contact is due ({last}, every {contact.every_days} agreed)"
