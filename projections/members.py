"""Who is asked about: the members at a moment, or everybody who ever was one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pledger.domain.lifecycle import PartnershipOpened, PartyJoined
from pledger.domain.partnership import replayed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pledger.domain.entry import Entry
    from pledger.projections.question import Question


def members_at(slug: str, known: Iterable[Entry], question: Question) -> list[str]:
    """The members at the moment asked about."""
    return list(replayed(slug, known, question.zone, question.as_of).lifecycle.members)


def everybody(known: Iterable[Entry]) -> list[str]:
    """Every party that ever was a member, by what is known."""
    names: dict[str, None] = {}
    for entry in known:
        match entry.fact:
            case PartnershipOpened(parties=parties):
                names |= dict.fromkeys(parties)
            case PartyJoined(party=party):
                names[party] = None
    return list(names)
