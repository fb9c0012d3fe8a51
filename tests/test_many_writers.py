"""Eight processes record at once, in a file and on a server, while others read along: nothing lost, nothing doubled."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
import time
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from pledger.domain.ledger import Ledger
from pledger.domain.ledger_facts import LEDGER_STREAM
from pledger.domain.refusal import StorageTrouble

if TYPE_CHECKING:
    from pathlib import Path

    from pledger.domain.entry import Entry

WRITERS = ("ann", "bob", "cyd", "dan", "eve", "fay", "gus", "hal")

WRITER = """
import sys
from pledger.domain.communication import MeetingHeld
from pledger.domain.entry import Proposal
from pledger.domain.ledger import Ledger
from pledger.domain.lifecycle import PartnershipOpened
from pledger.domain.refusal import Refused

address, me, *slugs = sys.argv[1:]
with Ledger.open(address, time_zone="UTC", me=me) as ledger:
    for slug in slugs:
        try:
            ledger.record(PartnershipOpened(parties=("Acme", "Globex"), purpose="launch"), slug)
        except Refused:
            pass  # another one was first
    for number in range(15):
        slug = slugs[number % len(slugs)]
        batch = [Proposal(MeetingHeld(), slug, source=f"{me} {number} {part}") for part in "abc"]
        for entry in [outcome.held() for outcome in ledger.record_all(batch)]:
            print(entry.position, entry.partnership, entry.version, entry.source, sep="|", flush=True)
"""


@pytest.fixture(params=["file", "server"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where there is no ledger yet."""
    if request.param == "file":
        return str(tmp_path / "ledger.sqlite")
    return str(request.getfixturevalue("server").new_place())


def program(source: str, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", source, *words], text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


class Reader(threading.Thread):
    """Somebody who looks for new entries again and again, as whoever follows the log does."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address
        self.seen: list[int] = []
        self.looks = 0
        self.enough = threading.Event()

    def run(self) -> None:
        with Ledger.open(self.address, create=False) as ledger:
            while not self.enough.is_set():
                self.look(ledger)
            self.look(ledger)

    def look(self, ledger: Ledger) -> None:
        self.seen += [stored.position for stored in ledger.stored(self.seen[-1] if self.seen else 0)]
        self.looks += 1


@pytest.mark.parametrize("slugs", [["acme-globex"], [f"partnership-{number}" for number in range(10)]])
def test_what_is_acknowledged_is_there_once_in_order_and_no_gap_fills_later(address: str, slugs: list[str]) -> None:
    """They make the ledger and open the partnerships at once, too."""
    writers = [program(WRITER, address, me, *slugs) for me in WRITERS]
    wait_for_a_ledger(address)
    reader = Reader(address)
    reader.start()
    told = [writer.communicate(timeout=120) for writer in writers]
    reader.enough.set()
    reader.join()
    assert [(writer.returncode, err) for writer, (_, err) in zip(writers, told, strict=True)] == [(0, "")] * 8
    with Ledger.open(address, create=False) as ledger:
        entries = list(ledger.entries())
    assert reader.looks > 2
    assert reader.seen == [entry.position for entry in entries]  # in the order of the log, none passed by
    acknowledged = [line for out, _ in told for line in out.splitlines()]
    there = Counter(acknowledgement(entry) for entry in entries if entry.source)
    assert there == Counter(acknowledged)
    assert max(there.values()) == 1
    assert len(acknowledged) == 8 * 15 * 3  # every race is won in the end
    for_the_ledger = [entry for entry in entries if entry.partnership == LEDGER_STREAM]
    assert len(for_the_ledger) == 1
    for slug in slugs:
        own = [entry for entry in entries if entry.partnership == slug]
        assert [entry.version for entry in own] == list(range(1, len(own) + 1))
        assert [entry.recorded_at for entry in own] == sorted(entry.recorded_at for entry in own)


def acknowledgement(entry: Entry) -> str:
    """What a writer prints of an entry."""
    return f"{entry.position}|{entry.partnership}|{entry.version}|{entry.source}"


def wait_for_a_ledger(address: str) -> None:
    """Until one of the writers has made it."""
    until = time.monotonic() + 60
    while True:
        with contextlib.suppress(StorageTrouble), Ledger.open(address, create=False):
            return
        assert time.monotonic() < until, "nobody made it"
        time.sleep(0.01)
