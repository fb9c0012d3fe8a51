"""Policies: adopting one is itself an entry, so which scoring was in force when stays auditable."""

from __future__ import annotations

from pathlib import Path

import click

from pledger.cli.command import PledgerGroup
from pledger.cli.echo import echo_of
from pledger.cli.session import Session, pass_session
from pledger.cli.telling import fact_told
from pledger.domain.ledger_facts import PolicyAdopted
from pledger.domain.outcome import Recorded
from pledger.domain.refusal import WrongUsage


@click.group("policy", cls=PledgerGroup, section="Set up", no_args_is_help=True)
def policy() -> None:
    """How evidence is scored."""


@policy.command("adopt", section="Set up", example=PolicyAdopted.EXAMPLE)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--why", metavar="TEXT", help="Why it was adopted.  [required]")
@click.option("--me", metavar="ID", help="Who records it; else PLEDGER_ME, the configuration or your login.")
@pass_session
def adopt(session: Session, file: Path, why: str | None, me: str | None) -> None:
    """Adopt the policy in FILE: from now on, questions are answered by it unless they name another."""
    from pledger.projections.policy import Policy

    if not why:
        raise WrongUsage("--why is missing", where="pledger policy adopt", remedy="say why, for those who ask later")
    read = Policy.read(file)
    fact = fact_told(PolicyAdopted, {"name": read.name, "text": file.read_text(encoding="utf-8-sig"), "why": why})
    ledger = session.ledger(create=True)
    entry = ledger.record(fact, me=session.me_or(me))
    click.echo("\n".join(echo_of(Recorded(entry), [], ledger.zone)))
