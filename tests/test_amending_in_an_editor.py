"""Amending in an editor: what is edited is amended, and nothing typed is lost."""

from __future__ import annotations

import re
import shlex
import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from support.desk import Terminal
from support.facts import any_fact
from support.messages import told_in_form
from support.story import SLUG, Story, noon

import pledger
from pledger.cli.amend_text import as_text, changes_in, told_names
from pledger.domain.entry import Entry

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.desk import Desk

    from pledger.domain.fact import Fact


@pytest.fixture(autouse=True)
def drafts_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is kept of a text is kept in the test's own folder."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))


@pytest.fixture
def editor(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str], None]:
    """Have an editor do something to the text: Python that may use `text` and the path `file`."""

    def does(code: str) -> None:
        script = tmp_path / "editor.py"
        head = "import sys, pathlib\nfile = pathlib.Path(sys.argv[1])\ntext = file.read_text(encoding='utf-8')\n"
        script.write_text(f"{head}{code}\n", encoding="utf-8")
        monkeypatch.setenv("VISUAL", shlex.join([sys.executable, str(script)]))

    return does


# In an editor


@given(any_fact)
def test_any_entry_left_as_it_is_changes_nothing(fact: Fact) -> None:
    entry = Entry(7, SLUG, 3, fact, noon("2026-03-02"), noon("2026-03-02"), "jane", None, 'a "b"', "one\ntwo ''' \\ é")
    text = as_text(entry, Story().ledger.zone)
    assert changes_in(text, text, entry) == {}
    for name in told_names(entry):
        assert re.search(f"^(# )?{name} = ", text, re.MULTILINE), name


def test_the_text_says_what_may_be_told(promised: Desk, editor: Callable[[str], None]) -> None:
    editor("print(text); print(file.stat().st_mode & 0o777)")
    shown = promised.run_program("amend 3").out
    assert shown.startswith("# Entry 3 in acme-globex: Acme promised Globex “Send the brand guide” by 2026-03-04\n")
    for line in ("due = 2026-03-04", '# goal = ""', 'on = "2026-03-02 10:03"', 'note = "by mail"', '# link = ""'):
        assert f"\n{line}\n" in shown
    assert "# how much hangs on it: small, medium, large\n" in shown
    assert "late_from" not in shown
    assert f"\n{0o600}\n" in shown
    assert shown.endswith("nothing changed: entry 3 is what it was\n")


@pytest.mark.parametrize(
    ("edit", "name", "value"),
    [
        ("text.replace('2026-03-04', '2026-03-10')", "due", date(2026, 3, 10)),
        ("text.replace('= 2026-03-04', '= \"next fri\"')", "due", date(2026, 3, 6)),
        ("text.replace('due =', '# due =')", "due", None),
        ("text.replace('commitment =', '# commitment =')", "commitment", "send-the-brand-guide"),
        ("text.replace('2026-03-02 10:03', 'yesterday')", "occurred_at", datetime(2026, 2, 28, 23, tzinfo=UTC)),
        ("text.replace('# link = \"\"', 'link = \"u\"')", "link", "u"),
        ("text.replace('\\n', '\\r\\n').replace('medium\"', 'large\"')", "stake", "large"),
        ("'\\ufeff' + text.replace('= false', '= true')", "first_date", True),
        ("text.replace('by mail', 'by mail\\\\nor post')", "note", "by mail\nor post"),
    ],
)
def test_what_is_edited_is_amended(
    promised: Desk, editor: Callable[[str], None], edit: str, name: str, value: object
) -> None:
    editor(f"file.write_text({edit}.replace('medium', 'large'), encoding='utf-8', newline='')")
    answer = promised.type("amend 3")
    assert answer.code == 0, answer
    now = next(entry for entry in promised.entries()[4:] if isinstance(entry.fact, pledger.CommitmentMade))
    assert getattr(now, name, getattr(now.fact, name, None)) == value


def test_amounts_are_exact(opened: Desk, editor: Callable[[str], None]) -> None:
    opened.type("invest acme-globex budget --by Acme --amount 12000.10 --unit EUR")
    editor("file.write_text(text.replace('12000.10', '1234567890123456789.01'))")
    assert opened.type("amend 3").code == 0
    fact = opened.entries()[-1].fact
    assert isinstance(fact, pledger.InvestmentMade)
    assert fact.amount == Decimal("1234567890123456789.01")


