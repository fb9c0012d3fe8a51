"""Whatever the file and the mapping hold: a report or a message, never a traceback, never half a row."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from support.importing import HEADER, PROMISES, Bench, new_bench

from pledger.cli.importing.mapping import MappingError, TableMapping
from pledger.domain.refusal import Problem

WORDS = """
name row facts columns values partnership when unless present equals first_of on fields made Due group_by combine min
nan true = [ ] { } " ' . , # 1 -1 1e9 2026-01-01 %Y-%m-%d {No} {{}} \\ é
"""
PIECES = st.sampled_from([*WORDS.split(), "\n", " ", "\x00", "\u2028", "\ud7ff"])
ODD = st.one_of(
    st.sampled_from(["", "-", "✨", "soon", "9999-12-31", "ß" * 120, "a\nb", "\u202e", "=1+1", '"', "x\x00y"]),
    st.text(max_size=8),
)
DAYS = st.sampled_from(["", "2026-01-10", "2026-01-11", "2026-02-01", "2026-03-01", "2027-01-01", "2026-01-10 "])


def _mostly(usual: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(usual, usual, usual, usual, ODD)


ROWS = st.tuples(
    _mostly(st.sampled_from(["1", "2", "3", "4"])),
    _mostly(st.sampled_from(["Globex", "globex", "Initech", "Acme"])),
    _mostly(st.sampled_from(["Guide", "Posters"])),
    _mostly(DAYS),
    _mostly(DAYS),
    _mostly(DAYS),
)
TABLES = st.lists(ROWS, max_size=6)


def said(problem: Problem) -> None:
    """A message of the agreed form."""
    assert problem.what
    assert problem.where
    assert problem.remedy


def imported(bench: Bench, content: bytes, mapping: TableMapping | None = None, **how: bool) -> dict[str, Any] | None:
    """The report; None where the file was refused. Every row is accounted for, and every fact."""
    path = bench.folder / "table.csv"
    path.write_bytes(content)
    before = len(bench.entries())
    try:
        report = bench.take(path, mapping, **how).as_json()
    except Problem as problem:
        said(problem)
        assert len(bench.entries()) == before
        return None
    rows = report["rows"]
    assert rows["read"] == sum(count for name, count in rows.items() if name != "read")
    recorded = 0 if report["dry_run"] else sum(report["facts"]["recorded"].values())
    assert len(bench.entries()) - before == recorded
    return report


def quoted(row: tuple[str, ...]) -> str:
    return ",".join('"' + cell.replace('"', '""') + '"' for cell in row)


@given(st.binary(max_size=400), st.booleans())
def test_any_bytes_are_a_table_or_refused(content: bytes, with_header: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        imported(new_bench(Path(folder)), HEADER.encode() + b"\n" + content if with_header else content)


def written(table: list[tuple[str, ...]]) -> bytes:
    return "\n".join((HEADER, *map(quoted, table))).encode("utf-8", "replace")


@settings(deadline=None)
@given(TABLES)
def test_any_cells_are_recorded_once_or_told(table: list[tuple[str, ...]]) -> None:
    content = written(table)
    with tempfile.TemporaryDirectory() as folder:
        bench = new_bench(Path(folder))
        rehearsed = imported(bench, content, dry_run=True)
        first = imported(bench, content)
        again = imported(bench, content)
        strict = imported(new_bench(Path(folder)), content, strict=True)
        if first is None or again is None or rehearsed is None or strict is None:
            assert (first, again, rehearsed, strict) == (None, None, None, None)
            return
        assert {**rehearsed, "dry_run": False} == first
        assert again["facts"]["recorded"] == {}
        assert again["bad"] == first["bad"] == strict["bad"]
        assert again["rows"]["already_recorded"] == first["rows"]["recorded"]
        assert strict["facts"]["recorded"] == ({} if first["bad"] else first["facts"]["recorded"])


@settings(deadline=None)
@given(TABLES, TABLES)
def test_any_later_table_adds_whole_rows_only(table: list[tuple[str, ...]], later: list[tuple[str, ...]]) -> None:
    """What a row tells is in the ledger wholly or not at all, whatever was there before."""
    with tempfile.TemporaryDirectory() as folder:
        bench = new_bench(Path(folder))
        imported(bench, written(table))
        before = {entry.source for entry in bench.entries()}
        rehearsed = imported(bench, written(later), dry_run=True)
        report = imported(bench, written(later))
        if report is None or rehearsed is None:
            assert report is rehearsed
            return
        assert {**rehearsed, "dry_run": False} == report
        new = {entry.source or "" for entry in bench.entries()} - before
        lines = [line for told in report["changed"] for line in told["lines"]]
        rows = dict(enumerate(later, start=2))
        assert not any(f"promises:{rows[line][0].strip()}:done" in new for line in lines if line in rows)
        for slug in bench.ledger.partnerships():
            told = sorted(bench.entries(slug), key=lambda entry: entry.order)
            assert told[0].fact.TOPIC == "partnership-opened"
        assert imported(bench, written(later)) == {
            **report,
            "facts": {
                "recorded": {},
                "already_recorded": report["facts"]["already_recorded"] + _new_facts(report),
                "held_back": report["facts"]["held_back"],
            },
            "rows": {
                **report["rows"],
                "recorded": 0,
                "already_recorded": report["rows"]["already_recorded"] + report["rows"]["recorded"],
            },
            "partnerships_opened": [],
        }


def _new_facts(report: dict[str, Any]) -> int:
    recorded: dict[str, int] = report["facts"]["recorded"]
    return sum(recorded.values()) - recorded.get("partnership-opened", 0)


@given(st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=40).map("".join)))
def test_any_text_is_a_mapping_or_refused(text: str) -> None:
    try:
        TableMapping.parse(text, "m.toml")
    except MappingError as problem:
        said(problem)


@settings(deadline=None)
@given(st.data())
def test_a_damaged_mapping_is_refused_or_still_works(data: st.DataObject) -> None:
    lines = PROMISES.strip().split("\n")
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(lines) - 1))
        match data.draw(st.sampled_from(["drop", "repeat", "insert", "cut", "swap"])):
            case "drop":
                lines[place] = ""
            case "repeat":
                lines.append(lines[place])
            case "insert":
                at = data.draw(st.integers(0, len(lines[place])))
                lines[place] = lines[place][:at] + data.draw(PIECES) + lines[place][at:]
            case "cut":
                lines[place] = lines[place][: len(lines[place]) // 2]
            case _:
                other = data.draw(st.integers(0, len(lines) - 1))
                lines[place], lines[other] = lines[other], lines[place]
    try:
        mapping = TableMapping.parse("\n".join(lines), "m.toml")
    except MappingError as problem:
        said(problem)
        return
    with tempfile.TemporaryDirectory() as folder:
        content = f"{HEADER}\n1,Globex,Guide,2026-01-10,2026-02-01,2026-01-30\n2,Globex,,soon,,\n"
        imported(new_bench(Path(folder)), content.encode(), mapping)
