"""The silence clock: between which contacts nobody was heard, under which cadence."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from pledger.domain.gaps import Move, SilenceClock, Span, all_gaps

BOTH = ("Acme", "Globex")
OPEN = Move("open", BOTH)
WEEKLY, MONTHLY = Move("cadence", days=7), Move("cadence", days=30)
CONTACT = Move("contact")
PAUSE, RESUME = Move("halt"), Move("resume")


def day(number: int) -> datetime:
    return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=number)


def gaps(*moves: tuple[int, Move]) -> list[tuple[str, int, int, int | None]]:
    """Party, first day, cadence and last day of each gap that is left when all has been told."""
    first = day(0)
    spans = all_gaps((day(number), move) for number, move in ((0, OPEN), *moves)).elements()
    told = [(s.party, (s.start - first).days, s.days, (s.end - first).days if s.end else None) for s in spans]
    return sorted(told, key=lambda gap: (gap[1], gap[0]))


def of_both(start: int, days: int, end: int | None) -> list[tuple[str, int, int, int | None]]:
    return [(party, start, days, end) for party in BOTH]


def test_without_a_cadence_nobody_is_missed() -> None:
    assert gaps((1, CONTACT), (5, CONTACT)) == []


def test_from_the_agreement_on_a_gap_runs_for_each_party() -> None:
    assert gaps((1, WEEKLY)) == of_both(1, 7, None)


def test_every_contact_ends_one_gap_and_starts_the_next() -> None:
    assert gaps((1, WEEKLY), (5, CONTACT), (9, CONTACT)) == [
        *of_both(1, 7, 5),
        *of_both(5, 7, 9),
        *of_both(9, 7, None),
    ]


def test_a_new_cadence_does_so_too_and_counts_from_then_on() -> None:
    assert gaps((1, WEEKLY), (5, MONTHLY)) == [*of_both(1, 7, 5), *of_both(5, 30, None)]


def test_gaps_of_no_length_are_left_out() -> None:
    assert gaps((1, WEEKLY), (5, CONTACT), (5, CONTACT)) == [*of_both(1, 7, 5), *of_both(5, 7, None)]
    assert gaps((1, WEEKLY), (1, MONTHLY)) == of_both(1, 30, None)
    assert gaps((1, WEEKLY), (1, PAUSE)) == []


def test_who_joins_is_listened_for_from_then_on() -> None:
    assert gaps((1, WEEKLY), (3, Move("join", ("Initech",)))) == [*of_both(1, 7, None), ("Initech", 3, 7, None)]


def test_who_leaves_is_missed_no_more() -> None:
    left = gaps((1, WEEKLY), (3, Move("join", ("Initech",))), (4, Move("leave", ("Initech",))), (6, CONTACT))
    assert left == [*of_both(1, 7, 6), ("Initech", 3, 7, 4), *of_both(6, 7, None)]


def test_a_pause_ends_all_gaps_and_resuming_starts_new_ones() -> None:
    assert gaps((1, WEEKLY), (4, PAUSE), (20, RESUME)) == [*of_both(1, 7, 4), *of_both(20, 7, None)]


def test_who_leaves_during_a_pause_is_not_listened_for_afterwards() -> None:
    told = gaps((1, Move("join", ("Initech",))), (2, WEEKLY), (4, PAUSE), (5, Move("leave", ("Initech",))), (9, RESUME))
    assert [gap for gap in told if gap[0] == "Initech"] == [("Initech", 2, 7, 4)]


def test_after_the_end_nobody_is_missed() -> None:
    assert gaps((1, WEEKLY), (4, Move("halt"))) == of_both(1, 7, 4)


def test_each_fact_says_what_it_closes_and_opens() -> None:
    """A gap that gets its end is closed without one, and opened again with it."""
    clock = SilenceClock()
    clock.move(OPEN, day(0))
    clock.move(WEEKLY, day(1))
    change = clock.move(CONTACT, day(5))
    assert change.closed == tuple(Span(party, day(1), 7, None) for party in BOTH)
    assert change.opened == (
        *(Span(party, day(1), 7, day(5)) for party in BOTH),
        *(Span(party, day(5), 7, None) for party in BOTH),
    )
