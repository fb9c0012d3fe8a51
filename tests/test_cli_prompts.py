"""On a terminal, what is missing is asked for; elsewhere nothing is."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from support.desk import Terminal
from support.messages import told_in_form

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.desk import Desk


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Have somebody at the terminal give these answers, line by line."""

    def give(*lines: str) -> None:
        monkeypatch.setattr("sys.stdin", Terminal("".join(f"{line}\n" for line in lines)))

    return give


def test_each_missing_value_is_asked_for_in_its_turn(opened: Desk, answers: Callable[..., None]) -> None:
    answers("Send the brand guide", "Acme")
    answer = opened.type("commit acme-globex")
    assert answer.out.startswith("recorded entry 3 in acme-globex: Acme promised Globex “Send the brand guide”\n")


def test_what_was_told_is_not_asked_for(opened: Desk, answers: Callable[..., None]) -> None:
    answers("Send the brand guide")
    assert opened.type("commit acme-globex --by Acme").code == 0


def test_questions_go_to_standard_error_and_say_what_is_meant(opened: Desk, answers: Callable[..., None]) -> None:
    answers("Acme")
    answer = opened.type("commit acme-globex 'Send the brand guide'")
    assert "by (the party that promised): " in answer.err
    assert answer.out.startswith("recorded")


def test_an_empty_answer_is_asked_again(opened: Desk, answers: Callable[..., None]) -> None:
    answers("", "Acme")
    assert opened.type("update acme-globex Figures").code == 0


def test_where_there_is_a_choice_it_is_shown_and_a_wrong_answer_asked_again(
    opened: Desk, answers: Callable[..., None]
) -> None:
    answers("culture", "CULTURES", "good")
    answer = opened.type("fit acme-globex")
    assert "(cultures, people, markets, mechanics)" in answer.err
    assert "Fit of cultures was judged good" in answer.out


def test_several_values_are_told_with_commas(desk: Desk, answers: Callable[..., None]) -> None:
    answers("acme-globex", "Acme, Globex ,", "joint launch")
    answer = desk.type("open")
    assert "Acme and Globex became partners: joint launch" in answer.out


def test_which_of_several_promises_is_asked_with_their_names(opened: Desk, answers: Callable[..., None]) -> None:
    opened.type("commit acme-globex Guide --by Acme")
    opened.type("commit acme-globex Prices --by Acme")
    answers("prices")
    answer = opened.type("deliver acme-globex")
    assert "commitment (which promise) (guide, prices): " in answer.err
    assert "Acme kept “prices”" in answer.out


def test_a_date_is_asked_for_and_understood(opened: Desk, answers: Callable[..., None]) -> None:
    opened.type("commit acme-globex Guide --by Acme")
    answers("next fri")
    assert "due: Fri 2026-03-06" in opened.type("renegotiate acme-globex").out


def test_a_wrong_answer_is_refused_like_a_wrong_word(opened: Desk, answers: Callable[..., None]) -> None:
    answers("soon")
    opened.type("commit acme-globex Guide --by Acme")
    answer = opened.type("renegotiate acme-globex")
    assert answer.code == 2
    assert "error: 'soon' is not a date\n" in answer.err


def test_whoever_gives_no_answer_records_nothing(opened: Desk, answers: Callable[..., None]) -> None:
    before = opened.entries()
    answers()
    answer = opened.type("commit acme-globex")
    assert answer.code == 130
    assert answer.err.endswith("interrupted\n")
    assert opened.entries() == before


@pytest.mark.parametrize("stdin", [None, io.StringIO("Acme\n")])
@pytest.mark.parametrize(
    ("line", "missing"),
    [
        ("commit acme-globex", "WHAT and --by are missing"),
        ("fit", "no partnership is named"),
        ("open acme-hooli", "--party and --purpose are missing"),
        ("concern raise acme-globex 'too slow'", "--by and --about are missing"),
    ],
)
def test_elsewhere_nothing_is_asked(
    opened: Desk, monkeypatch: pytest.MonkeyPatch, stdin: object, line: str, missing: str
) -> None:
    monkeypatch.setattr("sys.stdin", stdin)
    assert told_in_form(opened.type(line))["what"] == missing
