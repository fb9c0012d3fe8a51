"""A text that somebody edits: kept in a file of its own until what it says is done, so that nothing typed is lost."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pledger.cli.asking import on_terminal
from pledger.cli.safe_text import on_one_line
from pledger.domain.refusal import Problem, WrongUsage
from pledger.projections.untrusted import text_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    Done = TypeVar("Done")

COMPLAINT = "#! "
"""How the lines begin in which pledger says what is wrong; they are gone when the text is opened again."""


def is_editor_there() -> bool:
    """Whether the environment names an editor, or somebody is there to use the machine's own."""
    return bool(os.environ.get("VISUAL") or os.environ.get("EDITOR")) or on_terminal()


def edited(text: str, name: str, do: Callable[[str], Done]) -> Done:
    """Have a text edited and do what it says; on a terminal it may be mended and tried again where that is refused.

    Raises the Problem otherwise, and says where the text is kept.
    """
    handle, file = tempfile.mkstemp(prefix=f"pledger-{name}-", suffix=".toml")
    os.close(handle)
    draft = Path(file)
    draft.write_text(text, encoding="utf-8")
    while True:
        try:
            done = do(_opened(draft))
        except Problem as problem:
            if _again(draft, problem):
                continue
            if _is_worth_keeping(draft, text):
                problem.remedy += f"; what you typed is kept in {draft}"
            else:
                draft.unlink(missing_ok=True)
            raise
        draft.unlink(missing_ok=True)
        return done


def _opened(draft: Path) -> str:
    """The text after its editor was closed, without what pledger complained of."""
    try:
        click.edit(filename=str(draft))
    except (click.ClickException, ValueError) as error:
        failed = error.format_message() if isinstance(error, click.ClickException) else str(error)
        raise _EditorFailed(f"no editor could be used: {on_one_line(failed)}") from None
    return _without_complaints(draft)


class _EditorFailed(WrongUsage):
    """There is nobody to try again with."""

    def __init__(self, what: str) -> None:
        super().__init__(what, remedy="set VISUAL or EDITOR to one that works, or tell what to change with options")


def _again(draft: Path, problem: Problem) -> bool:
    """Whether somebody on a terminal wants to go on editing; if so, the text begins with what is wrong."""
    if isinstance(problem, _EditorFailed) or not on_terminal():
        return False
    click.echo(str(problem), err=True)
    try:
        again = click.confirm("edit it again?", default=True, err=True)
    except click.Abort:
        click.echo(f"what you typed is kept in {draft}", err=True)
        raise
    if again:
        complaint = "".join(f"{COMPLAINT}{line}\n" for line in str(problem).splitlines())
        draft.write_text(complaint + _without_complaints(draft), encoding="utf-8")
    return again


def _is_worth_keeping(draft: Path, text: str) -> bool:
    try:
        now = _without_complaints(draft)
    except Problem:
        return True
    return bool(now.strip()) and now != text


def _without_complaints(draft: Path) -> str:
    """What a draft says; a removed one says nothing."""
    try:
        text = text_of(draft)
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError:
        raise WrongUsage("the text is not UTF-8", remedy="save it as UTF-8") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise WrongUsage(f"the text cannot be read: {reason}", remedy="save it as a text file of its own") from None
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith(COMPLAINT))
