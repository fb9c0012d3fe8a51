"""Wrong input of any kind ends in a message of the agreed form, and changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.messages import told_in_form

from pledger.domain.catalogue import facts

if TYPE_CHECKING:
    from support.desk import Desk

WRONG = [
    # the command itself
    ("nonsense", 2, "there is no command 'nonsense'"),
    ("''", 2, "there is no command ''"),
    ("goal nonsense", 2, "there is no command 'nonsense'"),
    ("--nonsense", 2, "there is no option --nonsense"),
    ("commit --nonsense", 2, "there is no option --nonsense"),
    ("commit acme-globex x --by", 2, "option '--by' requires an argument"),
    ("--ledger", 2, "option '--ledger' requires an argument"),
    ("commit acme-globex x --first-date=yes --by Acme", 2, "option '--first-date' does not take a value"),
    ("log acme-globex nonsense", 2, "got unexpected extra argument"),
    ("completion tcsh", 2, "invalid value for 'SHELL': 'tcsh' is not one of 'bash', 'zsh', 'fish'"),
    # the partnership
    ("meet", 2, "no partnership is named"),
    ("meet globex", 1, "there is no open partnership 'globex'"),
    ("meet ../../etc/passwd", 1, "there is no open partnership '../../etc/passwd'"),
    ("meet @ledger", 1, "there is no open partnership '@ledger'"),
    ("open @ledger --party A --party B --purpose x", 2, "'@ledger' cannot name a partnership"),
    ("open 'a b' --party A --party B --purpose x", 2, "'a b' cannot name a partnership"),
    (f"open {'a' * 101} --party A --party B --purpose x", 2, "cannot name a partnership"),
    ("open new --party A --party a --purpose x", 2, "--party names the same party twice"),
    ("open new --party A --party B", 2, "--purpose is missing"),
    ("open new --party A --party B --purpose ''", 2, "--purpose is empty"),
    ("open new --party A --party '\x1b[31mB' --purpose x", 2, "--party cannot be"),
    (f"open new --party A --party {'B' * 201} --purpose x", 2, "--party is too long: 200 characters at the most"),
    # the words of the fact
    ("commit acme-globex x y --by Acme", 2, "too many words: y"),
    ("commit acme-globex", 2, "WHAT and --by are missing"),
    ("commit acme-globex '' --by Acme", 2, "WHAT is empty"),
    ("commit acme-globex ' \t ' --by Acme", 2, "WHAT is empty"),
    ("commit acme-globex 'a\x07b' --by Acme", 2, "WHAT cannot be 'a\\x07b': characters that can be shown only"),
    (f"commit acme-globex {'x' * 10_001} --by Acme", 2, "WHAT is too long: 10,000 characters at the most"),
    ("commit acme-globex x --by ''", 2, "--by is empty"),
    ("commit acme-globex x --by Acme --slug 'No Slug'", 2, "--slug cannot be 'No Slug': small letters"),
    ("commit acme-globex x --by Acme --stake huge", 2, "invalid value for '--stake': 'huge'"),
    ("manager appoint acme-globex 'Jane Doe' --by Acme", 2, "PERSON cannot be 'Jane Doe': small letters"),
    ("retract acme-globex three --why x", 2, "ENTRY cannot be 'three': it should be a whole number"),
    ("retract acme-globex 0 --why x", 2, "ENTRY cannot be '0': it should be 1 or more"),
    ("retract acme-globex -1 --why x", 2, "there is no option -1"),
    (f"retract acme-globex {10**30} --why x", 1, f"acme-globex has no entry {10**30}"),
    (f"retract acme-globex {'9' * 5000} --why x", 2, "ENTRY cannot be '999"),
    ("cadence acme-globex 1.5", 2, "DAYS cannot be '1.5': it should be a whole number"),
    ("rate acme-globex inf --of Acme", 2, "RATING cannot be 'inf': it should be a number"),
    ("invest acme-globex budget --by Acme --amount 1e999999999", 2, "--amount cannot be '1e999999999'"),
    ("fit acme-globex cultures grand", 2, "VERDICT cannot be 'grand': it should be 'good', 'strained' or 'poor'"),
    # dates
    ("meet acme-globex --on ''", 2, "'' is not a date"),
    ("meet acme-globex --on 01/02/2026", 2, "'01/02/2026' may mean 2026-01-02 or 2026-02-01"),
    ("meet acme-globex --on 0001-01-01", 1, "0001-01-01 is at the edge of the calendar"),
    ("meet acme-globex --on +99999y", 2, "'+99999y' is outside the calendar"),
    ("meet acme-globex --on tomorrow", 1, "lies in the future"),
    ("log acme-globex --as-of soon", 2, "'soon' is not a date"),
    ("show acme-globex --known-at ''", 2, "'' is not a date"),
    # beside the fact
    ("meet acme-globex --me ''", 2, "the name of who records is empty"),
    ("meet acme-globex --me 'a\x00b'", 2, "the name of who records has a character that cannot be shown"),
    ("meet acme-globex --note ''", 1, "the note is empty"),
    ("meet acme-globex --link 'a\nb'", 1, "the link has a character that cannot be shown"),
    (f"meet acme-globex --source {'x' * 10_001}", 1, "the source is longer than 10,000 characters"),
    ("meet acme-globex --format xml", 2, "invalid value for '--format': 'xml'"),
    # files and settings
    ("policy adopt missing.toml --why x", 2, "the policy cannot be read: No such file or directory"),
    ("policy adopt . --why x", 2, "is a directory"),
    ("policy adopt config.toml", 2, "--why is missing"),
    ("policy adopt good.toml --why 'a\x07'", 2, "--why cannot be 'a\\x07': characters that can be shown only"),
    ("policy adopt long.toml --why x", 2, "it is larger than 1,000,000 bytes"),
    ("config nonsense", 2, "there is no setting 'nonsense'"),
    ("config --unset", 2, "--unset takes a setting's name and no value"),
    ("config me 'a\x07'", 2, "me cannot be 'a\\x07'"),
    ("init", 1, "there is a ledger already, 'Alliances'"),
    ("--ledger . meet acme-globex", 4, "it is a folder"),
    ("--ledger missing.sqlite meet acme-globex", 4, "there is no ledger"),
    ("--ledger missing.sqlite show", 4, "there is no ledger"),
    ("--ledger new.sqlite init --time-zone Mars", 2, "'Mars' is not a time zone"),
    ("--ledger new.sqlite init --name ''", 2, "--name is empty"),
    ("--ledger new.sqlite init --name 'a\x07'", 2, "--name cannot be 'a\\x07': characters that can be shown only"),
    ("--ledger new.sqlite init --me ' '", 2, "the name of who records is empty"),
    ("--ledger https://example.org meet acme-globex", 4, "no ledger can be kept there"),
]


@pytest.mark.parametrize(("line", "code", "what"), WRONG, ids=[str(number) for number in range(len(WRONG))])
def test_wrong_input_is_told_in_the_agreed_form(opened: Desk, line: str, code: int, what: str) -> None:
    (opened.folder / "long.toml").write_text("# long\n" * 200_000 + shipped_policy(), encoding="utf-8")
    (opened.folder / "good.toml").write_text(shipped_policy(), encoding="utf-8")
    before = opened.entries()
    answer = opened.type(line)
    message = told_in_form(answer)
    assert what in message["what"]
    assert message["where"]
    assert answer.code == code
    assert answer.out == ""
    assert opened.entries() == before


def shipped_policy() -> str:
    from importlib.resources import files

    return (files("pledger.projections") / "policies" / "default.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize("topic", [topic for topic, kind in facts().items() if kind.THEME != "ledger"])
def test_a_message_about_a_fact_says_which_command_it_is_about(opened: Desk, topic: str) -> None:
    verb = facts()[topic].VERB
    answer = opened.type(f"{verb} acme-globex 1 2 3 4")
    message = told_in_form(answer)
    assert message["where"] == f"pledger {verb}"
    assert message["what"].startswith("too many words: ")


def test_a_message_about_a_date_says_which_option_it_is_about(opened: Desk) -> None:
    assert told_in_form(opened.type("meet acme-globex --on soon"))["where"] == "pledger meet --on"
    late = opened.type("commit acme-globex x --by Acme --due soon")
    assert told_in_form(late)["where"] == "pledger commit --due"


def test_the_last_line_of_defence_is_a_message_too(opened: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("on\x1bpurpose")

    monkeypatch.setattr("pledger.cli.telling.show_recorded", fail)
    answer = opened.type("meet acme-globex")
    assert answer.code == 70
    assert answer.err.startswith(
        "error: pledger itself failed: ZeroDivisionError: on\N{REPLACEMENT CHARACTER}purpose\n"
    )
    monkeypatch.setenv("PLEDGER_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        opened.type("meet acme-globex")
