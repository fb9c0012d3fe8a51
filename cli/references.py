"""What a part of a name means: the open promise, goal, norm or concern of that time which it fits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pledger.cli.asking import asked, on_terminal
from pledger.cli.dates import end_of
from pledger.cli.names import fitting, match_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date, datetime

    from pledger.domain.fact import Fact
    from pledger.domain.ledger import Ledger
    from pledger.domain.partnership import Partnership

NAMES_ASKED_MAX = 20
"""More names than this are no list to choose from."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where and when a fact is told to have happened."""

    ledger: Ledger
    slug: str
    on: date | datetime | None

    def partnership(self) -> Partnership:
        """The partnership as it was then: names are matched among what was open at that time."""
        if self.on is None:
            return self.ledger.partnership(self.slug)
        return self.ledger.partnership(self.slug, as_of=end_of(self.on, self.ledger.zone))


def meant(kind: type[Fact], name: str, told: dict[str, Any], place: Place) -> str:
    """The full name of what was told in part, or not at all; what fits nothing is left to be refused."""
    where = f"pledger {kind.VERB}, {place.slug}"
    then = place.partnership()
    candidates = open_names(kind, name, told, then)
    word: str | None = told.get(name)
    if word is None and not candidates and name != "norm" and place.on is not None:
        candidates = _still_open(name, place.ledger.partnership(place.slug))  # told too early: the refusal says so
    if word is None and len(candidates) > 1 and on_terminal():
        word = asked(name, kind.model_fields[name].description or "", candidates[:NAMES_ASKED_MAX])
    found = match_name(word, candidates, name, where=where, slug=place.slug)
    if found in candidates or word is None:
        return found
    if name == "norm":
        return word  # a norm may be told in free words
    for names in _known(name, then, place):
        fits = fitting(word, names)
        if len(fits) == 1:
            return fits[0]
    return found


def open_names(kind: type[Fact], name: str, told: dict[str, Any], partnership: Partnership) -> list[str]:
    """What a part of a name may mean, at the time of the fact."""
    if name != "norm":
        return _still_open(name, partnership)
    if kind.TOPIC == "breach-repaired":
        by = str(told.get("by", "")).casefold()
        breaches = partnership.norms.breaches
        parties = [party for party in breaches if party.casefold() == by]
        return [norm for party in parties for norm in partnership.norms.unrepaired(party)]
    return sorted(partnership.norms.agreed)


def _known(name: str, then: Partnership, place: Place) -> Iterator[list[str]]:
    """What it may mean beside what was open then, so that the refusal can speak of it: settled, or not there yet."""
    yield _closed(name, then)
    if place.on is not None:
        now = place.ledger.partnership(place.slug)
        yield [*_closed(name, now), *_still_open(name, now)]


def _still_open(name: str, partnership: Partnership) -> list[str]:
    held: dict[str, Iterable[str]] = {
        "commitment": partnership.delivery.open,
        "concern": partnership.communication.concerns,
        "goal": partnership.goals.open,
    }
    return list(held[name])


def _closed(name: str, partnership: Partnership) -> list[str]:
    held: dict[str, Iterable[str]] = {
        "commitment": partnership.delivery.settled,
        "concern": partnership.communication.resolved,
        "goal": partnership.goals.closed,
    }
    return list(held[name])
