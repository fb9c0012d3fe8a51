"""The questions as they are typed: the clocks, the policy, and answers for programs."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.asking import PROMISE, desk_with_two_partnerships, said
from support.desk import Desk
from support.story import SLUG, Story, noon

from pledger.domain.catalogue import facts
from pledger.projections.policy import default_policy

SHIPPED = Path(__file__).resolve().parents[1] / "projections" / "policies" / "default.toml"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return desk_with_two_partnerships(tmp_path)


OPINION = {"trust", "uncertainty", "spread", "band", "supporting", "opposing"}
MOMENTUM = {"value", "speed", "trend", "state"}


def test_the_keys_of_show_are_those_that_its_help_documents(desk: Desk) -> None:
    told = said(desk, f"show {SLUG}")
    assert set(told) == {
        *("partnership", "headline", "as_of", "known_at", "policy", "purpose", "phase", "phase_since", "phase_why"),
        *("parties", "momentum", "commitments", "overdue", "next_deadlines", "contact", "relationship_managers"),
        *("unacknowledged_goals", "parties_without_goals", "open_concerns", "unrepaired_breaches", "next_steps"),
    }
    help_text = desk.type("show --help").out
    assert [key for key in told if key not in help_text] == []
    assert told["policy"] == {"name": "default", "digest": default_policy().digest}
    assert set(told["commitments"]) == {
        *("made", "open", "overdue", "kept", "kept_late", "broken", "released", "closed"),
    }
    assert set(told["momentum"]) == MOMENTUM | {"by_party"}
    assert {frozenset(each) for each in told["momentum"]["by_party"].values()} == {frozenset(MOMENTUM)}
    assert [party["party"] for party in told["parties"]] == ["Acme", "Globex"] == list(told["momentum"]["by_party"])
    for party in told["parties"]:
        assert set(party) == OPINION | {
            *("party", "cautious", "evidence", "change_30_days", "reliability", "ingredients", "rated"),
        }
        assert set(party["reliability"]) == OPINION
        assert list(party["ingredients"]) == ["communication", "norms", "goals", "delivery"]
        assert {frozenset(each) for each in party["ingredients"].values()} == {frozenset(OPINION)}
    assert {frozenset(each) for each in told["overdue"]} == {frozenset(PROMISE)}


def test_instants_are_utc_and_numbers_are_numbers(desk: Desk) -> None:
    told = said(desk, f"show {SLUG}")
    assert told["as_of"] == told["known_at"] == "2025-03-03T12:01:00+00:00"
    assert isinstance(told["parties"][0]["trust"], float)
    assert told["overdue"][0]["days_late"] == 21
    assert told["overdue"][0]["due"] == "2025-02-10"


def test_the_portfolio_is_a_list_of_what_show_says(desk: Desk) -> None:
    clocks = "--as-of 2025-03-01 --known-at 2025-03-01"
    told = said(desk, f"portfolio {clocks}")
    assert [each["partnership"] for each in told] == [SLUG, "acme-evil"]
    assert told[0] == said(desk, f"show {SLUG} {clocks}")
    assert said(desk, f"portfolio --limit 1 {clocks}") == told[:1]


def test_the_log_lists_entries_with_all_their_data(desk: Desk) -> None:
    told = said(desk, "log --all")
    assert sorted(each["position"] for each in told) == [1, 2, 3, 4, 5, 6]
    kept = next(each for each in told if each["position"] == 6)
    assert set(kept) == {
        *("position", "partnership", "version", "fact", "occurred_at", "recorded_at", "recorded_by", "source"),
        *("link", "note", "retracted_by", "data"),
    }
    assert (kept["fact"], kept["occurred_at"], kept["recorded_at"], kept["recorded_by"]) == (
        *("commitment-delivered", "2025-01-09T12:00:00+00:00", "2025-02-20T12:00:00+00:00", "jane"),
    )
    assert kept["data"] == {
        "commitment": "brand-guide",
        "terms": {
            "commitment": "brand-guide",
            "maker": "Acme",
            "to": "Globex",
            "stake": "medium",
            "first_date": True,
            "due": "2025-01-10",
            "late_from": "2025-01-11T00:00:00+00:00",
        },
        "days": 1,
    }


def test_what_the_log_says_can_be_read_back_as_facts(desk: Desk) -> None:
    desk.type('outcome acme-globex "Leads" --amount 12.50 --unit EUR')
    desk.type("retract acme-globex 7 --why mistaken")
    kinds = facts()
    for each in said(desk, "log --all"):
        kind = kinds[each["fact"]]
        assert set(each["data"]) == set(kind.model_fields)
        assert each["fact"] == kind.model_validate(each["data"]).TOPIC
    amount, retraction = said(desk, "log --all --recorded")[-2:]
    assert amount["data"]["amount"] == 12.5
    assert retraction["data"]["retracted"]["data"]["amount"] == 12.5
    assert amount["retracted_by"]["entry"] == retraction["position"]


def test_the_log_can_be_cut_turned_and_put_in_order_of_recording(desk: Desk) -> None:
    positions = [each["position"] for each in said(desk, f"log {SLUG}")]
    assert positions == [2, 4, 6, 5]
    assert [each["position"] for each in said(desk, f"log {SLUG} --limit 2")] == [6, 5]
    assert [each["position"] for each in said(desk, f"log {SLUG} --limit 2 --reverse")] == [5, 6]
    assert [each["position"] for each in said(desk, f"log {SLUG} --recorded")] == [2, 4, 5, 6]


def test_both_clocks_are_asked_for_by_day(desk: Desk) -> None:
    """The guide was delivered on 9 January, which nobody told until 20 February."""
    line = f"commitments {SLUG} --as-of 2025-01-31 --known-at"
    assert [promise["state"] for promise in said(desk, f"{line} 2025-02-19")] == ["overdue", "open"]
    assert [promise["state"] for promise in said(desk, f"{line} 2025-02-20")] == ["open", "kept"]


def test_a_day_ahead_is_answered_as_if_nothing_more_happened(desk: Desk) -> None:
    now, ahead = (said(desk, f"show {SLUG} --as-of {day}")["parties"][1]["trust"] for day in ("today", "+2m"))
    assert ahead < now
    page = " ".join(desk.type(f"show {SLUG} --as-of +2m --format table").out.split())
    assert "looking ahead: if nothing more happens" in page


def test_promises_can_be_narrowed_by_state_and_maker(desk: Desk) -> None:
    assert [each["commitment"] for each in said(desk, "commitments --all")] == ["budget", "brand-guide"]
    assert [each["commitment"] for each in said(desk, f"commitments {SLUG} --state open")] == ["budget"]
    assert [each["commitment"] for each in said(desk, f"commitments {SLUG} --by ac")] == ["brand-guide"]
    assert said(desk, f"commitments {SLUG} --by glo --state kept --state broken") == []
    assert desk.type(f"commitments {SLUG} --by Initech").code == 2
    assert said(desk, "commitments acme-evil --by anybody") == []
    assert [each["commitment"] for each in said(desk, "commitments --all --limit 1")] == ["budget"]


def test_a_partnership_is_told_by_any_beginning_the_default_or_not_at_all(desk: Desk) -> None:
    assert said(desk, "show ACME-G")["partnership"] == SLUG
    assert desk.type("show acme").what == "'acme' fits several: acme-evil, acme-globex"
    assert desk.type("show").what == "no partnership is named"
    assert desk.type("show nobody").code == 2
    desk.type("config partnership acme-evil")
    assert said(desk, "show")["partnership"] == "acme-evil"
    assert {each["partnership"] for each in said(desk, "log")} == {"acme-evil"}
    assert said(desk, "commitments") == []
    assert len(said(desk, "commitments --all")) == 2
    assert desk.type("log acme-globex --all").code == 2


def test_the_only_partnership_needs_no_name(tmp_path: Path) -> None:
    Story(tmp_path / "ledger.sqlite").opened().ledger.close()
    assert said(Desk(tmp_path, now=noon("2025-03-03")), "show")["partnership"] == SLUG


# Policies


def test_the_policy_adopted_last_by_then_is_used_unless_another_is_told(desk: Desk, tmp_path: Path) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text(SHIPPED.read_text(encoding="utf-8").replace('name = "default"', 'name = "mine"'), encoding="utf-8")
    assert said(desk, f"show {SLUG} --policy {mine}")["policy"]["name"] == "mine"
    desk.type(f'policy adopt {mine} --why "ours"')
    assert said(desk, f"show {SLUG}")["policy"]["name"] == "mine"
    assert said(desk, f"show {SLUG} --known-at 2025-03-02")["policy"]["name"] == "default"
    assert said(desk, f"show {SLUG} --policy default")["policy"]["name"] == "default"
    assert said(desk, "portfolio --policy mine")[0]["policy"]["name"] == "mine"
    assert desk.type(f"show {SLUG} --policy mine --known-at 2025-03-02").what == "there is no policy 'mine'"


@pytest.mark.parametrize("question", [f"show {SLUG}", "portfolio", "log", "commitments"])
def test_a_wrong_policy_is_refused_by_every_question(desk: Desk, question: str) -> None:
    answer = desk.type(f"{question} --policy defalt")
    assert (answer.code, answer.what, answer.advice) == (2, "there is no policy 'defalt'", "did you mean default?")
    assert desk.type(f"{question} --policy no/such/file.toml").code == 2


@pytest.mark.parametrize("question", [f"show {SLUG}", "portfolio", "log", "commitments"])
@pytest.mark.parametrize("clock", ["--as-of", "--known-at"])
def test_a_date_with_two_readings_is_refused_by_every_question(desk: Desk, question: str, clock: str) -> None:
    answer = desk.type(f"{question} {clock} 01/02/2025")
    assert (answer.code, answer.what) == (2, "'01/02/2025' may mean 2025-01-02 or 2025-02-01")


@pytest.mark.parametrize("day", ["0002-01-01", "9998-12-31"])
@pytest.mark.parametrize("question", [f"show {SLUG}", "portfolio", "log", "commitments"])
def test_the_edges_of_the_calendar_are_answered(desk: Desk, question: str, day: str) -> None:
    assert desk.type(f"{question} --as-of {day}").code == 0
