"""How a score went from one moment to another: jumps where something took effect, and decay between them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

    from pledger.projections.steps import Step

TOLERANCE = 1e-9
"""How far the sum of the parts may be from the whole change."""


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of the change of a score: a jump, or the decay between two of them (then there is no step)."""

    since: datetime
    until: datetime
    before: float
    after: float
    step: Step | None = None
    kinds: tuple[str, ...] = ()
    sentence: str = ""

    @property
    def moved(self) -> float:
        return self.after - self.before

    def as_json(self) -> dict[str, Any]:
        """A part by its documented keys."""
        return {
            "part": "jump" if self.step else "decay",
            "from": self.since,
            "until": self.until,
            "entry": self.step and self.step.entry,
            "because": self.step and self.step.because,
            "kinds": list(self.kinds),
            "before": self.before,
            "after": self.after,
            "moved": self.moved,
            "sentence": self.sentence or None,
        }


@dataclass(frozen=True, slots=True)
class Movement:
    """How a score went from `before` to `after`, as the views reckon both, and the parts of that."""

    before: float
    after: float
    parts: tuple[Part, ...]

    @property
    def change(self) -> float:
        return self.after - self.before

    @property
    def has_moved(self) -> bool:
        """Whether anything took effect, or faded."""
        return any(part.step or part.moved for part in self.parts)

    @property
    def by_jumps(self) -> float:
        return math.fsum(part.moved for part in self.parts if part.step)

    @property
    def by_decay(self) -> float:
        return math.fsum(part.moved for part in self.parts if not part.step)

    @property
    def difference(self) -> float:
        """What the parts leave unexplained: rounding, and nothing else."""
        return math.fsum(part.moved for part in self.parts) - self.change

    @property
    def is_exact(self) -> bool:
        return abs(self.difference) <= TOLERANCE

    def as_json(self) -> dict[str, Any]:
        """A movement by its documented keys."""
        return {
            "before": self.before,
            "after": self.after,
            "change": self.change,
            "by_jumps": self.by_jumps,
            "by_decay": self.by_decay,
            "difference": self.difference,
            "exact": self.is_exact,
            "parts": [part.as_json() for part in self.parts],
        }
