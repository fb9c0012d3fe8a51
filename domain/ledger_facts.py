"""Facts about the ledger itself, kept in its own stream."""

from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, StringConstraints

from pledger.domain.fact import Fact, Text, Words

LEDGER_STREAM = "@ledger"


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        raise ValueError("is not a time zone; give one like Europe/Berlin or UTC") from None
    return name


class LedgerOpened(Fact):
    """A ledger was begun."""

    TOPIC = "ledger-opened"
    THEME = "ledger"
    VERB = "init"
    EXAMPLE = 'init --name "Alliances" --time-zone Europe/Berlin'
    THEN = "open"

    name: Words = Field(description="what the ledger is called")
    time_zone: Annotated[Words, AfterValidator(_known_zone)] = Field(
        description="the time zone whose days count, like Europe/Berlin; the machine's unless told"
    )


class PolicyAdopted(Fact):
    """The ledger's keepers adopted a way of scoring."""

    TOPIC = "policy-adopted"
    THEME = "ledger"
    VERB = "policy adopt"
    EXAMPLE = 'policy adopt mine.toml --why "late delivery hurts us more"'
    THEN = "portfolio"
    ARGUMENTS = ("text",)

    name: Words = Field(description="the policy's name")
    text: Annotated[str, StringConstraints(min_length=1, max_length=1_000_000)] = Field(
        description="the policy's whole text"
    )
    why: Text = Field(description="why it was adopted")
