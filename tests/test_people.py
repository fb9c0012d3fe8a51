"""The register of people: its rules, what the log holds of them, and how the command line tells them."""

from __future__ import annotations

import ast
import contextlib
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support.desk import Terminal
from support.histories import SLUG

from pledger.domain import catalogue
from pledger.domain.ledger import Ledger
from pledger.domain.lifecycle import RelationshipManagerAppointed
from pledger.domain.people import Person
from pledger.domain.person_ids import PERSON_FIELDS, entries_with, ids_in
from pledger.domain.planning import PlanAgreed
from pledger.domain.rating import TrustRated
from pledger.domain.refusal import Refused, StorageTrouble, WrongUsage

if TYPE_CHECKING:
    from support.desk import Desk

JANE = ("Ottoline Zweig", "zweig@acme.example")
DOMAIN = Path(catalogue.__file__).parent


def a_ledger_at(path: Path) -> Ledger:
    return Ledger.open(path, time_zone="UTC")


# The register


def test_people_are_kept_in_the_order_of_their_ids(path: Path) -> None:
    with a_ledger_at(path) as ledger:
        ledger.people.add("p-2", " Kit Vane ")
        ledger.people.add("p-1", "Ottoline Zweig", "zweig@acme.example")
    with Ledger.open(path, create=False) as ledger:
        assert ledger.people.all() == [Person("p-1", "Ottoline Zweig", "zweig@acme.example"), Person("p-2", "Kit Vane")]


def test_a_change_leaves_the_rest_as_it_was(ledger: Ledger) -> None:
    ledger.people.add("p-1", *JANE)
    ledger.people.add("p-2", "Kit Vane")
    assert ledger.people.change("p-1", name="Ottoline Roe") == Person("p-1", "Ottoline Roe", JANE[1])
    assert ledger.people.change("p-1", address="roe@acme.example") == Person("p-1", "Ottoline Roe", "roe@acme.example")
    assert ledger.people.change("p-1", address="") == Person("p-1", "Ottoline Roe")
    assert ledger.people.all() == [Person("p-1", "Ottoline Roe"), Person("p-2", "Kit Vane")]


def test_what_cannot_be_kept_changes_nothing(ledger: Ledger) -> None:
    ledger.people.add("p-1", *JANE)
    with pytest.raises(WrongUsage, match="the name has a character that cannot be shown"):
        ledger.people.change("p-1", name="Ottoline\nZweig")
    with pytest.raises(WrongUsage, match="the address is longer than 500 characters"):
        ledger.people.change("p-1", address="x" * 501)
    with pytest.raises(WrongUsage, match="cannot be the id of a person"):
        ledger.people.add("p" * 101, "Kit Vane")
    with pytest.raises(Refused, match="already"):
        ledger.people.add("p-1", "Kit Vane")
    assert ledger.people.all() == [Person("p-1", *JANE)]


