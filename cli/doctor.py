"""pledger doctor: what runs here, on which ledger, and whether anything needs doing; it changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from pledger.cli.command import PledgerCommand
from pledger.cli.output import print_json
from pledger.cli.queries import help_with_keys
from pledger.cli.safe_text import on_one_line, printable
from pledger.cli.session import Session, pass_session
from pledger.domain.refusal import IntegrityFailure, Problem
from pledger.domain.store import IN_MEMORY, in_full, is_file, without_password

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pledger.cli.checkup import Look

MARKS = {"ok": "ok", "note": "note", "problem": "PROBLEM"}


def _doctor(session: Session, form: str) -> int:
    """Look at what pledger needs, and say what to do next.

    Versions; which ledger and why it; whether its place may be read and written, and has room; its entries, its
    evidence pages, your keys and the last checkpoint they signed. Nothing is changed, nor is any file made. The exit
    code is 3 where something is damaged, and 4 where something cannot be used. It looks at the first entry and the
    last; pledger verify checks every one.
    """
    looks = list(_looks(session))
    steps = list(_next_steps(looks))
    if form == "json":
        print_json({"looks": [_as_json(look) for look in looks], "next": steps})
    else:
        for look in looks:
            _say(f"{MARKS[look.state]:<8}{look.part:<11} {look.told}")
            if look.remedy:
                _say(f"{'':<20}now: {look.remedy}")
        for step in steps:
            _say(f"  next: {step}")
    codes = {look.code for look in looks}
    return IntegrityFailure.exit_code if IntegrityFailure.exit_code in codes else max(codes)


def _say(line: str) -> None:
    click.echo(printable(on_one_line(line) if not line.startswith(" ") else line.replace("\n", " ")))


def _looks(session: Session) -> Iterator[Look]:
    from pledger.cli import checkup

    yield from checkup.versions()
    settings = checkup.settings(session)
    yield settings
    origin = None
    try:
        address = in_full(session.ledger_path)
        yield checkup.Look("ledger", f"{without_password(address)}, {checkup.chosen(session)}")
    except Problem as problem:
        if not settings.code:  # else that is what is wrong
            yield checkup.Look.problem("ledger", problem)
    else:
        at_place = list(_at_place(address)) if address != IN_MEMORY else []
        yield from at_place
        if at_place and not any(look.code for look in at_place if look.part != "disk"):
            from pledger.cli.checkup_of_ledger import looked_at_ledger, pages

            found = looked_at_ledger(address, session.clock())
            origin = found.origin
            yield from found.looks
            if origin is not None:
                yield pages(without_password(address), found.entries)
    yield from checkup.keys(session, origin)


def _at_place(address: str) -> Iterator[Look]:
    """The place of the ledger; the last look tells whether it is worth looking into it."""
    from pledger.cli import checkup

    try:
        yield from checkup.place(address) if is_file(address) else checkup.server(address)
    except Problem as problem:
        yield checkup.Look.problem("server", problem)


def _next_steps(looks: list[Look]) -> Iterator[str]:
    """What to do next: what is wrong first; else what keeps a ledger safe."""
    wrong = [look for look in looks if look.code]
    yield from dict.fromkeys(look.remedy for look in wrong)
    if not wrong:
        yield "pledger verify (every entry), pledger backup FILE (pledger keeps no list of backups: look at your own)"
        if not any(look.part == "checkpoint" and look.state == "ok" for look in looks):
            yield "pledger checkpoint -o FILE, kept by somebody else: only that tells later whether entries are missing"


def _as_json(look: Look) -> dict[str, str | None]:
    return {"part": look.part, "state": look.state, "told": look.told, "remedy": look.remedy or None}


KEYS = """
Keys of --format json: looks: part, state (ok, note or problem), told,
remedy; next.
"""

doctor = PledgerCommand(
    "doctor",
    section="Keep",
    example="doctor",
    help=help_with_keys(_doctor, KEYS),
    params=[
        click.Option(
            ["--format", "form"], type=click.Choice(("table", "json")), default="table", help="How to show it."
        ),
    ],
    callback=pass_session(_doctor),
)
