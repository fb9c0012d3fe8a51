"""Made-up histories that the rules admit: every theme, seeded, in order of occurrence, each fact with its source."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pledger

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pledger.domain.fact import Fact

BEGIN = datetime(2019, 1, 7, 9, tzinfo=UTC)
SPAN = timedelta(days=6 * 365)
FACETS = ("cultures", "people", "markets", "mechanics")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of made-up input: a fact not yet made, and what is told beside it."""

    kind: type[Fact]
    values: dict[str, Any]
    partnership: str
    on: datetime
    source: str

    def proposal(self) -> pledger.Proposal:
        """The fact made and validated, as an import would."""
        return pledger.Proposal(self.kind.model_validate(self.values), self.partnership, on=self.on, source=self.source)


@dataclass
class Partners:
    """What a made-up partnership has open, so that what happens next may happen."""

    chance: random.Random
    parties: tuple[str, str] = ("Acme", "Globex")
    promises: list[str] = field(default_factory=list)
    goals: list[str] = field(default_factory=list)
    concerns: list[str] = field(default_factory=list)
    breaches: list[tuple[str, str]] = field(default_factory=list)
    named: int = 0

    def party(self) -> str:
        return self.chance.choice(self.parties)

    def name(self, kind: str) -> str:
        """A name that was not there before; a commitment `report-17` is promised as "Report 17"."""
        self.named += 1
        return f"{kind}-{self.named}"

    def taken(self, names: list[str]) -> str:
        """One of the open names, open no more."""
        return names.pop(self.chance.randrange(len(names)))

    def next(self, at: datetime) -> tuple[type[Fact], dict[str, Any]]:
        """Something that may happen now."""
        possible = [what for what, may, share in HAPPENINGS if may(self) for _ in range(share)]
        return self.chance.choice(possible)(self, at)


Happening = tuple[type["Fact"], dict[str, Any]]


def _promise(partners: Partners, at: datetime) -> Happening:
    name = partners.name("report")
    partners.promises.append(name)
    due = at.date() + timedelta(days=partners.chance.randint(1, 60))
    stake = partners.chance.choice(("small", "medium", "large"))
    what = name.replace("-", " ").capitalize()
    return pledger.CommitmentMade, {"what": what, "by": partners.party(), "due": due, "stake": stake}


def _move_promise(partners: Partners, at: datetime) -> Happening:
    due = at.date() + timedelta(days=partners.chance.randint(1, 60))
    return pledger.CommitmentRenegotiated, {
        "commitment": partners.chance.choice(partners.promises),
        "due": due,
    }


def _settle(kind: type[Fact]) -> Callable[[Partners, datetime], Happening]:
    return lambda partners, at: (kind, {"commitment": partners.taken(partners.promises)})


def _goal(partners: Partners, at: datetime) -> Happening:
    name = partners.name("goal")
    partners.goals.append(name)
    return pledger.GoalShared, {"what": f"Reach {name}", "owner": partners.party(), "goal": name}


def _of_goal(kind: type[Fact]) -> Callable[[Partners, datetime], Happening]:
    return lambda partners, at: (
        kind,
        {"goal": partners.chance.choice(partners.goals), "by": partners.party()},
    )


def _end_goal(kind: type[Fact]) -> Callable[[Partners, datetime], Happening]:
    return lambda partners, at: (kind, {"goal": partners.taken(partners.goals)})


def _concern(partners: Partners, at: datetime) -> Happening:
    name = partners.name("concern")
    partners.concerns.append(name)
    by, about = partners.parties
    return pledger.ConcernRaised, {"what": f"About {name}", "by": by, "about": about, "concern": name}


def _breach(partners: Partners, at: datetime) -> Happening:
    breach = (partners.name("surprise"), partners.party())
    partners.breaches.append(breach)
    return pledger.NormBreached, {"norm": breach[0], "by": breach[1]}


def _repair(partners: Partners, at: datetime) -> Happening:
    norm, by = partners.breaches.pop()
    return pledger.BreachRepaired, {"norm": norm, "by": by, "how": "apologised"}


def _plain(kind: type[Fact], /, *party_fields: str, **values: Any) -> Callable[[Partners, datetime], Happening]:
    return lambda partners, at: (kind, {**values, **{name: partners.party() for name in party_fields}})


