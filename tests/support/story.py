"""A short history by hand: what happened when, and when it was told."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any

from pledger.domain.delivery import CommitmentDelivered, CommitmentMade
from pledger.domain.ledger import Ledger
from pledger.domain.lifecycle import PartnershipOpened
from pledger.projections.outlook import outlook
from pledger.projections.question import Moment, Question, standing_entries
from pledger.projections.views import question

if TYPE_CHECKING:
    from pathlib import Path

    from pledger.domain.entry import Entry
    from pledger.domain.fact import Fact
    from pledger.projections.outlook import Outlook
    from pledger.projections.policy import Policy

SLUG = "acme-globex"


def noon(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(12), UTC)


@dataclass
class Story:
    """A ledger with days of UTC, begun with 2025; everything is told at noon of its day unless told later."""

    path: Path | str = ":memory:"
    now: datetime = datetime(2025, 1, 1, 12, tzinfo=UTC)
    ledger: Ledger = field(init=False)

    def __post_init__(self) -> None:
        self.ledger = Ledger.open(self.path, name="story", time_zone="UTC", me="jane", clock=lambda: self.now)

    def on(self, day: str, fact: Fact, slug: str = SLUG, *, told: str | None = None, **more: Any) -> Entry:
        """It happened on a day, and was told then or later."""
        self.now = noon(told or day)
        return self.ledger.record(fact, slug, on=noon(day), **more)

    def opened(self, *parties: str, slug: str = SLUG, day: str = "2025-01-01") -> Story:
        """A partnership of Acme and Globex, unless told otherwise."""
        self.on(day, PartnershipOpened(parties=parties or ("Acme", "Globex"), purpose="joint launch"), slug)
        return self

    def promised(self, day: str, what: str, due: str | None, by: str = "Acme", slug: str = SLUG, **more: Any) -> Entry:
        made = CommitmentMade(what=what, by=by, due=date.fromisoformat(due) if due else None, **more)
        return self.on(day, made, slug)

    def delivered(self, day: str, commitment: str, slug: str = SLUG, told: str | None = None) -> Entry:
        return self.on(day, CommitmentDelivered(commitment=commitment), slug, told=told)

    def until(self, day: str) -> Story:
        """Time passes, and nothing is told."""
        self.now = noon(day)
        return self

    def asked(self, as_of: str, known_at: str | None = None, policy: Policy | None = None) -> Question:
        """A question about noon of a day, by what was known at noon of another."""
        return question(self.ledger, noon(as_of), noon(known_at or as_of), policy)

    def standing(self, as_of: str, known_at: str | None = None, slug: str = SLUG) -> list[Entry]:
        return standing_entries(self.ledger.entries(slug), Moment(noon(as_of), noon(known_at or as_of)))

    def stands(self, as_of: str, known_at: str | None = None, slug: str = SLUG) -> Outlook:
        """Where a partnership stands at noon of a day."""
        told = outlook(slug, list(self.ledger.entries(slug)), self.asked(as_of, known_at))
        assert told is not None
        return told
