"""Nothing of whoever is forgotten is left in any file of the ledger."""

from __future__ import annotations

import contextlib
import random
import sqlite3
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.erasure import files_in, holding
from support.histories import OPENED, SLUG

from pledger.domain import sqlite_people
from pledger.domain.ledger import Ledger
from pledger.domain.lifecycle import RelationshipManagerAppointed
from pledger.domain.people import Person
from pledger.domain.rating import TrustRated
from pledger.domain.refusal import Refused, StorageTrouble

JANE = ("Ottoline Zweig", "zweig@acme.example")


def a_ledger_at(path: Path) -> Ledger:
    return Ledger.open(path, time_zone="UTC")


def test_the_search_would_find_a_name(path: Path) -> None:
    with a_ledger_at(path) as ledger:
        ledger.people.add("p-1", *JANE)
        assert holding(JANE, files_in(path.parent)) == ["ledger.sqlite-wal"]
    assert holding(JANE, files_in(path.parent)) == ["ledger.sqlite"]
    for form in ("OTTOLINE ZWEIG".encode("utf-16-le"), b"zweig@acme.example", "Ottoline Zweig".encode("utf-32-le")):
        (path.parent / "found").write_bytes(b"\xff" + form + b"\x00")
        assert "found" in holding(JANE, files_in(path.parent))
    (path.parent / "found").write_bytes(b'"Zo\\u00eb"')
    assert holding(["Zoë"], files_in(path.parent)) == ["found"]


def test_plain_deletion_would_leave_the_name(path: Path) -> None:
    """What all of this is for: SQLite's own DELETE leaves the bytes where they were."""
    with a_ledger_at(path) as ledger:
        ledger.people.add("p-1", *JANE)
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("PRAGMA secure_delete = OFF")
        database.execute("DELETE FROM pledger_people")
    assert holding(JANE, files_in(path.parent)) == ["ledger.sqlite"]


def test_nothing_of_a_forgotten_name_is_left_while_others_have_the_ledger_open(path: Path) -> None:
    with a_ledger_at(path) as ledger, a_ledger_at(path) as other, a_ledger_at(path) as third:
        ledger.record(OPENED, SLUG)
        ledger.people.add("p-1", *JANE)
        assert other.people.find("p-1") == Person("p-1", *JANE)
        third.record(RelationshipManagerAppointed(person="p-1", by="Acme"), SLUG)
        assert other.people.forget("p-1").was_there
        assert (path.parent / "ledger.sqlite-wal").exists()
        assert holding(JANE, files_in(path.parent)) == []
        third.record(TrustRated(of="Acme", rating=7, person="p-1"), SLUG)
        assert ledger.people.all() == third.people.all() == []
        assert holding(JANE, files_in(path.parent)) == []
    assert holding(JANE, files_in(path.parent)) == []


def test_a_register_of_many_pages_leaves_nothing_where_its_pages_were_split(path: Path) -> None:
    """What moves to another page as people come stays in the first one, too, where deleting alone does not look."""
    random_ = random.Random(7)
    crowd = [Person(f"p-{number:03}", f"Quillon{number:03}", "x" * random_.randint(1, 500)) for number in range(400)]
    with a_ledger_at(path) as ledger:
        for id_, name, address in random_.sample(crowd, len(crowd)):
            ledger.people.add(id_, f"{name} {'y' * random_.randint(1, 480)}", address)
        for person in crowd[::4]:
            ledger.people.forget(person.id)
        assert holding([person.name for person in crowd[::4]], files_in(path.parent)) == []
        assert len(ledger.people.all()) == 300


def test_a_reader_that_does_not_let_go_is_told_of(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_people, "CARRIED_OVER_TIMEOUT_S", 0.1)
    with a_ledger_at(path) as ledger, contextlib.closing(sqlite3.connect(path, isolation_level=None)) as reader:
        ledger.people.add("p-1", *JANE)
        ledger.people.add("p-2", "Kit Vane")
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM pledger_people").fetchall()
        with pytest.raises(StorageTrouble, match="but not out of the file") as forgetting:
            ledger.people.forget("p-1")
        with pytest.raises(StorageTrouble, match="but not out of the file") as changing:
            ledger.people.change("p-2", name="Kit Roe")
        assert "pledger people forget p-1" in forgetting.value.remedy
        assert "forget" not in changing.value.remedy
        assert holding(JANE, files_in(path.parent)) != []
        reader.execute("ROLLBACK")
        assert not ledger.people.forget("p-1").was_there
        assert holding([*JANE, "Kit Vane"], files_in(path.parent)) == []
        assert ledger.people.all() == [Person("p-2", "Kit Roe")]


NAMES = st.integers(0, 40).map(lambda number: f"Quillon{number:02}Vex")
IDS = st.sampled_from(["p-1", "p-2", "p-3"])
ACTS = st.lists(
    st.tuples(st.sampled_from(["add", "change", "forget"]), IDS, NAMES, st.sampled_from([1, 40])), max_size=25
)


@settings(max_examples=40)
@given(acts=ACTS, at_once=st.booleans())
def test_whatever_was_done_no_name_is_left_that_is_not_in_the_register(
    tmp_path_factory: pytest.TempPathFactory, acts: list[tuple[str, str, str, int]], at_once: bool
) -> None:
    folder = tmp_path_factory.mktemp("people")
    told: set[str] = set()
    with a_ledger_at(folder / "ledger.sqlite") as one, a_ledger_at(folder / "ledger.sqlite") as two:
        for number, (act, id_, name, length) in enumerate(acts):
            people = (two if at_once and number % 2 else one).people
            with contextlib.suppress(Refused):
                if act == "forget":
                    people.forget(id_)
                else:
                    told.add(name)
                    getattr(people, act)(id_, name=name, address=name * length if length * len(name) <= 500 else name)
        one.people.forget("p-9")
        kept = {person.name for person in one.people.all()}
        assert holding(told - kept, files_in(folder)) == []
