"""Texts that others wrote to exhaust whoever reads them: read, or refused in words, at once and in little memory."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from support.importing import PROMISES, new_bench
from support.proving import SEED
from support.story import SLUG, Story, noon

from pledger.cli.amend_text import as_text, changes_in
from pledger.cli.importing import record as records
from pledger.cli.importing import records as facts_of_rows
from pledger.cli.importing.mapping import VALUES_MAX, MappingError, TableMapping
from pledger.cli.settings import read_settings
from pledger.domain.communication import CadenceAgreed
from pledger.domain.entry import Entry
from pledger.domain.naming import nearest
from pledger.domain.refusal import IntegrityFailure, Problem, WrongUsage
from pledger.projections.checkpoint import Checkpoint
from pledger.projections.policy import Policy, shipped_policy_text
from pledger.projections.proof import InclusionProof, read_proof
from pledger.projections.signed_note import SigningKey, VerifierKey, read_note
from pledger.projections.untrusted import DEPTH_MAX, TEXT_BYTES_MAX, tables_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

BOMBS = {
    "a name of many parts": "a." * 400_000 + "a = 1",
    "a table's name of many parts": "[" + "a . " * 200_000 + "a]",
    "a quoted name of many parts": '"\\"".' * 100_000 + "a = 1",
    "a name of many parts after a quoted bracket": 'a = {b = "\\"", ' + '"c".' * 100_000 + "d = 1}",
    "a name of many parts after a long text": 'a = {b = """\n " """, ' + "'c' . " * 100_000 + "d = 1}",
    "lists in lists": "a = " + "[" * 100_000,
    "lists in lists that end": "a = " + "[" * 30 + "]" * 30,
    "tables in tables": "a = " + "{a = " * 100_000,
    "tables in tables by names": "a = " + "{b.b.b.b.b = " * 5 + "1" + "}" * 5,
    "a number of thousands of digits": "a = " + "9" * 5_000,
    "a number of thousands of digits, in sixteens": "a = 0x" + "f" * 5_000,
    "a text of megabytes": "# " + "a" * TEXT_BYTES_MAX,
    "an unclosed quotation mark": "a = " + '\\"' * 400_000,
    "quotation marks": '"' * 900_000,
    "NUL": "a = 1\0",
    "a lone carriage return": "a = 1\rb = 2",
}


def toml_of_a_policy(text: str, _: Path) -> None:
    Policy.parse(text, "mine.toml")


def toml_of_a_mapping(text: str, _: Path) -> None:
    TableMapping.parse(text, "m.toml")


def toml_of_the_settings(text: str, folder: Path) -> None:
    (folder / "config.toml").write_text(text, encoding="utf-8", newline="")
    read_settings(folder / "config.toml")


CADENCE = Entry(7, SLUG, 3, CadenceAgreed(every_days=14), noon("2026-03-02"), noon("2026-03-02"), "jane")
EDITED = as_text(CADENCE, Story().ledger.zone)


def toml_from_an_editor(text: str, _: Path) -> None:
    changes_in(text, EDITED, CADENCE)


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS.keys())
@pytest.mark.parametrize("read", [toml_of_a_policy, toml_of_a_mapping, toml_of_the_settings, toml_from_an_editor])
def test_toml_that_would_exhaust_its_reader_is_refused(
    read: Callable[[str, Path], None], bomb: str, tmp_path: Path
) -> None:
    with pytest.raises(WrongUsage) as refused:
        read(bomb, tmp_path)
    assert refused.value.remedy
    assert len(refused.value.what) < 300


@pytest.mark.parametrize("number", ["1e999999999", "1e-999999999", "0x" + "f" * 300])
def test_a_number_that_fits_into_no_memory_is_not_written_out(number: str) -> None:
    """As a decimal it is nine characters; as an integer it would be a gigabyte."""
    with pytest.raises(WrongUsage, match="a number has hundreds of digits"):
        changes_in(f"every_days = {number}", EDITED, CADENCE)


@pytest.mark.parametrize(
    "inside",
    [
        "".join(f"k{number} = 1\n" for number in range(20_000)),
        'about = """\n' + "=" * 200_000 + '\n"""\nwrong = 1\n',
        'about = """\n' + "a = " * 50_000 + '\n"""\nwrong = 1\n',
        "x" * 500_000 + " = 1\n",
    ],
    ids=["names", "equal signs", "equal signs after names", "a long name"],
)
def test_the_line_of_what_is_wrong_is_found_at_once(inside: str) -> None:
    """Neither the number of mistakes nor that of equal signs multiplies with the number of lines."""
    with pytest.raises(MappingError, match="there is no key") as refused:
        TableMapping.parse(inside + PROMISES, "m.toml")
    assert refused.value.where.startswith("m.toml, line ")


def test_long_names_are_not_compared_letter_by_letter() -> None:
    letters = "".join(map(chr, range(0x4E00, 0x4E00 + 150)))
    assert nearest(letters * 500, [letters * 499]) == []
    assert nearest("acme-globx", ["acme-globex", letters * 499]) == ["acme-globex"]


TOKENS = st.sampled_from(
    [*"abc._-'\"=[]{}#, \n\\", '"""', "'''", "a.b", "=1", "[[", "]]", "1e9", "nan", "\ufeff", "\x85", "\u2028", "é"]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(TOKENS, max_size=60).map("".join) | st.text(max_size=40))
