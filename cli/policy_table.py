"""Policies for people: one line each, and why it was adopted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pledger.cli.dates import spoken
from pledger.cli.render import show, table, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.text import Text

    from pledger.domain.ledger import Ledger
    from pledger.projections.known_policies import KnownPolicy


def show_policies(policies: Sequence[KnownPolicy], ledger: Ledger | None, *, by_turn: bool) -> None:
    """Print the table; by turns in force, or as they stand on the shelf."""
    titles = ["Policy", "Digest", "From" if by_turn else "Since", "Until" if by_turn else "", "Why"]
    rows = [_row(policy, ledger, by_turn) for policy in policies]
    foot = "Show one with: pledger policy show NAME; compare two with: pledger policy compare NAME NAME"
    show(table(titles, rows, stiff=(0, 1, 2, 3)), "", words(foot, "dim"))


def _row(policy: KnownPolicy, ledger: Ledger | None, by_turn: bool) -> list[Text | str]:
    zone = ledger.zone if ledger is not None else None
    since, until = (spoken(at, zone) if at and zone else "" for at in (policy.since, policy.until))
    in_force = words("in force", "green") if policy.in_force else ""
    last = until or in_force if by_turn else in_force
    return [words(policy.name, "bold"), (policy.digest or "unreadable")[:12], since or "shipped", last, _why(policy)]


def _why(policy: KnownPolicy) -> str:
    """Why and by whom it was adopted, or what is wrong with it."""
    if policy.trouble:
        return f"cannot be read: {policy.trouble}"
    if policy.entry is None:
        return "what pledger ships"
    return f"{policy.why} ({policy.by}, entry {policy.entry})"
