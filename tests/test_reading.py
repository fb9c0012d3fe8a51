"""What is read back without validation is what validation would have returned."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic_core import from_json
from support.facts import FACTS
from support.histories import History, Listener, histories
from support.lives import lives

from pledger.domain.delivery import CommitmentMade
from pledger.domain.ledger_facts import LedgerOpened
from pledger.domain.mapper import to_bytes, to_entry
from pledger.domain.reading import read_model

if TYPE_CHECKING:
    from pledger.domain.fact import Fact


def told(fact: Fact) -> tuple[object, ...]:
    """Everything about a fact, the types of its values included."""
    types = {name: type(value) for name, value in fact}
    return type(fact), fact, types, fact.model_dump(), fact.model_fields_set


@settings(max_examples=40, deadline=None, print_blob=True, suppress_health_check=list(HealthCheck))
@given(st.one_of(histories(), lives()))
def test_facts_with_their_stamps(history: History) -> None:
    for entry in Listener(history).hear_all():
        stored = from_json(to_bytes(entry))["fact"]
        validated = type(entry.fact).model_validate(stored)
        assert told(read_model(type(entry.fact), stored)) == told(validated)
        again = to_entry(entry.position, entry.partnership, entry.version, entry.fact.TOPIC, to_bytes(entry))
        assert again == entry


@given(st.one_of(*FACTS.values()))
def test_facts_as_they_are_told(fact: Fact) -> None:
    stored = from_json(fact.model_dump_json(exclude_none=True))
    assert told(read_model(type(fact), stored)) == told(type(fact).model_validate(stored))


@pytest.mark.parametrize(
    ("stored", "odd"),
    [
        ({"what": "it"}, "by"),
        ({"what": "it", "by": "Acme", "mood": "good"}, "mood"),
        ({"mood": "good"}, "by, mood, what"),
    ],
)
def test_fields_that_are_not_the_facts_own(stored: dict[str, object], odd: str) -> None:
    with pytest.raises(ValueError, match=f"CommitmentMade has unknown or missing fields: {odd}$"):
        read_model(CommitmentMade, stored)


def test_facts_about_the_ledger() -> None:
    opened = LedgerOpened(name="Alliances", time_zone="UTC")
    assert read_model(LedgerOpened, {"name": "Alliances", "time_zone": "UTC"}) == opened
