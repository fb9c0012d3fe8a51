"""The kept history as the present version writes it, to be made an old one."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pledger.domain.ledger import Ledger
from pledger.projections.evidence import evidence
from support.desk import Desk
from support.kept_ledgers import ASKED, answers, told

if TYPE_CHECKING:
    from pathlib import Path

    from pledger.domain.entry import Entry
    from pledger.domain.partnership import Partnership
    from pledger.projections.evidence import Row


@dataclass(frozen=True)
class Present:
    """The kept history as the present version writes it, and what that says."""

    desk: Desk
    entries: list[Entry]
    evidence: list[list[Row]]
    answers: list[dict[str, Any]]
    standings: dict[str, Partnership]

    def copy(self, path: Path) -> None:
        """Its ledger again, to be made an old one."""
        shutil.copyfile(self.desk.ledger_path, path)


def present_history(folder: Path) -> Present:
    """Tell the kept history anew in a folder, and ask it."""
    desk = told(Desk(folder))
    entries = desk.entries()
    with Ledger.open(desk.ledger_path, create=False) as ledger:
        standings = {slug: ledger.partnership(slug) for slug in ledger.partnerships()}
    return Present(desk, entries, [evidence(entry) for entry in entries], answers_of(desk), standings)


def answers_of(desk: Desk) -> list[dict[str, Any]]:
    """All but verifying: what is signed of bytes is another matter."""
    return list(map(_without_versions, answers(desk, [each for each in ASKED if not each.startswith("verify")])))


def _without_versions(told: Any) -> Any:
    """What a retraction carries is told in the present version, whose number is another one here."""
    if isinstance(told, dict):
        return {name: _without_versions(each) for name, each in told.items() if name != "fact_version"}
    return list(map(_without_versions, told)) if isinstance(told, list) else told
