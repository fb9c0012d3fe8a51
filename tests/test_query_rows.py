"""Answers as flat rows: one a party, a promise or an entry, safe to open in a spreadsheet."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest
from support.asking import PROMISE, desk_with_two_partnerships, rows, said
from support.desk import Desk
from support.story import SLUG


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return desk_with_two_partnerships(tmp_path)


@pytest.mark.parametrize("form", ["csv", "tsv"])
def test_show_and_portfolio_have_one_row_a_party(desk: Desk, form: str) -> None:
    told = rows(desk, "portfolio", form)
    assert [(row["partnership"], row["party"]) for row in told][:3] == [
        *((SLUG, "Acme"), (SLUG, "Globex")),
        ("acme-evil", "Acme"),
    ]
    globex = rows(desk, f"show {SLUG}", form)[1]
    assert (globex["commitments_overdue"], globex["large_overdue"], globex["phase"]) == ("1", "1", "active")
    assert float(globex["trust"]) == pytest.approx(said(desk, f"show {SLUG}")["parties"][1]["trust"], abs=1e-4)
    assert globex["policy"] == "default"
    assert datetime.fromisoformat(globex["as_of"]).tzinfo is not None


def test_a_partner_only_looked_for_has_a_row_without_a_party(desk: Desk) -> None:
    desk.type('prospect acme-finland "somebody who knows Finland" --by Acme')
    (row,) = rows(desk, "show acme-finland")
    assert (row["phase"], row["party"], row["trust"]) == ("prospected", "", "")


def test_piped_answers_are_tab_separated_under_a_header_line(desk: Desk) -> None:
    header, *lines = desk.type(f"log {SLUG}").out.splitlines()
    assert header.split("\t")[:4] == ["position", "partnership", "version", "fact"]
    assert {line.count("\t") for line in lines} == {header.count("\t")}
    assert json.loads(lines[1].split("\t")[-1])["commitment"] == "brand-guide"


def test_rows_promise_by_promise_have_the_keys_of_json(desk: Desk) -> None:
    (budget, guide) = rows(desk, f"commitments {SLUG}")
    assert set(budget) == PROMISE
    assert (budget["state"], budget["days_late"], budget["days_left"]) == ("overdue", "21", "")
    assert (guide["first_date"], guide["goal"]) == ("true", "")


def test_no_cell_is_a_formula(desk: Desk) -> None:
    desk.type('commit acme-evil "+cmd|calc" --by "=Evil()" --slug calc --note "@SUM(A1)"')
    assert rows(desk, "show acme-evil")[1]["party"] == "'=Evil()"
    assert rows(desk, "commitments acme-evil", "tsv")[0]["what"] == "'+cmd|calc"
    assert rows(desk, "log acme-evil")[-1]["note"] == "'@SUM(A1)"
    change = rows(desk, f"show {SLUG}")[1]["change_30_days"]
    assert change.startswith("-0.")  # numbers stay numbers


def test_stored_line_ends_and_tabs_never_break_a_row(desk: Desk) -> None:
    desk.call(["update", "acme-evil", "first line\nsecond\tpart", "--by", "Acme"])
    assert rows(desk, "log acme-evil", "tsv")[-1]["sentence"] == "Acme shared “first line second part”"
    assert said(desk, "log acme-evil")[-1]["data"]["what"] == "first line\nsecond\tpart"
