"""What all questions have in common: the two clocks, the policy, the form of the answer."""

from __future__ import annotations

import inspect
import sys
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import click

from pledger.cli.command import PledgerCommand
from pledger.cli.completion import complete_partnership
from pledger.cli.dates import end_of, parse_when, spoken
from pledger.cli.names import find_partnership
from pledger.cli.session import Session, pass_session
from pledger.domain.days import day_of, end_of_day
from pledger.domain.naming import listed
from pledger.domain.refusal import WrongUsage
from pledger.projections.question import Moment, Question

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date, datetime
    from zoneinfo import ZoneInfo

    from pledger.domain.ledger import Ledger
    from pledger.projections.policy import Policy

TABLE_ROWS_MAX = 1_000
"""What a table shows unless --limit tells: longer ones nobody reads on a terminal, and they take seconds to lay out."""

FORMS = ("table", "json", "csv", "tsv")
SECTION = "Ask"


@dataclass
class Query:
    """One question as it was typed."""

    session: Session
    as_of_told: str | None
    known_at_told: str | None
    policy_told: str | None
    form_told: str | None

    @cached_property
    def ledger(self) -> Ledger:
        return self.session.ledger()

    @cached_property
    def moment(self) -> Moment:
        """The two clocks; now unless told, and a day means its end."""
        now = self.ledger.now()
        return Moment(self._instant(self.as_of_told, now), self._instant(self.known_at_told, now))

    def _instant(self, told: str | None, now: datetime) -> datetime:
        return now if told is None else end_of(parse_when(told, now, self.ledger.zone), self.ledger.zone)

    def when(self, told: str | None) -> date | datetime | None:
        """A day or an instant that another option tells; None where it does not."""
        return None if told is None else parse_when(told, self.ledger.now(), self.ledger.zone)

    @cached_property
    def policy(self) -> Policy:
        from pledger.projections.views import policy_in_force

        if self.policy_told is None:
            return policy_in_force(self.ledger, self.moment.known_at)
        return policy_told(self.policy_told, self.ledger, self.moment.known_at)

    @cached_property
    def question(self) -> Question:
        return Question(self.moment, self.policy, self.ledger.zone)

    def asked_words(self) -> str:
        """What a table's foot says of the question: both clocks and the policy."""
        zone, (as_of, known_at) = self.ledger.zone, self.moment
        ahead = ", looking ahead: if nothing more happens" if as_of > self.ledger.now() else ""
        known = "as known then" if known_at == as_of else f"as known {instant_in_words(known_at, zone)}"
        policy = f"policy {self.policy.name} ({self.question.policy_digest[:12]})"
        return f"As of {instant_in_words(as_of, zone)}, {known}{ahead}; {policy}."

    @property
    def form(self) -> str:
        """A table on a terminal, tab-separated elsewhere, unless told."""
        return form_for(self.form_told)

    def limit(self, told: int | None) -> int | None:
        """How many rows to show at the most; None for all."""
        return told or (TABLE_ROWS_MAX if self.form == "table" else None)

    def partnership(self, told: str | None) -> str:
        """The partnership asked about: told, configured, or the only one there is."""
        named = told or self.session.partnership_default
        if named is not None:
            return find_partnership(self.ledger, named)
        names = self.ledger.partnerships()
        if len(names) == 1:
            return names[0]
        raise WrongUsage(
            "no partnership is named",
            where=click.get_current_context().command_path,
            remedy=f"name one of: {listed(names)}" if names else "open one first: pledger open --help",
        )

    def partnership_or_all(self, told: str | None, *, every: bool) -> str | None:
        """The partnership asked about, told or configured; None for all of them."""
        if every and told is not None:
            raise WrongUsage(
                f"'{told}' and --all exclude each other",
                where=click.get_current_context().command_path,
                remedy="give one of them",
            )
        named = None if every else told or self.session.partnership_default
        return find_partnership(self.ledger, named) if named is not None else None


def instant_in_words(at: datetime, zone: ZoneInfo) -> str:
    """An instant for people; the last of a day as the end of that day."""
    day = day_of(at, zone)
    return f"the end of {day:%a %Y-%m-%d}" if at == end_of_day(day, zone) else spoken(at, zone)


def form_for(told: str | None) -> str:
    """The form of an answer: as told, else a table on a terminal and tab-separated values elsewhere."""
    return told or ("table" if sys.stdout.isatty() else "tsv")


def policy_told(told: str, ledger: Ledger, known_at: datetime) -> Policy:
    """The policy that --policy names: the shipped one, one adopted by then, or a file; raises WrongUsage."""
    from pledger.cli.policy_told import known_policy

    return known_policy(told, ledger, known_at).policy()


def query(
    name: str, *, example: str, keys: str, forms: Sequence[str] = FORMS
) -> Callable[[Callable[..., None]], click.Command]:
    """Make a command of a function that takes a Query and what the command's own parameters tell.

    `keys` documents what --format json gives.
    """

    def made(answer: Callable[..., None]) -> click.Command:
        def run(
            session: Session, as_of: str | None, known_at: str | None, policy: str | None, form: str | None, **told: Any
        ) -> None:
            asked = Query(session, as_of, known_at, policy, form)
            if policy is not None:
                asked.policy  # noqa: B018 -- a wrong one is refused even where nothing is scored
            answer(asked, **told)

        own: list[click.Parameter] = list(reversed(getattr(answer, "__click_params__", [])))
        return PledgerCommand(
            name,
            section=SECTION,
            example=example,
            help=help_with_keys(answer, keys),
            params=[*own, *common_options(forms=forms)],
            callback=pass_session(run),
        )

    return made


def help_with_keys(answer: Callable[..., object], keys: str) -> str:
    """A command's help from its docstring, with the documented keys of its JSON."""
    return f"{inspect.cleandoc(answer.__doc__ or '')}\n\n\b\n{inspect.cleandoc(keys)}"


def partnership_argument(answer: Callable[..., None]) -> Callable[..., None]:
    """The partnership asked about, by any beginning that fits one only."""
    return click.argument("partnership", required=False, shell_complete=complete_partnership)(answer)


def all_option(answer: Callable[..., None]) -> Callable[..., None]:
    """Ask about every partnership although one is configured."""
    about = "Of every partnership, although one is configured."
    return click.option("--all", "every", is_flag=True, help=about)(answer)


def limit_option(which: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """How many rows to show: the first or the last ones."""
    about = f"The {which} N only; in a table the {which} {TABLE_ROWS_MAX} unless told."
    return click.option("--limit", metavar="N", type=click.IntRange(min=1), help=about)


def format_option(forms: Sequence[str] = FORMS) -> click.Option:
    """The form of the answer."""
    about = "How to show it; a table on a terminal and tsv elsewhere, unless told."
    return click.Option(["--format", "form"], type=click.Choice(forms), help=about)


def common_options(known_at: click.Option | None = None, forms: Sequence[str] = FORMS) -> list[click.Parameter]:
    """What every question takes; `known_at` replaces the option of that name."""
    as_of = "What moment it is about; now unless told. A day means its end."
    of_which = "By the knowledge of which moment; now unless told. A day means its end."
    policy = (
        "How evidence counts: a policy file, the name of one that was adopted, or 'default'; "
        "the one adopted last by --known-at unless told."
    )
    return [
        click.Option(["--as-of"], metavar="DATE", help=as_of),
        known_at or click.Option(["--known-at"], metavar="DATE", help=of_which),
        click.Option(["--policy"], metavar="FILE|NAME", help=policy),
        format_option(forms),
    ]
