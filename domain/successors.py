"""What an amended entry means for those that rest on it: which must be told again, and as what."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from pledger.domain.days import Occurrence, day_of
from pledger.domain.lifecycle import PartnershipOpened, PartyJoined
from pledger.domain.partnership import Partnership
from pledger.domain.refusal import Refused

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from pledger.domain.entry import Entry
    from pledger.domain.fact import Fact

    Place = tuple[int, datetime]

PARTY_FIELDS = ("by", "to", "of", "about", "owner", "party", "parties", "present")


class _InTheWay(Exception):
    """At one instant, what would be told again cannot follow what stands there: all that came later must, too."""

    def __init__(self, place: Place, refusal: Refused) -> None:
        super().__init__(refusal.what)
        self.place = place
        self.refusal = refusal


@dataclass
class Successors:
    """One partnership's entries that stand, told again in order of occurrence, with one of them amended.

    Entries that still hold are left alone. The others are admitted anew where they occurred, after what holds at that
    instant, in the order in which they came before; so they follow each other as they will in the ledger.
    """

    stands: Sequence[Entry]
    mistaken: Entry
    amended: Entry
    zone: ZoneInfo
    _whole: set[Place] = field(default_factory=set)
    """The instants at which everything that came later is told again, too."""

    def replaced(self) -> list[tuple[Entry, Entry]]:
        """The mistaken entry and those that rest on it, each with what is told instead; raises Refused.

        What came later at one and the same instant comes along only where that makes a difference.
        """
        apart = self._in_some_order()
        self._whole |= {_place(old) for old, _ in apart}
        try:
            together = self._in_some_order()
        except Refused:
            return apart
        facts = {old.version: new.fact for old, new in together}
        return apart if all(facts.get(old.version) == new.fact for old, new in apart) else together

    def _in_some_order(self) -> list[tuple[Entry, Entry]]:
        while True:
            try:
                return self._told_again()
            except _InTheWay as in_the_way:
                if in_the_way.place in self._whole:
                    raise in_the_way.refusal from None
                self._whole.add(in_the_way.place)

    def _told_again(self) -> list[tuple[Entry, Entry]]:
        partnership = Partnership(self.mistaken.partnership)
        there: dict[Place, list[Entry]] = {_place(self.amended): []}
        for entry in sorted(self.stands, key=lambda entry: entry.order):
            if entry.version != self.mistaken.version:
                there.setdefault(_place(entry), []).append(entry)
        replaced: list[tuple[Entry, Entry]] = []
        for place in sorted(there):
            again: list[tuple[Entry, Entry]] = []
            if place == _place(self.amended):
                again.append((self.mistaken, self.amended))
            for entry in there[place]:
                if self._goes_along(entry, place, again) or not _still_holds(entry, partnership, self.zone):
                    again.append((entry, replace(entry, fact=self._renamed(entry.fact.as_told()))))
            replaced += [(old, self._admitted(old, new, partnership)) for old, new in again]
        return replaced

    def _goes_along(self, entry: Entry, place: Place, again: Sequence[tuple[Entry, Entry]]) -> bool:
        """Whether an entry is told again only because it came after another one at the very same instant."""
        if place not in self._whole:
            return False
        return any(old.order < entry.order for old, _ in again if _place(old) == place)

    def _admitted(self, old: Entry, new: Entry, partnership: Partnership) -> Entry:
        """What is told instead, stamped, and taken into the state."""
        when = Occurrence(new.occurred_at, self.zone)
        try:
            fact = partnership.admit(new.fact, when)
        except Refused as refusal:
            raise _InTheWay(_place(new), self._refusal(old, refusal)) from None
        partnership.apply(fact, when)
        return replace(new, fact=fact)

    def _refusal(self, old: Entry, refusal: Refused) -> Refused:
        if old.version == self.mistaken.version:
            return refusal
        slug, day = old.partnership, day_of(old.occurred_at, self.zone)
        return Refused(
            f"what rests on entry {self.mistaken.position} could not be told again: "
            f"entry {old.position} ({old.fact.TOPIC}, {day}): {refusal.what}",
            where=f"{self.mistaken.fact.TOPIC} in {slug}",
            remedy=f"amend it in another way, or first take back what is in the way: "
            f"pledger retract {slug} {old.position} --why ...",
        )

    def _renamed(self, fact: Fact) -> Fact:
        """A fact with the name that the amended one has now, wherever it names it."""
        changed: dict[str, Any] = {}
        for name, (before, now) in self._renames().items():
            value = getattr(fact, name, None)
            if value == before:
                changed[name] = now
            elif isinstance(value, tuple) and before in value:
                changed[name] = tuple(now if part == before else part for part in value)
        return fact.stamped(**changed) if changed else fact

    def _renames(self) -> dict[str, tuple[str, str]]:
        """The fields by which others name what the amended entry names otherwise than before."""
        before, now = self.mistaken.fact, self.amended.fact
        if before.NAMED is not None:
            kind = before.NAMED[0]
            return {kind: (getattr(before, kind), getattr(now, kind))}
        one, other = _parties(before), _parties(now)
        gone, new = [each for each in one if each not in other], [each for each in other if each not in one]
        if len(gone) == len(new) == 1:
            return dict.fromkeys(PARTY_FIELDS, (gone[0], new[0]))
        return {}


def _parties(fact: Fact) -> tuple[str, ...]:
    """The parties that a fact brings into the partnership."""
    if isinstance(fact, PartnershipOpened):
        return fact.parties
    return (fact.party,) if isinstance(fact, PartyJoined) else ()


def _place(entry: Entry) -> Place:
    return entry.order[:2]


def _still_holds(entry: Entry, partnership: Partnership, zone: ZoneInfo) -> bool:
    """Whether an entry is admitted with the stamps that it carries; if so, the state takes it in."""
    when = Occurrence(entry.occurred_at, zone)
    try:
        fact = partnership.admit(entry.fact, when)
    except Refused:
        return False
    if fact != entry.fact:
        return False
    partnership.apply(fact, when)
    return True
