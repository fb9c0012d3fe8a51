"""The ledger: the append-only record of all entries, and the one door to the event store."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from pledger.domain.days import in_utc
from pledger.domain.entry import Entry, Proposal
from pledger.domain.fact import Fact
from pledger.domain.ledger_facts import LEDGER_STREAM, LedgerOpened, PolicyAdopted
from pledger.domain.mapper import RESTORE
from pledger.domain.naming import SLUG_PATTERN, slug_from
from pledger.domain.partnership import Partnership, replayed
from pledger.domain.proposals import check_words, unfit
from pledger.domain.refusal import Conflict, IntegrityFailure, Refused, StorageTrouble, WrongUsage
from pledger.domain.store import in_full, open_store, without_password

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date
    from types import TracebackType

    from pledger.domain.mapper import Stored
    from pledger.domain.outcome import Outcome
    from pledger.domain.people import People
    from pledger.domain.recording import Recorder
    from pledger.domain.store import Store

Clock = Callable[[], datetime]


def machine_clock() -> datetime:
    """The machine's time, in UTC."""
    return datetime.now(UTC)


class Ledger:
    """A ledger of partnerships: facts go in, entries come out.

    Use it as a context manager, or call `close`. Facts are admitted by the rules of their partnership; see `record`.
    """

    def __init__(self, store: Store, clock: Clock, me: str) -> None:
        self._store = store
        self._clock = clock
        self.me = me

    @classmethod
    def open(
        cls,
        path_or_url: str | Path,
        *,
        create: bool = True,
        name: str | None = None,
        time_zone: str | None = None,
        me: str = "unknown",
        clock: Clock = machine_clock,
    ) -> Self:
        """Open a ledger, making it first where there is none and `create` allows it.

        It is kept in the file at a path, or on a server that a postgresql:// URL names. `name` and `time_zone` (the
        machine's unless told) are those of a new ledger; `me` is who records. `:memory:` keeps everything in memory.
        Raises StorageTrouble where the file or the server cannot be used.
        """
        address = in_full(str(path_or_url))
        shown = without_password(address)
        if time_zone is not None:
            _opening_told("a ledger", time_zone, shown)  # refused before a file is made
        ledger = cls(open_store(address, create=create), clock, me)
        if ledger._opening is None:
            if not create:
                raise StorageTrouble("there is no ledger in it yet", where=shown, remedy="make one: pledger init")
            told = name or ledger._store.suggested_name
            opened = _opening_told(told, time_zone or machine_time_zone(), shown)
            with contextlib.suppress(Refused):  # another process may have opened it meanwhile
                ledger._append_own(opened, ledger.me)
        return ledger

    @property
    def path(self) -> str:
        """Where it is kept, for people."""
        return self._store.path

    @property
    def address(self) -> str:
        """What opens it again, wherever a program stands; never shown, since a URL may tell a password."""
        return self._store.address

    @property
    def name(self) -> str:
        """What it is called."""
        return self._opened.name

    @cached_property
    def zone(self) -> ZoneInfo:
        """The time zone whose days count; raises IntegrityFailure where this machine knows none of that name."""
        name = self._opened.time_zone
        try:
            return ZoneInfo(name)
        except (ValueError, OSError, KeyError):
            raise IntegrityFailure(
                f"'{name}' is not a time zone that is known here",
                where="the first entry, ledger-opened",
                remedy=f"install the newest tzdata; where it is no time zone at all, {RESTORE}",
            ) from None

    def now(self) -> datetime:
        """What time it is by the ledger's clock, in UTC."""
        return in_utc(self._clock())

    def record(
        self,
        fact: Fact,
        partnership: str | None = None,
        *,
        on: date | datetime | None = None,
        source: str | None = None,
        link: str | None = None,
        note: str | None = None,
        me: str | None = None,
        cascade: bool = False,
    ) -> Entry:
        """Record one fact of a partnership (or about the ledger), and return its entry.

        `on` says when it occurred: an instant with its time zone, a day, or now. `cascade` retracts, with an
        EntryRetracted, what no longer holds. Raises Refused with the reason and the remedy. A fact whose `source` is
        there already returns that entry where it is the same, and raises Refused where it is not.
        """
        if fact.THEME == "ledger":
            return self._append_own(fact, me or self.me, link=link, note=note)
        if partnership is None:
            raise WrongUsage("no partnership is named", where=fact.TOPIC, remedy="say which partnership it belongs to")
        proposal = Proposal(fact, partnership, on, source, link, note)
        return self.record_all([proposal], me=me, cascade=cascade)[0].held()

    def record_all(
        self,
        proposals: Sequence[Proposal],
        *,
        me: str | None = None,
        partial: bool = False,
        cascade: bool = False,
    ) -> list[Outcome]:
        """Record a batch, in one transaction; what became of each proposal, in their order.

        Unless `partial`, one refusal refuses all; with it, a refused proposal keeps out those of its group only.
        """
        for slug in {proposal.partnership for proposal in proposals}:
            check_slug(slug)
        return self._recorder.record(proposals, self.now, _checked(me or self.me), partial=partial, cascade=cascade)

    def rehearse(self, proposals: Sequence[Proposal], *, me: str | None = None) -> list[Outcome]:
        """What `record_all` with `partial` would make of a batch; nothing is recorded, and no entry has a position."""
        for slug in {proposal.partnership for proposal in proposals}:
            check_slug(slug)
        from pledger.domain.recording import Recorder
        from pledger.domain.rehearsal import Rehearsal

        recorder = Recorder(Rehearsal(self._store), self.zone)
        return recorder.record(proposals, self.now, _checked(me or self.me), partial=True, cascade=False)

    def entries(self, partnership: str | None = None, *, known_at: datetime | None = None) -> Iterator[Entry]:
        """The entries of one partnership or of all, in order of recording; only those known at an instant, if told."""
        entries = self._store.log() if partnership is None else self._store.stream(partnership)
        return (entry for entry in entries if known_at is None or entry.recorded_at <= known_at)

    def stored(self, after: int = 0, until: int | None = None) -> Iterator[Stored]:
        """All entries after a position, and up to another, as the store keeps them, in order of recording."""
        return self._store.stored(after, until)

    def stored_of(self, partnership: str) -> Iterator[Stored]:
        """The entries of one partnership, as the store keeps them."""
        return self._store.stored_of(partnership)

    def every(self, number: int, after: int = 0) -> Iterator[int]:
        """The position of every so-manieth entry after a position; none for a remainder."""
        return self._store.every(number, after)

    def partnerships(self) -> list[str]:
        """The slugs of all partnerships, in alphabetical order."""
        return [slug for slug in self._store.slugs() if slug != LEDGER_STREAM]

    def partnership(self, slug: str, *, as_of: datetime | None = None, known_at: datetime | None = None) -> Partnership:
        """A partnership's state at an instant, as known at another; now unless told, and only to be read."""
        if as_of is None and known_at is None:
            return self._recorder.standing(slug).partnership
        return replayed(slug, self.entries(slug, known_at=known_at), self.zone, as_of)

    @cached_property
    def people(self) -> People:
        """The names and addresses of people, which are no part of the log: the facts carry ids."""
        from pledger.domain.people import People

        return People(self._store.register(), self.path)

    def policies(self, *, known_at: datetime | None = None) -> list[Entry]:
        """The adoptions of policies, in the order of adoption."""
        own = self.entries(LEDGER_STREAM, known_at=known_at)
        return [entry for entry in own if isinstance(entry.fact, PolicyAdopted)]

    def close(self) -> None:
        """Give the store back."""
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @cached_property
    def _recorder(self) -> Recorder:
        from pledger.domain.recording import Recorder  # late: a question needs none of it

        return Recorder(self._store, self.zone)

    @property
    def _opening(self) -> Entry | None:
        return next(self._store.stream(LEDGER_STREAM), None)

    @cached_property
    def _opened(self) -> LedgerOpened:
        opening = self._opening
        assert opening is not None  # `open` makes sure of it
        assert isinstance(opening.fact, LedgerOpened)
        return opening.fact

    def _append_own(self, fact: Fact, me: str, *, link: str | None = None, note: str | None = None) -> Entry:
        """Append a fact about the ledger itself to its own stream."""
        check_words(Proposal(fact, LEDGER_STREAM, link=link, note=note))
        while True:
            own = list(self._store.stream(LEDGER_STREAM))
            if own and isinstance(fact, LedgerOpened):
                raise Refused(
                    f"there is a ledger already, '{own[0].fact.model_dump()['name']}'",
                    where=self.path,
                    remedy="name another place with --ledger to make another",
                )
            now = max([self.now(), *(entry.recorded_at for entry in own[-1:])])
            entry = Entry(0, LEDGER_STREAM, len(own) + 1, fact, now, now, _checked(me), link=link, note=note)
            try:
                (position,) = self._store.append([entry])
            except Conflict:
                continue
            return replace(entry, position=position)