@example(".".join("a" * (DEPTH_MAX + 1)) + "=1")
@example("a = " + "[" * (DEPTH_MAX + 1) + "]" * (DEPTH_MAX + 1))
def test_whatever_is_read_as_toml_is_not_deep(text: str) -> None:
    """And what the parser itself takes, and is within the bounds, is read as the parser reads it."""
    try:
        read = tables_of(text)
    except ValueError:
        read = None
    try:
        plain = tomllib.loads(text)
    except (ValueError, RecursionError):
        assert read is None
        return
    assert (read == plain or "nan" in text) if read is not None else depth(plain) > DEPTH_MAX - 1


def depth(value: Any) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if inner is None else 1 + max(map(depth, inner), default=0)


# Mappings that make much of little


def mapping_with(values: str, what: str = "{What}") -> TableMapping:
    head, facts = PROMISES.replace('what = "{What}"', f'what = "{what}"').split("[row]")
    return TableMapping.parse(f"{head}{values}\n[row]{facts}", "m.toml")


def test_texts_that_double_are_told_and_not_made(tmp_path: Path) -> None:
    """Forty values of two names each would make a million megabytes from one cell."""
    doubling = "".join(
        f'[values.v{number}]\nfirst_of = "{{{name}}}{{{name}}}"\n'
        for number, name in enumerate(["What", *(f"v{number}" for number in range(40))])
    )
    bench = new_bench(tmp_path)
    report = bench.take(bench.file("1,Globex,Guide,2026-01-10,2026-02-01,"), mapping_with(doubling, "{v40}"))
    assert [row.reason for row in report.bad] == ["makes a text of more than 20,000 characters"]
    assert bench.entries() == []


def test_times_that_double_are_checked_once_each(tmp_path: Path) -> None:
    doubling = "".join(
        f'[values.v{number}]\nearliest_of = ["{{{name}}}", "{{{name}}}"]\n'
        for number, name in enumerate(["Due", *(f"v{number}" for number in range(VALUES_MAX - 1))])
    )
    mapping = mapping_with(doubling)
    on = f"{{v{VALUES_MAX - 1}}}"
    latest = mapping.model_copy(update={"facts": {"made": mapping.facts["made"].model_copy(update={"on": on})}})
    bench = new_bench(tmp_path)
    report = bench.take(bench.file("1,Globex,Guide,2026-01-10,2026-02-01,"), latest)
    assert report.bad == []
    assert ("commitment-made", "2026-02-01") in bench.told()


def test_more_values_than_anybody_needs_are_refused() -> None:
    many = "".join(f'[values.v{number}]\nfirst_of = "{{What}}"\n' for number in range(VALUES_MAX + 1))
    with pytest.raises(MappingError, match="values is ") as refused:
        mapping_with(many)
    assert f"{VALUES_MAX} at most" in refused.value.remedy


def test_all_the_text_and_all_the_facts_of_an_import_have_an_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = new_bench(tmp_path)
    rows = [f"{number},Globex,Guide {number},2026-01-10,2026-02-01," for number in range(9)]
    monkeypatch.setattr(records, "CHARACTERS_MADE_MAX", 100)
    with pytest.raises(WrongUsage, match="the mapping makes more than 100 characters of text"):
        bench.take(bench.file(*rows), mapping_with("", "{What} by {Partner} for us"))
    monkeypatch.setattr(facts_of_rows, "FACTS_MAX", 8)
    with pytest.raises(WrongUsage, match="it tells more than 8 facts"):
        bench.take(bench.file(*rows))
    assert bench.entries() == []


# Proofs, notes, keys

KEY = SigningKey("pledger/alliances/0", SEED)
MESSAGE = Checkpoint(KEY.name, 1, SEED).signed_with(KEY)
PROOF = bytes(InclusionProof(0, (SEED,), b"\x00\x00\x00\x01", MESSAGE))


def told_fully(problem: Problem) -> None:
    assert problem.what
    assert problem.remedy


@st.composite
def damaged(draw: st.DrawFn, whole: bytes) -> bytes:
    """Bytes with a few stretches replaced by something else."""
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(whole)))
        end = min(len(whole), start + draw(st.integers(0, 20)))
        junk = draw(st.binary(max_size=8) | st.sampled_from([b"\n\n", "— ".encode(), b"extra ", b"old 1", b"\x1b[2J"]))
        whole = whole[:start] + junk + whole[end:]
    return whole


@settings(max_examples=300, deadline=None)
@given(damaged(PROOF) | damaged(MESSAGE) | st.binary(max_size=200))
@example(b"old " + b"9" * 5_000 + b"\n\n" + MESSAGE)
@example(PROOF.replace(b"index 0", b"index -0"))
def test_whatever_is_given_as_a_proof_or_a_note_is_read_or_refused(content: bytes) -> None:
    known = [KEY.verifier()]
    for read in (lambda: read_note(content).signers(known), lambda: read_proof(content)):
        try:
            found = read()
            if isinstance(found, InclusionProof):
                found.check(known)
                found.stored()
        except (WrongUsage, IntegrityFailure) as problem:
            told_fully(problem)


@given(damaged(str(KEY.verifier()).encode()) | st.binary(max_size=60))
def test_whatever_is_given_as_a_key_is_read_or_refused(content: bytes) -> None:
    text = content.decode("utf-8", "surrogateescape")
    try:
        read = VerifierKey.parse(text)
    except WrongUsage as problem:
        told_fully(problem)
    else:
        assert VerifierKey.parse(str(read)) == read


def test_what_a_policy_says_of_itself_is_not_repeated_at_length() -> None:
    text = shipped_policy_text().replace('name = "default"', f"name = {[10**290] * 50}")
    with pytest.raises(Problem) as refused:
        Policy.parse(text, "mine.toml")
    assert len(refused.value.what) < 300
