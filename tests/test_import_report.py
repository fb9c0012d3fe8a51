"""What an import tells: its report in every form, before, while and after it records."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.desk import Desk
from support.importing import HEADER, PROMISES, Bench

from pledger.cli.importing.report import COLUMNS
from pledger.cli.importing.report_table import show_report
from pledger.cli.progress import Progress


def test_a_dry_run_and_the_real_one_tell_the_same(bench: Bench) -> None:
    file = bench.file(
        "1,Globex,x,2026-01-10,,2026-01-11", "2,Initech,x,2026-01-10,2026-01-09,", "3,Hooli,x,,,", "1,a,b,c,d,"
    )
    rehearsed = bench.take(file, dry_run=True).as_json()
    assert bench.entries() == []
    recorded = bench.take(file).as_json()
    assert {**rehearsed, "dry_run": False} == recorded
    assert recorded["rows"] == {
        "read": 4, "recorded": 1, "already_recorded": 0, "changed": 0, "left_out": 0, "bad": 3, "held_back": 0
    }  # fmt: skip


def test_the_report_for_people_names_what_needs_them(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    bench.take(bench.file("7,Globex,Guide,2026-01-10,2026-02-01,"))
    rows = [f"{number},Globex,x,soon,," for number in range(100, 160)]
    report = bench.take(bench.file("7,Globex,Guide,2026-01-10,2026-03-01,2026-02-01", *rows))
    show_report(report)
    told = capsys.readouterr().out
    for words in (
        "61  rows read",
        "60    bad",
        "soon",
        "10 more: --format json lists all",
        "pledger renegotiate globex 7",
    ):
        assert words in told
    assert "1  facts held back until a change of their row is recorded" in told


def test_every_form_of_the_report_tells_the_same(bench: Bench) -> None:
    report = bench.take(bench.file("7,Globex,Guide,2026-01-10,,", "8,Globex,x,soon,,"))
    flat = [dict(zip(COLUMNS, row, strict=True)) for row in report.table()]
    counts = {row["outcome"]: row["count"] for row in flat}
    told = report.as_json()
    assert counts["rows read"] == told["rows"]["read"] == 2
    assert {row["what"]: row["count"] for row in flat if row["outcome"] == "facts recorded"} == told["facts"][
        "recorded"
    ]
    assert [row["reason"] for row in flat if row["outcome"] == "bad"] == [row["reason"] for row in told["bad"]]
    assert json.loads(json.dumps(told)) == told


def test_progress_shows_on_a_terminal_after_a_second(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    with Progress() as progress:
        assert list(progress.rows(range(3))) == [0, 1, 2]
        assert capsys.readouterr().err == ""
        monkeypatch.setattr("pledger.cli.progress.SHOWN_AFTER_S", 0.0)
        assert list(progress.rows(range(3))) == [0, 1, 2]
        progress.show("recording", 1, 2)
    assert "recording" in capsys.readouterr().err


def test_no_progress_is_shown_elsewhere(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("pledger.cli.progress.SHOWN_AFTER_S", 0.0)
    with Progress() as progress:
        progress.show("recording", 1, 2)
    assert capsys.readouterr().err == ""


def test_the_command_line_shows_the_report_in_every_form(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    (tmp_path / "m.toml").write_text(PROMISES, encoding="utf-8")
    (tmp_path / "t.csv").write_text(f"{HEADER}\n1,Globex,Guide,2026-01-10,,\n2,Globex,x,soon,,\n", encoding="utf-8")
    told = {form: desk.type(f"import csv t.csv --mapping m.toml --format {form}") for form in ("table", "csv", "tsv")}
    assert {answer.code for answer in told.values()} == {1}
    assert "2  rows read" in told["table"].out
    assert told["csv"].out.splitlines()[0] == ",".join(COLUMNS)
    assert told["tsv"].out.splitlines()[0] == "\t".join(COLUMNS)
    assert {answer.err.splitlines()[0] for answer in told.values()} == {"refused: 1 of 2 rows is bad"}


def test_a_file_that_is_no_table_makes_no_ledger(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    (tmp_path / "m.toml").write_text(PROMISES, encoding="utf-8")
    (tmp_path / "t.csv").write_text("a,b\n", encoding="utf-8")
    assert desk.type("import csv t.csv --mapping m.toml").code == 2
    assert not desk.ledger_path.exists()


def test_a_dry_run_of_a_ledger_elsewhere_says_that_it_cannot(tmp_path: Path) -> None:
    desk = Desk(tmp_path, environment={"PLEDGER_LEDGER": "mysql://example.org/ledger"})
    (tmp_path / "m.toml").write_text(PROMISES, encoding="utf-8")
    (tmp_path / "t.csv").write_text(HEADER, encoding="utf-8")
    answer = desk.type("import csv t.csv --mapping m.toml --dry-run --ledger mysql://example.org/ledger")
    assert (answer.code, answer.what) == (4, "no ledger can be kept there")
