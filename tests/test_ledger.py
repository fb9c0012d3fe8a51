"""The ledger as a file: what it keeps of itself, what users cannot give, and the names it gives."""

from __future__ import annotations

import sqlite3
import stat
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from support.histories import OPENED, SLUG, Clock, a_ledger

from pledger.domain.communication import MeetingHeld, UpdateShared
from pledger.domain.delivery import CommitmentMade
from pledger.domain.entry import Proposal
from pledger.domain.ledger import Ledger
from pledger.domain.ledger_facts import LedgerOpened, PolicyAdopted
from pledger.domain.refusal import Refused, WrongUsage

if TYPE_CHECKING:
    from pathlib import Path

    from pledger.domain.entry import Entry
    from pledger.domain.fact import Fact


# The file


def test_a_ledger_is_made_on_first_use_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "private" / "ledger.sqlite"
    with Ledger.open(path, time_zone="UTC") as ledger:
        ledger.record(OPENED, SLUG)
        files = sorted(path.parent.iterdir())
        assert [file.name for file in files] == ["ledger.sqlite", "ledger.sqlite-shm", "ledger.sqlite-wal"]
        assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_it_is_written_ahead(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with Ledger.open(path, time_zone="UTC"):
        assert sqlite3.connect(path).execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_opened_again_it_is_what_it_was(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with Ledger.open(path, name="Alliances", time_zone="Pacific/Auckland", me="jane") as ledger:
        recorded = ledger.record(OPENED, SLUG, link="https://example.org/contract", note="signed\nby both")
    with Ledger.open(path, name="Another", time_zone="UTC") as ledger:
        assert (ledger.name, ledger.zone.key) == ("Alliances", "Pacific/Auckland")
        assert ledger.partnerships() == [SLUG]
        assert list(ledger.entries(SLUG)) == [recorded]
    assert (recorded.recorded_by, recorded.link, recorded.note) == (
        "jane",
        "https://example.org/contract",
        "signed\nby both",
    )


def test_unless_told_it_is_called_like_its_file_and_has_the_time_zone_of_the_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tzlocal.get_localzone_name", lambda: "America/Lima")
    with Ledger.open(tmp_path / "alliances.sqlite") as ledger:
        assert (ledger.name, ledger.zone.key) == ("alliances", "America/Lima")


def test_a_tilde_means_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    with Ledger.open("~/mine.sqlite", time_zone="UTC") as ledger:
        assert ledger.path == str(tmp_path / "mine.sqlite")
    assert (tmp_path / "mine.sqlite").is_file()


def test_ledgers_in_memory_are_apart() -> None:
    with a_ledger() as one, a_ledger() as other:
        one.record(OPENED, SLUG)
        assert other.partnerships() == []


def test_what_was_known_at_an_instant_leaves_out_what_came_later(ledger: Ledger, clock: Clock) -> None:
    clock.wait(timedelta(hours=1))
    ledger.record(MeetingHeld(), SLUG)
    before = clock.now - timedelta(minutes=1)
    assert len(list(ledger.entries(SLUG))) == 2
    assert [entry.fact.TOPIC for entry in ledger.entries(SLUG, known_at=before)] == ["partnership-opened"]
    assert ledger.partnership("elsewhere").lifecycle.phase == "unopened"


def test_facts_about_the_ledger_go_to_its_own_stream(ledger: Ledger, clock: Clock) -> None:
    clock.wait(timedelta(days=1))
    adopted = ledger.record(PolicyAdopted(name="mine", text="x = 1", why="late hurts"), note="agreed in March")
    assert (adopted.partnership, adopted.version, adopted.note) == ("@ledger", 2, "agreed in March")
    assert ledger.policies() == [adopted]
    assert ledger.policies(known_at=clock.now - timedelta(hours=1)) == []
    assert ledger.partnerships() == [SLUG]


def test_a_ledger_is_begun_once(ledger: Ledger) -> None:
    with pytest.raises(Refused, match="there is a ledger already, 'test'"):
        ledger.record(LedgerOpened(name="again", time_zone="UTC"))


def test_facts_about_the_ledger_belong_to_no_partnership(ledger: Ledger) -> None:
    adopted = PolicyAdopted(name="mine", text="x = 1", why="late hurts")
    with pytest.raises(WrongUsage, match="policy-adopted is about the ledger"):
        ledger.record_all([Proposal(adopted, SLUG)])


# What users cannot give


@pytest.mark.parametrize(
    ("fact", "stamp"),
    [
        (CommitmentMade(what="it", by="Acme", late_from=None), "late_from"),
        (MeetingHeld(members=("Acme",)), "members"),
        (UpdateShared(what="it", by="Acme", gaps_opened=()), "gaps_opened"),
    ],
)
def test_stamps_are_the_ledgers_own(ledger: Ledger, fact: Fact, stamp: str) -> None:
    with pytest.raises(WrongUsage, match=f"{stamp} cannot be told: the ledger stamps it"):
        ledger.record(fact, SLUG)


def test_a_fact_read_from_the_ledger_may_be_told_again_without_its_stamps(ledger: Ledger) -> None:
    def read() -> list[Entry]:
        return list(ledger.entries(SLUG))

    ledger.record(MeetingHeld(), SLUG)
    with pytest.raises(WrongUsage, match=r"or record entry\.fact\.as_told\(\)"):
        ledger.record(read()[-1].fact, SLUG)
    ledger.record(read()[-1].fact.as_told(), SLUG)
    assert [entry.fact.TOPIC for entry in read()] == ["partnership-opened", "meeting-held", "meeting-held"]


# Short names


@pytest.mark.parametrize(
    ("what", "slug"),
    [
        ("Brand guide", "brand-guide"),
        ("Überprüfung des Vertrags", "uberprufung-des-vertrags"),
        ("合同 审查", "合同-审查"),
        ("Straße", "strasse"),
        ("v2.0_final!", "v2-0-final"),
        ("?!", "unnamed"),
        ("x " * 90, "-".join("x" * 30)),
    ],
)
def test_a_promise_gets_a_short_name_from_its_words(ledger: Ledger, what: str, slug: str) -> None:
    made = ledger.record(CommitmentMade(what=what, by="Acme"), SLUG).fact
    assert isinstance(made, CommitmentMade)
    assert made.commitment == slug


def test_a_name_that_is_taken_gets_a_number(ledger: Ledger) -> None:
    made = [ledger.record(CommitmentMade(what="Report", by="Acme"), SLUG).fact for _ in range(3)]
    assert [fact.commitment for fact in made if isinstance(fact, CommitmentMade)] == ["report", "report-2", "report-3"]


def test_even_where_what_took_it_happened_later(ledger: Ledger) -> None:
    ledger.record(CommitmentMade(what="Report", by="Acme"), SLUG)
    earlier = ledger.record(CommitmentMade(what="Report", by="Acme"), SLUG, on=date(2018, 1, 1)).fact
    assert isinstance(earlier, CommitmentMade)
    assert earlier.commitment == "report-2"


def test_a_name_may_be_told_and_is_then_taken(ledger: Ledger) -> None:
    ledger.record(CommitmentMade(what="Report for May", by="Acme", commitment="may"), SLUG)
    with pytest.raises(Refused, match="there is a commitment 'may' already"):
        ledger.record(CommitmentMade(what="Report for May 2019", by="Acme", commitment="may"), SLUG)


@pytest.mark.parametrize("slug", ["", "Acme", "a b", "-a", "a-", "a--b", "@ledger", "a\n", "a" * 101, "../x"])
def test_what_cannot_name_a_partnership(ledger: Ledger, slug: str) -> None:
    with pytest.raises(WrongUsage, match="cannot name a partnership"):
        ledger.record(OPENED, slug)
