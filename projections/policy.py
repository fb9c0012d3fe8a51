"""A policy: how evidence counts. One TOML file, read into a frozen model that is known by its digest."""

import hashlib
import json
import tomllib
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)

from pledger.domain.reading import read_model as read_by_hand
from pledger.domain.refusal import WrongUsage
from pledger.projections.kinds import KINDS
from pledger.projections.toml_model import read_model, refusal, unknown_name
from pledger.projections.untrusted import text_of

INGREDIENTS = ("communication", "norms", "goals", "delivery")

# Within a millionth and a million every sum stays a finite number, whatever the evidence.
SMALLEST, LARGEST = 1e-6, 1e6
YEARS_100_IN_DAYS = 36_525.0


class PolicyError(WrongUsage):
    """A policy cannot be read or makes no sense."""


def _known_kind(name: str) -> str:
    if name not in KINDS:
        raise unknown_name("the kind", name, list(KINDS))
    return name


def _without_minus_zero(number: float) -> float:
    return number + 0.0  # so that equal policies have equal digests


Kind = Annotated[str, AfterValidator(_known_kind)]
Weight = Annotated[float, Field(ge=-LARGEST, le=LARGEST, allow_inf_nan=False), AfterValidator(_without_minus_zero)]
Amount = Annotated[float, Field(ge=0, le=LARGEST, allow_inf_nan=False), AfterValidator(_without_minus_zero)]
Positive = Annotated[float, Field(ge=SMALLEST, le=LARGEST, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False), AfterValidator(_without_minus_zero)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)


class Prior(_Part):
    """What is believed of a party before any evidence, and how firmly."""

    prior_weight: Positive = Field(description="how much evidence moves trust halfway from the base rate")
    base_rate: float = Field(gt=0, lt=1, allow_inf_nan=False, description="trust with no evidence at all")


class Stakes(_Part):
    """How much more or less evidence counts by what was at stake."""

    small: Amount = Field(description="the factor for a small stake")
    medium: Amount = Field(description="the factor for a medium stake, and where a fact has none")
    large: Amount = Field(description="the factor for a large stake")


class Flywheel(_Part):
    """How acts give speed and friction takes it away."""

    half_life_days: Positive = Field(description="days in which an unpushed wheel loses half its speed")
    window_days: float = Field(
        ge=SMALLEST, le=YEARS_100_IN_DAYS, allow_inf_nan=False, description="days back that the trend looks"
    )
    reference: Positive = Field(description="the speed that reads as a momentum of one half")
    floor: Positive = Field(description="the speed below which a partnership is stalled")
    steady_within: Amount = Field(description="doublings up or down that still read as steady")


class Bands(_Part):
    """Where a word replaces the number."""

    unknown_above: Share = Field(description="the uncertainty above which trust is unknown")
    fair: Share = Field(description="the cautious trust from which it is fair")
    firm: Share = Field(description="the cautious trust from which it is firm")

    @field_validator("firm")
    @classmethod
    def _above_fair(cls, firm: float, info: ValidationInfo) -> float:
        fair = info.data.get("fair", 0.0)
        if firm < fair:
            raise refusal(
                f"bands.firm is {firm}, below bands.fair, which is {fair}", "give firm a share from fair to 1"
            )
        return firm


class Rule(_Part):
    """How one kind of evidence counts."""

    weight: Weight = Field(description="for trust above 0, against it below")
    half_life_days: Positive = Field(description="days after which it counts half")
    shape: Literal["constant", "proportional", "saturating", "halving"] = Field(
        "constant", description="how it depends on its measure"
    )
    scale: Positive = Field(1.0, description="the measure that sets the shape's pace")
    impulse: Amount = Field(0.0, description="what it gives the flywheel")


class Lens(_Part):
    """A grouping of kinds into named facets, each with its weights."""

    source: str = Field("", description="whose grouping it is")
    facets: dict[str, dict[Kind, Weight]] = Field(description="each facet's kinds and weights")


class LensFile(_Part):
    """One shipped lens, in the form that a policy would hold it in."""

    lenses: dict[str, Lens] = Field(description="the lenses by name")


