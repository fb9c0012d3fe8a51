"""The help: every command explains itself in the users' words, with every option and an example."""

from __future__ import annotations

from collections.abc import Iterator

import click
import pytest
from support.desk import Desk

from pledger.cli.main import pledger
from pledger.cli.verbs import SECTIONS, verb_names
from pledger.domain.catalogue import facts


def commands(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command and group below one, with the words that call it."""
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            member = command.get_command(context, name)
            assert member is not None, name
            yield from commands(member, (*path, name))


EVERY = dict(commands(pledger))


def help_of(desk: Desk, monkeypatch: pytest.MonkeyPatch, path: tuple[str, ...]) -> str:
    monkeypatch.setenv("COLUMNS", "80")
    answer = desk.call([*path, "--help"])
    assert answer.code == 0, answer.err
    assert answer.err == ""
    return answer.out


@pytest.mark.parametrize("path", EVERY, ids=lambda path: " ".join(path) or "pledger")
def test_help_says_what_it_is_for_and_names_every_option(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, path: tuple[str, ...]
) -> None:
    told = help_of(desk, monkeypatch, path)
    command = EVERY[path]
    assert told.startswith(f"Usage: {' '.join(('pledger', *path))} ")
    assert " ".join((command.help or "").split("\n\n")[0].split()) in " ".join(told.split())
    for parameter in command.params:
        for name in parameter.opts:
            assert isinstance(parameter, click.Argument) or name in told
    if not isinstance(command, click.Group):
        assert "Example:\n\n  $ pledger " in told
    assert desk.call([*path, "-h"]).out == told


@pytest.mark.parametrize("path", EVERY, ids=lambda path: " ".join(path) or "pledger")
def test_help_fits_a_screen_of_80_columns(desk: Desk, monkeypatch: pytest.MonkeyPatch, path: tuple[str, ...]) -> None:
    lines = help_of(desk, monkeypatch, path).splitlines()
    wide = [line for line in lines if len(line) > 80 and not line.startswith(("  $ pledger", "  echo", "  pledger"))]
    assert wide == []


@pytest.mark.parametrize("path", EVERY, ids=lambda path: " ".join(path) or "pledger")
def test_every_option_says_what_it_does(path: tuple[str, ...]) -> None:
    silent = [
        name
        for parameter in EVERY[path].params
        if isinstance(parameter, click.Option) and not parameter.help
        for name in parameter.opts
    ]
    assert silent == []


@pytest.mark.parametrize("topic", [topic for topic, kind in facts().items() if kind.THEME in SECTIONS])
def test_the_help_of_a_verb_comes_from_its_fact(desk: Desk, monkeypatch: pytest.MonkeyPatch, topic: str) -> None:
    kind = facts()[topic]
    told = " ".join(help_of(desk, monkeypatch, tuple(kind.VERB.split())).split())
    assert " ".join((kind.__doc__ or "").split()) in told
    assert f"$ pledger {kind.EXAMPLE}" in told
    for name, field in kind.model_fields.items():
        assert (name in kind.stamps()) or (field.description or "")[1:] in told


def test_the_overview_groups_the_verbs_by_theme(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    told = help_of(desk, monkeypatch, ())
    for section in SECTIONS.values():
        assert f"\n{section}:\n" in told
    for name in verb_names():
        assert f"\n  {name} " in told


def test_without_a_word_the_overview_is_shown(desk: Desk) -> None:
    answer = desk.call([])
    assert answer.code == 2
    assert answer.err.startswith("Usage: pledger [OPTIONS] COMMAND")
    assert "error:" not in answer.err


def test_a_group_without_a_verb_shows_its_verbs(desk: Desk) -> None:
    answer = desk.call(["goal"])
    assert answer.code == 2
    assert "acknowledge" in answer.err


def test_help_is_shown_even_where_the_settings_are_broken(desk: Desk) -> None:
    desk.settings_path.write_text("= broken", encoding="utf-8")
    assert desk.call(["commit", "--help"]).code == 0


def test_the_version_is_told(desk: Desk) -> None:
    assert desk.type("--version").out.startswith("pledger 0.")
