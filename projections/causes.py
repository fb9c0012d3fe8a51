"""Why a score moved, in one sentence: the entry told, or the deadline or silence that it set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pledger.domain.days import day_of
from pledger.domain.delivery import CommitmentMade, CommitmentRenegotiated
from pledger.projections.sentences import sentence
from pledger.projections.silence import PATIENCE
from pledger.projections.subjects import AFTER_LATE
from pledger.projections.wording import quoted, several

if TYPE_CHECKING:
    from collections.abc import Iterable
    from zoneinfo import ZoneInfo

    from pledger.domain.entry import Entry
    from pledger.projections.steps import Step


class Causes:
    """Tells the cause of a step, given the partnership's entries."""

    def __init__(self, entries: Iterable[Entry], zone: ZoneInfo) -> None:
        self._entries = {entry.position: entry for entry in entries}
        self._zone = zone
        self._promised = {
            entry.fact.commitment: entry.fact
            for entry in self._entries.values()
            if isinstance(entry.fact, CommitmentMade)
        }

    def sentence(self, step: Step) -> str:
        """One sentence that names the entry, without its full stop; nothing for a moment that was only asked about."""
        entry = self._entries.get(step.entry)
        if entry is None:
            return ""
        match step.because:
            case "deadline":
                return self._overdue(step, entry)
            case "silence":
                return self._silent(step, entry)
            case "matured":
                return f"{sentence(entry)} (entry {entry.position}, credited when it was due)"
        return f"{sentence(entry)} (entry {entry.position}{self._told_late(step, entry)})"

    def _told_late(self, step: Step, entry: Entry) -> str:
        told, occurred = day_of(entry.recorded_at, self._zone), day_of(entry.occurred_at, self._zone)
        if told == occurred:
            return ""
        return f", told on {told}" if step.at == entry.occurred_at else f", of {occurred}"

    def _overdue(self, step: Step, entry: Entry) -> str:
        """That a promise is overdue, and which entry set the date; rungs of one promise may fall at one instant."""
        assert isinstance(entry.fact, CommitmentMade | CommitmentRenegotiated)
        assert entry.fact.commitment is not None
        made = self._promised[entry.fact.commitment]
        days = max(AFTER_LATE[row.kind].days for row in step.trust or step.momentum)
        became = f"was {several(days, 'day')} overdue" if days else "became overdue"
        date_set = "promised" if entry.fact is made else "moved"
        return (
            f"{made.by}'s promise {quoted(made.what)} {became}: "
            f"due by {entry.fact.due} ({date_set} with entry {entry.position})"
        )

    def _silent(self, step: Step, entry: Entry) -> str:
        days = (step.at - entry.occurred_at).days
        every = (days - 1) // PATIENCE
        return (
            f"Silence for {several(days, 'day')}, where contact every {several(every, 'day')} was agreed; "
            f"it runs from entry {entry.position}: {sentence(entry)}"
        )
