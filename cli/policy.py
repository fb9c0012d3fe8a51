"""Policies: adopting one is itself an entry, so which scoring was in force when stays auditable."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pledger.cli.command import PledgerGroup
from pledger.cli.echo import echo_of
from pledger.cli.safe_text import printable
from pledger.cli.session import Session, pass_session
from pledger.cli.telling import fact_told
from pledger.domain.ledger_facts import PolicyAdopted
from pledger.domain.outcome import Recorded
from pledger.domain.refusal import WrongUsage
from pledger.projections.wording import several

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pledger.projections.policy_laws import Breach

LATE = {
    "list": "pledger.cli.policy_list:list_",
    "show": "pledger.cli.policy_list:show",
    "history": "pledger.cli.policy_list:history",
    "compare": "pledger.cli.policy_compare:compare_command",
}


@click.group("policy", cls=PledgerGroup, section="Set up", no_args_is_help=True, late=LATE)
def policy() -> None:
    """How evidence is scored."""


@policy.command("check", section="Set up", example="policy check mine.toml")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--format", "form", type=click.Choice(("text", "json")), default="text", help="How to tell it; as text unless told."
)
def check(file: Path, form: str) -> None:
    r"""Check the policy in FILE: whether it can be read, and whether it keeps the laws.

    What makes it unusable is an error. A law that it breaks is a warning, told with the smallest history that shows the
    breach; such a policy may be adopted all the same, and the exit code is 0.

    \b
    The laws, at equal age and after any earlier evidence:
      a promise kept in time is worth at least one kept a little late;
      one kept a little late at least one kept much later;
      a broken promise admitted (by the day it is due, or within 30
        days) at least one hidden, once 90 days have passed;
      a date moved early and then kept at least a delivery that late.

    \b
    --format json gives {name, digest, laws_kept (true or false), warnings:
      a list of {law, history (a sentence), earlier, age_days, preferred,
      other: each {promise, evidence: a list of {kind, measure}, trust}}}
    """
    from pledger.projections.policy import Policy
    from pledger.projections.policy_laws import breaches

    read = Policy.read(file)
    found = breaches(read)
    if form == "json":
        from pledger.cli.output import print_json

        warnings = [breach.as_json() for breach in found]
        print_json({"name": read.name, "digest": read.digest, "laws_kept": not found, "warnings": warnings})
        return
    told = "it keeps every law" if not found else f"{several(len(found), 'warning')}; it may be adopted all the same"
    click.echo(printable(f"{file}: policy {read.name} ({read.digest[:12]}) can be read; {told}"))
    for line in _warnings(found):
        click.echo(line)


@policy.command("adopt", section="Set up", example=PolicyAdopted.EXAMPLE)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--why", metavar="TEXT", help="Why it was adopted.  [required]")
@click.option("--me", metavar="ID", help="Who records it; else PLEDGER_ME, the configuration or your login.")
@pass_session
def adopt(session: Session, file: Path, why: str | None, me: str | None) -> None:
    """Adopt the policy in FILE: from now on, questions are answered by it unless they name another.

    Where it breaks a law, that is told as a warning on standard error (see: pledger policy check --help).
    """
    from pledger.projections.policy import Policy, policy_text
    from pledger.projections.policy_laws import breaches

    if not why:
        raise WrongUsage("--why is missing", where="pledger policy adopt", remedy="say why, for those who ask later")
    text = policy_text(file)
    read = Policy.parse(text, str(file))
    fact = fact_told(PolicyAdopted, {"name": read.name, "text": text, "why": why})
    ledger = session.ledger(create=True)
    entry = ledger.record(fact, me=session.me_or(me))
    click.echo("\n".join(echo_of(Recorded(entry), [], ledger.zone)))
    for line in _warnings(breaches(read)):
        click.echo(line, err=True)


def _warnings(found: Sequence[Breach]) -> Iterator[str]:
    """The laws that are broken, each with the history that shows it."""
    for breach in found:
        yield f"warning: a law is broken: {breach.law}"
        yield f"  shown: {breach.sentence}"
