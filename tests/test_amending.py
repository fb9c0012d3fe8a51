"""Amending by hand: by options and in an editor, with nothing typed lost, and nothing recorded by halves."""

from __future__ import annotations

import io
import json
import re
import shlex
import sys
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from pydantic import ValidationError
from support.facts import any_fact
from support.messages import told_in_form
from support.story import SLUG, Story, noon

import pledger
from pledger.cli.amend_text import as_text, changes_in, told_names
from pledger.domain.catalogue import facts
from pledger.domain.entry import Entry
from pledger.domain.refusal import WrongUsage

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.desk import Desk

    from pledger.domain.fact import Fact


@pytest.fixture(autouse=True)
def drafts_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is kept of a text is kept in the test's own folder."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))


@pytest.fixture
def promised(opened: Desk) -> Desk:
    """A promise (entry 3), and its delivery (entry 4)."""
    opened.type("commit acme-globex 'Send the brand guide' --by Acme --due 2026-03-04 --note 'by mail' --source crm-7")
    opened.type("deliver acme-globex brand --link https://example.org/guide --me bob")
    return opened


@pytest.fixture
def editor(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str], None]:
    """Have an editor do something to the text: Python that may use `text` and the path `file`."""

    def does(code: str) -> None:
        script = tmp_path / "editor.py"
        head = "import sys, pathlib\nfile = pathlib.Path(sys.argv[1])\ntext = file.read_text(encoding='utf-8')\n"
        script.write_text(f"{head}{code}\n", encoding="utf-8")
        monkeypatch.setenv("VISUAL", shlex.join([sys.executable, str(script)]))

    return does


class Terminal(io.StringIO):
    """A keyboard with somebody at it."""

    def isatty(self) -> bool:
        return True


def said_last(desk: Desk, count: int) -> list[str]:
    return [f"{entry.fact.TOPIC} {entry.recorded_by}" for entry in desk.entries()[-count:]]


# By options


def test_only_what_is_told_is_changed(promised: Desk) -> None:
    before = promised.entries()[2]
    assert promised.type("amend 3 --stake large --first-date").code == 0
    now = promised.entries()[6]
    assert isinstance(now.fact, pledger.CommitmentMade)
    assert isinstance(before.fact, pledger.CommitmentMade)
    assert now.fact == before.fact.stamped(stake="large", first_date=True)
    assert (now.occurred_at, now.source, now.note) == (before.occurred_at, "crm-7", "by mail")


def test_who_amends_has_recorded_what_is_told_again(promised: Desk) -> None:
    promised.type("amend 3 --stake large --me mary")
    retracted = ["entry-retracted mary"] * 2
    assert said_last(promised, 4) == [*retracted, "commitment-made mary", "commitment-delivered mary"]
    assert promised.entries()[-1].link == "https://example.org/guide"


@pytest.mark.parametrize(
    ("line", "name", "value"),
    [
        ("amend 3 --note ''", "note", None),
        ("amend 3 --note 'by post'", "note", "by post"),
        ("amend 3 --link u", "link", "u"),
        ("amend 3 --due ''", "due", None),
        ("amend 3 --due 'next fri'", "due", date(2026, 3, 6)),
        ("amend 3 --by globex --to acme", "by", "Globex"),
        ("amend 3 --slug guide", "commitment", "guide"),
        ("amend 3 --what 'Send the guide'", "commitment", "send-the-brand-guide"),
        ("amend acme-globex 3 --stake small", "stake", "small"),
        ("amend 3 --on 2026-03-01", "occurred_at", datetime(2026, 2, 28, 23, tzinfo=UTC)),
    ],
)
def test_what_options_tell(promised: Desk, line: str, name: str, value: object) -> None:
    assert promised.type(line).code == 0
    now = next(entry for entry in promised.entries()[4:] if isinstance(entry.fact, pledger.CommitmentMade))
    assert getattr(now, name, getattr(now.fact, name, None)) == value


