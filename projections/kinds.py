"""The kinds of evidence: a contract, since policies and lenses name them. New kinds go at the end."""

from __future__ import annotations

from typing import Final

KINDS: Final[tuple[str, ...]] = (
    # delivery: promises
    "promised",
    "overdue",
    "overdue-30",
    "overdue-90",
    "kept",
    "first-date-kept",
    "kept-late",
    "renegotiated-early",
    "renegotiated-late",
    "broken",
    "released",
    # delivery: investments and results
    "invested-budget",
    "invested-time",
    "invested-people",
    "invested-resource",
    "outcome",
    # communication
    "met",
    "met-poorly",
    "updated",
    "silence",
    "meeting-missed",
    "waived",
    "chased",
    "cadence-agreed",
    "concern",
    "spoke-up",
    "concern-resolved",
    # norms and fit
    "norm-agreed",
    "difference-acknowledged",
    "style-adapted",
    "norm-breached",
    "breach-repaired",
    "cultures-good",
    "cultures-strained",
    "cultures-poor",
    "people-good",
    "people-strained",
    "people-poor",
    "markets-good",
    "markets-strained",
    "markets-poor",
    "mechanics-good",
    "mechanics-strained",
    "mechanics-poor",
    # goals
    "goal-asked",
    "goal-shared",
    "goal-acknowledged",
    "goal-supported",
    "goal-achieved",
    "goal-dropped",
    # planning and people
    "plan-agreed",
    "plan-reviewed",
    "manager-appointed",
    # rating
    "rated-for",
    "rated-against",
)

# What happens to a promise, and nothing else: reliability is the opinion over these alone.
COMMITMENT_KINDS: Final[frozenset[str]] = frozenset(
    {
        "promised",
        "overdue",
        "overdue-30",
        "overdue-90",
        "kept",
        "first-date-kept",
        "kept-late",
        "renegotiated-early",
        "renegotiated-late",
        "broken",
        "released",
    }
)
