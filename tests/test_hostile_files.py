"""Files that are none, or have no end: told in words, without waiting for them and without overwriting any."""

from __future__ import annotations

import os
import signal
import stat
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from support.desk import Desk
from support.importing import HEADER, MAPPINGS, PROMISES, Bench, new_bench
from support.messages import told_in_form

from pledger.cli.importing import table as tables
from pledger.cli.importing.mapping import FileForm, MappingError, TableMapping
from pledger.cli.main import MESSAGE_LENGTH_MAX
from pledger.cli.settings import Settings, read_settings
from pledger.domain.refusal import Problem, WrongUsage

if TYPE_CHECKING:
    from collections.abc import Iterator

WAITS_S = 20


@pytest.fixture(autouse=True)
def nobody_waits() -> Iterator[None]:
    """Whatever waits for a pipe, or reads on without end, fails instead of keeping the tests."""

    def waited(*_: object) -> None:
        raise AssertionError(f"still reading after {WAITS_S} seconds")

    before = signal.signal(signal.SIGALRM, waited)
    signal.alarm(WAITS_S)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return new_bench(tmp_path)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A desk with a partnership, a key, a checkpoint and a proof; and in its folder a pipe and a folder."""
    made = Desk(tmp_path)
    (tmp_path / "m.toml").write_text(PROMISES, encoding="utf-8")
    (tmp_path / "t.csv").write_text(HEADER, encoding="utf-8")
    for line in (
        "open acme-globex --party Acme --party Globex --purpose launch",
        "keys new audit",
        "checkpoint -o signed",
        "prove 2 -o proof",
    ):
        assert made.type(line).code == 0
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    return made


READERS = [
    "policy check {}",
    "policy adopt {} --why better",
    "policy show ./{}",
    "policy compare ./{}",
    "show acme-globex --policy ./{}",
    "import csv {} --mapping m.toml",
    "import csv t.csv --mapping {}",
    "check-proof {}",
    "check-proof proof --key {}",
    "check-proof proof --since {} --key {}",
    "verify --checkpoint {}",
    "prove 2 --checkpoint {}",
    "prove --since {}",
    "checkpoint --key {}",
    "--ledger {} log",
    "--ledger {} verify",
    "--ledger {} init",
]


@pytest.mark.parametrize("name", ["pipe", "folder"])
@pytest.mark.parametrize("line", READERS)
def test_a_pipe_or_a_folder_is_not_read(desk: Desk, line: str, name: str) -> None:
    if "proof proof --since" in line:
        desk.type("prove --since signed -o proof")
        line = "check-proof proof --since {}"
    before = desk.entries()
    told_in_form(desk.type(line.format(name, name)))
    assert desk.entries() == before
    assert stat.S_ISFIFO((desk.folder / "pipe").stat().st_mode)


ENDLESS = Path("/dev/zero")


@pytest.mark.skipif(not ENDLESS.exists(), reason="this system has no endless file")
@pytest.mark.parametrize("line", [line for line in READERS if "--ledger" not in line and "./" not in line])
def test_an_endless_file_is_not_read_to_its_end(desk: Desk, line: str) -> None:
    told_in_form(desk.type(line.format(ENDLESS, ENDLESS)))


@pytest.mark.parametrize("name", ["pipe", "folder"])
def test_settings_that_are_no_file_are_neither_read_nor_overwritten(desk: Desk, name: str) -> None:
    """Writing renames a file over the old one, which behind a link may be a device that everybody needs."""
    desk.settings_path.symlink_to(desk.folder / name)
    desk.me = None
    kept = (desk.folder / name).stat()
    message = told_in_form(desk.type("config partnership acme-globex"))
    assert message["what"] == {"pipe": "the settings are no file"}.get(
        name, "the settings cannot be used: Is a directory"
    )
    assert os.path.samestat((desk.folder / name).stat(), kept)
    answer = desk.type("config partnership")
    assert (answer.code == 0) == (name == "pipe")  # one into which nobody writes says nothing
    if answer.code:
        told_in_form(answer)


def test_a_key_ring_with_a_pipe_in_it_does_not_wait(desk: Desk) -> None:
    os.mkfifo(desk.folder / "keys" / "odd.pub")
    assert "audit  pledger/" in desk.type("keys list").out
    assert desk.type("check-proof proof").code == 0


def test_a_pipe_with_somebody_at_its_other_end_is_read(desk: Desk) -> None:
    answer = desk.run_in_shell("policy check <(pledger policy show); pledger policy check <(pledger policy show)")
    assert "policy default" in answer.out


def told_fully(problem: Problem, where: str) -> None:
    assert problem.what
    assert problem.where == where
    assert problem.remedy


SETTINGS = st.sampled_from(
    ["ledger", "me", "partnership", "a.b", "=", " ", '"x"', "1", "\n", "[me]", "\ufeff", "é", "'"]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(SETTINGS, max_size=12).map("".join).map(str.encode) | st.binary(max_size=40))
@example(b"\xff\xfem\x00e\x00")
@example("\ufeffme = 'jane'".encode())
@example(b"me = '" + b"x" * 1_000_001 + b"'")
@example(b"me = " + b"9" * 5_000)
@example(b"me = " + b"[" * 5_000)
def test_whatever_the_settings_say_is_read_or_told(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "config.toml"
        path.write_bytes(content)
        try:
            assert isinstance(read_settings(path), Settings)
        except WrongUsage as problem:
            told_fully(problem, str(path))


# Tables without end


def refused(bench: Bench, content: bytes, mapping: TableMapping | None = None) -> Problem:
    path = bench.folder / "t.csv"
    path.write_bytes(content)
    with pytest.raises(Problem) as told:
        bench.take(path, mapping)
    assert bench.entries() == []
    assert told.value.remedy
    return told.value


def test_a_row_that_goes_on_from_line_to_line_has_an_end(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each cell is short, each line too; only the row never ends."""
    monkeypatch.setattr(tables, "ROW_CHARACTERS_MAX", 10_000)
    told = refused(bench, HEADER.encode() + b"\n" + b'"\n",' * 5_000)
    assert told.what == "a row is too long for a table"
    assert told.where.endswith("t.csv, line 2502")


