"""Norms: what the parties hold in common, how they differ, what was breached and repaired, and how well they fit."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Literal, Self

from pydantic import Field

from pledger.domain.days import Occurrence
from pledger.domain.fact import Fact, Party, Slug, Text, Words, stamp
from pledger.domain.naming import listed, slug_from
from pledger.domain.refusal import Refused

if TYPE_CHECKING:
    from pledger.domain.partnership import Partnership


@dataclass(slots=True)
class NormsState:
    """Agreed norms, and the breaches that nobody has repaired yet."""

    agreed: set[str] = field(default_factory=set)
    breaches: dict[str, dict[str, int]] = field(default_factory=dict)

    def key(self, norm: str) -> str:
        """What a breach of a norm is filed under: the agreed norm's short name, or one made from the free words."""
        return norm if norm in self.agreed else slug_from(norm)

    def unrepaired(self, party: str) -> list[str]:
        """The norms that a party has breached and not repaired."""
        return [norm for norm, times in self.breaches.get(party, {}).items() if times > 0]

    def count_breach(self, party: str, norm: str, times: int) -> None:
        """Count a breach (1), or its repair (-1)."""
        of_party = self.breaches.setdefault(party, {})
        of_party[self.key(norm)] = of_party.get(self.key(norm), 0) + times


class NormAgreed(Fact):
    """The parties agreed on a norm that they want to live by."""

    TOPIC = "norm-agreed"
    THEME = "norms"
    VERB = "norm agree"
    EXAMPLE = 'norm agree acme-globex "No surprises: bad news travels first"'
    ARGUMENTS = ("what",)
    OPTIONS: ClassVar[dict[str, tuple[str, ...]]] = {"norm": ("--slug",)}
    NAMED = ("norm", "what")

    what: Text = Field(description="the norm")
    norm: Slug | None = Field(None, description="its short name; made from the words unless told")
    members: tuple[Party, ...] | None = stamp("the parties at that time")

    def admit(self, partnership: "Partnership", when: Occurrence) -> Self:
        return self.stamped(members=tuple(partnership.lifecycle.members))

    def apply(self, partnership: "Partnership", when: Occurrence) -> None:
        assert self.norm is not None  # named before it is admitted
        partnership.norms.agreed.add(self.norm)


class DifferenceAcknowledged(Fact):
    """A party recognised and respected that the other does things differently."""

    TOPIC = "difference-acknowledged"
    THEME = "norms"
    VERB = "difference"
    EXAMPLE = 'difference acme-globex "They decide by consensus" --by Acme'
    THEN = "adapt"
    ARGUMENTS = ("what",)

    what: Text = Field(description="the difference")
    by: Party = Field(description="the party that acknowledged it")

    def admit(self, partnership: "Partnership", when: Occurrence) -> Self:
        return self.stamped(by=partnership.lifecycle.member(self.by))


class StyleAdapted(Fact):
    """A party changed its own style to suit the other."""

    TOPIC = "style-adapted"
    THEME = "norms"
    VERB = "adapt"
    EXAMPLE = 'adapt acme-globex "Decisions are announced a week ahead" --by Acme'
    ARGUMENTS = ("what",)

    what: Text = Field(description="what it does differently now")
    by: Party = Field(description="the party that adapted")

    def admit(self, partnership: "Partnership", when: Occurrence) -> Self:
        return self.stamped(by=partnership.lifecycle.member(self.by))


class NormBreached(Fact):
    """A party broke an agreed norm, or one that nobody had thought to agree."""

    TOPIC = "norm-breached"
    THEME = "norms"
    VERB = "norm breach"
    EXAMPLE = "norm breach acme-globex surprises --by Globex"
    THEN = "norm repair"
    ARGUMENTS = ("norm",)

    norm: Words = Field(description="the agreed norm's short name, or in free words what was broken")
    by: Party = Field(description="the party that broke it")
    agreed: bool | None = stamp("whether it had been agreed")

    def admit(self, partnership: "Partnership", when: Occurrence) -> Self:
        by = partnership.lifecycle.member(self.by)
        return self.stamped(by=by, agreed=partnership.norms.key(self.norm) in partnership.norms.agreed)

    def apply(self, partnership: "Partnership", when: Occurrence) -> None:
        partnership.norms.count_breach(self.by, self.norm, 1)


class BreachRepaired(Fact):
    """A party made good a norm that it had broken."""

    TOPIC = "breach-repaired"
    THEME = "norms"
    VERB = "norm repair"
    EXAMPLE = 'norm repair acme-globex surprises --by Globex --how "apologised, and agreed a call first"'
    THEN = "show"
    ARGUMENTS = ("norm",)

    norm: Words = Field(description="the norm that was broken")
    by: Party = Field(description="the party that makes it good")
    how: Text | None = Field(None, description="how it was made good")

    def admit(self, partnership: "Partnership", when: Occurrence) -> Self:
        by = partnership.lifecycle.member(self.by)
        if partnership.norms.key(self.norm) not in partnership.norms.unrepaired(by):
            raise Refused(
                f"there is no unrepaired breach of '{self.norm}' by {by}",
                remedy=f"unrepaired breaches by {by}: {listed(partnership.norms.unrepaired(by))}",
            )
        return self.stamped(by=by)

    def apply(self, partnership: "Partnership", when: Occurrence) -> None:
        partnership.norms.count_breach(self.by, self.norm, -1)


class FitReviewed(Fact):
    """The parties judged how well they fit in one respect."""

    TOPIC = "fit-reviewed"
    THEME = "norms"
    VERB = "fit"
    EXAMPLE = "fit acme-globex cultures good"
    ARGUMENTS = ("facet", "verdict")

    facet: Literal["cultures", "people", "markets", "mechanics"] = Field(description="in which respect")
    verdict: Literal["good", "strained", "poor"] = Field(description="how well they fit")
    members: tuple[Party, ...] | None = stamp("the parties at that time")

    def admit(self, partnership: "Partnership", when: Occurrence) -> Self:
        return self.stamped(members=tuple(partnership.lifecycle.members))
