"""A clock that jumps back and forth while several record: what is known never shrinks, and every answer stays right."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from faults.places import SLUGS
from pledger.cli.main import run
from pledger.cli.session import Session
from pledger.domain.communication import MeetingHeld, UpdateShared
from pledger.domain.delivery import CommitmentMade
from pledger.domain.entry import Proposal
from pledger.domain.ledger import Ledger

if TYPE_CHECKING:
    import random

    import pytest

    from faults.trial import Trial

NOON = datetime(2030, 3, 2, 12, tzinfo=UTC)
"""Later than the machine's own clock, by which the ledger was made."""


def test_clocks_that_jump(trial: Trial, capfd: pytest.CaptureFixture[str]) -> None:
    place = trial.place("clock put back")
    now = [NOON]
    known: list[tuple[datetime, str, int]] = []
    with (
        Ledger.open(place.address, clock=lambda: now[0]) as one,
        Ledger.open(place.address, clock=lambda: now[0] - timedelta(hours=3)) as other,
    ):
        for number in range(trial.times(60)):
            now[0] += timedelta(seconds=trial.chance.choice((-90, -1, 0, 1, 60)) * 10 ** trial.chance.randrange(6))
            ledger, size = trial.chance.choice((one, other)), trial.chance.choice((1, 3))
            told = [_any(f"{number}-{n}", size, number, trial.chance) for n in range(size)]
            recorded = [outcome.held() for outcome in ledger.record_all(told)]
            place.tally.fault()
            (moment,) = {entry.recorded_at for entry in recorded}
            known += [(moment, entry.partnership, entry.position) for entry in recorded]
            session = Session(ledger_told=place.address, me_told="jane", clock=lambda: now[0])
            assert run(["meet", trial.chance.choice(SLUGS)], session) == 0, capfd.readouterr().err
            session.close()
        entries = list(one.entries())
        for slug in SLUGS:
            moments = [entry.recorded_at for entry in entries if entry.partnership == slug]
            assert all(before <= after for before, after in pairwise(moments))
            for moment, _, position in known:
                assert (position in {entry.position for entry in one.entries(slug, known_at=moment)}) == any(
                    entry.position == position and entry.partnership == slug for entry in entries
                )
    place.acknowledge_all()
    place.examine()


def _any(what: str, size: int, number: int, chance: random.Random) -> Proposal:
    facts = (MeetingHeld(what=what), UpdateShared(what=what, by="Acme"), CommitmentMade(what=what, by="Globex"))
    return Proposal(chance.choice(facts), chance.choice(SLUGS), note=f"batch {number} of {size}")