@pytest.mark.parametrize(
    "line",
    ["amend 3 --note 'by mail'", "amend 3 --by ACME", "amend 3 --on 2026-03-02", "amend 3 --no-first-date --why x"],
)
def test_what_changes_nothing_is_said_to(promised: Desk, line: str) -> None:
    before = promised.entries()
    answer = promised.type(line)
    assert (answer.code, answer.out) == (0, "nothing changed: entry 3 is what it was\n")
    assert promised.type(f"{line} --format json").out == "[]\n"
    assert promised.entries() == before


def test_a_part_of_a_name_means_what_was_open_then(promised: Desk) -> None:
    promised.type("commit acme-globex 'Price list' --by Acme --on 2026-03-01")
    assert promised.type("amend 4 --commitment price").code == 0
    assert promised.open_promises("acme-globex") == ["send-the-brand-guide"]


def test_the_reason_of_the_fact_is_not_that_of_the_amendment(promised: Desk) -> None:
    promised.type("pause acme-globex --why summer")
    answer = promised.type("amend 5 --own-why winter --why 'it is March'")
    assert "Entry 5 was taken back: it is March" in promised.type("log acme-globex --recorded --format tsv").out
    assert answer.out.splitlines()[1].endswith(": The partnership was paused: winter")


def test_programs_get_all_entries_of_the_batch(promised: Desk) -> None:
    told = json.loads(promised.type("amend 3 --due 2026-03-05 --format json").out)
    assert [(entry["position"], entry["fact"]) for entry in told] == [
        *((5, "entry-retracted"), (6, "entry-retracted"), (7, "commitment-made"), (8, "commitment-delivered"))
    ]
    assert {entry["recorded_at"] for entry in told} == {told[0]["recorded_at"]}


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("amend", "no entry is named first"),
        ("amend three", "'three' is no entry"),
        ("amend acme-globex", "'acme-globex' is no entry"),
        ("amend --stake large 3", "no entry is named first"),
        ("amend nobody 3 --stake large", "there is no open partnership 'nobody'"),
        ("amend 3 --stake huge", "invalid value for '--stake': 'huge'"),
        ("amend 3 --party Acme", "there is no option --party"),
        ("amend 3 large", "got unexpected extra argument (large)"),
        ("amend 3 --by ''", "--by is missing"),
        ("amend 3 --by Initech", "Initech is not a party"),
        ("amend 3 --due tomorow", "'tomorow' is not a date"),
        ("amend 3 --due 2026-03-01", "it would be due on 2026-03-01, before the day it occurs (2026-03-02)"),
        ("amend 3 --on +3d", "2026-03-05 00:00 lies in the future"),
        ("amend 3 --slug 'No Slug'", "--slug cannot be 'No Slug'"),
        ("amend 3 --what 'a\x07b'", "WHAT cannot be"),
        ("amend 3 --note 'a\x07b'", "the note has a character that cannot be shown"),
        ("amend 3 --stake large --why ''", "--why is empty"),
        ("amend 3 --stake large --me ''", "the name of who records is empty"),
        ("amend 4 --commitment logo", "there is no open commitment 'logo'"),
        (f"amend {10**40} --stake large", f"'{10**40}' is no entry"),
    ],
)
def test_wrong_words_change_nothing(promised: Desk, line: str, what: str) -> None:
    before = promised.entries()
    assert told_in_form(promised.type(line))["what"].startswith(what)
    assert promised.entries() == before


def test_every_verb_has_its_options(opened: Desk) -> None:
    """Whatever an entry is of, amending it reads the options of its verb."""
    from pledger.cli.amend import _option

    for kind in facts().values():
        names = [
            name for field in kind.model_fields if field not in kind.stamps() for name in _option(kind, field).opts
        ]
        assert len(names) == len(set(names)), kind
        assert not {"--on", "--link", "--note", "--why", "--me", "--format", "--ledger"}.intersection(names), kind


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


# From Python