def test_rows_of_many_lines_are_each_counted_from_their_own_beginning(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "ROW_CHARACTERS_MAX", 100)
    rows = [f'{number},Globex,"A\nguide",2026-01-10,2026-02-01,' for number in range(50)]
    assert bench.take(bench.file(*rows)).rows_recorded == 50


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"\n" * 2_000_000, "it is empty"),
        (b'"' + b"a" * 500_000, "this is not CSV: field larger than field limit"),
        (b'"' + b"a\n" * 200_000, "this is not CSV: field larger than field limit"),
        (b"a," * 20_000, "it has more than 10,000 columns"),
        (HEADER.encode() + b"\r" + b"x" * 1_000_001, "a row is too long for a table"),
        ((HEADER + "\n").encode("utf-16"), "the bytes b'\\xff\\xfe"),
        (b"\0" * 1_000, "its first line holds NUL characters"),
        ((HEADER.replace("What", "X" * 90_000)).encode(), "it has no column 'What'"),
    ],
    ids=["empty lines", "a cell", "a cell of many lines", "columns", "a row", "UTF-16", "NUL", "a long name"],
)
def test_tables_made_to_exhaust_their_reader_are_refused(bench: Bench, content: bytes, what: str) -> None:
    assert refused(bench, content).what.startswith(what)


def test_a_file_of_too_many_characters_is_refused(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "CHARACTERS_MAX", 1_000)
    assert refused(bench, HEADER.encode() + b"\n" * 2_000).what == "it has more than 1,000 characters"


def test_a_long_message_is_cut(desk: Desk) -> None:
    """The remedy lists the columns that there are, which an untrusted file may have made long."""
    (desk.folder / "t.csv").write_text(",".join(letter * 90_000 for letter in "abc"), encoding="utf-8")
    message = told_in_form(desk.type("import csv t.csv --mapping m.toml"))
    assert len(message["remedy"]) == MESSAGE_LENGTH_MAX + len("...")


CODECS = [
    "idna",
    "punycode",
    "utf-7",
    "unicode_escape",
    "raw_unicode_escape",
    "utf-16",
    "utf-32",
    "cp1252",
    "undefined",
]
NO_CODECS = ["rot13", "hex", "zlib", "../x", "a\0b", "ä", "mbcs", "x" * 5_000]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(CODECS + NO_CODECS), st.binary(max_size=80))
@example("idna", b"\x80")
@example("utf-7", b"1,Globex,+2AA-,2026-01-10,2026-02-01,")
@example("unicode_escape", rb"1,Globex,\ud800,2026-01-10,2026-02-01,")
def test_a_mapping_may_name_any_encoding(encoding: str, content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        bench = new_bench(Path(folder))
        path = bench.folder / "t.csv"
        path.write_bytes(HEADER.encode() + b"\n" + content)
        mapping = bench.mapping().model_copy(update={"file": FileForm(encoding=encoding)})
        try:
            report = bench.take(path, mapping)
        except WrongUsage as problem:
            told_fully(problem, problem.where)
            assert bench.entries() == []
        else:
            assert report.rows_read == report.rows_recorded + report.rows_bad


@pytest.mark.parametrize("zone", ["../../../etc/passwd", "/etc/passwd", "Europe", "a\\u0000b", "..", ".", "x" * 5_000])
def test_a_time_zone_is_no_path(zone: str) -> None:
    text = PROMISES.replace('date = "%Y-%m-%d"', f'instant = "%Y-%m-%d"\nzone = "{zone}"', 1)
    with pytest.raises(MappingError, match="is not a time zone"):
        TableMapping.parse(text, "m.toml")


def test_the_shipped_mappings_are_within_every_bound() -> None:
    for path in MAPPINGS.glob("*.toml"):
        assert TableMapping.parse(path.read_text(encoding="utf-8"), str(path)).facts
