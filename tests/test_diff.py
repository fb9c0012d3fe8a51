"""What was learned between two moments, worked by hand; and how it is shown."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any

import pytest
from support.desk import Desk
from support.policies import MATURED, SHIPPED
from support.story import SLUG, Story, noon

from pledger.domain.communication import MeetingHeld
from pledger.domain.correction import EntryRetracted
from pledger.projections.diff import Difference, difference

if TYPE_CHECKING:
    from pathlib import Path

    from pledger.projections.policy import Policy


def learned(
    story: Story, as_of: str, known_at: tuple[str, str], policies: tuple[Policy, Policy] = (SHIPPED, SHIPPED)
) -> Difference:
    earlier, later = (story.asked(as_of, known, policy) for known, policy in zip(known_at, policies, strict=True))
    return difference(SLUG, list(story.ledger.entries(SLUG)), earlier, later)


def test_what_was_told_late_changes_the_picture_of_the_past(told_late: Story) -> None:
    """At noon of the 11th, half a day after the rung fell: 1.5 / 3.8 as believed on the 20th, 2.5 / 4 in truth."""
    told = learned(told_late, "2025-01-11", ("2025-01-20", "2025-01-30"))
    (entry,) = told.learned
    acme, globex = told.parties
    assert entry.entry.fact.TOPIC == "commitment-delivered"
    assert (acme.trust.before, acme.trust.after) == pytest.approx((1.5 / 3.8, 2.5 / 4), abs=1e-3)
    assert acme.trust.by_entry == pytest.approx((acme.trust.change,), abs=1e-12)
    assert globex.trust.change == 0.0
    (promise,) = told.promises
    assert [state and state.state for state in (promise.before, promise.after)] == ["overdue", "kept"]


def test_what_happened_after_the_moment_asked_about_changes_nothing(told_late: Story) -> None:
    told = learned(told_late, "2025-01-05", ("2025-01-20", "2025-01-30"))
    assert len(told.learned) == 1
    assert {(party.trust.change, party.momentum.change) for party in told.parties} == {(0.0, 0.0)}
    assert told.promises == ()


def test_a_retraction_takes_its_entry_out_of_the_picture() -> None:
    story = Story().opened()
    mistaken = story.on("2025-01-05", MeetingHeld(went="poorly"))
    story.on("2025-01-08", EntryRetracted(entry=mistaken.position, why="the other partner"))
    told = learned(story, "2025-01-06", ("2025-01-06", "2025-01-10"))
    assert [party.trust.after for party in told.parties] == [0.5, 0.5]
    assert told.parties[0].trust.change == pytest.approx(0.5 - 1.5 / 3.1, abs=1e-3)


def test_what_another_policy_changes_is_told_apart(told_late: Story) -> None:
    """Under the other policy the promise is credited on the 11th only: on the 10th, it says nothing yet."""
    told = learned(told_late, "2025-01-10", ("2025-01-26", "2025-01-30"), (SHIPPED, MATURED))
    assert told.is_policy_new
    acme = told.parties[0].trust
    assert acme.by_policy == pytest.approx(0.5 - 0.625, abs=1e-3)
    assert acme.by_learning == 0.0
    assert acme.by_policy + acme.by_learning == pytest.approx(acme.change, abs=1e-12)


def test_what_is_not_credited_yet_is_learned_without_moving_trust(told_late: Story) -> None:
    """On the 10th the promise is kept but not due; the wheel was pushed all the same."""
    told = learned(told_late, "2025-01-10", ("2025-01-20", "2025-01-30"), (MATURED, MATURED))
    acme = told.parties[0]
    assert (acme.trust.change, acme.trust.by_entry) == (0.0, (0.0,))
    assert acme.momentum.by_entry[0] > 0.0


def test_where_nothing_was_known_everything_was_learned(told_late: Story) -> None:
    told = learned(told_late, "2025-01-20", ("2024-12-01", "2025-01-30"))
    assert told.outlooks[0] is None
    assert len(told.learned) == 3
    assert {party.before.uncertainty for party in told.parties} == {1.0}
    assert told.promises[0].before is None


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setenv("COLUMNS", "80")
    story = Story(tmp_path / "ledger.sqlite").opened()
    story.promised("2025-01-02", "Pay the launch budget", "2025-01-10", by="Globex")
    story.delivered("2025-01-09", "pay-the-launch-budget", told="2025-01-25")
    story.ledger.close()
    return Desk(tmp_path, now=noon("2025-02-20"))


CLOCKS = "--known-at 2025-01-20 --known-at 2025-01-30 --as-of 2025-01-15"


def test_the_page(desk: Desk) -> None:
    assert (
        desk.type(f"diff {CLOCKS} --format table").out.split("As of")[0]
        == """\
