"""Trust by party, told in the words of the people who hold it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from pledger.projections.evidence import Row
from pledger.projections.opinion import Opinion, band
from pledger.projections.policy import default_policy
from pledger.projections.trust import Rated, TrustInParty, trust_by_party

START = datetime(2026, 1, 1, tzinfo=UTC)
PARTIES = ["Acme", "Globex"]


def row(kind: str, day: int = 0, *, known: int = 0, party: str = "Acme", position: int = 1) -> Row:
    at = START + timedelta(days=day)
    return Row(position, "acme-globex", party, kind, at, at, START + timedelta(days=known), 0.0, "medium", 1)


def reversing(earlier: Row, known: int) -> Row:
    return earlier._replace(position=99, known_at=START + timedelta(days=known), count=-1)


def trust(rows: list[Row], as_of: int = 400, known: int = 400) -> TrustInParty:
    days = timedelta(days=1)
    return trust_by_party(rows, PARTIES, default_policy(), START + as_of * days, START + known * days)[0]


def test_every_party_asked_about_is_told_in_that_order() -> None:
    told = trust_by_party([row("kept", party="Initech")], ["Globex", "Acme"], default_policy(), START, START)
    assert [each.party for each in told] == ["Globex", "Acme"]
    assert {each.opinion.uncertainty for each in told} == {1.0}


def test_trust_is_in_the_party_that_the_row_speaks_about() -> None:
    acme, globex = trust_by_party([row("kept", party="Globex")], PARTIES, default_policy(), START, START)
    assert acme.opinion.trust == 0.5
    assert globex.opinion.trust == pytest.approx(0.625)


def test_a_promise_nobody_keeps_lowers_trust_by_itself() -> None:
    """The rungs lie dormant at days 10, 40 and 100: .8 against, then .6 and .6, while the older fade."""
    rungs = [row("overdue", 10), row("overdue-30", 40), row("overdue-90", 100)]
    assert trust(rungs, as_of=9).opinion.uncertainty == 1.0
    falling = [trust(rungs, as_of=day).opinion.trust for day in (9, 10, 40, 100)]
    assert falling == sorted(falling, reverse=True)
    assert trust(rungs, as_of=10).opinion.opposing == pytest.approx(0.8)
    assert trust(rungs, as_of=10).opinion.trust == pytest.approx(1.5 / 3.8)


def test_a_delivery_in_time_takes_back_the_rungs_ahead() -> None:
    rungs = [row("overdue", 10), row("overdue-30", 40), row("overdue-90", 100)]
    delivered = [row("kept", 5, known=5), *(reversing(rung, 5) for rung in rungs)]
    held = trust(rungs + delivered)
    assert held.opinion.opposing == 0.0
    assert held.evidence == 1


def test_what_was_believed_before_a_retraction_stays_known() -> None:
    kept = row("kept", 1, known=2)
    rows = [kept, reversing(kept, known=30)]
    assert trust(rows, as_of=50, known=1).opinion.uncertainty == 1.0  # not told yet
    assert trust(rows, as_of=50, known=2).opinion.supporting > 0.9
    assert trust(rows, as_of=50, known=30).opinion.uncertainty == 1.0  # taken back
    assert trust(rows, as_of=50, known=30).evidence == 0


def test_reliability_rests_on_promises_alone() -> None:
    held = trust([row("met"), row("outcome"), row("norm-breached"), row("kept")], as_of=0)
    assert held.reliability.supporting == 1.0
    assert held.reliability.opposing == 0.0
    assert held.opinion.opposing == 1.5


def test_the_four_ingredients_add_up_to_the_whole() -> None:
    rows = [row(kind) for kind in ("met", "chased", "norm-agreed", "goal-supported", "overdue", "waived")]
    held = trust(rows, as_of=0)
    assert list(held.ingredients) == ["communication", "norms", "goals", "delivery"]
    supporting = sum(facet.supporting for facet in held.ingredients.values())
    opposing = sum(facet.opposing for facet in held.ingredients.values())
    assert supporting == pytest.approx(0.05 + 0.15 + 0.5 + 0.2)
    assert opposing == pytest.approx(0.4 + 0.8)
    assert held.ingredients["goals"].trust == pytest.approx(2.0 / 3.5)


def test_only_evidence_that_the_policy_weighs_is_counted() -> None:
    assert trust([row("promised"), row("goal-dropped"), row("met"), row("kept")]).evidence == 2


def test_the_latest_rating_is_shown_beside() -> None:
    """Of day 9, though that of day 3 was told after it; until it is taken back on day 20."""
    seven = row("rated-for", 3, position=6)._replace(measure=0.7)
    four = row("rated-for", 9, position=5)._replace(measure=0.4)
    of_globex = row("rated-for", 12, position=7, party="Globex")._replace(measure=1.0)
    rows = [seven, four, of_globex, reversing(four, 20)]
    assert trust(rows, known=19).rated == Rated(4.0, START + timedelta(days=9), 5)
    assert trust(rows).rated == Rated(7.0, START + timedelta(days=3), 6)
    assert trust(rows).opinion.uncertainty == 1.0


@pytest.mark.parametrize(
    ("supporting", "opposing", "expected"),
    [(0.99, 0, "unknown"), (1, 0, "weak"), (1.1, 0, "weak"), (6, 3, "fair"), (17, 1, "firm"), (0, 9, "weak")],
)
def test_bands(supporting: float, opposing: float, expected: str) -> None:
    """Worked with W = 3 and a = 1/2.

    .99 for: uncertainty 3/3.99 = .752; 1 for: 3/4 = .75, not above it.
    1.1 for: trust 2.6/4.1 = .634, spread sqrt(.634 * .366 / 5.1) = .213, cautious .421.
    6 for, 3 against: trust 7.5/12 = .625, spread sqrt(.625 * .375 / 13) = .134, cautious .491.
    17 for, 1 against: trust 18.5/21 = .881, spread sqrt(.881 * .119 / 22) = .069, cautious .812.
    9 against: trust 1.5/12 = .125.
    """
    assert band(Opinion(supporting, opposing, 3.0, 0.5), default_policy().bands) == expected


def test_the_documented_keys() -> None:
    told = trust([row("kept"), row("rated-for")._replace(measure=0.7)]).as_json()
    scores = ["trust", "uncertainty", "spread", "band", "supporting", "opposing"]
    assert sorted(told) == sorted(["party", *scores, "cautious", "reliability", "ingredients", "rated"])
    assert list(told["reliability"]) == scores
    assert list(told["ingredients"]) == ["communication", "norms", "goals", "delivery"]
    assert all(list(facet) == scores for facet in told["ingredients"].values())
    assert told["rated"] == {"rating": 7.0, "at": "2026-01-01T00:00:00+00:00", "entry": 1}
    assert trust([]).as_json()["rated"] is None
