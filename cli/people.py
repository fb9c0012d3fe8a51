"""pledger people: who is behind the ids that facts carry, and forgetting somebody."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from pledger.cli.asking import on_terminal
from pledger.cli.command import PledgerCommand, PledgerGroup
from pledger.cli.output import one_line, print_json, print_rows
from pledger.cli.progress import Progress
from pledger.cli.queries import form_for, format_option, help_with_keys
from pledger.cli.safe_text import printable
from pledger.cli.session import Session, pass_session
from pledger.domain.naming import listed, nearest
from pledger.domain.people import Person
from pledger.domain.person_ids import entries_with, ids_in
from pledger.domain.refusal import WrongUsage

if TYPE_CHECKING:
    from pledger.domain.ledger import Ledger
    from pledger.domain.people import Forgotten


@click.group("people", cls=PledgerGroup, section="People")
def people() -> None:
    """Keep names and addresses beside the log, where they can be erased.

    Facts carry the ids of people, never their names. Tables for people tell names; JSON, CSV, TSV, proofs and audit
    packs hold ids alone. Notes and other free text in the log cannot be erased: leave names out of them, and choose ids
    that do not tell the name.
    """


@people.command("add", example="people add p-17 --name 'Jane Doe' --address jane@acme.example")
@click.argument("id_", metavar="ID")
@click.option("--name", required=True, metavar="NAME", help="What the person is called.")
@click.option("--address", metavar="TEXT", help="Where to reach the person: an e-mail address, or any other.")
@pass_session
def add(session: Session, id_: str, name: str, address: str | None) -> None:
    """Put somebody into the register.

    ID: what the facts carry, as in `manager appoint acme-globex p-17`; it stays in the log for ever.
    """
    _told("added", session.ledger().people.add(id_, name, address))


@people.command("change", example="people change p-17 --name 'Jane Roe'")
@click.argument("id_", metavar="ID")
@click.option("--name", metavar="NAME", help="What the person is called now.")
@click.option("--address", metavar="TEXT", help="Where to reach the person now.")
@click.option("--no-address", is_flag=True, help="Take the address away.")
@pass_session
def change(session: Session, id_: str, name: str | None, address: str | None, no_address: bool) -> None:
    """Correct a name or an address; nothing of the old one is left.

    ID: whom it is about.
    """
    if name is None and address is None and not no_address:
        raise WrongUsage("nothing is to be changed", remedy="tell --name, --address or --no-address")
    if no_address and address is not None:
        raise WrongUsage("--address and --no-address exclude each other", remedy="give one of them")
    if address is not None and not address.strip():
        raise WrongUsage("--address is empty", remedy="give one, or take it away with --no-address")
    _told("changed", session.ledger().people.change(id_, name=name, address="" if no_address else address))


def _told(done: str, person: Person) -> None:
    reached = f", {one_line(person.address)}" if person.address else ""
    click.echo(printable(f"{done} {one_line(person.shown)}{reached}"))
    if person.is_told_by_id:
        click.echo(
            f"  note: the id {person.id} tells part of the name, and would stay in the log after forgetting; "
            "an id like p-17 would not"
        )


KEYS = """
--format json gives a list of objects with these keys:
  id, name, address (null where there is none); with --missing, name and
    address are null
"""


def _list(session: Session, form: str | None, missing: bool) -> None:
    """List who is in the register."""
    ledger = session.ledger()
    found = ledger.people.all()
    if missing:
        known = {person.id for person in found}
        with Progress() as progress:
            found = [Person(id_, "") for id_ in sorted(ids_in(progress.rows(ledger.stored())) - known)]
    rows = [{**person._asdict(), "name": person.name or None} for person in found]
    match form_for(form):
        case "json":
            print_json(rows)
        case "table":
            from pledger.cli.people_table import show_missing, show_people

            show_missing([person.id for person in found]) if missing else show_people(found)
        case told:
            print_rows(rows, Person._fields, told)


list_ = PledgerCommand(
    "list",
    example="people list",
    help=help_with_keys(_list, KEYS),
    params=[
        click.Option(
            ["--missing"], is_flag=True, help="Instead, the ids that facts carry and nobody is registered under."
        ),
        format_option(),
    ],
    callback=pass_session(_list),
)
people.add_command(list_)


@people.command("forget", example="people forget p-17 --yes")
@click.argument("id_", metavar="ID")
@click.option("--yes", is_flag=True, help="Do not ask; needed where nobody can be asked.")
@pass_session
def forget(session: Session, id_: str, yes: bool) -> None:
    """Erase somebody's name and address, for good.

    ID: who is to be forgotten.

    Nothing of them is left in any file of the ledger, free pages and write-ahead log included. The log, its proofs and
    every score stay what they were; facts go on carrying the id. What pledger cannot reach, as backups, it names.
    """
    ledger = session.ledger()
    person = ledger.people.find(id_)
    told_in: list[int] = []
    if person is not None:
        with Progress() as progress:
            told_in = list(entries_with(progress.rows(ledger.stored()), person))
        if not (yes or _confirmed(person)):
            click.echo("nothing changed")
            return
    done = ledger.people.forget(id_)
    click.echo(printable("\n".join([_outcome(done, ledger), *_left(done, told_in)])))


def _confirmed(person: Person) -> bool:
    """Whether somebody who is asked wants it; where nobody can be asked, that is an error."""
    if on_terminal():
        shown = printable(one_line(person.shown))
        return click.confirm(f"forget {shown}? It cannot be undone", default=False, err=True)
    raise WrongUsage(f"nobody can be asked whether to forget {person.id}", remedy="if that is meant, add --yes")


def _outcome(done: Forgotten, ledger: Ledger) -> str:
    """What was done, without the name: the output may be kept."""
    if done.was_there:
        return f"forgot {done.id}: name and address are erased; the log, its proofs and every score are as they were"
    guesses = nearest(done.id, (person.id for person in ledger.people.all()))
    guess = f" (did you mean {' or '.join(guesses)}?)" if guesses else ""
    return f"there is nobody with the id {one_line(done.id)}{guess}; what was left of anybody forgotten is erased"


def _left(done: Forgotten, told_in: list[int]) -> list[str]:
    """What still tells the name, or may."""
    entries = f"entr{'y' if len(told_in) == 1 else 'ies'} {listed(map(str, told_in))}"
    in_words = [f"the words of {entries} tell it, and the log is never changed"] if told_in else []
    return [f"  not erased: {each}" for each in [*in_words, *done.out_of_reach]]
