"""Policies as people name them: the shipped one, one that was adopted, the beginning of a digest, or a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pledger.cli.names import unknown_name
from pledger.projections.known_policies import KnownPolicy, named, policies_in_turn, policies_on_the_shelf

if TYPE_CHECKING:
    from datetime import datetime

    from pledger.cli.queries import Query
    from pledger.domain.ledger import Ledger


def known_policy(told: str | None, ledger: Ledger | None, known_at: datetime | None) -> KnownPolicy:
    """The policy that is meant, the one in force where none is told; raises WrongUsage.

    Of several adopted under one name it is the one adopted last; a digest, or its beginning, tells them apart. Where
    there is no ledger only the shipped policy and files can be named.
    """
    adopted = ledger.policies(known_at=known_at) if ledger is not None else []
    if told is None:
        return policies_in_turn(adopted)[-1]
    shelf = policies_on_the_shelf(adopted)
    found = named(told, shelf)
    if found is not None:
        return found
    if Path(told).is_file() or "." in told or "/" in told:
        return KnownPolicy.read(told)
    names = dict.fromkeys(policy.name for policy in shelf)
    raise unknown_name(told, names, "policy", "name a policy file, or one that was adopted: pledger policy list")


def ledger_if_any(asked: Query) -> Ledger | None:
    """The ledger; None where none is named and the usual one was never made."""
    session = asked.session
    if not session.is_ledger_named and not session.is_ledger_there:
        return None
    return asked.ledger
