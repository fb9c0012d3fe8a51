"""What is wrong with a mapping is told with its line, its key, the value and the nearest thing that would be right."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel
from support.importing import MAPPINGS, PROMISES

from pledger.cli.importing.mapping import MappingError, TableMapping, read_mapping
from pledger.cli.importing.templates import template


def refused(text: str) -> MappingError:
    with pytest.raises(MappingError) as told:
        TableMapping.parse(text, "m.toml")
    return told.value


def changed(before: str, after: str) -> MappingError:
    """The promises' mapping with one thing changed."""
    assert before in PROMISES
    return refused(PROMISES.replace(before, after, 1))


def line_of(text: str) -> int:
    """The line on which a text stands in the promises' mapping."""
    return PROMISES[: PROMISES.index(text)].count("\n") + 1


@pytest.mark.parametrize(
    ("before", "after", "what", "remedy"),
    [
        (
            '"commitment-made"',
            '"comitment-made"',
            "the fact 'comitment-made' is not known",
            "did you mean commitment-made",
        ),
        ('"commitment-made"', '"entry-retracted"', "the fact 'entry-retracted' is not known", "did you mean"),
        ('what = "', 'waht = "', "the field of a commitment-made 'waht' is not known", "did you mean what?"),
        ('due = "', 'late_from = "', "the field of a commitment-made 'late_from' is not known", "take it out"),
        ('what = "{What}"\n', "", "a commitment-made needs what", "add what = ... to its fields (what was promised)"),
        (
            '"{Made}"',
            '"{Maid}"',
            "'{Maid}' is not a column of days or instants",
            'say how it is read: [columns."Maid"]',
        ),
        ('"{Made}"', '"on {Made}"', "'on {Made}' is not a column of days or instants", "say how it is read"),
        ('"{What}"', '"{What"', "'{What' has a '{' without its other half", "write {column}"),
        ('"%Y-%m-%d"', '"%Y-%m"', "'%Y-%m' is not the format of a date", "give a year (%Y or %y), a month"),
        ('"%Y-%m-%d"', '"%d.%m.%Y %d"', "'%d.%m.%Y %d' is not the format of a date", "give a year"),
        ('"%Y-%m-%d"', '"%Y-%m-%d %Q"', "'%Y-%m-%d %Q' is not the format of a date", "give a year"),
        ('date = "', 'daet = "', "there is no key columns.Due.daet", "did you mean date?"),
        ('id = "{No}"', 'id = "row"', "row.id is 'row', the same for every row", "name a column in it"),
        ('id = "{No}"\n', "", "row.id is missing", "add id (what identifies a row"),
        ('name = "promises"', 'name = "Promises 2026"', "name is 'Promises 2026'", "give a"),
        (
            'by = "{Partner}"',
            "by = 7.5",
            "by cannot be 7.5: it should be a string",
            "give another value (the party that promised)",
        ),
        (
            'by = "{Partner}"',
            "by = 2024-01-01",
            "datetime.date(2024, 1, 1) cannot be the value of a field",
            "write a text",
        ),
        (
            'due = "{Due}"',
            'due = "9999-12-31"',
            "due cannot be '9999-12-31': give a day between 1900 and 2999",
            "give another",
        ),
        ('due = "{Due}"', 'due = "{What}"', "'{What}' is not a column of days or instants", "say how it is read"),
        (
            'due = "{Due}"',
            'stake = "huge"',
            "stake cannot be 'huge': it should be 'small', 'medium' or 'large'",
            "give another",
        ),
        ('when.present = "Done"', "when.present = 3", "facts.done.when.present is 3", "give a"),
        (
            'when.present = "Done"',
            'when.before = { Done = "What" }',
            "'{What}' is not a column of days",
            "say how it is",
        ),
    ],
)
def test_a_mistake_is_told(before: str, after: str, what: str, remedy: str) -> None:
    problem = changed(before, after)
    assert problem.what.startswith(what)
    assert problem.remedy.startswith(remedy)
    assert problem.where.startswith("m.toml")