def test_nobody_comes_back_by_being_changed(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody else forgets whom I am about to correct."""
    ledger.people.add("p-1", *JANE)
    before = ledger.people.find("p-1")
    ledger.people.forget("p-1")
    monkeypatch.setattr(type(ledger.people), "find", lambda *_: before)
    with pytest.raises(Refused, match="there is nobody with the id p-1"):
        ledger.people.change("p-1", address="new@acme.example")
    assert ledger.people.all() == []


def test_a_ledger_of_an_earlier_version_has_nobody_and_takes_people(path: Path) -> None:
    a_ledger_at(path).close()
    with contextlib.closing(sqlite3.connect(path)) as database:
        database.execute("DROP TABLE pledger_people")
    with a_ledger_at(path) as ledger:
        assert ledger.people.all() == []
        assert not ledger.people.forget("p-1").was_there
        ledger.people.add("p-1", *JANE)
        assert ledger.people.all() == [Person("p-1", *JANE)]


@pytest.mark.parametrize(
    ("id_", "name", "told"),
    [
        ("p-17", "Jane Doe", False),
        ("jane", "Jane Doe", True),
        ("p-doe", "Jane Doe", True),
        ("müller", "Ute Müller", True),
        ("p.jane.2", "Jane Doe", True),
        ("alice", "Al Ice-Cold", False),
        ("li", "Li Wu", False),
    ],
)
def test_an_id_that_tells_the_name_is_seen(id_: str, name: str, told: bool) -> None:
    assert Person(id_, name).is_told_by_id is told


# What the log holds of people


def test_every_field_that_takes_a_person_id_is_known() -> None:
    found = {
        node.target.id
        for file in DOMAIN.glob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
        if "PersonId" in ast.unparse(node.annotation)
    }
    assert found == PERSON_FIELDS


def test_the_ids_that_facts_carry_are_found(ledger: Ledger) -> None:
    ledger.record(RelationshipManagerAppointed(person="p-1", by="Acme"), SLUG)
    ledger.record(PlanAgreed(objectives=("grow",), lead="p-2"), SLUG)
    ledger.record(PlanAgreed(objectives=("grow more",)), SLUG)
    ledger.record(TrustRated(of="Acme", rating=7, person="p-3"), SLUG)
    assert ids_in(ledger.stored()) == {"p-1", "p-2", "p-3"}


@pytest.mark.parametrize(
    ("note", "found"),
    [
        ("OTTOLINE ZWEIG was there", True),
        ("mail to zweig@acme.example.", True),
        ("Ottoline was there", False),
        ("Ottoline Zweigert was there", False),
    ],
)
def test_words_in_which_the_name_stands_are_found(ledger: Ledger, note: str, found: bool) -> None:
    entry = ledger.record(TrustRated(of="Acme", rating=7), SLUG, note=note)
    assert list(entries_with(ledger.stored(), Person("p-1", *JANE))) == ([entry.position] if found else [])


def test_a_name_with_quotes_and_accents_is_found(ledger: Ledger) -> None:
    entry = ledger.record(TrustRated(of="Acme", rating=7), SLUG, note='with Zoë "Z" Ölafur')
    assert list(entries_with(ledger.stored(), Person("p-1", 'Zoë "Z" Ölafur'))) == [entry.position]


# On the command line


@pytest.mark.parametrize(("answer", "left"), [("y\n", 0), ("n\n", 1), ("\n", 1)])
def test_on_a_terminal_forgetting_is_asked_about_first(
    opened: Desk, monkeypatch: pytest.MonkeyPatch, answer: str, left: int
) -> None:
    opened.type('people add p-17 --name "Ottoline Zweig"')
    monkeypatch.setattr("sys.stdin", Terminal(answer))
    told = opened.type("people forget p-17")
    assert told.code == 0
    assert "forget Ottoline Zweig (p-17)? It cannot be undone [y/N]" in told.err
    assert "Zweig" not in told.out
    assert told.out.startswith("forgot p-17" if not left else "nothing changed")
    assert len(opened.type("people list").out.splitlines()) == 1 + left


def test_the_list_for_programs(opened: Desk) -> None:
    assert opened.type("people list --format json").out == "[]\n"
    opened.type('people add p-17 --name "=Ottoline" --address "+49"')
    assert opened.type("people list --format csv").out == "id,name,address\np-17,'=Ottoline,'+49\n"
    opened.type("manager appoint acme-globex p-18 --by Acme")
    assert opened.type("people list --missing --format json").out.split() == [
        *("[", "{", '"id":', '"p-18",', '"name":', "null,", '"address":', "null", "}", "]")
    ]


def test_the_list_for_people(opened: Desk) -> None:
    assert "There is nobody in the register yet" in opened.type("people list --format table").out
    assert "Everybody whose id a fact carries" in opened.type("people list --missing --format table").out
    opened.type("manager appoint acme-globex p-18 --by Acme")
    assert "p-18" in opened.type("people list --missing --format table").out
    opened.type("people add p-18 --name 'Kit [bold]Vane'")
    assert "p-18  Kit [bold]Vane" in opened.type("people list --format table").out


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("people change p-17", "nothing is to be changed"),
        ("people change p-17 --address x --no-address", "--address and --no-address exclude each other"),
        ("people change p-17 --address ' '", "--address is empty"),
        ("people add p-17", "missing option '--name'"),
        ("people forgte p-17", "there is no command 'forgte'"),
    ],
)
def test_what_cannot_be_meant_is_not_understood(opened: Desk, line: str, what: str) -> None:
    answer = opened.type(line)
    assert (answer.code, answer.what, answer.out) == (2, what, "")


def test_where_the_register_cannot_be_read_tables_tell_ids(opened: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    opened.type("manager appoint acme-globex p-17 --by Acme")
    opened.type("people add p-17 --name 'Kit Vane'")

    def may_not(*_: object) -> list[Person]:
        raise StorageTrouble("permission denied", remedy="ask")

    monkeypatch.setattr("pledger.domain.people.People.all", may_not)
    answer = opened.type("show acme-globex --format table")
    assert answer.code == 0
    assert "relationship managers: p-17 for Acme" in answer.out
