"""The scenarios about recording, and that no fact and no refusal is without one."""

from __future__ import annotations

from pytest_bdd import scenarios

pytest_plugins = ["support.recording_steps"]

scenarios(
    "lifecycle.feature",
    "communication.feature",
    "norms.feature",
    "goals.feature",
    "planning.feature",
    "delivery.feature",
    "rating.feature",
    "correction.feature",
    "telling-late.feature",
    "naming.feature",
    "dates-and-clocks.feature",
    "ledger-and-settings.feature",
)
