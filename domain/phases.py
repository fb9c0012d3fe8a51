"""The phases of a partnership, who belongs to it, and why a fact cannot occur in a phase."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pledger.domain.fact import Fact, Phase
from pledger.domain.naming import listed, nearest
from pledger.domain.refusal import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pledger.domain.partnership import Partnership


@dataclass(slots=True)
class LifecycleState:
    """Which phase the partnership is in, and who belongs to it."""

    phase: Phase = "unopened"
    since: str = ""
    reason: str = ""
    prospected: bool = False
    members: list[str] = field(default_factory=list)
    former: list[str] = field(default_factory=list)
    relationship_managers: dict[str, str] = field(default_factory=dict)

    def member(self, name: str) -> str:
        """The party's own spelling of a name told in any case; refused where it is no member."""
        for member in self.members:
            if member == name or member.casefold() == name.casefold():
                return member
        left = any(party.casefold() == name.casefold() for party in self.former)
        guess = nearest(name, self.members, most=1)
        raise Refused(
            f"{name} has left" if left else f"{name} is not a party",
            remedy=(f"did you mean {guess[0]}? " if guess and not left else "")
            + f"the parties at that time: {listed(self.members)}",
        )

    def member_list(self, names: Iterable[str]) -> tuple[str, ...]:
        """Several members, each once."""
        return tuple(dict.fromkeys(self.member(name) for name in names))


def phase_refusal(fact: Fact, partnership: Partnership) -> Refused:
    """Why a fact cannot occur in the partnership's phase, and what to do."""
    slug, state = partnership.slug, partnership.lifecycle
    match state.phase:
        case "unopened":
            return Refused(
                f"there is no open partnership {slug}",
                remedy=f"open it first: pledger open {slug} --party ... --party ... --purpose ...",
            )
        case "ended":
            return Refused(
                f"{slug} ended on {state.since} ({state.reason})",
                remedy="only what occurred before that can still be told: say when, with --on",
            )
        case "paused":
            return Refused(
                f"{slug} is paused since {state.since}",
                remedy=f"resume it first (pledger resume {slug}), or say with --on when it occurred",
            )
    if frozenset({"paused"}) == fact.PHASES:
        return Refused(f"{slug} is not paused", remedy=f"pause it first: pledger pause {slug}")
    return Refused(f"{slug} is open already", remedy=f"see what it holds: pledger show {slug}")
