"""What was promised, and what became of it at any moment on either clock."""

from __future__ import annotations

from datetime import date

import pytest
from support.story import SLUG, Story, noon

from pledger.domain.correction import EntryRetracted
from pledger.domain.delivery import CommitmentBroken, CommitmentReleased, CommitmentRenegotiated
from pledger.domain.lifecycle import PartnershipEnded, PartyJoined, PartyLeft
from pledger.projections.commitments import Commitment, counts, most_pressing_first, next_deadlines, overdue, with_state
from pledger.projections.commitments import commitments as promises_of
from pledger.projections.views import commitments


@pytest.fixture
def story() -> Story:
    return Story().opened()


def promises(story: Story, as_of: str, known_at: str | None = None) -> list[Commitment]:
    return promises_of(story.standing(as_of, known_at), noon(as_of), story.ledger.zone)


def the_promise(story: Story, as_of: str, known_at: str | None = None) -> Commitment:
    (promise,) = promises(story, as_of, known_at)
    return promise


def test_a_promise_is_open_until_the_day_after_its_due_date(story: Story) -> None:
    story.promised("2025-01-02", "Brand guide", "2025-01-10", stake="large", first_date=True)
    made = the_promise(story, "2025-01-02")
    assert (made.commitment, made.what, made.maker, made.to) == ("brand-guide", "Brand guide", "Acme", "Globex")
    assert (made.stake, made.first_date, made.made, made.entry) == ("large", True, date(2025, 1, 2), 3)
    assert (made.state, made.days_left) == ("open", 8)
    assert (the_promise(story, "2025-01-10").state, the_promise(story, "2025-01-10").days_left) == ("open", 0)
    late = the_promise(story, "2025-01-11")
    assert (late.state, late.days_late, late.days_left) == ("overdue", 1, None)
    assert the_promise(story, "2025-03-11").days_late == 60


def test_before_it_was_made_there_was_no_promise(story: Story) -> None:
    story.promised("2025-01-05", "Brand guide", "2025-01-10")
    assert promises(story, "2025-01-04", "2025-01-06") == []


@pytest.mark.parametrize(
    ("delivered", "state", "early", "late"),
    [("2025-01-08", "kept", 2, None), ("2025-01-10", "kept", 0, None), ("2025-01-13", "kept-late", None, 3)],
)
def test_what_was_kept_says_how_early_or_late(
    story: Story, delivered: str, state: str, early: int | None, late: int | None
) -> None:
    story.promised("2025-01-02", "Brand guide", "2025-01-10")
    settled = story.delivered(delivered, "brand-guide")
    kept = the_promise(story, "2025-02-01")
    assert (kept.state, kept.days_early, kept.days_late, kept.days_left) == (state, early, late, None)
    assert (kept.settled, kept.settled_by) == (date.fromisoformat(delivered), settled.position)


def test_a_promise_without_a_day_is_never_overdue_nor_early(story: Story) -> None:
    story.promised("2025-01-02", "Brand guide", None)
    assert (the_promise(story, "2030-01-01").state, the_promise(story, "2030-01-01").days_left) == ("open", None)
    story.delivered("2025-01-08", "brand-guide")
    assert (the_promise(story, "2025-02-01").state, the_promise(story, "2025-02-01").days_early) == ("kept", None)


def test_a_promise_moved_after_it_was_late_is_open_again(story: Story) -> None:
    story.promised("2025-01-02", "Brand guide", "2025-01-10")
    story.on("2025-01-15", CommitmentRenegotiated(commitment="brand-guide", due=date(2025, 1, 20)))
    assert the_promise(story, "2025-01-14").state == "overdue"
    moved = the_promise(story, "2025-01-15")
    assert (moved.state, moved.due, moved.moved, moved.days_left) == ("open", date(2025, 1, 20), 1, 5)
    assert the_promise(story, "2025-01-21").state == "overdue"


def test_broken_and_released_promises_are_settled(story: Story) -> None:
    story.promised("2025-01-02", "Brand guide", "2025-01-10")
    story.promised("2025-01-02", "Mailing list", "2025-01-10")
    story.on("2025-01-15", CommitmentBroken(commitment="brand-guide", why="agency closed"))
    story.on("2025-01-16", CommitmentReleased(commitment="mailing-list"))
    assert [promise.state for promise in promises(story, "2025-02-01")] == ["broken", "released"]