acme-globex: what was learned after the end of Mon 2025-01-20, up to the end of
Thu 2025-01-30

Entry  Learned     Happened    What happened                        Moved trust
4      2025-01-25  2025-01-09  Globex kept                          Globex +.228
                               “pay-the-launch-budget”, 1 day
                               early

What that changed in the picture of the end of Wed 2025-01-15
  before: Trust in Globex fell by .10 within 30 days, to .40 ± .22; promise
  overdue for 5 days: “Pay the launch budget” by Globex.
  after: Too little is known yet to speak of trust.

                       Before     After      Change
  Acme    trust        .50 ± .25  .50 ± .25  none
          uncertainty  1.00       1.00
          momentum     .00        .00        none
  Globex  trust        .40 ± .22  .62 ± .22  +.228
          uncertainty  .79        .75
          momentum     .06        .26        +.201

Promises that read differently
  Promise                          Before                   After
  Globex: “Pay the launch budget”  overdue, due 2025-01-10  kept on 2025-01-09

1 entry learned; the parts sum to the whole change to 1e-9 (off by 0.0e+00 at
most).
"""
    )


def test_the_order_in_which_the_moments_are_told_does_not_matter(desk: Desk) -> None:
    turned = "--known-at 2025-01-30 --known-at 2025-01-20 --as-of 2025-01-15"
    assert desk.type(f"diff {turned} --format json").out == desk.type(f"diff {CLOCKS} --format json").out


def test_the_documented_keys(desk: Desk) -> None:
    told: Any = json.loads(desk.type(f"diff {CLOCKS} --format json").out)
    assert list(told) == [
        *("partnership", "as_of", "known_at", "policy", "phase", "headline", "momentum_of_all"),
        *("learned", "parties", "commitments"),
    ]
    assert list(told["learned"][0]["moved"][0]) == ["party", "trust", "momentum"]
    assert list(told["parties"][0]) == ["party", "trust", "uncertainty", "spread", "momentum"]
    score = ["before", "after", "change", "by_policy", "by_learning", "difference", "exact"]
    assert list(told["parties"][0]["trust"]) == list(told["parties"][0]["momentum"]) == score
    assert list(told["commitments"][0]) == ["commitment", "what", "maker", "before", "after"]


@pytest.mark.parametrize("form", ["csv", "tsv"])
def test_one_row_a_change(desk: Desk, form: str) -> None:
    out = desk.type(f"diff {CLOCKS} --format {form}").out
    rows = list(csv.DictReader(out.splitlines(), delimiter="," if form == "csv" else "\t"))
    of_globex = {row["what"]: row for row in rows if row["party"] == "Globex"}
    assert list(of_globex) == ["trust-moved", "momentum-moved", "trust", "momentum", "uncertainty", "commitment"]
    assert float(of_globex["trust-moved"]["change"]) == pytest.approx(float(of_globex["trust"]["change"]), abs=1e-9)
    assert (of_globex["commitment"]["before"], of_globex["commitment"]["after"]) == ("overdue", "kept")


def test_nothing_was_recorded_in_between(desk: Desk) -> None:
    told = desk.type("diff --known-at 2025-02-01 --known-at 2025-02-02 --format table").out
    assert "Nothing was recorded in between." in told
    assert "Promises that read differently" not in told
