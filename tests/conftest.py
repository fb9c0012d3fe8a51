"""What every test may ask for: a desk of its own, where nothing of the machine's user is read or written."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings
from support.desk import Desk
from support.histories import OPENED, SLUG, Clock, a_ledger, utc

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from support.importing import Bench
    from support.present_history import Present
    from support.proving import Sealed
    from support.server import Server
    from support.story import Story

    from pledger.domain.ledger import Ledger

# A machine that others use too may take its time; and a run that decides something must not depend on luck.
settings.register_profile("everywhere", deadline=None, print_blob=True)
settings.register_profile("deciding", parent=settings.get_profile("everywhere"), derandomize=True)
settings.load_profile("deciding" if os.environ.get("CI") else "everywhere")


PLACES = ("file", "server")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every scenario holds wherever the ledger is kept, but for those that speak of one place."""
    if "_pytest_bdd_example" in metafunc.fixturenames:
        named = [place for place in PLACES if metafunc.definition.get_closest_marker(place)]
        metafunc.fixturenames.append("store")
        metafunc.parametrize("store", named or PLACES, scope="function")


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A PostgreSQL server; what needs one is passed by where the machine has none."""
    from support.server import HASTY, programs, running  # late: few tests need it

    if programs() is None:
        pytest.skip("this machine has no PostgreSQL server")
    with running(*HASTY) as started:
        yield started


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Desk:
    """A place to type commands, with nothing recorded and nothing configured."""
    for name in ("LEDGER", "ME", "PARTNERSHIP", "CONFIG", "DEBUG"):
        monkeypatch.delenv(f"PLEDGER_{name}", raising=False)
    for name in ("VISUAL", "EDITOR"):  # what would be opened is for each test to say
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))  # where the pages of a ledger on a server are
    if getattr(request.node, "callspec", None) and request.node.callspec.params.get("store") == "server":
        return Desk(tmp_path, server=request.getfixturevalue("server").new_place())
    return Desk(tmp_path)


@pytest.fixture
def opened(desk: Desk) -> Desk:
    """A desk with an open partnership, acme-globex of Acme and Globex."""
    for line in (
        "init --name Alliances --time-zone Europe/Berlin",
        'open acme-globex --party Acme --party Globex --purpose "joint launch"',
    ):
        answer = desk.type(line)
        assert answer.code == 0, answer.err
    return desk


@pytest.fixture
def clock() -> Clock:
    """Tuesday 6 November 2018, 10:00 in Berlin."""
    return Clock(utc(2018, 11, 6, 9))


@pytest.fixture
def ledger(clock: Clock) -> Iterator[Ledger]:
    """A ledger with Berlin's days and one partnership, opened just now."""
    with a_ledger(clock) as opened:
        opened.record(OPENED, SLUG)
        yield opened


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Sealed:
    """Some fifty entries and their checkpoint; whoever damages the file damages a copy."""
    from support.proving import a_history, sealed  # late: few tests need it

    return sealed(a_history(tmp_path_factory.mktemp("small") / "ledger.sqlite"))


@pytest.fixture(scope="session")
def present(tmp_path_factory: pytest.TempPathFactory) -> Present:
    """The kept history as the present version writes it, asked before any fact is changed."""
    from support.present_history import present_history  # late, as above

    return present_history(tmp_path_factory.mktemp("present"))


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """A place to import tables, with an empty ledger."""
    from support.importing import new_bench  # late, as above

    return new_bench(tmp_path)


@pytest.fixture
def promised(opened: Desk) -> Desk:
    """A promise (entry 3), and its delivery (entry 4)."""
    opened.type("commit acme-globex 'Send the brand guide' --by Acme --due 2026-03-04 --note 'by mail' --source crm-7")
    opened.type("deliver acme-globex brand --link https://example.org/guide --me bob")
    return opened


@pytest.fixture
def told_late() -> Story:
    """Kept on the 9th, a day before it was due, but told a fortnight later."""
    from support.story import Story  # late, as above

    story = Story().opened()
    story.promised("2025-01-02", "guide", "2025-01-10")
    story.delivered("2025-01-09", "guide", told="2025-01-25")
    return story


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a ledger may be made."""
    return tmp_path / "ledger.sqlite"


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Evidence pages of a few entries, so that small ledgers have many."""
    from support.paging import make_small  # late, as above

    make_small(monkeypatch)
