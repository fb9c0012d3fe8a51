"""The user's settings: set, shown, taken out, and everything else in the file left as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.messages import told_in_form

from pledger.cli.session import Session, default_ledger_path
from pledger.cli.settings import Settings, read_settings, settings_path

if TYPE_CHECKING:
    from pathlib import Path

    from support.desk import Desk

KEPT = """\
# Mine, all mine.
me = "p-jane"  # never my name

# partnership = "commented-out"
"""


@pytest.fixture
def quiet(desk: Desk) -> Desk:
    """A desk at which nothing is told, so that the settings speak."""
    desk.me = None
    return desk


def shown(desk: Desk, line: str = "config") -> str:
    answer = desk.type(line)
    assert answer.code == 0, answer.err
    return answer.out


def test_nothing_is_set_at_first_and_that_is_said(quiet: Desk) -> None:
    lines = shown(quiet).splitlines()
    assert lines[0] == f"settings: {quiet.settings_path}"
    assert [line.split()[0] for line in lines[1:]] == ["ledger", "me", "partnership"]
    assert all(line.endswith("(not set)") for line in lines[1:])
    assert not quiet.settings_path.exists()


def test_a_setting_is_set_used_and_taken_out(quiet: Desk) -> None:
    assert shown(quiet, "config me p-ada") == "me           p-ada\n"
    assert read_settings(quiet.settings_path) == Settings(me="p-ada")
    assert shown(quiet, "config me") == "me           p-ada\n"
    assert shown(quiet, "config me --unset").endswith("(not set)\n")
    assert read_settings(quiet.settings_path) == Settings()


def test_comments_and_order_in_the_file_stay(quiet: Desk) -> None:
    quiet.settings_path.write_text(KEPT, encoding="utf-8")
    shown(quiet, "config partnership acme-globex")
    assert quiet.settings_path.read_text(encoding="utf-8") == KEPT + 'partnership = "acme-globex"\n'
    shown(quiet, "config partnership --unset")
    assert quiet.settings_path.read_text(encoding="utf-8") == KEPT


def test_settings_behind_a_link_stay_behind_it(quiet: Desk) -> None:
    real = quiet.folder / "dotfiles" / "pledger.toml"
    real.parent.mkdir()
    real.write_text(KEPT, encoding="utf-8")
    quiet.settings_path.symlink_to(real)
    shown(quiet, "config me p-ada")
    assert quiet.settings_path.is_symlink()
    assert 'me = "p-ada"' in real.read_text(encoding="utf-8")


def test_no_other_file_is_left_beside_it(quiet: Desk) -> None:
    shown(quiet, "config me p-ada")
    assert [file.name for file in quiet.folder.iterdir()] == ["config.toml"]


def test_a_ledger_is_kept_with_its_whole_path(quiet: Desk) -> None:
    shown(quiet, "config ledger books/alliances.sqlite")
    assert read_settings(quiet.settings_path).ledger == str(quiet.folder / "books" / "alliances.sqlite")


def test_what_is_told_for_the_run_goes_first_and_that_is_said(quiet: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    shown(quiet, "config me p-ada")
    monkeypatch.setenv("PLEDGER_ME", "p-eve")
    assert shown(quiet, "config me") == "me           p-eve  (for this run; the settings say p-ada)\n"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("me = [", "the settings cannot be read: "),
        ("me = 3", "the setting me is not a text"),
        ("colour = 'red'", "there is no setting 'colour'"),
        ('ledger = "a\\u0000b"', "the setting ledger has a character that cannot be shown"),
        ("me = '\x01'", "the settings cannot be read: "),
    ],
)
@pytest.mark.parametrize("line", ["meet", "config", "config me p-ada", "config me --unset"])
def test_a_file_that_makes_no_sense_is_told_and_never_written(quiet: Desk, text: str, what: str, line: str) -> None:
    quiet.settings_path.write_text(text, encoding="utf-8")
    message = told_in_form(quiet.type(line))
    assert message["what"].startswith(what)
    assert message["where"] == str(quiet.settings_path)
    assert quiet.settings_path.read_text(encoding="utf-8") == text


def test_a_file_in_another_encoding_is_told(quiet: Desk) -> None:
    quiet.settings_path.write_bytes('me = "Jürgen"'.encode("latin-1"))
    assert told_in_form(quiet.type("config"))["what"].startswith("the settings cannot be read: ")


def test_a_folder_in_the_place_of_the_file_is_told(quiet: Desk) -> None:
    quiet.settings_path.mkdir()
    assert quiet.type("config me p-ada").code == 4
    assert told_in_form(quiet.type("config"))["what"] == "the settings cannot be used: Is a directory"


def test_where_settings_and_ledger_are_unless_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("PLEDGER_LEDGER", raising=False)
    monkeypatch.setenv("PLEDGER_CONFIG", str(tmp_path / "mine.toml"))
    assert settings_path() == tmp_path / "mine.toml"
    assert Session().ledger_path == str(default_ledger_path())
    monkeypatch.delenv("PLEDGER_CONFIG")
    assert settings_path().name == "config.toml"


def test_somebody_without_a_login_is_unknown(quiet: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody() -> str:
        raise OSError("no such user")

    monkeypatch.setattr("getpass.getuser", nobody)
    assert "unknown" in shown(quiet, "config me")
