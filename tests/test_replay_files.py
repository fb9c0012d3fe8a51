"""The files that `pledger replay` writes: whole or not at all, and what was there before is kept."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

import pytest
from support.asking import desk_with_two_partnerships
from support.messages import told_in_form

if TYPE_CHECKING:
    from pathlib import Path

    from support.desk import Desk

    from pledger.projections.replay import Replayed


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return desk_with_two_partnerships(tmp_path)


def test_a_file_has_what_would_have_been_printed(desk: Desk) -> None:
    asked = "replay --as-of 2025-03-01 --known-at 2025-03-01 --every week"
    for form in ("json", "csv", "tsv"):
        answer = desk.type(f"{asked} --format {form} --output scores.{form}")
        assert (answer.code, answer.out, answer.err) == (0, "", "")
        assert (desk.folder / f"scores.{form}").read_text(encoding="utf-8") == desk.type(f"{asked} --format {form}").out
    assert [path for path in desk.folder.iterdir() if "unfinished" in path.name] == []


def test_where_it_is_not_printed_a_file_has_tabs_unless_told(desk: Desk) -> None:
    assert desk.type("replay -o scores").code == 0
    assert (desk.folder / "scores").read_text(encoding="utf-8").startswith("partnership\tparty\t")


@pytest.mark.parametrize("form", ["json", "csv", "parquet"])
def test_what_fails_half_way_leaves_the_old_file(desk: Desk, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    old = desk.folder / "scores"
    old.write_text("the old one", encoding="utf-8")
    monkeypatch.setattr("pledger.projections.replay._replayed", fail)
    answer = desk.type(f"replay --format {form} --output scores")
    assert told_in_form(answer)["what"] == "the file cannot be written: No space left on device"
    assert told_in_form(answer)["where"] == "scores"
    assert old.read_text(encoding="utf-8") == "the old one"
    assert sorted(path.name for path in desk.folder.iterdir() if "scores" in path.name) == ["scores"]


def fail(*_: object) -> Replayed:
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize("form", ["json", "parquet"])
def test_a_disk_that_is_full_leaves_the_old_file(desk: Desk, form: str) -> None:
    """Files may have 200 blocks of 1,024 bytes: the ledger fits, the scores do not."""
    desk.type(f"replay --format {form} --output scores")
    before = (desk.folder / "scores").read_bytes()
    line = f"ulimit -f 200; pledger replay --every week --from 1925-01-01 --as-of 2099-01-01 --format {form} -o scores"
    answer = desk.run_in_shell(line)
    assert told_in_form(answer)["what"] == "the file cannot be written: File too large"
    assert answer.code == 4
    assert (desk.folder / "scores").read_bytes() == before
    assert [path.name for path in desk.folder.iterdir() if "unfinished" in path.name] == []


@pytest.mark.parametrize("form", ["csv", "parquet"])
@pytest.mark.parametrize("where", ["missing/scores", "ledger.sqlite/scores"])
def test_a_place_that_cannot_be_written_is_storage_trouble(desk: Desk, form: str, where: str) -> None:
    message = told_in_form(desk.type(f"replay --format {form} --output {where}"))
    assert message["label"] == "storage trouble"
    assert message["where"] == where
    assert message["what"].startswith("the file cannot be written: ")
    assert message["remedy"] == "name one in a folder that is there, may be written to and has room"


def test_a_folder_and_a_device_are_no_files(desk: Desk) -> None:
    (desk.folder / "folder").mkdir()
    os.mkfifo(desk.folder / "pipe")
    assert "is a directory" in told_in_form(desk.type("replay --format csv -o folder"))["what"]
    for form in ("csv", "parquet"):
        message = told_in_form(desk.type(f"replay --format {form} -o pipe"))
        assert (message["label"], message["what"]) == ("error", "pipe is no file")
    assert stat.S_ISFIFO((desk.folder / "pipe").stat().st_mode)


def test_behind_a_link_its_file_is_replaced(desk: Desk) -> None:
    (desk.folder / "real").touch()
    (desk.folder / "link").symlink_to("real")
    assert desk.type("replay --format csv -o link").code == 0
    assert (desk.folder / "link").is_symlink()
    assert (desk.folder / "real").stat().st_size > 0
