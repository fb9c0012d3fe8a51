"""The demonstration: an invented history, told by the commands that a user would type, and what to see in it."""

from __future__ import annotations

import contextlib
import io
import shlex
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pledger.cli.command import PledgerCommand
from pledger.cli.session import Session, pass_session
from pledger.domain.ledger import Ledger
from pledger.domain.refusal import Refused
from pledger.domain.store import without_password

if TYPE_CHECKING:
    from collections.abc import Iterator

STORY = Path(__file__).with_name("demo_story.txt")
END = "2026-06-30"
BEGUN = datetime(2025, 1, 2, 9, tzinfo=UTC)

SCENES = (
    (
        ("portfolio",),
        "Every partnership, worst news first. acme-globex leads, since a large promise is overdue: the dealer sales\n"
        "figures.\n"
        "Trust always comes with its doubt: globex-hooli is young, so what is known of it says little.",
    ),
    (
        ("show", "acme-globex"),
        "Where one partnership stands. Trust in Acme has suffered from a promise that nobody kept and nobody\n"
        "mentioned: the ledger counts it by itself. Globex broke a norm last September, repaired it, and has kept its\n"
        "word since.\n"
        "One of its goals was never acknowledged by Acme: a vacuum that suspicion fills.",
    ),
    (
        ("log", "acme-globex", "--limit", "12"),
        "What happened, last things last. Each line is an entry that can never be changed, only retracted by another.",
    ),
)


@click.command("demo", cls=PledgerCommand, section="Set up", example="--ledger demo.sqlite demo")
@click.option("--commands", is_flag=True, help="Only print the commands that tell the history.")
@pass_session
def demo(session: Session, commands: bool) -> None:
    """Build an invented history of eighteen months, and show what pledger makes of it.

    It is told into the ledger that --ledger or PLEDGER_LEDGER names, which must be new or empty, or else into a
    temporary one. The history ends on 30 June 2026, so what is shown is always the same.
    """
    if commands:
        for day, words in story():
            click.echo(f"pledger {shlex.join([*words, '--on', f'{day:%Y-%m-%d}'])}")
        return
    with _place_for_it(session) as path:
        tell_story(path)
        for shown, what_to_see in SCENES:
            line = [*shown, "--as-of", END, "--known-at", END]
            click.echo(f"\n{what_to_see}\n\n$ pledger {shlex.join(line)}\n")
            _run([*line, "--format", "table"], Session(ledger_told=path, settings_file=session.settings_file))
        if session.is_ledger_named:
            kept = without_password(path)
            click.echo(f"\nThe history is in {kept}. Ask it more: pledger --ledger {shlex.quote(kept)} commitments")
        else:
            click.echo("\nTo keep the history and ask it more: pledger --ledger demo.sqlite demo")


def story() -> list[tuple[datetime, list[str]]]:
    """The days and the commands of the history, in the order in which they were typed."""
    lines = [line for line in STORY.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    told = [(datetime.fromisoformat(line[:10]).replace(hour=9, tzinfo=UTC), shlex.split(line[11:])) for line in lines]
    return sorted(told, key=lambda pair: pair[0])


def tell_story(path: str) -> None:
    """Type the history into a new ledger, each command on its day, an hour apart."""
    now = BEGUN
    Ledger.open(path, name="Demonstration", time_zone="UTC", me="demo", clock=lambda: now).close()
    session = Session(ledger_told=path, clock=lambda: now, me_told="demo")
    with contextlib.closing(session):
        for day, words in story():
            now = max(day, now + timedelta(hours=1)) if day.date() == now.date() else day
            with contextlib.redirect_stdout(io.StringIO()):
                _run(words, session)


def _run(words: list[str], session: Session) -> None:
    from pledger.cli.main import pledger

    pledger.main(words, prog_name="pledger", standalone_mode=False, obj=session)


@contextlib.contextmanager
def _place_for_it(session: Session) -> Iterator[str]:
    """Where the history goes: the ledger that was named, if it is new or empty, or a temporary one."""
    if not session.is_ledger_named:
        with tempfile.TemporaryDirectory(prefix="pledger-demo-") as folder:
            yield str(Path(folder) / "demo.sqlite")
        return
    path = session.ledger_path
    if session.is_ledger_there and session.ledger(create=True).partnerships():
        raise Refused(
            "the demonstration needs a new or empty ledger",
            where=without_password(path),
            remedy="name a place where there is none yet",
        )
    session.close()
    yield path