def _always(partners: Partners) -> bool:
    return True


def _has(what: str) -> Callable[[Partners], bool]:
    return lambda partners: bool(getattr(partners, what))


HAPPENINGS: list[tuple[Callable[[Partners, datetime], Happening], Callable[[Partners], bool], int]] = [
    (_promise, lambda partners: len(partners.promises) < 40, 12),
    (_settle(pledger.CommitmentDelivered), _has("promises"), 9),
    (_settle(pledger.CommitmentBroken), _has("promises"), 1),
    (_settle(pledger.CommitmentReleased), _has("promises"), 1),
    (_move_promise, _has("promises"), 2),
    (_plain(pledger.InvestmentMade, "by", kind="time", amount="12", unit="hours"), _always, 2),
    (_plain(pledger.OutcomeRealised, what="Leads", amount="340", unit="leads"), _always, 1),
    (_plain(pledger.MeetingHeld), _always, 8),
    (_plain(pledger.MeetingMissed, "by"), _always, 1),
    (_plain(pledger.UpdateShared, "by", what="Figures of the month"), _always, 8),
    (_plain(pledger.ContactWaived, "by", what="the monthly report"), _always, 1),
    (_plain(pledger.ContactChased, "by", what="the monthly report"), _always, 1),
    (_plain(pledger.CadenceAgreed, every_days=14), _always, 1),
    (_concern, lambda partners: len(partners.concerns) < 5, 1),
    (
        lambda partners, at: (pledger.ConcernResolved, {"concern": partners.taken(partners.concerns)}),
        _has("concerns"),
        1,
    ),
    (
        lambda partners, at: (pledger.NormAgreed, {"what": partners.name("norm").replace("-", " ")}),
        lambda partners: partners.named < 200,
        1,
    ),
    (_breach, lambda partners: len(partners.breaches) < 5, 1),
    (_repair, _has("breaches"), 1),
    (_plain(pledger.DifferenceAcknowledged, "by", what="They decide by consensus"), _always, 1),
    (_plain(pledger.StyleAdapted, "by", what="Decisions are announced a week ahead"), _always, 1),
    (
        lambda partners, at: (
            pledger.FitReviewed,
            {"facet": partners.chance.choice(FACETS), "verdict": "good"},
        ),
        _always,
        1,
    ),
    (_goal, lambda partners: len(partners.goals) < 10, 1),
    (_of_goal(pledger.GoalAcknowledged), _has("goals"), 1),
    (_of_goal(pledger.GoalSupported), _has("goals"), 1),
    (_end_goal(pledger.GoalAchieved), _has("goals"), 1),
    (_end_goal(pledger.GoalDropped), _has("goals"), 1),
    (_plain(pledger.PlanReviewed, what="On track"), _always, 1),
    (_plain(pledger.TrustRated, "of", rating=7.5), _always, 1),
]
"""What may happen, when it may, and how often beside the others."""


def history(partnership: str, entries: int, *, seed: int = 1) -> Iterator[Row]:
    """One partnership's made-up life, of so many entries (at least 3) over six years."""
    partners = Partners(random.Random(f"{seed} {partnership}"))
    beginning: list[Happening] = [
        (pledger.PartnershipOpened, {"parties": partners.parties, "purpose": "made up"}),
        (pledger.PlanAgreed, {"objectives": ["500 leads"], "measures": ["leads a month"]}),
        (pledger.CadenceAgreed, {"every_days": 14}),
    ]
    for number in range(entries):
        at = BEGIN + SPAN * number / entries
        kind, values = beginning[number] if number < len(beginning) else partners.next(at)
        yield Row(kind, values, partnership, at, f"made-up/{number}")


def portfolio(entries: int, partnerships: int, *, seed: int = 1) -> list[Row]:
    """Histories of Zipf-sized partnerships (the second half as large as the first, and so on), mixed by occurrence."""
    weights = [1 / rank for rank in range(1, partnerships + 1)]
    sizes = [max(3, round(entries * weight / sum(weights))) for weight in weights]
    sizes[0] += entries - sum(sizes)
    rows = [row for rank, size in enumerate(sizes, start=1) for row in history(f"partners-{rank:04}", size, seed=seed)]
    return sorted(rows, key=lambda row: row.on)
