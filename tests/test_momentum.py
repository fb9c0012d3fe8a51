"""The flywheel: pushed by acts, slowed by friction."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

import pytest

from pledger.projections.evidence import Row
from pledger.projections.momentum import PartnershipMomentum, momentum, momentum_of
from pledger.projections.policy import default_policy

NOW = datetime(2026, 6, 1, tzinfo=UTC)
PARTIES = ["Acme", "Globex"]


def act(kind: str, days_ago: float, party: str = "Acme", known_days_ago: float = 900) -> Row:
    at = NOW - timedelta(days=days_ago)
    known = NOW - timedelta(days=known_days_ago)
    return Row(1, "acme-globex", party, kind, at, at, known, 0.0, "medium", 1)


def moving(*rows: Row) -> PartnershipMomentum:
    return momentum(rows, PARTIES, default_policy(), NOW, NOW)


def test_a_deed_a_month_ago_has_lost_half_its_push() -> None:
    """Half-life 30 days, impulse 1: speed 1/2 for Acme, 1/4 for the two; value (1/4) / (1/4 + 3) = 1/13.

    The window is 30 days, and the deed at its very start counts as before: 1 for Acme, 1/2 for the two.
    Acme's trend is log2(1 / 1.5), the partnership's log2(.75 / 1).
    """
    told = moving(act("kept", 30))
    assert told.by_party["Acme"].speed == pytest.approx(0.5, abs=1e-15)
    assert told.by_party["Globex"].speed == 0.0
    assert told.together.speed == pytest.approx(0.25, abs=1e-15)
    assert told.together.value == pytest.approx(1 / 13, abs=1e-15)
    assert told.by_party["Acme"].trend == pytest.approx(-0.5849625007211562, abs=1e-12)
    assert told.together.trend == pytest.approx(-0.4150374992788438, abs=1e-12)


def test_impulses_depend_on_shape_and_stake() -> None:
    """Three weeks late halves an impulse of a half to a quarter; a large stake doubles that."""
    late = act("kept-late", 0)._replace(measure=21.0, stake="large")
    assert moving(late).by_party["Acme"].speed == pytest.approx(0.5, abs=1e-15)


def test_wrongs_and_silence_do_not_push() -> None:
    told = moving(act("overdue", 0), act("broken", 0), act("silence", 0), act("norm-breached", 0))
    assert told.together.speed == 0.0


def test_nothing_at_all_is_stalled_and_unchanging() -> None:
    together = moving().together
    assert (together.value, together.speed, together.trend, together.state) == (0.0, 0.0, 0.0, "stalled")


def test_nobody_to_push_is_stalled() -> None:
    assert momentum([], [], default_policy(), NOW, NOW).together.state == "stalled"


@pytest.mark.parametrize(
    ("before", "now", "state"),
    [
        (0.0, 0.49, "stalled"),  # below the floor, though it is picking up
        (0.0, 0.5, "building"),  # log2(1 / .5) = 1
        (3.0, 3.0, "steady"),
        (3.0, 4.4, "steady"),  # log2(4.9 / 3.5) = .485
        (3.0, 4.5, "building"),  # log2(5 / 3.5) = .515
        (3.0, 2.0, "steady"),  # log2(2.5 / 3.5) = -.485
        (3.0, 1.9, "slowing"),  # log2(2.4 / 3.5) = -.544
    ],
)
def test_states(before: float, now: float, state: str) -> None:
    assert momentum_of(before, now, default_policy().momentum).state == state


def test_the_reference_speed_reads_one_half() -> None:
    assert momentum_of(3.0, 3.0, default_policy().momentum).value == 0.5


def test_a_wheel_at_reference_speed_stalls_within_twelve_weeks_of_the_last_act() -> None:
    """3 * 2^(-t/30) = .5 at t = 30 * log2(6) = 77.5 days."""
    three = [act("kept", 77.4) for _ in range(6)]
    assert moving(*three).by_party["Acme"].state == "slowing"
    assert moving(*(act("kept", 77.6) for _ in range(3))).by_party["Acme"].state == "stalled"


def test_both_clocks_count() -> None:
    unknown_yet, ahead = act("kept", 5, known_days_ago=-1), act("kept", -1)
    assert moving(unknown_yet, ahead).together.speed == 0.0


def test_the_speed_before_is_told_with_what_is_known_now() -> None:
    told_late = act("kept", 60, known_days_ago=1)
    trend = moving(told_late).by_party["Acme"].trend
    assert trend == pytest.approx(math.log2((0.25 + 0.5) / (0.5 + 0.5)), abs=1e-12)


def test_an_act_pushes_when_it_happens_even_where_outcomes_are_credited_at_maturity() -> None:
    early = act("kept", 0)._replace(matures_at=NOW + timedelta(days=50))
    matured = default_policy().model_copy(update={"credit": "matured"})
    assert momentum([early], PARTIES, matured, NOW, NOW).by_party["Acme"].speed == 1.0


def test_a_retracted_act_never_pushed() -> None:
    deed = act("kept", 3)
    assert moving(deed, deed._replace(position=2, known_at=NOW, count=-1)).together.speed == 0.0


def test_the_window_may_reach_before_the_calendar() -> None:
    dawn = datetime(1, 1, 5, tzinfo=UTC)
    assert momentum([], PARTIES, default_policy(), dawn, dawn).together.trend == 0.0


def test_the_documented_keys() -> None:
    told = moving(act("kept", 1)).as_json()
    assert list(told) == ["value", "speed", "trend", "state", "by_party"]
    assert list(told["by_party"]) == PARTIES
    assert list(told["by_party"]["Acme"]) == ["value", "speed", "trend", "state"]
