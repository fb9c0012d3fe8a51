"""Text that somebody wrote into the ledger's file to steer its readers: no answer, message or export passes it on."""

from __future__ import annotations

import csv
import io
import json
import re
import shlex
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from support.desk import Desk

from pledger.cli.output import cell, print_json_lines, print_rows
from pledger.domain import mapper
from pledger.domain.catalogue import facts
from pledger.projections.policy import shipped_policy_text

if TYPE_CHECKING:
    from pathlib import Path

    from support.desk import Answer

STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
"""Control characters but line ends and tabs, ends of lines that few know, and what turns the direction of writing."""
FORMULA = re.compile("[\"' ]*[=+@-]")
NUMBER = re.compile(r"-?[\d.]+(e[-+]?\d+)?")

EVIL = (
    "\x1b[31m\x1b]8;;http://evil\x07\x9b2J\u202e\u2066[red]x[/red][link=http://evil]y[/link]\r\u2028\x85\t\n</script>"
)
KEPT = {
    *("UTC", "well", "small", "medium", "large", "budget", "cultures", "good", "organisational", "Europe/Berlin"),
    *facts(),
}
"""Words that mean what they mean only as they are."""

HISTORY = """
open acme-globex --party Acme --party Globex --purpose launch
open hooli-initech --party Hooli --party Initech --purpose launch
commit acme-globex 'Send the brand guide' --by Acme --due 2026-01-10 --on 2026-01-01 --note note --link link --source s
commit acme-globex 'Send the price list' --by Globex --due 2026-05-01
goal ask acme-globex --by Acme --to Globex
goal share acme-globex 'Enter the Nordic market' --by Globex --level organisational
goal acknowledge acme-globex nordic --by Acme
norm agree acme-globex 'No surprises'
norm breach acme-globex surprises --by Globex
concern raise acme-globex 'Too slow' --by Acme --about Globex
plan agree acme-globex --objective leads --measure calls --lead p-jane
manager appoint acme-globex p-jane --by Acme
cadence acme-globex 14
meet acme-globex --present Acme --present Globex --went well --on 2026-02-01
miss acme-globex --by Globex --on 2026-02-02
waive acme-globex report --by Globex
difference acme-globex 'They decide' --by Acme
fit acme-globex cultures good
invest acme-globex budget --by Globex --amount 12000 --unit EUR
outcome acme-globex Leads --amount 340 --unit leads
rate acme-globex 7 --of Globex --person p-jane
retract acme-globex 16 --why wrong
renegotiate acme-globex price --due 2026-06-01 --why late
prospect acme-finland somebody --by Acme
pause hooli-initech --why summer
policy adopt mine.toml --why because
"""

ASKED = """
show acme-globex
show acme-finland
log
history acme-globex
explain acme-globex --from 2026-01-01 --until 2026-06-01
diff acme-globex --known-at 2026-02-01 --known-at 2026-03-05
replay --every month
commitments
portfolio
lens gears acme-globex
lens ours acme-globex
policy list
policy history
policy compare default
"""
TOLD = """
show a
show zz
lens zz acme-globex
deliver acme-globex
deliver acme-globex zz
meet acme-globex --present zz
retract acme-globex 2 --why wrong
amend 4 --note x
init
undo
config
verify
verify --format json
policy show
policy show --format json
portfolio --policy zz
"""


def written_over(stored: Any, evil: str) -> Any:
    """What is stored, with something evil at the end of every text that is free."""
    match stored:
        case dict():
            return {key: written_over(value, evil) for key, value in stored.items()}
        case list():
            return [written_over(value, evil) for value in stored]
        case str() if stored not in KEPT and not re.match(r"-?\d|P\d", stored):
            return evil + stored + evil
    return stored


def desk_with(folder: Path, evil: str) -> Desk:
    """A ledger that was made by the rules, into whose file somebody then wrote what no rule admits."""
    desk = Desk(folder)
    policy = shipped_policy_text().replace('name = "default"', 'name = "mine"')
    lens = '\n[lenses.ours]\nsource = "S"\n[lenses.ours.facets."F"]\nkept = 1.0\n'
    (folder / "mine.toml").write_text(policy + lens, encoding="utf-8")
    for line in ("init --name Alliances --time-zone Europe/Berlin", *HISTORY.strip().splitlines()):
        answer = desk.type(line)
        assert answer.code == 0, (line, answer.err)
    for position, topic, state in desk.change("SELECT rowid, topic, state FROM stored_events"):
        stored = written_over(json.loads(state), evil)
        if topic == "policy-adopted":
            text = json.loads(state)["fact"]["text"]
            for name in ('"mine"', '"S"', '"F"'):
                text = text.replace(name, json.dumps(f"{evil}{name[1:-1]}"))
            stored["fact"]["text"] = text
        told = json.dumps(stored, ensure_ascii=False).encode()
        desk.change("UPDATE stored_events SET state = ? WHERE rowid = ?", told, position)
    return desk


