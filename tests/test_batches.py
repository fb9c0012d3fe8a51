"""Facts told together: all or none, or in groups that stand or fall each by itself."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from support.histories import OPENED, SLUG, Clock, a_ledger, utc

from pledger.domain.communication import CadenceAgreed, MeetingHeld
from pledger.domain.correction import EntryRetracted
from pledger.domain.delivery import CommitmentDelivered, CommitmentMade
from pledger.domain.entry import Proposal
from pledger.domain.lifecycle import PartnershipEnded, PartnershipOpened, PartyJoined
from pledger.domain.norms import NormAgreed, NormBreached
from pledger.domain.outcome import NotAdmitted, Recorded
from pledger.domain.refusal import Refused
from pledger.projections.evidence import evidence_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pledger.domain.ledger import Ledger

GUIDE = CommitmentMade(what="Brand guide", by="Acme")
DELIVERED = CommitmentDelivered(commitment="brand-guide")
UNKNOWN = CommitmentDelivered(commitment="unknown")


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    """A ledger in which a partnership is open since New Year."""
    with a_ledger(Clock(utc(2018, 11, 6, 9))) as opened:
        opened.record(OPENED, SLUG, on=date(2018, 1, 1))
        yield opened


def topics(ledger: Ledger, slug: str = SLUG) -> list[str]:
    return [entry.fact.TOPIC for entry in ledger.entries(slug)]


def test_one_refusal_refuses_all(ledger: Ledger) -> None:
    with pytest.raises(Refused, match="there is no open commitment 'unknown'"):
        ledger.record_all([Proposal(OPENED, "another"), Proposal(GUIDE, SLUG), Proposal(UNKNOWN, SLUG)])
    assert topics(ledger) == ["partnership-opened"]
    assert ledger.partnerships() == [SLUG]


def test_a_batch_is_checked_once_at_its_end(ledger: Ledger) -> None:
    """So what depends on each other may be told in any order."""
    ledger.record_all([Proposal(DELIVERED, SLUG, date(2018, 3, 1)), Proposal(GUIDE, SLUG, date(2018, 2, 1))])
    assert topics(ledger) == ["partnership-opened", "commitment-delivered", "commitment-made"]
    ledger.record_all([Proposal(MeetingHeld(), "another", date(2018, 3, 1)), Proposal(OPENED, "another")])
    assert topics(ledger, "another") == ["meeting-held", "partnership-opened"]


def test_a_batch_told_backwards_can_be_read_by_the_next_one_to_come(ledger: Ledger) -> None:
    """The end closes a promise that stands behind it in the log."""
    ledger.record_all(
        [
            Proposal(PartnershipEnded(reason="completed"), SLUG, date(2018, 3, 1)),
            Proposal(GUIDE, SLUG, date(2018, 2, 1)),
        ]
    )
    ledger.record(MeetingHeld(), SLUG, on=date(2018, 1, 15))
    assert ledger.partnership(SLUG).delivery.settled == {"brand-guide": "was closed on 2018-03-01"}


def test_a_cadence_told_before_the_opening_in_one_batch_makes_silence_speak_too() -> None:
    told_first = [
        Proposal(CadenceAgreed(every_days=7), SLUG, date(2018, 1, 1)),
        Proposal(OPENED, SLUG, date(2018, 1, 1)),
    ]
    with a_ledger(Clock(utc(2018, 11, 6, 9))) as ledger:
        ledger.record_all(told_first)
        silences = [row for row in evidence_of(ledger.entries(SLUG)) if row.kind == "silence"]
    assert [(row.party, row.count) for row in silences] == [("Acme", 1), ("Globex", 1)]


def test_an_opening_told_wrong_is_put_right_in_one_batch(ledger: Ledger) -> None:
    """What rests on it holds again at the end, and silence speaks once."""
    ledger.record(CadenceAgreed(every_days=7), SLUG, on=date(2018, 2, 1))
    right = PartnershipOpened(parties=("Acme", "Globex"), purpose="joint launch in the north")
    ledger.record_all([Proposal(EntryRetracted(entry=2, why="purpose"), SLUG), Proposal(right, SLUG, date(2018, 1, 1))])
    net = dict.fromkeys(("Acme", "Globex"), 0)
    for row in evidence_of(ledger.entries(SLUG)):
        net[row.party] += row.count if row.kind == "silence" else 0
    assert net == {"Acme": 1, "Globex": 1}


def test_with_partial_what_is_refused_keeps_out_its_own_group_only(ledger: Ledger) -> None:
    outcomes = ledger.record_all(
        [
            Proposal(GUIDE, SLUG, group="row 1"),
            Proposal(UNKNOWN, SLUG, group="row 1"),
            Proposal(MeetingHeld(), SLUG, group="row 2"),
            Proposal(UNKNOWN, SLUG, group="row 3"),
            Proposal(MeetingHeld(), SLUG, group="row 3"),
        ],
        partial=True,
    )
    expected = [NotAdmitted, NotAdmitted, Recorded, NotAdmitted, NotAdmitted]
    assert [type(outcome) for outcome in outcomes] == expected
    assert topics(ledger) == ["partnership-opened", "meeting-held"]
    refusals = {outcome.refusal.what for outcome in outcomes if isinstance(outcome, NotAdmitted)}
    assert refusals == {"there is no open commitment 'unknown'"}


def test_without_a_group_each_stands_for_itself(ledger: Ledger) -> None:
    outcomes = ledger.record_all([Proposal(fact, SLUG) for fact in (UNKNOWN, GUIDE, UNKNOWN)], partial=True)
    assert [type(outcome) for outcome in outcomes] == [NotAdmitted, Recorded, NotAdmitted]


def test_groups_told_late_stand_or_fall_by_themselves_too(ledger: Ledger) -> None:
    """The second would change whom the meeting's stamp names."""
    ledger.record(MeetingHeld(), SLUG, on=date(2018, 6, 1))
    outcomes = ledger.record_all(
        [
            Proposal(GUIDE, SLUG, date(2018, 3, 1), group="row 1"),
            Proposal(PartyJoined(party="Initech"), SLUG, date(2018, 3, 1), group="row 2"),
            Proposal(DELIVERED, SLUG, date(2018, 4, 1), group="row 3"),
        ],
        partial=True,
    )
    assert [type(outcome) for outcome in outcomes] == [Recorded, NotAdmitted, Recorded]