@pytest.mark.parametrize(
    ("edit", "what"),
    [
        ("text + 'nonsense'", "the text cannot be read: "),
        ("text + 'dew = 1'", "there is no field dew in commitment-made"),
        ("text + 'late_from = 2026-03-01T00:00:00Z'", "there is no field late_from in commitment-made"),
        ("text.replace('by = ', '# by = ')", "--by is missing"),
        ("text.replace('\"medium\"', '\"huge\"')", "--stake cannot be 'huge'"),
        ("text.replace('\"by mail\"', '5')", "the note is no text"),
        ("text.replace('2026-03-04', '\"some day\"')", "'some day' is not a date"),
        ("text.replace('2026-03-04', '12')", "--due "),
        ("text.replace('2026-03-02 10:03', '2026-03-03')", "2026-03-03 00:00 lies in the future"),
        ("text.replace('\"Acme\"', '\"Initech\"')", "Initech is not a party"),
    ],
)
def test_what_is_refused_is_kept_in_a_file(promised: Desk, editor: Callable[[str], None], edit: str, what: str) -> None:
    before = promised.entries()
    editor(f"file.write_text({edit})")
    message = told_in_form(promised.type("amend 3"))
    assert message["what"].startswith(what)
    assert promised.entries() == before
    kept = Path(message["remedy"].partition("what you typed is kept in ")[2])
    assert kept.read_text().startswith("# Entry 3 in acme-globex")


@pytest.mark.parametrize("code", ["file.unlink()", "file.write_text('')", "file.write_text('# nothing')"])
def test_an_emptied_text_changes_nothing(promised: Desk, editor: Callable[[str], None], code: str) -> None:
    editor(code)
    assert told_in_form(promised.type("amend 3"))["what"] == "the text is empty; entry 3 stays as it was"


def test_what_is_no_text_is_refused(promised: Desk, editor: Callable[[str], None]) -> None:
    editor("file.write_bytes(b'\\xff\\xfe\\x00')")
    assert told_in_form(promised.type("amend 3"))["what"] == "the text is not UTF-8"


@pytest.mark.parametrize("command", ["false", "'", "/no/such/editor", "sh -c 'exit 3'"])
def test_an_editor_that_does_not_work(promised: Desk, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    monkeypatch.setenv("EDITOR", command)
    message = told_in_form(promised.type("amend 3"))
    assert message["what"].startswith("no editor could be used: ")
    assert "is kept in" not in message["remedy"]


def test_what_was_typed_before_an_editor_failed_is_kept(promised: Desk, editor: Callable[[str], None]) -> None:
    editor("file.write_text(text.replace('medium', 'large')); sys.exit(1)")
    before = promised.entries()
    kept = Path(told_in_form(promised.type("amend 3"))["remedy"].partition("what you typed is kept in ")[2])
    assert 'stake = "large"' in kept.read_text()
    assert promised.entries() == before


def test_on_a_terminal_it_is_mended_and_tried_again(
    promised: Desk, editor: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    editor(
        "again = text.startswith('#! refused: Initech is not a party')\n"
        "file.write_text(text.replace('Initech', 'Globex').replace('to = \"Globex\"', 'to = \"Acme\"')"
        " if again else text.replace('\"Acme\"', '\"Initech\"'))"
    )
    monkeypatch.setattr("sys.stdin", Terminal("y\n"))
    answer = promised.type("amend 3")
    assert "refused: Initech is not a party" in answer.err
    assert "edit it again? [Y/n]: " in answer.err
    assert "Globex promised Acme “Send the brand guide”" in answer.out


@pytest.mark.parametrize(("typed", "code"), [("n\n", 1), ("", 130)])
def test_whoever_gives_up_finds_the_text(
    promised: Desk, editor: Callable[[str], None], monkeypatch: pytest.MonkeyPatch, typed: str, code: int
) -> None:
    editor("file.write_text(text.replace('\"Acme\"', '\"Initech\"'))")
    monkeypatch.setattr("sys.stdin", Terminal(typed))
    answer = promised.type("amend 3")
    assert answer.code == code
    kept = Path(re.findall(r"what you typed is kept in (\S+)", answer.err)[0])
    assert 'by = "Initech"' in kept.read_text()
