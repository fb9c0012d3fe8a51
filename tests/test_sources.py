"""A source reference makes recording the same thing twice harmless, and tells where the source has changed."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from support.histories import SLUG, Clock, a_ledger, utc

from pledger.domain.communication import MeetingHeld, UpdateShared
from pledger.domain.correction import EntryRetracted
from pledger.domain.delivery import CommitmentDelivered, CommitmentMade, CommitmentRenegotiated
from pledger.domain.entry import Proposal
from pledger.domain.lifecycle import PartnershipOpened
from pledger.domain.outcome import AlreadyRecorded, Changed, Outcome, Recorded
from pledger.domain.refusal import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from pledger.domain.fact import Fact
    from pledger.domain.ledger import Ledger

JUNE = date(2018, 6, 1)
GUIDE = CommitmentMade(what="Brand guide", by="Acme", due=date(2018, 7, 1))


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    """A ledger in which GUIDE was recorded from row 7 of some file."""
    with a_ledger(Clock(utc(2018, 11, 6, 9))) as opened:
        opened.record(PartnershipOpened(parties=("Acme", "Globex"), purpose="joint launch"), SLUG)
        opened.record(GUIDE, SLUG, on=JUNE, source="row 7")
        yield opened


def told(
    ledger: Ledger, fact: Fact, on: date | datetime | None = JUNE, link: str | None = None, slug: str = SLUG
) -> Outcome:
    (outcome,) = ledger.record_all([Proposal(fact, slug, on, "row 7", link)])
    return outcome


def count(ledger: Ledger) -> int:
    return len(list(ledger.entries(SLUG)))


def changed(outcome: Outcome) -> Changed:
    assert isinstance(outcome, Changed)
    return outcome


@pytest.mark.parametrize(
    "fact",
    [
        GUIDE,
        CommitmentMade(what="Brand guide", by="ACME", due=date(2018, 7, 1)),
        CommitmentMade(what="Brand guide", by="Acme", to="globex", due=date(2018, 7, 1), commitment="brand-guide"),
    ],
)
def test_the_same_again_is_recorded_already(ledger: Ledger, fact: Fact) -> None:
    """Also with a party in another case, or with what the ledger has filled in."""
    outcome = told(ledger, fact)
    assert isinstance(outcome, AlreadyRecorded)
    assert outcome.entry.version == 2
    assert count(ledger) == 2


def test_a_single_recording_returns_the_entry_that_is_there(ledger: Ledger) -> None:
    assert ledger.record(GUIDE, SLUG, on=JUNE, source="row 7").version == 2
    assert ledger.record(GUIDE, SLUG, on=utc(2018, 5, 31, 22), source="row 7").version == 2
    assert ledger.record(GUIDE, SLUG, source="row 7").version == 2


def test_another_due_date_is_told_with_the_verb_that_would_record_it(ledger: Ledger) -> None:
    outcome = changed(told(ledger, GUIDE.model_copy(update={"due": date(2018, 8, 1)})))
    assert outcome.differences == {"due": (date(2018, 7, 1), date(2018, 8, 1))}
    assert outcome.remedy == "pledger renegotiate acme-globex brand-guide --due 2018-08-01"
    assert count(ledger) == 2


def test_once_it_is_renegotiated_the_new_due_date_counts_as_told(ledger: Ledger) -> None:
    ledger.record(CommitmentRenegotiated(commitment="brand-guide", due=date(2018, 8, 1)), SLUG, on=date(2018, 6, 20))
    assert isinstance(told(ledger, GUIDE.model_copy(update={"due": date(2018, 8, 1)})), AlreadyRecorded)
    assert isinstance(told(ledger, GUIDE), AlreadyRecorded)
    outcome = changed(told(ledger, GUIDE.model_copy(update={"due": date(2018, 8, 2)})))
    assert outcome.differences == {"due": (date(2018, 7, 1), date(2018, 8, 2))}


def test_a_renegotiation_that_was_retracted_tells_nothing(ledger: Ledger) -> None:
    moved = CommitmentRenegotiated(commitment="brand-guide", due=date(2018, 8, 1))
    mistaken = ledger.record(moved, SLUG, on=date(2018, 6, 20))
    ledger.record(EntryRetracted(entry=mistaken.position, why="was not agreed"), SLUG)
    assert isinstance(told(ledger, GUIDE.model_copy(update={"due": date(2018, 8, 1)})), Changed)


@pytest.mark.parametrize(
    ("fact", "on", "link", "differences"),
    [
        (GUIDE.model_copy(update={"what": "Brand book"}), JUNE, None, {"what": ("Brand guide", "Brand book")}),
        (GUIDE.model_copy(update={"by": "Globex"}), JUNE, None, {"by": ("Acme", "Globex")}),
        (GUIDE, date(2018, 6, 2), None, {"on": (JUNE, date(2018, 6, 2))}),
        (GUIDE, utc(2018, 6, 1), None, {"on": ("2018-05-31T22:00:00+00:00", "2018-06-01T00:00:00+00:00")}),
        (GUIDE, JUNE, "https://example.org", {"link": (None, "https://example.org")}),
        (MeetingHeld(), JUNE, None, {"fact": ("commitment-made", "meeting-held")}),
    ],
)
def test_any_other_change_means_to_retract_and_record_again(
    ledger: Ledger,
    fact: Fact,
    on: date | datetime,
    link: str | None,
    differences: dict[str, tuple[object, object]],
) -> None:
    outcome = changed(told(ledger, fact, on, link))
    assert outcome.differences == differences
    assert outcome.remedy == f"pledger retract acme-globex {outcome.entry.position} --why ..., then record it again"
    assert count(ledger) == 2


def test_a_single_recording_refuses_what_has_changed(ledger: Ledger) -> None:
    with pytest.raises(Refused) as refused:
        ledger.record(GUIDE.model_copy(update={"due": date(2018, 8, 1)}), SLUG, on=JUNE, source="row 7")
    assert refused.value.what == (
        "'row 7' is recorded already, as entry 3, and differs: due is 2018-07-01 there, 2018-08-01 now"
    )
    assert refused.value.remedy.endswith("pledger renegotiate acme-globex brand-guide --due 2018-08-01")


def test_a_reference_belongs_to_its_partnership(ledger: Ledger) -> None:
    opened = PartnershipOpened(parties=("Acme", "Globex"), purpose="another")
    assert isinstance(told(ledger, opened, slug="another"), Recorded)


def test_a_retracted_entry_frees_its_reference(ledger: Ledger) -> None:
    ledger.record(EntryRetracted(entry=3, why="wrong row"), SLUG)
    assert isinstance(told(ledger, UpdateShared(what="figures", by="Acme")), Recorded)


def test_also_for_what_follows_in_the_same_batch(ledger: Ledger) -> None:
    """A correction is a retraction and the fact told right, and keeps its reference."""
    right = GUIDE.model_copy(update={"by": "Globex"})
    outcomes = ledger.record_all(
        [Proposal(EntryRetracted(entry=3, why="it was Globex"), SLUG), Proposal(right, SLUG, JUNE, "row 7")]
    )
    assert [type(outcome) for outcome in outcomes] == [Recorded, Recorded]
    assert isinstance(told(ledger, right), AlreadyRecorded)


def test_a_reference_is_used_once_in_a_batch(ledger: Ledger) -> None:
    twice = [Proposal(UpdateShared(what=what, by="Acme"), SLUG, None, "row 8") for what in ("May", "June")]
    with pytest.raises(Refused, match="the source reference 'row 8' is used twice"):
        ledger.record_all(twice)
    assert count(ledger) == 2


def test_a_retraction_may_have_a_reference_too(ledger: Ledger) -> None:
    """So that whatever is synchronised from elsewhere may be told again and again."""
    taken_back = EntryRetracted(entry=3, why="wrong row")
    assert ledger.record(taken_back, SLUG, source="correction 1").version == 3
    assert ledger.record(taken_back, SLUG, source="correction 1").version == 3
    with pytest.raises(Refused, match="differs: why is wrong row there, never mind now") as refused:
        ledger.record(EntryRetracted(entry=3, why="never mind"), SLUG, source="correction 1")
    assert "a retraction stays as it is" in refused.value.remedy
    with pytest.raises(Refused, match="the source reference 'correction 2' is used twice"):
        ledger.record_all(
            [Proposal(MeetingHeld(), SLUG, JUNE, "correction 2"), Proposal(MeetingHeld(), SLUG, JUNE, "correction 2")]
        )


def test_what_is_new_in_a_batch_is_recorded_beside_what_is_there_already(ledger: Ledger) -> None:
    outcomes = ledger.record_all(
        [
            Proposal(GUIDE, SLUG, JUNE, "row 7"),
            Proposal(CommitmentDelivered(commitment="brand-guide"), SLUG, date(2018, 6, 20), "row 7, delivered"),
        ]
    )
    assert [type(outcome) for outcome in outcomes] == [AlreadyRecorded, Recorded]
    assert count(ledger) == 3


@pytest.mark.parametrize("source", ["", " ", "row\n7", "row \udc80", "r" * 10_001])
def test_a_reference_is_something_that_can_be_shown(ledger: Ledger, source: str) -> None:
    with pytest.raises(Refused, match="the source "):
        ledger.record(GUIDE, SLUG, on=JUNE, source=source)
