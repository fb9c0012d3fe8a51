"""What became of a proposal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pledger.domain.refusal import Refused

if TYPE_CHECKING:
    from pledger.domain.entry import Entry, Proposal


@dataclass(frozen=True, slots=True)
class Recorded:
    """It is in the ledger now, as this entry."""

    entry: Entry

    def held(self) -> Entry:
        """The entry that holds what was told."""
        return self.entry


@dataclass(frozen=True, slots=True)
class AlreadyRecorded:
    """The same fact stands under the same source reference already."""

    entry: Entry

    def held(self) -> Entry:
        """The entry that holds what was told."""
        return self.entry


@dataclass(frozen=True, slots=True)
class Changed:
    """Another fact stands under the same source reference; nothing was recorded.

    `differences` maps each field to what is recorded and what was told now; `remedy` is the command that would record
    the change.
    """

    entry: Entry
    differences: dict[str, tuple[Any, Any]]
    remedy: str

    def held(self) -> Entry:
        """Raise the difference as a refusal: no entry holds what was told now."""
        raise self.refusal()

    def refusal(self) -> Refused:
        """The same as a refusal, for who records one fact and wants to hear of it."""
        told = "; ".join(f"{name} is {old} there, {new} now" for name, (old, new) in self.differences.items())
        return Refused(
            f"'{self.entry.source}' is recorded already, as entry {self.entry.position}, and differs: {told}",
            where=f"{self.entry.fact.TOPIC} in {self.entry.partnership}",
            remedy=f"to record the change: {self.remedy}",
        )


@dataclass(frozen=True, slots=True)
class NotAdmitted:
    """It, or another proposal of its group, was refused; the group is recorded nowhere."""

    proposal: Proposal
    refusal: Refused

    def held(self) -> Entry:
        """Raise the refusal: no entry holds it."""
        raise self.refusal


Outcome = Recorded | AlreadyRecorded | Changed | NotAdmitted