def test_a_day_at_the_edge_of_the_calendar_keeps_out_its_own_group_only(ledger: Ledger) -> None:
    """Files say 9999-12-31 where they mean never."""
    never = CommitmentMade(what="Report", by="Acme", due=date(9999, 12, 31))
    outcomes = ledger.record_all([Proposal(never, SLUG), Proposal(GUIDE, SLUG)], partial=True)
    assert [type(outcome) for outcome in outcomes] == [NotAdmitted, Recorded]


def test_nothing_to_tell_is_no_trouble(ledger: Ledger) -> None:
    assert ledger.record_all([]) == []


# Correcting


def test_a_fact_told_too_late_names_what_stands_in_the_way(ledger: Ledger) -> None:
    """Globex delivered before the end, but the end had closed the promise."""
    ledger.record(GUIDE, SLUG, on=date(2018, 2, 1))
    ledger.record(PartnershipEnded(reason="completed"), SLUG, on=date(2018, 3, 1))
    with pytest.raises(Refused) as refused:
        ledger.record(DELIVERED, SLUG, on=date(2018, 2, 20))
    assert refused.value.what == (
        "what was recorded later would no longer hold: entry 4 (partnership-ended, 2018-03-01): "
        "it would change: open commitments, not yet late, that the end closes"
    )
    assert "pledger retract acme-globex 4 --why ... --cascade" in refused.value.remedy
    assert refused.value.remedy.endswith("then record again: partnership-ended")


def test_with_cascade_a_fact_told_late_retracts_what_stands_in_its_way(ledger: Ledger) -> None:
    ledger.record(GUIDE, SLUG, on=date(2018, 2, 1))
    ledger.record(PartnershipEnded(reason="completed"), SLUG, on=date(2018, 3, 1))
    ledger.record(DELIVERED, SLUG, on=date(2018, 2, 20), cascade=True)
    assert topics(ledger)[-2:] == ["commitment-delivered", "entry-retracted"]
    retraction = list(ledger.entries(SLUG))[-1].fact
    assert isinstance(retraction, EntryRetracted)
    assert retraction.entry == 4
    assert retraction.why == (
        "no longer holds since something before it was told: "
        "it would change: open commitments, not yet late, that the end closes"
    )


def test_a_retraction_names_what_rests_on_it_or_with_cascade_takes_it_back_too(ledger: Ledger) -> None:
    ledger.record(GUIDE, SLUG, on=date(2018, 2, 1))
    ledger.record(DELIVERED, SLUG, on=date(2018, 2, 20))
    with pytest.raises(Refused, match=r"entry 4 \(commitment-delivered, 2018-02-20\): there is no open commitment"):
        ledger.record(EntryRetracted(entry=3, why="never promised"), SLUG)
    ledger.record(EntryRetracted(entry=3, why="never promised"), SLUG, cascade=True)
    retractions = [entry.fact for entry in ledger.entries(SLUG) if isinstance(entry.fact, EntryRetracted)]
    assert [(fact.entry, fact.why) for fact in retractions] == [(3, "never promised"), (4, "never promised")]
    assert not ledger.partnership(SLUG).delivery.knows("brand-guide")


def test_a_norm_agreed_earlier_than_thought_would_change_what_its_breach_says(ledger: Ledger) -> None:
    ledger.record(NormBreached(norm="No surprises", by="Acme"), SLUG, on=date(2018, 6, 1))
    with pytest.raises(Refused, match=r"norm-breached, 2018-06-01\): it would change: whether it had been agreed"):
        ledger.record(NormAgreed(what="No surprises"), SLUG, on=date(2018, 5, 1))
