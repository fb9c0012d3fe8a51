"""Planning: plans agreed together, and reviewed."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

from pydantic import Field

from pledger.domain.days import Occurrence
from pledger.domain.fact import Fact, Party, PersonId, Text, stamp
from pledger.domain.refusal import Refused

if TYPE_CHECKING:
    from pledger.domain.partnership import Partnership


@dataclass(slots=True)
class PlanningState:
    """Whether there is a plan."""

    has_plan: bool = False


class PlanAgreed(Fact):
    """The parties agreed on a plan: objectives, how they are measured, and who leads."""

    TOPIC = "plan-agreed"
    THEME = "planning"
    VERB = "plan agree"
    EXAMPLE = 'plan agree acme-globex --objective "500 leads" --measure "qualified leads a month" --lead p-jane'
    THEN = "plan review"
    OPTIONS: ClassVar[dict[str, tuple[str, ...]]] = {
        "objectives": ("--objective",),
        "measures": ("--measure",),
    }

    objectives: tuple[Text, ...] = Field(description="what is to be reached; may be given several times", min_length=1)
    measures: tuple[Text, ...] = Field((), description="how it is measured; may be given several times")
    lead: PersonId | None = Field(None, description="the person who leads, by id")
    members: tuple[Party, ...] | None = stamp("the parties at that time")

    def admit(self, partnership: "Partnership", when: Occurrence) -> Self:
        return self.stamped(members=tuple(partnership.lifecycle.members))

    def apply(self, partnership: "Partnership", when: Occurrence) -> None:
        partnership.planning.has_plan = True


class PlanReviewed(Fact):
    """The parties looked together at how their plan is going."""

    TOPIC = "plan-reviewed"
    THEME = "planning"
    VERB = "plan review"
    EXAMPLE = 'plan review acme-globex "On track; webinar moved to June"'
    ARGUMENTS = ("what",)

    what: Text | None = Field(None, description="what was found")
    members: tuple[Party, ...] | None = stamp("the parties at that time")

    def admit(self, partnership: "Partnership", when: Occurrence) -> Self:
        if not partnership.planning.has_plan:
            raise Refused(
                "there is no plan to review",
                remedy=f"agree on one first: pledger plan agree {partnership.slug} --objective ...",
            )
        return self.stamped(members=tuple(partnership.lifecycle.members))