@pytest.fixture(scope="module")
def evil(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return desk_with(tmp_path_factory.mktemp("evil"), EVIL)


@pytest.fixture(scope="module")
def reckoning(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return desk_with(tmp_path_factory.mktemp("reckoning"), '"=1+1')


def asked(desk: Desk, line: str) -> Answer:
    """The answer of a program that has just begun, and so reads a few facts without validating them again."""
    mapper._read.clear()
    return desk.call(shlex.split(line))


@pytest.mark.parametrize("form", ["table", "json", "csv", "tsv"])
@pytest.mark.parametrize("line", ASKED.strip().splitlines())
def test_no_answer_steers_a_terminal(evil: Desk, line: str, form: str) -> None:
    answer = asked(evil, f"{line} --format {form}")
    assert answer.code == 0, answer.err
    assert not STEERING.search(answer.out + answer.err)
    if form == "json":
        assert json.loads(answer.out) is not None
    if form == "table" and line.startswith(("show", "log")):
        assert "[red]x[/red]" in re.sub(r"\s", "", answer.out)  # markup is words


@pytest.mark.parametrize("line", TOLD.strip().splitlines())
def test_no_message_steers_a_terminal(evil: Desk, line: str) -> None:
    answer = asked(evil, line)
    assert not STEERING.search(answer.out + answer.err)
    assert "itself failed" not in answer.err
    assert answer.out + answer.err


@pytest.mark.parametrize("form", ["csv", "tsv"])
@pytest.mark.parametrize("line", ASKED.strip().splitlines())
def test_no_cell_of_an_export_is_reckoned(reckoning: Desk, line: str, form: str) -> None:
    answer = asked(reckoning, f"{line} --format {form}")
    assert answer.code == 0, answer.err
    lines = as_a_spreadsheet_reads(answer.out, form)
    assert len(set(map(len, lines))) == 1
    assert [one for cells in lines for one in cells if FORMULA.match(one) and not one.startswith("'")] == [
        one for cells in lines for one in cells if one.startswith("-") and NUMBER.fullmatch(one)
    ]


def as_a_spreadsheet_reads(text: str, form: str) -> list[list[str]]:
    """The cells; a spreadsheet takes quotation marks for its own between tabs, too."""
    if form == "csv":
        return list(csv.reader(io.StringIO(text)))
    return [[one.lstrip('"') for one in line.split("\t")] for line in text.splitlines()]


PIECES = st.sampled_from([*"=+-@\t\r\n \"'\x00\x1b\x9b\u202e\u2028", "\uff1d", "1", "a", "SUM(A1)", "\ufeff", "\u200e"])


@given(st.lists(PIECES, max_size=8).map("".join) | st.text(max_size=20))
@example('"=1+1')
@example('""=1+1"')
@example("' =1+1")
@example("\t=1+1")
@example("\r\n@SUM(A1)")
def test_whatever_a_text_is_its_cell_is_no_formula_and_steers_nothing(text: str) -> None:
    shown = cell(text)
    assert not STEERING.search(shown)
    assert "\t" not in shown
    assert "\n" not in shown
    if re.match("[\"' ]*[=+@\uff1d\uff0b\uff0d\uff20-]", shown):
        assert shown.startswith("'")
    assert cell(-3.5) == "-3.5"


@given(st.recursive(st.text(max_size=8) | PIECES, lambda inner: st.lists(inner) | st.dictionaries(PIECES, inner)))
def test_whatever_is_told_as_json_is_read_back_and_steers_nothing(value: Any) -> None:
    told: list[str] = []
    print_json_lines([value], told.append)
    text = "".join(told)
    assert json.loads(text) == [value]
    assert not STEERING.search(text)


def test_the_chosen_form_of_what_begins_like_a_formula() -> None:
    told: list[str] = []
    print_rows([{"a": "=1+1", "b": -2}, {"a": '"@x', "b": 0.5}], ("a", "b"), "csv", told.append)
    assert "".join(told) == 'a,b\n\'=1+1,-2\n"\'""@x",0.5\n'


# Proofs and packs: names that are paths, notes that are not only words


@pytest.fixture
def pack_of(tmp_path: Path) -> Desk:
    """A ledger with a key, in which one partnership is named like a path and a page."""
    desk = Desk(tmp_path)
    for line in (*HISTORY.strip().splitlines()[:4], "keys new audit"):
        assert desk.type(line).code == 0
    for position, state in desk.change("SELECT rowid, state FROM stored_events WHERE rowid > 1"):
        told = {**json.loads(state), **dict.fromkeys(("note", "link", "source", "recorded_by"), EVIL)}
        desk.change("UPDATE stored_events SET state = ? WHERE rowid = ?", json.dumps(told).encode(), position)
    named = f"../../{EVIL}<b>"
    desk.change("UPDATE stored_events SET originator_id = ? WHERE originator_id = 'acme-globex'", named)
    return desk


@pytest.mark.parametrize("which", ["--all", f"../../{EVIL}<b>"])
def test_an_audit_pack_stays_in_its_folder_and_steers_nobody(pack_of: Desk, which: str) -> None:
    answer = pack_of.call(["audit-pack", which, "-o", "pack.zip"])
    assert answer.code == 0, answer.err
    made = {file.name for file in pack_of.folder.iterdir() if not file.name.startswith("ledger.sqlite")}
    assert made == {"keys", "pack.zip"}
    with ZipFile(pack_of.folder / "pack.zip") as pack:
        for name in pack.namelist():
            assert re.fullmatch(r"((leaves|proofs|policies)/)?[A-Za-z0-9-]+(\.[a-z0-9]+)?", name), name
            if not name.startswith(("leaves/", "proofs/")):  # which are the bytes that were signed
                assert not STEERING.search(pack.read(name).decode()), name
        page = pack.read("README.md").decode()
        assert "<b>" not in page
        assert "</script>" not in page
        for line in pack.read("entries.jsonl").decode().splitlines():
            assert json.loads(line)["stored"].get("note") in (EVIL, None)


def test_a_proof_of_such_an_entry_is_told_in_plain_words(pack_of: Desk) -> None:
    assert pack_of.type("prove 2 -o 2.proof").code == 0
    for line in ("check-proof 2.proof", "verify", "verify --format json", "keys list"):
        answer = pack_of.type(line)
        assert answer.code in (0, 3)
        assert not STEERING.search(answer.out + answer.err)
