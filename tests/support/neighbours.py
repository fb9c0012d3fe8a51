"""Several partnerships in one ledger, whose histories are told side by side."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from support.histories import SLUG, Clock, History, Listener, a_ledger, histories
from support.lives import lives

if TYPE_CHECKING:
    from datetime import datetime

    from hypothesis.strategies import DrawFn

    from pledger.domain.entry import Entry, Proposal
    from pledger.domain.ledger import Ledger
    from support.histories import Told

SLUGS = (SLUG, "beta", "a")


class Neighbour(Listener):
    """Hears a history as that of one partnership of a ledger which others tell theirs, too."""

    def __init__(self, history: History, slug: str, ledger: Ledger, clock: Clock) -> None:
        super().__init__(history)
        self.ledger.close()  # which nobody has heard of
        self.slug, self.ledger, self.clock, self.zone = slug, ledger, clock, ledger.zone

    def proposal(self, told: Told) -> Proposal | None:
        proposed = super().proposal(told)
        return proposed and replace(proposed, partnership=self.slug)

    def entries(self) -> list[Entry]:
        return list(self.ledger.entries(self.slug))


@dataclass(frozen=True)
class Neighbours:
    """What is told of each partnership, in its turn."""

    histories: tuple[History, ...]
    turns: tuple[int, ...]

    def told(self) -> Ledger:
        """A ledger that has heard everything; its days are those of the first history."""
        clock = Clock(min(history.begins for history in self.histories))
        ledger = a_ledger(clock, self.histories[0].zone.key)
        heard = [Neighbour(history, slug, ledger, clock) for history, slug in zip(self.histories, SLUGS, strict=False)]
        steps = [iter(history.steps) for history in self.histories]
        for number in self.turns:
            heard[number].hear(next(steps[number]))
        return ledger


@st.composite
def neighbours(draw: DrawFn, most: int = 3, steps: int = 20) -> Neighbours:
    """Up to so many partnerships."""
    told = tuple(draw(histories(most=steps) | lives() | lives()) for _ in range(draw(st.integers(1, most))))
    turns = draw(st.permutations([number for number, history in enumerate(told) for _ in history.steps]))
    return Neighbours(told, tuple(turns))


def learned(ledger: Ledger, which: int) -> datetime:
    """One of the moments at which anything was recorded; now where nothing was."""
    moments = sorted({entry.recorded_at for slug in ledger.partnerships() for entry in ledger.entries(slug)})
    return moments[which % len(moments)] if moments else ledger.now()