def machine_time_zone() -> str:
    """The name of the machine's time zone."""
    import tzlocal

    return tzlocal.get_localzone_name() or "UTC"


def _opening_told(name: str, time_zone: str, where: str) -> LedgerOpened:
    """The opening of a new ledger; raises WrongUsage for a name or a time zone that cannot be."""
    try:
        return LedgerOpened(name=name, time_zone=time_zone)
    except ValidationError as error:
        wrong = str(error.errors()[0]["loc"][0])
        raise WrongUsage(
            f"'{time_zone}' is not a time zone" if wrong == "time_zone" else f"{name!r} cannot name a ledger",
            where=where,
            remedy="give one like Europe/Berlin or UTC" if wrong == "time_zone" else "give it another name",
        ) from None


def _checked(me: str) -> str:
    """Who records, if that can be written down."""
    reason = unfit(me)
    if reason:
        raise WrongUsage(f"the name of who records {reason}", remedy="tell another with --me, or set PLEDGER_ME")
    return me


def check_slug(slug: str) -> None:
    """Refuse what cannot name a partnership."""
    if len(slug) > 100 or not re.fullmatch(SLUG_PATTERN, slug):
        raise WrongUsage(
            f"'{slug}' cannot name a partnership",
            remedy=f"use small letters, digits and hyphens, like '{slug_from(slug)}'",
        )
