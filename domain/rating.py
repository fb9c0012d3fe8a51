"""Rating: what a person says the trust is, kept beside the computed trust."""

from typing import TYPE_CHECKING, Annotated, Self

from pydantic import Field

from pledger.domain.days import Occurrence
from pledger.domain.fact import Fact, Party, PersonId

if TYPE_CHECKING:
    from pledger.domain.partnership import Partnership


class TrustRated(Fact):
    """A person said how much the party is to be trusted, from 0 to 10."""

    TOPIC = "trust-rated"
    THEME = "rating"
    VERB = "rate"
    EXAMPLE = "rate acme-globex 7 --of Globex --person p-jane"
    THEN = "show"
    ARGUMENTS = ("rating",)

    rating: Annotated[float, Field(ge=0, le=10, allow_inf_nan=False)] = Field(description="from 0 (none) to 10 (full)")
    of: Party = Field(description="the party that is rated")
    person: PersonId | None = Field(None, description="the person who rates, by id")

    def admit(self, partnership: "Partnership", when: Occurrence) -> Self:
        return self.stamped(of=partnership.lifecycle.member(self.of))
