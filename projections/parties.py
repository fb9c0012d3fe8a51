"""Whose the rows of evidence are: every party of every partnership, in order, named only when somebody asks."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple, overload

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from typing import Any, Self

    from numpy.typing import NDArray


class PartyOf(NamedTuple):
    """A party in one partnership: what scores are about."""

    partnership: str
    party: str


class Parties(Sequence[PartyOf]):
    """The parties of all partnerships, sorted by both names; hundreds of thousands cost nothing until they are named.

    `slugs` are the partnerships in alphabetical order, those without parties too; `partnership` has the number of each
    party's own, `names` the parties' names.
    """

    def __init__(self, slugs: Sequence[str], partnership: NDArray[Any], names: Sequence[str]) -> None:
        self.slugs = slugs
        self.partnership = partnership
        self.names = names

    @classmethod
    def of(cls, parties: Collection[tuple[str, str]], slugs: Sequence[str]) -> Self:
        """Parties that are sorted already, of these partnerships."""
        number = {slug: place for place, slug in enumerate(slugs)}
        partnership = np.fromiter((number[slug] for slug, _ in parties), "<i4", len(parties))
        return cls(slugs, partnership, [name for _, name in parties])

    def __len__(self) -> int:
        return len(self.names)

    @overload
    def __getitem__(self, place: int) -> PartyOf: ...
    @overload
    def __getitem__(self, place: slice) -> Parties: ...
    def __getitem__(self, place: int | slice) -> PartyOf | Parties:
        if isinstance(place, slice):
            return Parties(self.slugs, self.partnership[place], self.names[place])
        return PartyOf(self.slugs[self.partnership[place]], self.names[place])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]  # as lists have none


def joined(parts: Sequence[Parties], slugs: Sequence[str]) -> tuple[Parties, list[NDArray[Any]]]:
    """The parties of several parts as one, of these partnerships; and the places in it of each part's parties.

    Where one part has nearly all, as pages have beside the tail of the log, only what others add is looked at.
    """
    most = max(parts, key=len)
    place_in_most = _places_in(most, sum(map(len, parts)) - len(most))
    more = sorted({party for part in parts if part is not most for party in part if place_in_most(party) is None})
    inserted = np.array([bisect_left(most, party) for party in more], "<i8")
    places = np.arange(len(most)) + np.searchsorted(inserted, np.arange(len(most)), side="right")
    place_of_more = {party: int(inserted[number]) + number for number, party in enumerate(more)}

    def place(party: PartyOf) -> int:
        found = place_in_most(party)
        return place_of_more[party] if found is None else int(places[found])

    of_parts = [
        places if part is most else np.fromiter((place(party) for party in part), "<i8", len(part)) for part in parts
    ]
    partnership, names = most.partnership, most.names
    if len(slugs) > len(most.slugs):
        number = {slug: place for place, slug in enumerate(slugs)}
        partnership = np.array([number[slug] for slug in most.slugs], "<i4")[partnership]
    if more:
        partnership = np.insert(partnership, inserted, [bisect_left(slugs, party.partnership) for party in more])
        names = np.insert(np.array(names, object), inserted, [party.party for party in more]).tolist()
    return Parties(slugs, partnership, names), of_parts


def _places_in(most: Parties, questions: int) -> Callable[[PartyOf], int | None]:
    """How to find parties in the largest part, in the way that so many questions make worth while."""
    if questions > len(most) / 8:
        return {party: place for place, party in enumerate(most)}.get

    def found(party: PartyOf) -> int | None:
        place = bisect_left(most, party)
        return place if place < len(most) and most[place] == party else None

    return found