def test_what_cannot_be_told_again_names_the_entry_and_leaves_all_as_it_was() -> None:
    story = Story().opened()
    made = story.promised("2025-01-02", "guide", None)
    story.delivered("2025-01-03", "guide", told="2025-01-05")
    before = list(story.ledger.entries())
    with pytest.raises(pledger.Refused, match=r"entry 4 \(commitment-delivered, 2025-01-03\): there is no open"):
        pledger.amend(story.ledger, made.position, {"on": noon("2025-01-03") + timedelta(hours=1)}, me="bob")
    assert list(story.ledger.entries()) == before


def test_what_came_after_it_at_the_very_instant_comes_after_it_again() -> None:
    """A promise, its delivery and a pause on one day, told without times: the pause comes last."""
    story = Story().opened()
    day = date(2025, 1, 1)
    facts = (pledger.CommitmentMade(what="guide", by="Acme"), pledger.CommitmentDelivered(commitment="guide"))
    made, *_ = (story.ledger.record(fact, SLUG, on=day) for fact in (*facts, pledger.PartnershipPaused()))
    done = pledger.amend(story.ledger, 3, {"stake": "large"})
    assert done is not None
    assert [now.fact.TOPIC for _, now in done.told_again] == ["commitment-delivered", "partnership-paused"]
    assert made.position == done.before.position


def test_what_came_after_it_at_the_very_instant_does_not_come_before_it() -> None:
    """A cadence agreed by two, and a third that joined on the same day: amending it makes it no cadence of three."""
    story = Story().opened()
    day = date(2025, 1, 1)
    for fact in (pledger.CadenceAgreed(every_days=7), pledger.PartyJoined(party="Initech"), pledger.MeetingHeld()):
        story.ledger.record(fact, SLUG, on=day)
    done = pledger.amend(story.ledger, 3, {"every_days": 8})
    assert done is not None
    assert isinstance(done.now.fact, pledger.CadenceAgreed)
    assert done.now.fact.members == ("Acme", "Globex")
    done = pledger.amend(story.ledger, done.told_again[-1][1].position, {"went": "poorly"})
    assert done is not None
    assert done.told_again == ()


def test_what_differs_is_named_and_given_back() -> None:
    story = Story().opened()
    made = story.promised("2025-01-02", "guide", "2025-01-10")
    done = pledger.amend(story.ledger, made.position, {"due": date(2025, 1, 12), "note": "seen", "by": "acme"})
    assert done is not None
    assert (done.changed, done.before, done.told_again) == (("due", "note"), made, ())
    assert [entry.position for entry in (*done.retractions, done.now)] == [4, 5]
    assert pledger.amend(story.ledger, done.now.position, {"note": "seen"}) is None


def test_a_field_that_is_wrong_or_unknown_raises_as_the_fact_itself_would() -> None:
    story = Story().opened()
    made = story.promised("2025-01-02", "guide", "2025-01-10").position
    for wrong in ({"stake": "huge"}, {"dew": 1}, {"by": None}):
        with pytest.raises(ValidationError):
            pledger.amend(story.ledger, made, wrong)
    with pytest.raises(WrongUsage, match="late_from cannot be told"):
        pledger.amend(story.ledger, made, {"late_from": noon("2025-01-10")})


def test_what_others_record_meanwhile_is_told_again_too(monkeypatch: pytest.MonkeyPatch) -> None:
    story = Story().opened()
    made = story.promised("2025-01-02", "guide", "2025-01-10")
    record_all = pledger.Ledger.record_all
    delivered: list[bool] = []

    def interrupted(ledger: pledger.Ledger, *args: object, **told: object) -> object:
        if not delivered:
            delivered.append(True)
            story.delivered("2025-01-03", "guide")
        return record_all(ledger, *args, **told)  # type: ignore[arg-type]

    monkeypatch.setattr(pledger.Ledger, "record_all", interrupted)
    done = pledger.amend(story.ledger, made.position, {"stake": "large"})
    assert done is not None
    assert [now.fact.TOPIC for _, now in done.told_again] == ["commitment-delivered"]
