"""Next steps: what a relationship manager may do now, each with the evidence for it and the verb that records it."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, NamedTuple

from pledger.projections.wording import joined, quoted, several

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pledger.projections.outlook import Outlook

SOON_DAYS = 14
"""A deadline within so many days is worth a word now, while its date can still be moved early."""


class NextStep(NamedTuple):
    """One suggestion.

    `entry` is the position of the entry behind it, where there is one; `instead` are verbs that may fit better than the
    command's.
    """

    do: str
    because: str
    entry: int | None
    command: str
    instead: tuple[str, ...] = ()


def next_steps(outlook: Outlook) -> list[NextStep]:
    """What to do now, most urgent first; nothing where a partnership has ended."""
    if outlook.phase.name == "prospected":
        command = f"open {outlook.partnership} --party ... --party ... --purpose ..."
        because = f"a partner has been looked for since {outlook.phase.since}"
        return [NextStep("Open the partnership once a partner is found", because, None, f"pledger {command}")]
    if outlook.phase.name == "ended":
        return []
    urgent = [*_late_promises(outlook), *_breaches(outlook)]
    if outlook.phase.name == "paused":
        return urgent
    return [
        *urgent,
        *_talk(outlook),
        *_concerns(outlook),
        *_deadlines(outlook),
        *_goals(outlook),
        *_first_proof(outlook),
        *_cadence(outlook),
    ]


def _command(outlook: Outlook, verb: str, *words: str) -> str:
    told = (word if word in ("...", "--by", "--to", "--about") else shlex.quote(word) for word in words)
    return " ".join(["pledger", verb, outlook.partnership, *told])


def _late_promises(outlook: Outlook) -> Iterator[NextStep]:
    for promise in outlook.overdue:
        yield NextStep(
            f"Ask {promise.maker} about {quoted(promise.what)}: is it done, or which date will hold?",
            f"{several(promise.days_late or 0, 'day')} overdue, {promise.stake} stake",
            promise.entry,
            _command(outlook, "deliver", promise.commitment),
            ("renegotiate", "break", "release"),
        )


def _breaches(outlook: Outlook) -> Iterator[NextStep]:
    for breach in outlook.unrepaired_breaches:
        yield NextStep(
            f"Speak with {breach.by} about {quoted(breach.norm)}, and agree how it is made good",
            f"broken on {breach.breached} and not repaired for {several(breach.days_since, 'day')}",
            breach.entry,
            _command(outlook, "norm repair", breach.norm, "--by", breach.by),
        )


def _talk(outlook: Outlook) -> Iterator[NextStep]:
    contact = outlook.contact
    if contact.is_due:
        since = (
            f"no contact for {several(contact.days_since, 'day')}"
            if contact.days_since is not None
            else "no contact yet"
        )
        yield NextStep(
            "Talk: meet, share how things stand, or agree that it is not needed this time",
            f"{since}, and every {several(contact.every_days or 0, 'day')} was agreed",
            contact.entry,
            _command(outlook, "meet"),
            ("update", "waive"),
        )


def _concerns(outlook: Outlook) -> Iterator[NextStep]:
    for concern in outlook.open_concerns:
        yield NextStep(
            f"Settle what worries {concern.by} about {concern.about}: {quoted(concern.what)}",
            f"open for {several(concern.days_open, 'day')}",
            concern.entry,
            _command(outlook, "concern resolve", concern.concern),
        )


def _deadlines(outlook: Outlook) -> Iterator[NextStep]:
    for promise in outlook.next_deadlines:
        if promise.days_left is not None and promise.days_left <= SOON_DAYS:
            yield NextStep(
                f"Make sure that {promise.maker} can keep {quoted(promise.what)}, or move its date in time",
                f"due on {promise.due}, {_in_days(promise.days_left)}",
                promise.entry,
                _command(outlook, "deliver", promise.commitment),
                ("renegotiate",),
            )


def _in_days(days: int) -> str:
    return {0: "today", 1: "tomorrow"}.get(days, f"in {several(days, 'day')}")


def _goals(outlook: Outlook) -> Iterator[NextStep]:
    for goal in outlook.unacknowledged_goals:
        yield NextStep(
            f"Show {goal.owner} that its goal {quoted(goal.what)} is known and respected",
            f"shared on {goal.shared}, and not acknowledged by {joined(goal.by_whom_not)}",
            goal.entry,
            _command(outlook, "goal acknowledge", goal.goal, "--by", goal.by_whom_not[0]),
        )
    vacuum = outlook.parties_without_goals
    if vacuum:
        asking = next(held.party for held in outlook.parties if held.party != vacuum[0])
        yield NextStep(
            f"Ask {_some(vacuum)} what {'it wants' if len(vacuum) == 1 else 'they want'} to achieve",
            "no goal has been shared, and suspicion fills that gap",
            None,
            _command(outlook, "goal ask", "--by", asking, "--to", vacuum[0]),
        )


def _first_proof(outlook: Outlook) -> Iterator[NextStep]:
    promising = {promise.maker for promise in (*outlook.overdue, *outlook.next_deadlines)}
    unknown = [h.party for h in outlook.parties if h.band == "unknown" and h.party not in promising]
    if unknown:
        yield NextStep(
            f"Agree on a small early promise by {_some(unknown)}: keeping it shows that working together pays",
            "too little is known to speak of trust, and no promise with a date is open",
            None,
            f"{_command(outlook, 'commit', '...', '--by', unknown[0])} --due ... --first-date",
        )


def _some(parties: Sequence[str], most: int = 3) -> str:
    more = [f"{len(parties) - most} more"] if len(parties) > most else []
    return joined([*parties[:most], *more])


def _cadence(outlook: Outlook) -> Iterator[NextStep]:
    if outlook.contact.every_days is None:
        yield NextStep(
            "Agree how often to talk; while trust is young, more often than seems needed",
            "no cadence is agreed, so silence goes unnoticed",
            None,
            _command(outlook, "cadence", "..."),
        )
