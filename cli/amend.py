"""pledger amend: an entry told again as it should have been, by options or in an editor."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, get_args

import click

from pledger.cli.amend_text import as_text, changes_in
from pledger.cli.command import PledgerCommand
from pledger.cli.dates import parse_day, parse_when
from pledger.cli.draft import edited, is_editor_there
from pledger.cli.echo import amended_echo
from pledger.cli.names import exact_partnership
from pledger.cli.references import Place, meant
from pledger.cli.session import Session, pass_session
from pledger.cli.telling import fact_told, reason_told
from pledger.cli.verbs import SECTIONS, choices, option_names, referring, takes_many
from pledger.domain.amending import BESIDE_THE_FACT, Amended, amend, amendable, told_fields
from pledger.domain.refusal import Refused, WrongUsage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pledger.domain.entry import Entry
    from pledger.domain.fact import Fact
    from pledger.domain.ledger import Ledger

EXAMPLE = 'amend 12 --due 2026-04-08 --why "the date was misread"'


@click.command(
    "amend",
    cls=PledgerCommand,
    section=SECTIONS["correction"],
    example=EXAMPLE,
    context_settings={"ignore_unknown_options": True},
)
@click.argument("words", nargs=-1, type=click.UNPROCESSED, metavar="ENTRY [OPTIONS OF ITS VERB]")
@click.option("--on", metavar="DATE", help="When it happened.")
@click.option("--note", metavar="TEXT", help="A remark; an empty one removes it.")
@click.option("--link", metavar="URL", help="A document that shows it; an empty one removes it.")
@click.option("--why", metavar="TEXT", help="Why the entry is amended; what changed, unless told.")
@click.option("--me", metavar="ID", help="Who records it; else PLEDGER_ME, the configuration or your login.")
@click.option(
    "--format", "form", type=click.Choice(["table", "json", "csv", "tsv"]), help="How to show what was recorded."
)
@pass_session
def amend_command(
    session: Session, /, words: tuple[str, ...], why: str | None, me: str | None, form: str | None, **beside: str | None
) -> None:
    r"""Take an entry back and record it as it should have been, with what rests on it.

    With options, those of the verb that recorded it, only what they tell is changed. Without, the entry is opened in
    your editor (VISUAL or EDITOR); what you typed is kept where it is refused.

    \b
    ENTRY: its position, as `pledger log` shows it.
    OPTIONS OF ITS VERB: see `pledger VERB --help`. What the verb takes by
      its place is an option here: --what, --commitment, --every-days.
      An empty value leaves out what may be left out, --no-first-date a mark.
      The fact's own reason, as of `pledger break`, is --own-why.

    What rests on the entry (a delivery on its promise) is taken back and told again, where it occurred, in the same
    batch, and follows it to a new name. What cannot be told again refuses the whole.
    """
    ledger, me, why = session.ledger(), session.me_or(me), reason_told(why)
    entry, options = _entry_meant(words, ledger)
    changes = {**_told_by_options(type(entry.fact), options), **_cleared(beside)}
    if changes:
        done = _amended(entry, changes, ledger, why, me)
    elif is_editor_there():
        text = as_text(entry, ledger.zone)
        name = f"amend-{entry.position}"
        done = edited(text, name, lambda now: _amended(entry, changes_in(now, text, entry), ledger, why, me))
    else:
        raise WrongUsage(
            "nothing to change is told, and there is no editor",
            remedy=f"tell it with options (see: pledger {entry.fact.VERB} --help), or set VISUAL or EDITOR",
        )
    _show(done, entry, ledger, form)


def _show(done: Amended | None, entry: Entry, ledger: Ledger, form: str | None) -> None:
    if form not in (None, "table"):
        from pledger.cli.log import print_entries

        told = [done.now, *(now for _, now in done.told_again)] if done else []
        recorded = [*done.retractions, *told] if done else []
        print_entries(sorted(recorded, key=lambda entry: entry.position), form or "")
    elif done is None:
        click.echo(f"nothing changed: entry {entry.position} is what it was")
    else:
        click.echo("\n".join(amended_echo(done, ledger.zone)))


def _entry_meant(words: Sequence[str], ledger: Ledger) -> tuple[Entry, list[str]]:
    """The entry that the first word names, and the words that follow; its partnership may be named before it."""
    slug, rest = None, list(words)
    if len(rest) > 1 and not rest[0].startswith("-") and not _is_position(rest[0]) and _is_position(rest[1]):
        slug = exact_partnership(ledger, rest.pop(0), where="pledger amend")
    if not rest or not _is_position(rest[0]):
        what = f"'{rest[0]}' is no entry" if rest and not rest[0].startswith("-") else "no entry is named first"
        raise WrongUsage(what, remedy=f"name it by its position, as in: pledger {EXAMPLE}")
    entry = amendable(ledger, int(rest.pop(0)))
    if slug is not None and entry.partnership != slug:
        raise Refused(
            f"entry {entry.position} belongs to {entry.partnership}, not to {slug}",
            remedy=f"see the entries with: pledger log {slug}",
        )
    return entry, rest


def _is_position(word: str) -> bool:
    return word.isdecimal() and word.isascii() and len(word) <= 30


def _told_by_options(kind: type[Fact], words: list[str]) -> dict[str, Any]:
    """What the options of the fact's verb tell."""
    params: list[click.Parameter] = [_option(kind, name) for name in kind.model_fields if name not in kind.stamps()]
    reader = click.Command(kind.VERB, params=params, add_help_option=False)
    try:
        with reader.make_context(kind.VERB, words) as context:
            return _cleared(context.params)
    except click.UsageError as error:
        error.ctx = click.get_current_context()
        raise


