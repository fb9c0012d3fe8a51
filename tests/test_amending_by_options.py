"""Amending by options: what is told is changed, and what is wrong changes nothing."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest
from support.messages import told_in_form

import pledger
from pledger.domain.catalogue import facts

if TYPE_CHECKING:
    from support.desk import Desk


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
