"""The views, asked of a ledger: where a partnership stands, through a lens too, the portfolio, promises, what happened.

Each takes `as_of` (what moment is asked about) and `known_at` (by the knowledge of which moment), an instant or a day,
which means its end; both are now unless told. `policy` is the one adopted last by `known_at`, or else the shipped one.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from pledger.domain.days import end_of_day, in_utc
from pledger.domain.ledger_facts import LEDGER_STREAM, PolicyAdopted
from pledger.domain.naming import listed
from pledger.domain.refusal import WrongUsage
from pledger.projections import commitments as promises
from pledger.projections.outlook import Outlook, outlook
from pledger.projections.policy import Policy, default_policy
from pledger.projections.question import Moment, Question, standing_entries

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from pledger.domain.backup import Watch
    from pledger.domain.entry import Entry
    from pledger.domain.ledger import Ledger
    from pledger.projections.commitments import Commitment
    from pledger.projections.lens import LensView
    from pledger.projections.timeline import Order, TimelineEntry

    When = date | datetime | None


def show(
    ledger: Ledger, partnership: str, *, as_of: When = None, known_at: When = None, policy: Policy | None = None
) -> Outlook:
    """Where one partnership stands; reads its own entries only. Raises WrongUsage if it was not known then."""
    return show_of(ledger, partnership, question(ledger, as_of, known_at, policy))


def lens(
    ledger: Ledger,
    partnership: str,
    name: str,
    *,
    as_of: When = None,
    known_at: When = None,
    policy: Policy | None = None,
) -> LensView:
    """One partnership through the lens of a name, the policy's own or a shipped one.

    Raises WrongUsage if the partnership was not known then, or if there is no such lens.
    """
    return lens_of(ledger, partnership, name, question(ledger, as_of, known_at, policy))


def portfolio(
    ledger: Ledger, *, as_of: When = None, known_at: When = None, policy: Policy | None = None
) -> list[Outlook]:
    """Where every partnership stands, worst news first."""
    return portfolio_of(ledger, question(ledger, as_of, known_at, policy))


def commitments(
    ledger: Ledger, partnership: str | None = None, *, as_of: When = None, known_at: When = None
) -> list[Commitment]:
    """Every promise of one partnership, or of all, with its state, the most pressing first."""
    moment = moment_of(ledger, as_of, known_at)
    streams: dict[str, list[Entry]] = {}
    for entry in ledger.entries(partnership, known_at=moment.known_at):
        streams.setdefault(entry.partnership, []).append(entry)
    return promises.most_pressing_first(
        promise
        for stream in streams.values()
        for promise in promises.commitments(standing_entries(stream, moment), moment.as_of, ledger.zone)
    )


def timeline(
    ledger: Ledger,
    partnership: str | None = None,
    *,
    as_of: When = None,
    known_at: When = None,
    order: Order = "occurrence",
) -> list[TimelineEntry]:
    """What happened in one partnership, or in all; what was taken back is marked."""
    from pledger.projections import timeline as story  # late: one partnership's standing needs none of it

    moment = moment_of(ledger, as_of, known_at)
    return story.timeline(ledger.entries(partnership, known_at=moment.known_at), moment, order)


def policy_in_force(ledger: Ledger, known_at: datetime) -> Policy:
    """The policy adopted last by an instant, or else the shipped one; raises PolicyError if it cannot be read."""
    for entry in reversed(ledger.policies(known_at=known_at)):
        assert isinstance(entry.fact, PolicyAdopted)
        return Policy.parse(entry.fact.text, f"the policy adopted with entry {entry.position}")
    return default_policy()


def moment_of(ledger: Ledger, as_of: When, known_at: When) -> Moment:
    """The moment on both clocks; now where none is told."""
    now = ledger.now()
    return Moment(instant_of(ledger, as_of) or now, instant_of(ledger, known_at) or now)


def instant_of(ledger: Ledger, when: When) -> datetime | None:
    """The instant in UTC, a day meaning its end; None where none is told."""
    if when is None or isinstance(when, datetime):
        return when and in_utc(when)
    return end_of_day(when, ledger.zone)


def question(ledger: Ledger, as_of: When, known_at: When, policy: Policy | None) -> Question:
    """The moment, and the policy in force by its knowledge where none is told."""
    moment = moment_of(ledger, as_of, known_at)
    return Question(moment, policy or policy_in_force(ledger, moment.known_at), ledger.zone)


def show_of(ledger: Ledger, partnership: str, asked: Question) -> Outlook:
    """Where one partnership stands, for a question already asked in full."""
    entries: Iterable[Entry] = ledger.entries(partnership, known_at=asked.known_at)
    found = outlook(partnership, list(entries), asked)
    if found is None:
        raise not_known(ledger, partnership, asked)
    return found


def portfolio_of(ledger: Ledger, asked: Question, watch: Watch = lambda what, done, total: None) -> list[Outlook]:
    """Where every partnership stands, for a question already asked in full; each is read when its turn comes."""
    from pledger.projections import portfolio as all_outlooks  # late: one partnership needs none of it

    def streams() -> Iterator[tuple[str, Iterable[Entry]]]:
        slugs = ledger.partnerships()
        watch("reading partnerships", 0, len(slugs))
        for done, slug in enumerate(slugs, start=1):
            yield slug, ledger.entries(slug, known_at=asked.known_at)
            watch("reading partnerships", done, len(slugs))

    return all_outlooks.portfolio(streams(), asked)


def lens_of(ledger: Ledger, partnership: str, name: str, asked: Question) -> LensView:
    """One partnership through a lens, for a question already asked in full."""
    from pledger.projections.lens import lens_view  # late: where it stands as a whole needs none of it

    entries = known_entries(ledger, partnership, asked)
    return lens_view(partnership, entries, name, asked.policy.lens(name), asked)


def known_entries(ledger: Ledger, partnership: str, asked: Question) -> list[Entry]:
    """The entries of one partnership known then, in order of recording; raises WrongUsage if there was none."""
    known = list(ledger.entries(partnership, known_at=asked.known_at))
    if not known or partnership == LEDGER_STREAM:
        raise not_known(ledger, partnership, asked)
    return known


def not_known(ledger: Ledger, partnership: str, asked: Question) -> WrongUsage:
    """Nothing had been recorded of a partnership by then, or ever."""
    names = ledger.partnerships()
    if partnership not in names:
        return WrongUsage(
            f"there is no partnership '{partnership}'",
            remedy=f"name one of: {listed(names)}" if names else "open one first: pledger open --help",
        )
    return WrongUsage(
        f"nothing was known of {partnership} by {asked.known_at.astimezone(asked.zone):%Y-%m-%d %H:%M}",
        where="--known-at",
        remedy=f"ask for a later --known-at; see what was recorded when with: pledger log {partnership} --recorded",
    )
