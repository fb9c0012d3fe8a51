"""Tables as spreadsheets write them, and as nobody should."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from support.importing import HEADER, PROMISES, Bench

from pledger.cli.importing import table as tables
from pledger.domain.refusal import WrongUsage

ROW = "1,Globex,Brand guide,2026-01-10,2026-02-01,"


def refused(bench: Bench, content: bytes, form: str = "") -> WrongUsage:
    """What is said of a file with this content; nothing is recorded of it."""
    path = bench.folder / "table.csv"
    path.write_bytes(content)
    with pytest.raises(WrongUsage) as told:
        bench.take(path, bench.mapping(PROMISES + form))
    assert bench.entries() == []
    assert told.value.where.startswith(str(path))
    return told.value


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    ("form", "encoding"),
    [("", "utf-8"), ("", "utf-8-sig"), ('encoding = "utf-16"', "utf-16"), ('encoding = "cp1252"', "cp1252")],
)
def test_line_ends_and_encodings(bench: Bench, end: str, form: str, encoding: str) -> None:
    path = bench.folder / "table.csv"
    path.write_bytes(end.join((HEADER, "1,Café Zürich,Brand guide,2026-01-10,,")).encode(encoding))
    report = bench.take(path, bench.mapping(f"{PROMISES}\n[file]\n{form}"))
    assert report.is_complete
    assert bench.ledger.partnerships() == ["cafe-zurich"]


def test_cells_may_be_separated_by_anything(bench: Bench) -> None:
    file = bench.file(ROW.replace(",", ";"), header=HEADER.replace(",", ";"))
    assert bench.take(file, bench.mapping(PROMISES + '[file]\ndelimiter = ";"')).rows_recorded == 1


def test_spaces_around_cells_and_names_are_no_part_of_them(bench: Bench) -> None:
    file = bench.file(ROW.replace(",", " , "), header=HEADER.replace(",", " , "))
    assert bench.take(file).rows_recorded == 1


def test_a_cell_may_hold_lines_and_lines_are_counted_as_they_are(bench: Bench) -> None:
    what = '"Brand\nguide"'
    report = bench.take(bench.file(ROW.replace("Brand guide", what), ROW, "2,Globex,x,soon,,"))
    assert [row.lines for row in report.bad] == [(4,), (5,)]
    assert report.bad[0].reason == "is the row that line 2 tells already"


def test_empty_rows_are_none(bench: Bench) -> None:
    report = bench.take(bench.file("", ROW, "", ",,,,,", "  , ,,,,"))
    assert (report.rows_read, report.rows_recorded) == (1, 1)


def test_a_ragged_row_is_bad(bench: Bench) -> None:
    report = bench.take(bench.file(ROW, "2,Globex,Brand", "3,Globex,x,2026-01-10,,,,"))
    assert [(row.lines, row.reason) for row in report.bad] == [
        ((3,), "has 3 cells where the first line names 6"),
        ((4,), "has 8 cells where the first line names 6"),
    ]
    assert report.rows_recorded == 1


def test_a_table_without_rows_is_fine(bench: Bench) -> None:
    assert bench.take(bench.file()).rows_read == 0


@pytest.mark.parametrize(
    ("content", "what", "remedy"),
    [
        (b"", "it is empty", "give a file whose first line names its columns"),
        (b"\n\n  \n", "it is empty", "give a file"),
        (b"No;Partner;What;Made;Due;Done\n", "it has no column 'Done', 'Due'", "its cells seem to be separated by ';'"),
        (b"no,partner,what,made,due,done\n", "it has no column 'Done', 'Due'", "did you mean done, due, made"),
        (b"No,No,Partner,What,Made,Due,Done\n", "it has two columns 'No'", "rename one of them"),
        (b"N\x00o,Partner", "its first line holds NUL characters", "say how it is written"),
        (
            HEADER.encode("utf-16"),
            "the bytes b'\\xff\\xfeN\\x00' are not utf-8 text",
            "say how it is written in the mapping",
        ),
        (HEADER.encode() + b'\n1,"Glo', "this is not CSV: unexpected end of data", "mend the line"),
        (HEADER.encode() + b'\n1,"Glo"bex,x,,,\n', "this is not CSV: ',' expected after '\"'", "mend the line"),
        (
            HEADER.encode() + b"\n1," + b"x" * 140_000 + b",,,,\n",
            "this is not CSV: field larger than field limit",
            "mend",
        ),
        (b"x" * (tables.ROW_CHARACTERS_MAX + 1), "a row is too long for a table", "check that this is a CSV file"),
        (b"," * (tables.COLUMNS_MAX + 1) + b"x", "it has more than 10,000 columns", "check its delimiter"),
    ],
)
def test_what_is_no_such_table_is_refused(bench: Bench, content: bytes, what: str, remedy: str) -> None:
    problem = refused(bench, content)
    assert problem.what.startswith(what)
    assert problem.remedy.startswith(remedy)


def test_the_line_of_bytes_that_are_no_text_is_told(bench: Bench) -> None:
    rows = b"".join(b"%d,Globex,x,2026-01-10,,\n" % number for number in range(2000))
    problem = refused(bench, HEADER.encode() + b"\n" + rows + b"1,Caf\xe9,x,,,\n")
    assert problem.what == "the bytes b'\\xe9,x,' are not utf-8 text"
    assert problem.where.endswith("table.csv, line 2002")


@pytest.mark.parametrize("name", ["no-such-code", "base64", "rot13", "undefined", ""])
def test_what_is_no_encoding_is_refused(bench: Bench, name: str) -> None:
    with pytest.raises(WrongUsage, match="is not an encoding of text"):
        bench.take(bench.file(ROW), bench.mapping(f'{PROMISES}[file]\nencoding = "{name}"'))
    assert bench.entries() == []


def test_there_is_an_end_to_what_is_read(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "ROWS_MAX", 2)
    with pytest.raises(WrongUsage, match="it has more than 2 rows"):
        bench.take(bench.file(ROW, ROW.replace("1", "2", 1), ROW.replace("1", "3", 1)))
    assert bench.entries() == []


def test_a_file_that_cannot_be_read_is_told(bench: Bench) -> None:
    for path in (bench.folder / "none.csv", bench.folder, Path("a\x00b")):
        with pytest.raises(WrongUsage, match="it cannot be read"):
            bench.take(path)


def test_a_pipe_can_be_imported(bench: Bench) -> None:
    read, write = os.pipe()
    with os.fdopen(write, "w") as file:
        file.write(f"{HEADER}\n{ROW}\n")
    assert bench.take(Path(f"/dev/fd/{read}")).rows_recorded == 1
    os.close(read)
