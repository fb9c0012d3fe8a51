"""Goals: asked for, shared, acknowledged, supported, achieved or dropped."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Literal, Self

from pydantic import Field

from pledger.domain.days import Occurrence
from pledger.domain.fact import Fact, Party, Slug, Text, stamp
from pledger.domain.naming import listed, nearest
from pledger.domain.refusal import Refused

if TYPE_CHECKING:
    from pledger.domain.partnership import Partnership


@dataclass(slots=True)
class GoalsState:
    """Whose open goals there are, and what became of the others."""

    open: dict[str, str] = field(default_factory=dict)
    closed: dict[str, str] = field(default_factory=dict)

    def knows(self, goal: str) -> bool:
        return goal in self.open or goal in self.closed

    def known(self, goal: str) -> None:
        """Refuse a goal that was never shared."""
        if not self.knows(goal):
            self.owner(goal)

    def owner(self, goal: str) -> str:
        """Whose open goal it is; refused, with the open ones listed, where there is none."""
        if goal in self.open:
            return self.open[goal]
        others = f"the open ones: {listed(self.open)}"
        if goal in self.closed:
            raise Refused(f"the goal '{goal}' {self.closed[goal]} already", remedy=others)
        guess = nearest(goal, self.open, most=1)
        raise Refused(
            f"there is no goal '{goal}'",
            remedy=(f"did you mean '{guess[0]}'? " if guess else "") + others,
        )

    def close(self, goal: str, how: str, when: Occurrence) -> None:
        del self.open[goal]
        self.closed[goal] = f"{how} on {when.day}"


class GoalAsked(Fact):
    """A party asked another what it wants to achieve."""

    TOPIC = "goal-asked"
    THEME = "goals"
    VERB = "goal ask"
    EXAMPLE = "goal ask acme-globex --by Acme --to Globex"
    THEN = "goal share"

    by: Party = Field(description="the party that asked")
    to: Party | None = Field(None, description="the party that was asked; the other one, or all others, unless told")
    what: Text | None = Field(None, description="what was asked")

    def admit(self, partnership: "Partnership", when: Occurrence) -> Self:
        by = partnership.lifecycle.member(self.by)
        to = partnership.lifecycle.member(self.to) if self.to else None
        if by == to:
            raise Refused(f"{by} cannot ask itself", remedy="name the party that was asked with --to")
        return self.stamped(by=by, to=to)


class GoalShared(Fact):
    """A party told the others what it wants to achieve."""

    TOPIC = "goal-shared"
    THEME = "goals"
    VERB = "goal share"
    EXAMPLE = 'goal share acme-globex "Enter the Nordic market" --by Acme --level organisational'
    THEN = "goal acknowledge"
    ARGUMENTS = ("what",)
    OPTIONS: ClassVar[dict[str, tuple[str, ...]]] = {"owner": ("--by", "--owner"), "goal": ("--slug",)}
    NAMED = ("goal", "what")

    what: Text = Field(description="the goal")
    owner: Party = Field(description="the party whose goal it is and who shares it")
    level: Literal["mutual", "organisational", "individual"] = Field(
        "organisational", description="whether it is held together, by the organisation, or by a person in it"
    )
    goal: Slug | None = Field(None, description="its short name; made from the words unless told")

    def admit(self, partnership: "Partnership", when: Occurrence) -> Self:
        return self.stamped(owner=partnership.lifecycle.member(self.owner))

    def apply(self, partnership: "Partnership", when: Occurrence) -> None:
        assert self.goal is not None  # named before it is admitted
        partnership.goals.open[self.goal] = self.owner


class GoalAcknowledged(Fact):
    """A party showed that it knows and respects another's goal."""

    TOPIC = "goal-acknowledged"
    THEME = "goals"
    VERB = "goal acknowledge"
    EXAMPLE = "goal acknowledge acme-globex nordic --by Globex"
    THEN = "goal support"
    ARGUMENTS = ("goal",)

    goal: Slug = Field(description="which goal")
    by: Party = Field(description="the party that acknowledged it")

    def admit(self, partnership: "Partnership", when: Occurrence) -> Self:
        partnership.goals.owner(self.goal)
        return self.stamped(by=partnership.lifecycle.member(self.by))


class GoalSupported(Fact):
    """A party did something for another's goal."""

    TOPIC = "goal-supported"
    THEME = "goals"
    VERB = "goal support"
    EXAMPLE = 'goal support acme-globex nordic --by Globex --how "introduced two distributors"'
    ARGUMENTS = ("goal",)

    goal: Slug = Field(description="which goal")
    by: Party = Field(description="the party that supported it")
    how: Text | None = Field(None, description="what it did")

    def admit(self, partnership: "Partnership", when: Occurrence) -> Self:
        partnership.goals.owner(self.goal)
        return self.stamped(by=partnership.lifecycle.member(self.by))


class GoalAchieved(Fact):
    """A goal was reached."""

    TOPIC = "goal-achieved"
    THEME = "goals"
    VERB = "goal achieve"
    EXAMPLE = "goal achieve acme-globex nordic"
    ARGUMENTS = ("goal",)

    goal: Slug = Field(description="which goal")
    members: tuple[Party, ...] | None = stamp("the parties at that time")

    def admit(self, partnership: "Partnership", when: Occurrence) -> Self:
        partnership.goals.owner(self.goal)
        return self.stamped(members=tuple(partnership.lifecycle.members))

    def apply(self, partnership: "Partnership", when: Occurrence) -> None:
        partnership.goals.close(self.goal, "was achieved", when)


class GoalDropped(Fact):
    """A party gave up a goal, and said so."""

    TOPIC = "goal-dropped"
    THEME = "goals"
    VERB = "goal drop"
    EXAMPLE = 'goal drop acme-globex nordic --why "budget went elsewhere"'
    THEN = "goal share"
    ARGUMENTS = ("goal",)

    goal: Slug = Field(description="which goal")
    why: Text | None = Field(None, description="why it was dropped")
    owner: Party | None = stamp("the party whose goal it was")

    def admit(self, partnership: "Partnership", when: Occurrence) -> Self:
        return self.stamped(owner=partnership.goals.owner(self.goal))

    def apply(self, partnership: "Partnership", when: Occurrence) -> None:
        partnership.goals.close(self.goal, "was dropped", when)
