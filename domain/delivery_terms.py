"""The terms of a commitment, as facts about it carry them."""

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict, Field

from pledger.domain.fact import Party, Slug, Stake


class Terms(BaseModel):
    """What was promised by whom, as far as judging its delivery needs it."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    commitment: Slug = Field(description="the commitment's short name")
    maker: Party = Field(description="the party that made it")
    to: Party | None = Field(None, description="the party it was made to; all others where none is named")
    stake: Stake = Field(description="how much hangs on it")
    first_date: bool = Field(description="whether it is a small early proof")
    due: date | None = Field(None, description="the day by which it is due")
    late_from: datetime | None = Field(None, description="the instant from which it is late")

    def is_late(self, at: datetime) -> bool:
        """Whether the deadline has passed at an instant."""
        return self.late_from is not None and at >= self.late_from
