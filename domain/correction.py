"""Correction: a mistaken entry is retracted by a further one; nothing is ever changed."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from pledger.domain.fact import UNTIL_THE_END, Fact, Text, stamp
from pledger.domain.gaps import Gap, gaps_closed_stamp, gaps_opened_stamp


class RetractedEntry(BaseModel):
    """The entry that a retraction takes back, as it was recorded."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    version: int = Field(description="its version in the partnership")
    fact: str = Field(description="the stored name of its fact")
    occurred_at: datetime = Field(description="when it was said to have happened")
    fact_version: int = Field(1, description="the version of the fact's stored form")
    data: dict[str, Any] = Field(description="its fact, stamps and all")


class EntryRetracted(Fact):
    """An entry was a mistake; it stays visible and counts nowhere from now on."""

    TOPIC = "entry-retracted"
    THEME = "correction"
    VERB = "retract"
    EXAMPLE = 'retract acme-globex 12 --why "wrong partnership"'
    ARGUMENTS = ("entry",)
    PHASES = UNTIL_THE_END | {"ended"}

    entry: Annotated[int, Field(ge=1)] = Field(description="the position of the mistaken entry, as `log` shows it")
    why: Text = Field(description="why it is taken back")
    retracted: RetractedEntry | None = stamp("the entry that is taken back")
    gaps_opened: tuple[Gap, ...] = gaps_opened_stamp()
    gaps_closed: tuple[Gap, ...] = gaps_closed_stamp()
