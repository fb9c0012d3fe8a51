"""`pledger replay` at the desk: its forms, and what is wrong usage."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pyarrow import parquet
from support.asking import desk_with_two_partnerships, rows, said
from support.desk import Desk
from support.messages import told_in_form
from support.story import SLUG, Story, noon

from pledger.cli.replay import COLUMNS
from pledger.domain.communication import UpdateShared
from pledger.domain.entry import Proposal
from pledger.projections.policy import default_policy

CONSTANT = ("as_of", "known_at", "policy", "policy_digest")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return desk_with_two_partnerships(tmp_path)


# The forms


def test_json_has_a_score_a_line_with_the_documented_keys(desk: Desk) -> None:
    told = said(desk, "replay --as-of 2025-02-28 --known-at 2025-03-02")
    assert [(row["partnership"], row["party"], row["at"][:10]) for row in told][:5] == [
        ("acme-evil", "=Evil()", "2025-01-31"),
        ("acme-evil", "=Evil()", "2025-02-28"),
        ("acme-evil", "Acme", "2025-01-31"),
        ("acme-evil", "Acme", "2025-02-28"),
        (SLUG, "Acme", "2025-01-31"),
    ]
    assert {tuple(row) for row in told} == {COLUMNS}
    assert {row["as_of"] for row in told} == {"2025-02-28T23:59:59.999999+00:00"}
    assert {row["known_at"] for row in told} == {"2025-03-02T23:59:59.999999+00:00"}
    assert {(row["policy"], row["policy_digest"]) for row in told} == {("default", default_policy().digest)}
    lines = desk.type("replay --format json").out.splitlines()
    assert len(lines) == len(json.loads("\n".join(lines))) + 2


@pytest.mark.parametrize("every", ["month", "week", "entry"])
def test_every_form_has_the_same_scores(desk: Desk, every: str) -> None:
    line = f"replay --every {every} --as-of 2025-03-03 --known-at 2025-03-03 --from 2025-01-05"
    told = said(desk, line)
    assert told
    for form in ("csv", "tsv"):
        flat = rows(desk, line, form)
        assert [tuple(row) for row in flat] == [COLUMNS] * len(told)
        assert [[row["partnership"], row["at"], row["entry"]] for row in flat] == [
            [row["partnership"], row["at"], "" if row["entry"] is None else str(row["entry"])] for row in told
        ]
        assert [float(row["trust"]) for row in flat] == [row["trust"] for row in told]
        names = {row["party"]: f"'{row['party']}" if row["party"].startswith("=") else row["party"] for row in told}
        assert [row["party"] for row in flat] == [names[row["party"]] for row in told]  # safe in a spreadsheet
    assert desk.type(f"{line} --format parquet --output scores.parquet").out == ""
    table = parquet.read_table(desk.folder / "scores.parquet")
    assert as_json(table.to_pylist()) == [{name: row[name] for name in COLUMNS if name not in CONSTANT} for row in told]
    about = {key.decode(): value.decode() for key, value in table.schema.metadata.items()}
    assert about == {f"pledger.{name}": told[0][name] for name in CONSTANT}


def as_json(told: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**row, "at": row["at"].isoformat()} for row in told]


def test_from_a_day_means_its_start_and_the_last_score_is_that_of_as_of(desk: Desk) -> None:
    told = said(desk, f"replay --partnership {SLUG} --every entry --from 2025-01-10 --as-of 2025-02-11")
    assert min(row["at"] for row in told) == "2025-01-16T12:00:00+00:00"
    months = said(desk, f"replay --partnership {SLUG} --from 2025-02-01 --as-of 2025-02-11T09:00")
    assert {row["at"] for row in months} == {"2025-02-11T09:00:00+00:00"}


def test_partnerships_are_told_by_any_beginning_and_told_once(desk: Desk) -> None:
    one = said(desk, "replay --partnership acme-g --as-of 2025-03-01 --known-at 2025-03-01")
    assert {row["partnership"] for row in one} == {SLUG}
    both = said(desk, "replay --partnership acme-g --partnership ACME-E --partnership acme-globex --as-of 2025-03-01")
    assert len(both) == 2 * len(one)
    answer = desk.type("replay --partnership acme")
    assert told_in_form(answer)["what"] == "'acme' fits several: acme-evil, acme-globex"


def test_the_policy_in_force_by_known_at_scores_unless_told(desk: Desk) -> None:
    text = (Path(__file__).parents[1] / "projections" / "policies" / "default.toml").read_text(encoding="utf-8")
    changed = text.replace('name = "default"', 'name = "mine"').replace("prior_weight = 3.0", "prior_weight = 9.0")
    (desk.folder / "mine.toml").write_text(changed, encoding="utf-8")
    told = said(desk, "replay --policy mine.toml --as-of 2025-03-01")
    assert {row["policy"] for row in told} == {"mine"}
    assert desk.type("policy adopt mine.toml --why patience").code == 0
    desk.move_to(noon("2025-03-05").date())
    assert said(desk, "replay --as-of 2025-03-01") == [{**row, "known_at": told_now(desk)} for row in told]
    assert {row["policy"] for row in said(desk, "replay --known-at 2025-03-02")} == {"default"}


def told_now(desk: Desk) -> str:
    return desk.now.astimezone(UTC).isoformat()


def test_nothing_to_tell(tmp_path: Path) -> None:
    Story(tmp_path / "ledger.sqlite").ledger.close()
    desk = Desk(tmp_path, now=noon("2025-02-20"))
    assert said(desk, "replay") == said(desk, "replay --every entry") == []
    assert rows(desk, "replay") == []
    assert desk.type("replay --format table").out.startswith("No scores by then.\n")
    assert desk.type("replay --every entry --format table").out.startswith("Nothing had happened by then.\n")
    assert desk.type("replay --format parquet -o none.parquet").code == 0
    assert parquet.read_table(desk.folder / "none.parquet").num_rows == 0


# Wrong usage


@pytest.mark.parametrize(
    ("line", "what", "remedy"),
    [
        ("replay --format parquet", "Parquet is for files", "name the file with --output FILE"),
        (
            "replay --format table --output x",
            "a table is for people",
            "add --format csv, json, tsv or parquet to --output",
        ),
        (
            "replay --from 2025-03-01 --as-of 2025-02-01",
            "--from 2025-03-01 is after the moment asked about",
            "give an earlier --from, or a later --as-of",
        ),
        ("replay --partnership nobody", "there is no partnership 'nobody'", "see them with: pledger portfolio"),
        ("replay --from soon", "'soon' is not a date", None),
        ("replay --policy defalt", "there is no policy 'defalt'", "did you mean default?"),
        ("replay --format xml", None, None),
        ("replay --every day", None, None),
    ],
)
def test_wrong_usage_is_told_and_nothing_is_written(
    desk: Desk, line: str, what: str | None, remedy: str | None
) -> None:
    answer = desk.type(line)
    message = told_in_form(answer)
    assert (answer.code, answer.out) == (2, "")
    assert message["where"].startswith("pledger replay")
    assert what is None or message["what"] == what
    assert remedy is None or message["remedy"] == remedy
    assert not (desk.folder / "x").exists()


def test_a_partnership_of_which_nothing_was_known_then(desk: Desk) -> None:
    message = told_in_form(desk.type(f"replay --partnership {SLUG} --known-at 2024-12-31"))
    assert message["what"] == f"nothing was known of {SLUG} by 2024-12-31 23:59"
    assert said(desk, "replay --known-at 2024-12-31") == []


def test_a_reader_that_has_enough_ends_it_quietly(desk: Desk) -> None:
    for form in ("csv", "json", "table"):
        line = f"pledger replay --every week --from 1990-01-01 --as-of 2090-01-01 --format {form} | head -n 1"
        answer = desk.run_in_shell(line)
        assert (answer.code, answer.err) == (0, "")
        assert answer.out


def test_many_rows_are_told_as_few_are(desk: Desk) -> None:
    """More than are printed at once."""
    story = Story(desk.folder / "many.sqlite").opened()
    told = [Proposal(UpdateShared(what=f"{n}", by="Acme"), SLUG, datetime(2020, 1, 1, n // 60, n % 60, tzinfo=UTC))
            for n in range(1200)]  # fmt: skip
    story.until("2025-01-02").ledger.record_all(told)
    story.ledger.close()
    answer = desk.type("--ledger many.sqlite replay --every entry --format csv")
    assert [row["entry"] for row in csv.DictReader(io.StringIO(answer.out))] == [str(n + 3) for n in range(1200)]
    assert len(json.loads(desk.type("--ledger many.sqlite replay --every entry --format json").out)) == 1200
