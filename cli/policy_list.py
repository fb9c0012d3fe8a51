"""pledger policy list, show and history: which policies there are, what they say, and which was in force when."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pledger.cli.command import PledgerCommand
from pledger.cli.output import one_line, print_json, print_rows
from pledger.cli.policy_told import known_policy, ledger_if_any
from pledger.cli.queries import Query, common_options
from pledger.cli.safe_text import printable
from pledger.cli.session import Session, pass_session
from pledger.projections.known_policies import policies_in_turn, policies_on_the_shelf

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pledger.domain.entry import Entry
    from pledger.domain.ledger import Ledger
    from pledger.projections.known_policies import KnownPolicy

COLUMNS = ("name", "digest", "in_force", "shipped", "since", "until", "by", "why", "entry", "trouble")
KNOWN_AT = "By the knowledge of which moment; now unless told. A day means its end."


def _listing(name: str, example: str) -> Callable[[Callable[..., None]], click.Command]:
    def made(answer: Callable[..., None]) -> click.Command:
        def run(session: Session, known_at: str | None, form: str | None) -> None:
            answer(Query(session, None, known_at, None, form))

        return PledgerCommand(
            name,
            section="Set up",
            example=example,
            help=answer.__doc__,
            params=[option for option in common_options() if option.name in ("known_at", "form")],
            callback=pass_session(run),
        )

    return made


@_listing("list", "policy list")
def list_(asked: Query) -> None:
    r"""List the policies that questions may name: the shipped one, and those adopted.

    Each stands once by name and digest, with its latest adoption: since when, by whom and why. A policy is told by its
    name (of several with one name, the shipped one or else the one adopted last is meant) or by the first eight digits
    or more of its digest.

    \b
    --format json gives a list of objects with the keys:
      name, digest (null where its text cannot be read), in_force, shipped
      since, until (null: still, or never begun), by, why, entry: of its
        adoption
      trouble: why it cannot be read, or null
    """
    ledger = ledger_if_any(asked)
    _print(policies_on_the_shelf(_adopted(asked, ledger)), asked, "Policy")


@_listing("history", "policy history")
def history(asked: Query) -> None:
    r"""Show which policy was in force when, the first first.

    The shipped one is in force until another is adopted. A question at an earlier --known-at is answered by the policy
    that was in force then.

    \b
    --format json gives a list of the objects that `policy list` gives,
    one for each turn.
    """
    _print(policies_in_turn(_adopted(asked, asked.ledger)), asked, "In force")


def _print(policies: Sequence[KnownPolicy], asked: Query, title: str) -> None:
    match asked.form:
        case "json":
            print_json([policy.as_json() for policy in policies])
        case "table":
            from pledger.cli.policy_table import show_policies

            show_policies(policies, ledger_if_any(asked), by_turn=title == "In force")
        case form:
            print_rows([policy.as_json() for policy in policies], COLUMNS, form)


def _adopted(asked: Query, ledger: Ledger | None) -> list[Entry]:
    return ledger.policies(known_at=asked.moment.known_at) if ledger is not None else []


@click.command("show", cls=PledgerCommand, section="Set up", example="policy show default > mine.toml")
@click.argument("policy", metavar="[NAME|FILE]", required=False)
@click.option("--known-at", metavar="DATE", help=KNOWN_AT)
@click.option(
    "--format",
    "form",
    type=click.Choice(("toml", "json")),
    default="toml",
    help="As the file it was written as (toml), or everything it means (json); toml unless told.",
)
@pass_session
def show(session: Session, policy: str | None, known_at: str | None, form: str) -> None:
    r"""Show a policy: the one in force, one adopted or shipped, or one in a file.

    As TOML it is the text as it was adopted, comments and all, under a comment that says its digest; so it may be
    written to a file, changed, and adopted.

    \b
    --format json gives name, digest, origin (in words), and policy: every
    number, also those that the text leaves out.
    """
    asked = Query(session, None, known_at, None, None)
    ledger = ledger_if_any(asked) if policy is None or not _is_file(policy) else None
    moment = asked.moment.known_at if ledger is not None else None
    found = known_policy(policy, ledger, moment)
    read = found.policy()
    if form == "json":
        about = {"name": found.name, "digest": read.digest, "origin": _origin(found), "policy": read.model_dump()}
        print_json(about)
    else:
        click.echo(printable(f"# policy {one_line(found.name)}, digest {read.digest}, {_origin(found)}"))
        click.echo(printable(found.text.rstrip("\n")))


def _is_file(told: str) -> bool:
    return "/" in told or "." in told or Path(told).is_file()


def _origin(policy: KnownPolicy) -> str:
    """Where it comes from, in words and in one line."""
    if policy.file is not None:
        return f"in the file {' '.join(policy.file.split())}"
    return "as shipped with pledger" if policy.entry is None else f"adopted with entry {policy.entry}"
