"""A partnership through a lens: every facet as an opinion, with its doubt and with the evidence that it rests on.

Each facet is told for every party, and for the partnership together. Together is the opinion over the *mean* of the
parties' evidence, as a partnership's speed is the mean of its parties' speeds: what speaks of all of them (a norm
agreed, a verdict on the fit) counts once, and what one side does alone counts by its share.

Facets named "Fit: cultures" and "Fit: people" are parts of the cog Fit. A cog is the opinion over the evidence of all
its parts. The gears have one cog more, Momentum, the flywheel; its value, from 0 to 1, is read by the policy's bands as
cautious trust is, and is unknown where nobody has ever pushed the wheel. Cogs are compared by band: the lowest holds
the others back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from pledger.projections.evidence import evidence_of
from pledger.projections.members import members_at
from pledger.projections.momentum import momentum
from pledger.projections.opinion import Opinion, as_json, band
from pledger.projections.scoring import lines_asking, rows_in_effect, sums_asked
from pledger.projections.wording import joined

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from pledger.domain.entry import Entry
    from pledger.projections.evidence import Row
    from pledger.projections.policy import Bands, Lens
    from pledger.projections.question import Question

FLYWHEEL_LENS = "gears"
"""The lens whose cogs include the flywheel."""
LATEST = 3
_ORDER = ("weak", "fair", "firm")


class Piece(NamedTuple):
    """One piece of evidence in a facet: its entry, kind and when it took effect, and whether it speaks for."""

    entry: int
    kind: str
    at: datetime
    speaks_for: bool


@dataclass(frozen=True, slots=True)
class Held:
    """What may be held of one party, or of the partnership, in one facet."""

    opinion: Opinion
    pieces: tuple[Piece, ...]  # in order of taking effect
    bands: Bands

    @property
    def band(self) -> str:
        return band(self.opinion, self.bands)

    @property
    def pieces_for(self) -> int:
        return sum(piece.speaks_for for piece in self.pieces)

    @property
    def pieces_against(self) -> int:
        return len(self.pieces) - self.pieces_for

    @property
    def latest(self) -> list[Piece]:
        """The last pieces, the newest first, one of each entry."""
        by_entry = {piece.entry: piece for piece in self.pieces}
        return sorted(by_entry.values(), key=lambda piece: (piece.at, piece.entry), reverse=True)[:LATEST]

    def as_json(self) -> dict[str, Any]:
        """What is held by its documented keys."""
        return {
            **as_json(self.opinion, self.bands),
            "cautious": self.opinion.cautious,
            "pieces_for": self.pieces_for,
            "pieces_against": self.pieces_against,
            "latest": [
                {"entry": piece.entry, "kind": piece.kind, "at": piece.at, "speaks": _speaks(piece)}
                for piece in self.latest
            ],
        }


@dataclass(frozen=True, slots=True)
class Facet:
    """One facet, of the partnership together and of each party."""

    name: str
    together: Held
    by_party: Mapping[str, Held]

    def as_json(self) -> dict[str, Any]:
        """The facet by its documented keys."""
        parties = [{"party": party, **held.as_json()} for party, held in self.by_party.items()]
        return {"facet": self.name, "together": self.together.as_json(), "parties": parties}


class Cog(NamedTuple):
    """One of the cogs that must mesh: its band, and the number behind it (cautious trust, or the flywheel's value)."""

    name: str
    band: str
    number: float


@dataclass(frozen=True, slots=True)
class LensView:
    """A partnership through one lens."""

    partnership: str
    lens: str
    source: str
    facets: tuple[Facet, ...]
    cogs: tuple[Cog, ...]

    @property
    def holding_back(self) -> str | None:
        """Which cog holds the others back, in one sentence; None where the lens has no cogs."""
        return _holding_back(self.cogs) if self.cogs else None

    def as_json(self) -> dict[str, Any]:
        """The view by its documented keys."""
        return {
            "partnership": self.partnership,
            "lens": self.lens,
            "source": self.source,
            "facets": [facet.as_json() for facet in self.facets],
            "cogs": [cog._asdict() for cog in self.cogs],
            "holding_back": self.holding_back,
        }


def lens_view(slug: str, entries: Sequence[Entry], name: str, lens: Lens, question: Question) -> LensView:
    """A partnership through a lens, from all its entries in order of recording."""
    moment, policy = question.moment, question.policy
    known = list(filter(moment.is_known, entries))
    parties = members_at(slug, known, question)
    rows = evidence_of(known)
    standing = rows_in_effect(rows, policy.credit, *moment)
    facets = tuple(_facet(facet, weights, standing, parties, question) for facet, weights in lens.facets.items())
    cogs = _cogs(facets, policy.bands)
    if cogs and name == FLYWHEEL_LENS:
        cogs.append(_flywheel(rows, parties, question))
    return LensView(slug, name, lens.source, facets, tuple(cogs))


def _facet(
    name: str, weights: Mapping[str, float], standing: Sequence[Row], parties: Sequence[str], question: Question
) -> Facet:
    policy = question.policy
    lines = lines_asking(standing, parties, policy, policy.credit, [question.as_of])
    sums = sums_asked(lines, weights, policy.half_lives_days) or [(0.0, 0.0)] * len(parties)
    speaking = [row for row in standing if weights.get(row.kind) and row.kind in policy.kinds]

    def held(supporting: float, opposing: float, rows: Iterable[Row]) -> Held:
        prior = policy.trust
        opinion = Opinion(supporting, opposing, prior.prior_weight, prior.base_rate)
        return Held(opinion, _pieces(rows, weights, question), policy.bands)

    mean = [sum(side) / len(parties) for side in zip(*sums, strict=True)] if parties else [0.0, 0.0]
    by_party = {
        party: held(supporting, opposing, [row for row in speaking if row.party == party])
        for party, (supporting, opposing) in zip(parties, sums, strict=True)
    }
    return Facet(name, held(mean[0], mean[1], [row for row in speaking if row.party in by_party]), by_party)


def _pieces(rows: Iterable[Row], weights: Mapping[str, float], question: Question) -> tuple[Piece, ...]:
    """The evidence of some parties; what one entry says of several in one word is one piece."""
    credit = question.policy.credit
    pieces = {
        Piece(row.position, row.kind, row.at if credit == "observed" else row.matures_at, weights[row.kind] > 0)
        for row in rows
    }
    return tuple(sorted(pieces, key=lambda piece: (piece.at, piece.entry, piece.kind)))


def _cogs(facets: Iterable[Facet], bands: Bands) -> list[Cog]:
    """The cogs that facets named "Cog: part" are parts of; fewer than two are none."""
    parts: dict[str, list[Opinion]] = {}
    for facet in facets:
        cog, colon, _ = facet.name.partition(": ")
        if colon:
            parts.setdefault(cog, []).append(facet.together.opinion)
    return [_cog(name, opinions, bands) for name, opinions in parts.items()] if len(parts) > 1 else []


def _cog(name: str, opinions: Sequence[Opinion], bands: Bands) -> Cog:
    whole = Opinion(
        sum(each.supporting for each in opinions),
        sum(each.opposing for each in opinions),
        opinions[0].prior_weight,
        opinions[0].base_rate,
    )
    return Cog(name, band(whole, bands), whole.cautious)


def _flywheel(rows: Sequence[Row], parties: Sequence[str], question: Question) -> Cog:
    policy = question.policy
    value = momentum(rows, parties, policy, *question.moment).together.value
    impulses = policy.impulses
    pushed = any(impulses.get(row.kind) for row in rows_in_effect(rows, "observed", *question.moment))
    if not pushed:
        return Cog("Momentum", "unknown", value)
    firm, fair = policy.bands.firm, policy.bands.fair
    return Cog("Momentum", "firm" if value >= firm else "fair" if value >= fair else "weak", value)


def _holding_back(cogs: Sequence[Cog]) -> str:
    known = [cog for cog in cogs if cog.band in _ORDER]
    unknown = [cog.name for cog in cogs if cog.band not in _ORDER]
    more = f" Too little is known of {joined(unknown)} to compare." if unknown else ""
    if len(known) < 2:
        return f"Which cog holds the others back cannot be told yet.{more}"
    lowest = min((cog.band for cog in known), key=_ORDER.index)
    behind = [cog.name for cog in known if cog.band == lowest]
    ahead = [f"{cog.name} ({cog.band})" for cog in known if cog.band != lowest]
    if not ahead:
        return f"No cog holds the others back: {joined(behind)} are all {lowest}.{more}"
    verb = "holds" if len(behind) == 1 else "hold"
    return f"{joined(behind)} ({lowest}) {verb} back {joined(ahead)}.{more}"


def _speaks(piece: Piece) -> str:
    return "for" if piece.speaks_for else "against"