def test_an_ending_closes_what_is_not_yet_late_and_leaves_the_rest_overdue(story: Story) -> None:
    story.promised("2025-01-02", "Brand guide", "2025-01-10")
    story.promised("2025-01-02", "Mailing list", "2025-03-10")
    story.on("2025-02-01", PartnershipEnded(reason="wrong-fit"))
    guide, mailing_list = promises(story, "2025-05-01")
    assert (guide.state, guide.days_late) == ("overdue", 111)
    assert (mailing_list.state, mailing_list.settled) == ("closed", date(2025, 2, 1))


def test_a_leaving_closes_the_promises_of_that_party_alone(story: Story) -> None:
    story.on("2025-01-02", PartyJoined(party="Initech"))
    story.promised("2025-01-03", "Brand guide", "2025-03-10", by="Initech", to="Acme")
    story.promised("2025-01-03", "Mailing list", "2025-03-10", by="Acme", to="Globex")
    story.on("2025-02-01", PartyLeft(party="Initech"))
    assert [promise.state for promise in promises(story, "2025-02-02")] == ["closed", "open"]


def test_what_is_told_late_was_not_known_before(story: Story) -> None:
    story.promised("2025-01-02", "Brand guide", "2025-01-10")
    story.delivered("2025-01-09", "brand-guide", told="2025-01-20")
    assert the_promise(story, "2025-01-15", "2025-01-19").state == "overdue"
    assert the_promise(story, "2025-01-15", "2025-01-20").state == "kept"


def test_a_retraction_takes_back_at_all_times_but_only_once_it_is_known(story: Story) -> None:
    story.promised("2025-01-02", "Brand guide", "2025-01-10")
    mistaken = story.delivered("2025-01-09", "brand-guide")
    story.on("2025-02-01", EntryRetracted(entry=mistaken.position, why="it was the other guide"))
    assert the_promise(story, "2025-01-20", "2025-01-31").state == "kept"
    assert the_promise(story, "2025-01-20", "2025-02-01").state == "overdue"


def test_counts_call_what_is_overdue_open_too(story: Story) -> None:
    for number, due in enumerate(("2025-01-10", "2025-01-20", "2025-03-01", None)):
        story.promised("2025-01-02", f"Report {number}", due)
    story.delivered("2025-01-09", "report-0")
    told = counts(promises(story, "2025-02-01"))
    assert told._asdict() == {
        "made": 4,
        "open": 3,
        "overdue": 1,
        "kept": 1,
        "kept_late": 0,
        "broken": 0,
        "released": 0,
        "closed": 0,
    }


def test_the_most_pressing_promises_come_first(story: Story) -> None:
    due_dates = {
        "a": "2025-01-20",
        "b": "2025-01-10",
        "c": "2025-03-20",
        "d": "2025-03-10",
        "e": None,
        "f": "2025-01-30",
    }
    for slug, due in due_dates.items():
        story.promised("2025-01-02", slug, due, stake="large" if slug == "a" else "small")
    story.delivered("2025-01-15", "f")
    told = promises(story, "2025-02-01")
    assert [promise.commitment for promise in most_pressing_first(told)] == ["b", "a", "d", "c", "e", "f"]
    assert [promise.commitment for promise in overdue(told)] == ["a", "b"]  # large stakes before long delays
    assert [promise.commitment for promise in next_deadlines(told)] == ["d", "c"]


def test_asking_for_open_promises_gives_the_overdue_ones_too(story: Story) -> None:
    story.promised("2025-01-02", "Brand guide", "2025-01-10")
    told = promises(story, "2025-02-01")
    assert with_state(told, ["open"]) == told
    assert with_state(told, ["overdue"]) == told
    assert with_state(told, ["kept", "broken"]) == []


def test_the_promises_of_all_partnerships_can_be_asked_for_at_once(story: Story) -> None:
    story.opened("Acme", "Initech", slug="acme-initech", day="2025-01-03")
    story.promised("2025-01-04", "Brand guide", "2025-01-10")
    story.promised("2025-01-04", "Brand guide", "2025-01-08", slug="acme-initech")
    told = commitments(story.until("2025-02-01").ledger)
    assert [promise.partnership for promise in told] == ["acme-initech", "acme-globex"]
    assert [promise.partnership for promise in commitments(story.ledger, SLUG)] == [SLUG]


def test_a_day_is_one_of_the_ledgers_own(story: Story) -> None:
    """Asked for a day alone, the answer is that of the day's end."""
    story.promised("2025-01-02", "Brand guide", "2025-01-10")
    ledger = story.until("2025-02-01").ledger
    assert commitments(ledger, as_of=date(2025, 1, 10))[0].state == "open"
    assert commitments(ledger, as_of=date(2025, 1, 11))[0].days_late == 1
