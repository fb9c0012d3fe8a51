"""The question: about which moment on both clocks, under which policy, and whose days count."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from pledger.domain.fact import Fact
from pledger.domain.partnership import surviving

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from pledger.domain.entry import Entry
    from pledger.projections.policy import Policy


class Moment(NamedTuple):
    """What moment is asked about (`as_of`), by the knowledge of which (`known_at`); both in UTC."""

    as_of: datetime
    known_at: datetime

    def has_happened(self, entry: Entry) -> bool:
        """Whether it occurred by then; looking for a partner and opening count whatever their date."""
        return entry.fact.RANK < Fact.RANK or entry.occurred_at <= self.as_of

    def is_known(self, entry: Entry) -> bool:
        """Whether the ledger knew it by then."""
        return entry.recorded_at <= self.known_at


@dataclass(frozen=True)
class Question:
    """A moment, the policy that scores it, and the time zone of the ledger's days."""

    moment: Moment
    policy: Policy
    zone: ZoneInfo

    @property
    def as_of(self) -> datetime:
        return self.moment.as_of

    @property
    def known_at(self) -> datetime:
        return self.moment.known_at

    @cached_property
    def policy_digest(self) -> str:
        """The policy's identity, reckoned once for many partnerships."""
        return self.policy.digest


def standing_entries(entries: Iterable[Entry], moment: Moment) -> list[Entry]:
    """What had happened by a moment in one partnership and was not taken back, in order of occurrence."""
    known = filter(moment.is_known, entries)
    return sorted(filter(moment.has_happened, surviving(known)), key=lambda entry: entry.order)
