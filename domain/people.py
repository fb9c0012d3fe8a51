"""The register of people beside the log: names and addresses, which can be corrected and erased."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, NamedTuple

from pledger.domain.fact import PERSON_ID_LENGTH_MAX
from pledger.domain.naming import SLUG_PATTERN, nearest, slug_from
from pledger.domain.proposals import unfit
from pledger.domain.refusal import Refused, StorageTrouble, WrongUsage
from pledger.domain.store import PEOPLE

if TYPE_CHECKING:
    from collections.abc import Sequence

LENGTH_MAX = 500
TELLING_LENGTH_MIN = 3
"""A shorter part of a name tells nobody who it is."""


class Person(NamedTuple):
    """Somebody who acts for a party: the facts carry the id, and nothing but this register the name."""

    id: str
    name: str
    address: str | None = None
    """Where to reach the person: an e-mail address, or any other."""

    @property
    def shown(self) -> str:
        """The person for people."""
        return f"{self.name} ({self.id})"

    @property
    def is_told_by_id(self) -> bool:
        """Whether the id has a part of the name in it: the log keeps ids for ever."""
        parts = set(re.split(r"[-._]", slug_from(self.id)))
        return any(part in parts for part in slug_from(self.name).split("-") if len(part) >= TELLING_LENGTH_MIN)


class Forgotten(NamedTuple):
    """What became of somebody who was to be forgotten."""

    id: str
    was_there: bool
    """Whether there was a name to erase; what an earlier attempt had left was cleared in any case."""
    out_of_reach: tuple[str, ...]
    """Where the name may still be, and what to do about it; whole sentences."""


class Register(ABC):
    """Where a store keeps the people; each method raises StorageTrouble where it cannot."""

    OUT_OF_REACH: tuple[str, ...] = ()
    """What the place itself keeps for a while, that nobody who only has the ledger can erase."""

    @abstractmethod
    def rows(self) -> list[Person]:
        """Everybody, in the order of their ids."""

    @abstractmethod
    def add(self, person: Person) -> bool:
        """Put somebody in; False, and nothing changes, where the id is there already."""

    @abstractmethod
    def replace(self, id_: str, person: Person | None) -> bool:
        """Put somebody in place of whoever has this id, or nobody; False where nobody has it.

        The register is written anew in any case, so that nothing of what was ever taken out of it is left anywhere.
        """


class People:
    """Names and addresses by person id; `Ledger.people` is the way to it. Nothing of it enters the log or a score."""

    def __init__(self, register: Register, path: str) -> None:
        self._register = register
        self._path = path

    def all(self) -> list[Person]:
        """Everybody in the register, in the order of their ids."""
        return self._register.rows()

    def find(self, id_: str) -> Person | None:
        """Who has this id, if anybody."""
        return next((person for person in self.all() if person.id == id_), None)

    def add(self, id_: str, name: str, address: str | None = None) -> Person:
        """Put somebody into the register; raises WrongUsage for what cannot be kept, and Refused for an id in use."""
        person = _checked(id_, name, address)
        if not self._register.add(person):
            raise Refused(
                f"there is somebody with the id {id_} already",
                where=self._path,
                remedy=f"give another id, or correct what is there: pledger people change {id_} --name ...",
            )
        return person

    def change(self, id_: str, *, name: str | None = None, address: str | None = None) -> Person:
        """Correct a name or an address, of which nothing is left; an empty address takes it away.

        Raises WrongUsage for what cannot be kept, and Refused where nobody has the id.
        """
        before = self.find(id_)
        if before is not None:
            kept = before.address if address is None else address or None
            person = _checked(id_, before.name if name is None else name, kept)
            if self._register.replace(id_, person):
                return person
        raise Refused(
            f"there is nobody with the id {id_}", where=self._path, remedy=f"{self._meant(id_)}see: pledger people list"
        )

    def forget(self, id_: str) -> Forgotten:
        """Erase a name and an address from the register and from whatever the database kept of them.

        Where nobody has the id, what an earlier attempt may have left is cleared all the same. Raises StorageTrouble
        where something could not be erased yet.
        """
        was_there = self._register.replace(id_, None)
        return Forgotten(id_, was_there, (in_backups(id_), *self._register.OUT_OF_REACH))

    def _meant(self, id_: str) -> str:
        guesses = nearest(id_, (person.id for person in self.all()))
        return f"did you mean {' or '.join(guesses)}? " if guesses else ""


def in_backups(id_: str) -> str:
    """What to do about the name in copies of the ledger."""
    return (
        "Backups, ledgers that a restore has put aside, and whatever was printed with names may hold it. In each copy "
        f"that you keep, forget it too: pledger --ledger COPY people forget {id_}"
    )


def still_in_the_file(path: str, id_: str, *, changed: bool) -> StorageTrouble:
    """The register is as it was to be, but another program keeps the old pages in the file or its write-ahead log."""
    again = "do the same again" if changed else f"erase what is left: pledger people forget {id_}"
    return StorageTrouble(
        "it is out of the register, but not out of the file: another program is reading it",
        where=path,
        remedy=f"let it finish or close it, then {again}",
    )


def may_not_change(path: str) -> StorageTrouble:
    """The server lets this user change nothing of the register, or not enough."""
    return StorageTrouble(
        "you may not change the register of people",
        where=path,
        remedy=f"ask who keeps the server for SELECT, INSERT, DELETE and TRUNCATE on the table {PEOPLE}",
    )


def _checked(id_: str, name: str, address: str | None) -> Person:
    """Somebody as the register can keep them; raises WrongUsage."""
    if len(id_) > PERSON_ID_LENGTH_MAX or not re.fullmatch(SLUG_PATTERN, id_):
        raise WrongUsage(
            f"'{id_}' cannot be the id of a person",
            remedy="use small letters, digits and hyphens that do not tell the name, like p-17",
        )
    name, address = name.strip(), address if address is None else address.strip()
    for what, words in (("name", name), ("address", address)):
        reason = "" if words is None else _unfit(words)
        if reason:
            raise WrongUsage(f"the {what} {reason}", remedy=f"tell the {what} in one line of letters")
    return Person(id_, name, address)


def _unfit(words: str) -> str:
    return f"is longer than {LENGTH_MAX} characters" if len(words) > LENGTH_MAX else unfit(words)


def with_in_place(people: Sequence[Person], id_: str, person: Person | None) -> tuple[list[Person], bool]:
    """These people with somebody, or nobody, in place of whoever has this id; and whether anybody had it."""
    was_there = any(each.id == id_ for each in people)
    others = [each for each in people if each.id != id_]
    return ([*others, person] if person is not None and was_there else others), was_there