class Policy(_Part):
    """How evidence counts: weights and half-lives by kind, the prior, the flywheel, bands and lenses."""

    name: str = Field(min_length=1, max_length=100, description="what people call the policy")
    credit: Literal["observed", "matured"] = Field(
        description="whether outcomes count when they are known or when they were due"
    )
    trust: Prior = Field(description="what is believed before any evidence")
    stakes: Stakes = Field(description="the factors for small, medium and large stakes")
    momentum: Flywheel = Field(description="the flywheel's numbers")
    bands: Bands = Field(description="where a word replaces the number")
    kinds: dict[Kind, Rule] = Field(description="how each kind counts; a kind left out counts nowhere")
    lenses: dict[str, Lens] = Field(default_factory=dict, description="lenses of one's own")

    @model_validator(mode="after")
    def _lenses_hold_together(self) -> Self:
        for name, lens in self.lenses.items():
            for facet, weights in lens.facets.items():
                under = ("lenses", name, "facets", facet)
                if name == "ingredients" and facet not in INGREDIENTS:
                    raise unknown_name("the facet", facet, list(INGREDIENTS), under=under)
                for kind in weights:
                    if kind not in self.kinds:
                        raise refusal(
                            f"the facet '{facet}' weighs '{kind}', which [kinds] leaves out",
                            f"give {kind} a line in [kinds], with weight = 0 if trust shall not weigh it",
                            under=(*under, kind),
                        )
        return self

    @classmethod
    def parse(cls, text: str, where: str) -> Self:
        """Read a policy's text; raises PolicyError with `where`, the line and the remedy."""
        return read_model(cls, text, where, PolicyError)

    @classmethod
    def read(cls, path: Path | str) -> Self:
        """Read a policy file; raises PolicyError."""
        return cls.parse(policy_text(path), str(path))

    @property
    def digest(self) -> str:
        """The policy's identity: SHA-256 of its canonical form, whatever its comments, order and spelling."""
        canonical = json.dumps(self, default=vars, sort_keys=True, separators=(",", ":"), allow_nan=False)
        return hashlib.sha256(canonical.encode()).hexdigest()

    @property
    def weights(self) -> dict[str, float]:
        """What each kind weighs for trust."""
        return {kind: rule.weight for kind, rule in self.kinds.items()}

    @property
    def half_lives_days(self) -> dict[str, float]:
        """The days after which each kind counts half."""
        return {kind: rule.half_life_days for kind, rule in self.kinds.items()}

    @property
    def impulses(self) -> dict[str, float]:
        """What each kind gives the flywheel."""
        return {kind: rule.impulse for kind, rule in self.kinds.items()}

    def lens(self, name: str) -> Lens:
        """The policy's own lens of this name, or else the shipped one; raises PolicyError if neither is."""
        return self.lenses.get(name) or shipped_lens(name)


@cache
def default_policy() -> Policy:
    """The policy that pledger ships; read without validation, which the tests do, so that short commands stay short."""
    return read_by_hand(Policy, tomllib.loads(shipped_policy_text()))


def shipped_policy_text() -> str:
    """The file of the policy that pledger ships, comments and all."""
    return policy_text(_SHIPPED / "policies" / "default.toml")


@cache
def shipped_lens(name: str) -> Lens:
    """A lens that pledger ships; raises PolicyError where there is none of this name."""
    names = shipped_lens_names()
    if name not in names:
        raise PolicyError(f"there is no lens '{name}'", remedy=f"choose one of: {', '.join(names)}")
    return read_by_hand(LensFile, tomllib.loads(policy_text(_SHIPPED / "lenses" / f"{name}.toml"))).lenses[name]


def shipped_lens_names() -> list[str]:
    """The lenses that pledger ships."""
    return sorted(path.stem for path in (_SHIPPED / "lenses").glob("*.toml"))


_SHIPPED = Path(__file__).parent


def policy_text(path: Path | str) -> str:
    """What a policy file says; raises PolicyError where it cannot be read."""
    try:
        return text_of(path)
    except UnicodeDecodeError:
        raise PolicyError("this is not UTF-8 text", where=str(path), remedy="save the policy as UTF-8") from None
    except (OSError, ValueError) as unreadable:
        raise PolicyError(
            f"the policy cannot be read: {getattr(unreadable, 'strerror', None) or unreadable}",
            where=str(path),
            remedy="give the path of a policy file that you may read",
        ) from None