def _option(kind: type[Fact], field: str) -> click.Option:
    """The option that tells one field; whatever it is of the verb."""
    info = kind.model_fields[field]
    among = choices(info)
    if field == "why":
        return click.Option(["--own-why", "why"])
    names = option_names(kind, field)
    if info.annotation is bool:
        return click.Option([f"{names[0]}/--no-{names[0].removeprefix('--')}", field], default=None)
    wanted = click.Choice(among, case_sensitive=False) if among else click.STRING
    return click.Option([*names, field], multiple=takes_many(info), type=wanted)


def _cleared(told: dict[str, Any]) -> dict[str, Any]:
    """What was told, with None for what was told to be nothing."""
    given = {name: value for name, value in told.items() if value not in (None, ())}
    return {name: None if value in ("", ("",)) else value for name, value in given.items()}


def _amended(entry: Entry, told: dict[str, Any], ledger: Ledger, why: str | None, me: str) -> Amended | None:
    """Amend it by what was told in words; raises Problem in those of the command line."""
    if not told:
        return None
    where = f"pledger amend {entry.position}"
    kind, changes, now = type(entry.fact), dict(told), ledger.now()
    if changes.get("on") is not None:
        changes["on"] = parse_when(str(changes["on"]), now, ledger.zone)
    place = Place(ledger, entry.partnership, changes.get("on") or entry.occurred_at)
    for name, value in told.items():
        info = kind.model_fields.get(name)
        if info is not None and isinstance(value, str) and date in (info.annotation, *get_args(info.annotation)):
            changes[name] = parse_day(value, now, ledger.zone, ahead=True)
        elif name in referring(kind) and isinstance(value, str):
            changes[name] = meant(kind, name, {**told_fields(entry.fact), **changes}, place)
    _check(entry, changes, where)
    return amend(ledger, entry.position, changes, why=why, me=me)


def _check(entry: Entry, changes: dict[str, Any], where: str) -> None:
    """Refuse what cannot be such a fact, in plain words."""
    kind = type(entry.fact)
    for name in ("link", "note"):
        if changes.get(name) is not None and not isinstance(changes[name], str):
            raise WrongUsage(f"the {name} is no text", where=where, remedy='write it in quotes: "like this"')
    fields = {name: value for name, value in changes.items() if name not in BESIDE_THE_FACT}
    told = {**told_fields(entry.fact), **fields}
    try:
        fact_told(kind, {name: value for name, value in told.items() if value is not None})
    except WrongUsage as wrong:
        wrong.where, wrong.remedy = where, f"see what it may be: pledger {kind.VERB} --help"
        raise