@pytest.mark.parametrize(
    ("more", "what"),
    [
        ('[columns.Paid]\ninstant = "%Y-%m-%d"', "the instants of Paid have no time zone"),
        ('[columns.Paid]\ninstant = "%Y-%m-%d"\nzone = "Berlin"', "'Berlin' is not a time zone"),
        ('[columns.Paid]\ndate = "%Y-%m-%d"\nnumber = "."', "Paid is read in two ways"),
        ("[values.x]", "a value needs one of first_of, earliest_of and latest_of"),
        (
            '[values.x]\nfirst_of = "{y}"\n[values.y]\nfirst_of = "{Due}"',
            "the value x is made from y, which stands below it",
        ),
        ('[values.x]\nfirst_of = "{x}"', "the value x is made from x, which stands below it"),
        ('[values.Due]\nfirst_of = "{Made}"', "Due is a column and a value at once"),
        ('[values.x]\nearliest_of = ["{Due}", "{What}"]', "'{What}' is not a column of days or instants"),
        ('[left_out."test rows"]', "left_out 'test rows' says of no row that it is meant"),
        ('[bad."too late"]\nwhen.after = { Due = "What" }', "'{What}' is not a column of days or instants"),
        ("[file]\nencoding = 7", "file.encoding is 7"),
        ('[file]\ndelimiter = "::"', "file.delimiter is '::'"),
        ("[facts.x]", "facts.x.fact is missing"),
        ('[partnership.closed]\nparties = ["a", "b"]', "there is no key partnership.closed"),
        ("[facts]\nmade = 1", "this is not TOML"),
        ("[[[", "this is not TOML"),
        ("x = " + "[" * 5000, "this is not TOML"),
    ],
)
def test_what_does_not_hold_together_is_told(more: str, what: str) -> None:
    problem = refused(PROMISES + more)
    assert problem.what.startswith(what)
    assert problem.remedy


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ('combine = { Due = "min" }', "row says how to combine, but not which rows"),
        ('group_by = "No"\ncombine = { What = "sum" }', "'sum' of What needs numbers"),
        ('group_by = "No"\ncombine = { What = "max" }', "'max' of What needs numbers, days or instants"),
        ('group_by = "No"\ncombine = { What = "mean" }', "row.combine.What is 'mean'"),
    ],
)
def test_combining_needs_what_can_be_combined(row: str, what: str) -> None:
    assert changed('id = "{No}"', f'id = "{{No}}"\n{row}').what.startswith(what)


def test_the_line_of_a_mistake_is_told() -> None:
    what, on = line_of('what = "{What}"'), line_of('on = "{Made}"')
    assert changed('what = "', 'waht = "').where == f"m.toml, line {what}"
    assert changed('"{Made}"', '"{Maid}"').where == f"m.toml, line {on}"


def test_the_wanted_columns_are_those_that_are_named_anywhere() -> None:
    told = TableMapping.parse(PROMISES, "m.toml")
    assert told.wanted == ("Done", "Due", "Made", "No", "Partner", "What")


@pytest.mark.parametrize("name", [path.name for path in MAPPINGS.glob("*.toml")])
def test_shipped_mappings_are_read(name: str) -> None:
    assert read_mapping(MAPPINGS / name).about


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"name = \xff", "the mapping is not UTF-8 text"),
        (b"#" * 1_000_001, "the mapping cannot be read: it is larger than 1,000,000 bytes"),
        (b"", "name is missing"),
        (b"\x00", "this is not TOML"),
    ],
)
def test_a_file_that_is_no_mapping_is_refused(content: bytes, what: str, tmp_path: Path) -> None:
    path = tmp_path / "m.toml"
    path.write_bytes(content)
    with pytest.raises(MappingError) as told:
        read_mapping(path)
    assert told.value.what.startswith(what)
    assert told.value.where.startswith(str(path))


def test_a_mapping_that_is_not_there_is_told(tmp_path: Path) -> None:
    for path in (tmp_path / "none.toml", tmp_path, tmp_path / "a\x00b"):
        with pytest.raises(MappingError, match="the mapping cannot be read"):
            read_mapping(path)


def test_a_byte_order_mark_is_no_part_of_a_mapping(tmp_path: Path) -> None:
    path = tmp_path / "m.toml"
    path.write_text(PROMISES, encoding="utf-8-sig")
    assert read_mapping(path).name == "promises"


def test_a_template_writes_braces_that_are_told_twice() -> None:
    told = template("{{{No}}} of {Partner}")
    assert told.filled({"No": "7", "Partner": "Globex"}.get) == "{7} of Globex"
    assert told.filled({"No": "7"}.get) is None


def test_long_words_do_not_cut_off_what_tells_names_apart() -> None:
    words = "a project with a very long name that goes on for more than sixty letters"
    one, other = (template("{a}-{b}").slug({"a": words, "b": number}.get) for number in ("1", "2"))
    assert one is not None
    assert one.endswith("-1")
    assert one != other


def keys_of(model: type[BaseModel]) -> Iterator[str]:
    """Every key that the models know, down to the last."""
    for name, info in model.model_fields.items():
        yield name
        for part in (info.annotation, *get_args(info.annotation)):
            if isinstance(part, type) and issubclass(part, BaseModel):
                yield from keys_of(part)


def test_every_key_is_documented() -> None:
    told = (MAPPINGS / "README.md").read_text(encoding="utf-8")
    keys = set(keys_of(TableMapping))
    assert {"name", "encoding", "first_of", "group_by", "parties", "before", "note"} <= keys
    assert [key for key in sorted(keys) if not re.search(rf"\b{key}\b[^\n]*[`\]]", told)] == []


def test_the_documented_mapping_works() -> None:
    told = (MAPPINGS / "README.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```toml\n(.*?)```", told, re.DOTALL)
    assert TableMapping.parse(example, "README.md").wanted == ("Done", "Due", "Made", "No", "Partner", "What")
