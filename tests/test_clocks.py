"""The two clocks of a ledger, when something happened and when it was learned, and days that are no ordinary days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from support.histories import OPENED, SLUG, Clock, a_ledger, utc

from pledger.domain.communication import MeetingHeld
from pledger.domain.correction import EntryRetracted
from pledger.domain.delivery import CommitmentDelivered, CommitmentMade
from pledger.domain.entry import Proposal
from pledger.domain.ledger import Ledger
from pledger.domain.outcome import Recorded
from pledger.domain.refusal import Refused, WrongUsage

if TYPE_CHECKING:
    from pledger.domain.fact import Fact


# The second clock: when the ledger learned it


def recorded_at(ledger: Ledger, *facts: Fact) -> list[datetime]:
    outcomes = ledger.record_all([Proposal(fact, SLUG) for fact in facts])
    return [outcome.entry.recorded_at for outcome in outcomes if isinstance(outcome, Recorded)]


def test_a_batch_is_learned_at_one_instant(ledger: Ledger, clock: Clock) -> None:
    ticking = (clock.now + timedelta(seconds=n) for n in range(100))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ledger, "_clock", lambda: next(ticking))
        assert len(set(recorded_at(ledger, MeetingHeld(), MeetingHeld(), MeetingHeld()))) == 1


def test_when_the_clock_is_put_back_nothing_is_learned_before_what_is_known_already(
    ledger: Ledger, clock: Clock
) -> None:
    noon = clock.now
    clock.wait(-timedelta(hours=5))
    assert recorded_at(ledger, MeetingHeld()) == [noon]
    clock.wait(timedelta(hours=6))
    assert recorded_at(ledger, MeetingHeld()) == [noon + timedelta(hours=1)]


def test_a_batch_about_several_partnerships_is_learned_at_one_instant_too(ledger: Ledger, clock: Clock) -> None:
    """Even where the last entry of one of them lies ahead of a clock that was put back."""
    noon = clock.now
    clock.wait(-timedelta(hours=5))
    outcomes = ledger.record_all([Proposal(OPENED, "new-one"), Proposal(MeetingHeld(), SLUG)])
    assert [outcome.entry.recorded_at for outcome in outcomes if isinstance(outcome, Recorded)] == [noon, noon]


def test_a_clock_of_any_zone_is_kept_in_utc() -> None:
    tokyo = datetime(2018, 11, 6, 18, tzinfo=ZoneInfo("Asia/Tokyo"))
    with Ledger.open(":memory:", time_zone="UTC", clock=lambda: tokyo) as ledger:
        recorded = ledger.record(OPENED, SLUG)
    assert (recorded.recorded_at, recorded.recorded_at.tzinfo) == (utc(2018, 11, 6, 9), UTC)


# The first clock: when it happened


def occurred(ledger: Ledger, on: date | datetime | None, fact: Fact | None = None) -> datetime:
    return ledger.record(fact or MeetingHeld(), SLUG, on=on).occurred_at


def test_unless_told_it_happened_now(ledger: Ledger, clock: Clock) -> None:
    assert occurred(ledger, None) == clock.now


def test_nothing_happens_in_the_future(ledger: Ledger, clock: Clock) -> None:
    for on in (clock.now + timedelta(microseconds=1), date(2018, 11, 7)):
        with pytest.raises(Refused, match="lies in the future"):
            ledger.record(MeetingHeld(), SLUG, on=on)
    assert occurred(ledger, clock.now) == clock.now


def test_an_instant_needs_a_time_zone(ledger: Ledger) -> None:
    with pytest.raises(WrongUsage, match="2018-11-05T12:00:00 has no time zone"):
        ledger.record(MeetingHeld(), SLUG, on=datetime(2018, 11, 5, 12))  # noqa: DTZ001  # the mistake itself


def test_told_by_its_day_alone_it_happened_at_the_start_of_that_day_in_the_zone_of_the_ledger(ledger: Ledger) -> None:
    """Midnight of 20 October in Berlin is 22:00 UTC the evening before."""
    assert occurred(ledger, date(2018, 10, 20)) == utc(2018, 10, 19, 22)


def test_where_something_of_that_day_is_there_already_it_happened_with_the_latest_of_it(ledger: Ledger) -> None:
    occurred(ledger, utc(2018, 10, 20, 8))
    occurred(ledger, utc(2018, 10, 20, 15))
    occurred(ledger, utc(2018, 10, 20, 11))
    assert occurred(ledger, date(2018, 10, 20)) == utc(2018, 10, 20, 15)
    assert occurred(ledger, date(2018, 10, 21)) == utc(2018, 10, 20, 22)


def test_so_a_promise_made_and_kept_on_one_day_may_be_told_by_that_day(ledger: Ledger) -> None:
    ledger.record(CommitmentMade(what="Brand guide", by="Acme"), SLUG, on=utc(2018, 10, 20, 15))
    kept = ledger.record(CommitmentDelivered(commitment="brand-guide"), SLUG, on=date(2018, 10, 20))
    assert kept.occurred_at == utc(2018, 10, 20, 15)


def test_the_opening_counts_as_something_of_its_day(ledger: Ledger, clock: Clock) -> None:
    assert occurred(ledger, date(2018, 11, 6)) == clock.now


def test_what_was_retracted_does_not_count(ledger: Ledger) -> None:
    mistaken = ledger.record(MeetingHeld(), SLUG, on=utc(2018, 10, 20, 15))
    ledger.record(EntryRetracted(entry=mistaken.position, why="another day"), SLUG)
    assert occurred(ledger, date(2018, 10, 20)) == utc(2018, 10, 19, 22)


def test_not_even_within_the_batch_that_retracts_it(ledger: Ledger) -> None:
    mistaken = ledger.record(MeetingHeld(), SLUG, on=utc(2018, 10, 20, 15))
    _, again = ledger.record_all(
        [
            Proposal(EntryRetracted(entry=mistaken.position, why="time unknown"), SLUG),
            Proposal(MeetingHeld(), SLUG, date(2018, 10, 20)),
        ]
    )
    assert isinstance(again, Recorded)
    assert again.entry.occurred_at == utc(2018, 10, 19, 22)


def test_what_happened_before_the_opening_was_told_may_be_told(ledger: Ledger) -> None:
    """Open today, and tell last year's meetings; even on a day before the opening's own."""
    ledger.record(MeetingHeld(), SLUG, on=date(2017, 3, 1))
    ledger.record(CommitmentMade(what="Brand guide", by="Acme", due=date(2017, 4, 1)), SLUG, on=date(2017, 3, 1))
    last_year = ledger.partnership(SLUG, as_of=utc(2017, 12, 31))
    assert list(last_year.delivery.open) == ["brand-guide"]


# Days that are no ordinary days


def late_from(time_zone: str, due: date, clock: Clock) -> datetime | None:
    with a_ledger(clock, time_zone) as ledger:
        ledger.record(OPENED, SLUG, on=date(2018, 1, 2))
        made = ledger.record(CommitmentMade(what="it", by="Acme", due=due), SLUG, on=date(2018, 1, 2)).fact
    assert isinstance(made, CommitmentMade)
    return made.late_from


@pytest.mark.parametrize(
    ("time_zone", "due", "late"),
    [
        ("Europe/Berlin", date(2018, 3, 24), utc(2018, 3, 24, 23)),  # winter time
        ("Europe/Berlin", date(2018, 3, 25), utc(2018, 3, 25, 22)),  # the day of 23 hours
        ("Europe/Berlin", date(2018, 10, 28), utc(2018, 10, 28, 23)),  # the day of 25 hours
        ("America/Sao_Paulo", date(2018, 11, 3), utc(2018, 11, 4, 3)),  # the next day starts at 01:00
        ("America/Sao_Paulo", date(2018, 11, 4), utc(2018, 11, 5, 2)),
        ("America/Sao_Paulo", date(2018, 2, 17), utc(2018, 2, 18, 3)),  # its last hour happens twice
        ("Pacific/Auckland", date(2018, 9, 30), utc(2018, 9, 30, 11)),
        ("Asia/Kathmandu", date(2018, 6, 1), utc(2018, 6, 1, 18, 15)),
    ],
)
def test_what_is_due_on_a_day_is_late_from_the_first_instant_of_the_next(
    time_zone: str, due: date, late: datetime, clock: Clock
) -> None:
    assert late_from(time_zone, due, clock) == late


def test_a_day_without_midnight_starts_when_its_first_hour_does(clock: Clock) -> None:
    """In São Paulo 4 November 2018 began at 01:00, which is 03:00 UTC."""
    with a_ledger(clock, "America/Sao_Paulo") as ledger:
        ledger.record(OPENED, SLUG, on=date(2018, 11, 1))
        assert occurred(ledger, date(2018, 11, 4)) == utc(2018, 11, 4, 3)


def test_days_early_and_late_are_days_of_the_calendar_not_of_24_hours(ledger: Ledger) -> None:
    """Due on the day before the clocks go back, delivered minutes after the end of it: one day late."""
    ledger.record(CommitmentMade(what="it", by="Acme", due=date(2018, 10, 27)), SLUG, on=date(2018, 10, 1))
    kept = ledger.record(CommitmentDelivered(commitment="it"), SLUG, on=utc(2018, 10, 27, 22, 5)).fact
    assert isinstance(kept, CommitmentDelivered)
    assert kept.days == 1
