# ruff: noqa: D205, D212, D403, D415 -- a docstring here is a message, word for word
"""What a server cannot do, in messages: provoked without one."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import psycopg
import pytest
from eventsourcing.persistence import PersistenceError
from psycopg_pool import PoolClosed

from pledger.domain import store
from pledger.domain.ledger import Ledger
from pledger.domain.postgres_store import PostgresStore
from pledger.domain.postgres_trouble import told_as_trouble
from support.provoking import tells

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.provoking import Scene

WHERE = "postgresql://jane@db/ledger"


class Gone:
    """A server that went away."""

    @contextmanager
    def transaction(self, *, commit: bool) -> Iterator[None]:
        raise PersistenceError("the connection is lost")
        yield


def a_store() -> PostgresStore:
    """A store on a server that nobody can reach."""
    made = PostgresStore.__new__(PostgresStore)
    made.path = WHERE
    made._datastore = Gone()  # type: ignore[assignment]
    return made


@tells
def looked_for_a_ledger_in_an_empty_database(scene: Scene) -> None:
    """
    storage trouble: there is no ledger in it yet
      where: postgresql://jane@db/ledger
      now:   name another with --ledger, or make a ledger there with: pledger init
    """
    raise a_store().missing()


@tells
def lost_the_server_while_recording(scene: Scene) -> None:
    """
    storage trouble: the server went away while it recorded; whether it did is not known
      where: postgresql://jane@db/ledger
      now:   when it answers again, see `pledger log` before you tell it again; an import may be repeated
    """
    a_store()._found_again([], PersistenceError())


@tells
def asked_a_server_that_does_not_run(scene: Scene) -> None:
    """
    storage trouble: the server does not answer: no route to host
      where: postgresql://jane@db/ledger
      now:   see that it runs and that --ledger names it as it is, then do it again
    """
    with told_as_trouble(WHERE):
        raise psycopg.OperationalError("no route to host")


@tells
def asked_a_server_that_does_not_let_one_in(scene: Scene) -> None:
    """
    storage trouble: password authentication failed for user "jane"
      where: postgresql://jane@db/ledger
      now:   tell the user in the URL, and the password in PGPASSWORD or ~/.pgpass
    """
    with told_as_trouble(WHERE):
        raise psycopg.OperationalError('connection failed: FATAL:  password authentication failed for user "jane"')


@tells
def read_a_damaged_database(scene: Scene) -> None:
    """
    damaged: the database is damaged: invalid page in block 7
      where: postgresql://jane@db/ledger
      now:   restore it from a backup
    """
    with told_as_trouble(WHERE):
        raise psycopg.errors.DataCorrupted("invalid page in block 7")


@tells
def asked_a_store_that_was_closed(scene: Scene) -> None:
    """
    storage trouble: the ledger has been closed
      where: postgresql://jane@db/ledger
      now:   open it again
    """
    with told_as_trouble(WHERE):
        raise PoolClosed


@tells
def mistyped_a_url(scene: Scene) -> None:
    """
    error: the URL cannot be understood: invalid URI query parameter: "colour"
      where: postgresql://jane@db/ledger?colour=red
      now:   write it as postgresql://USER@HOST:PORT/DATABASE
    """
    Ledger.open("postgresql://jane:secret@db/ledger?colour=red")


@tells
def had_nothing_to_talk_to_a_server_with(scene: Scene) -> None:
    """
    storage trouble: a ledger on a server needs psycopg, which is not installed
      where: postgresql://jane@db/ledger
      now:   install it with: pip install 'pledger[postgres]'
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store, "find_spec", lambda name: None)
        Ledger.open("postgresql://jane:secret@db/ledger")
