"""The program among others: pipes, terminals, signals, full disks, and two of it at the same time."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import signal
import sqlite3
import stat
import subprocess
import sys
import termios
import time
from typing import TYPE_CHECKING

import pytest
from support.messages import told_in_form

from pledger.domain.communication import UpdateShared
from pledger.domain.entry import Proposal
from pledger.domain.ledger import Ledger

if TYPE_CHECKING:
    from support.desk import Answer, Desk

MEETING_AGAIN_AND_AGAIN = """
import sys
from pledger.cli.main import run
for _ in range(int(sys.argv[1])):
    assert run(["meet", "acme-globex"]) == 0
    sys.stdout.flush()
"""


def start(desk: Desk, times: int) -> subprocess.Popen[str]:
    """A process of its own that records so many meetings, one after another."""
    return subprocess.Popen(
        [sys.executable, "-c", MEETING_AGAIN_AND_AGAIN, str(times)],
        env=desk.program_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def versions(desk: Desk) -> list[int]:
    return [entry.version for entry in desk.entries() if entry.partnership == "acme-globex"]


def test_two_processes_that_record_at_once_lose_nothing(opened: Desk) -> None:
    both = [start(opened, 15) for _ in range(2)]
    ends = [(process.communicate(timeout=60), process.returncode) for process in both]
    assert [(err, code) for (_, err), code in ends] == [("", 0), ("", 0)]
    assert versions(opened) == list(range(1, 32))


def test_a_killed_process_leaves_everything_that_it_said_it_recorded(opened: Desk) -> None:
    process = start(opened, 10_000)
    assert process.stdout is not None
    said = [process.stdout.readline() for _ in range(12)]
    process.kill()
    said += process.communicate(timeout=60)[0].splitlines()
    positions = {int(line.split()[2]) for line in said if line.startswith("recorded entry") and "met" in line}
    assert positions
    assert positions <= {entry.position for entry in opened.entries()}
    assert versions(opened) == list(range(1, len(versions(opened)) + 1))
    with contextlib.closing(sqlite3.connect(opened.ledger_path)) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert opened.type("meet acme-globex").code == 0


@pytest.mark.parametrize(
    "line",
    [
        "pledger log acme-globex | head -n 1",
        "pledger log acme-globex --format json | head -c 10",
        "pledger log acme-globex --format table | head -n 1",
        "pledger commitments | head -n 1",
        "pledger portfolio | head -n 1",
        "pledger facts | head -n 1",
        "pledger --help | head -n 1",
        "pledger demo | head -n 1",
    ],
)
def test_a_reader_that_has_enough_ends_it_quietly(opened: Desk, line: str) -> None:
    with Ledger.open(opened.ledger_path) as ledger:  # more than a pipe holds
        told = [Proposal(UpdateShared(what=f"{n} " * 200, by="Acme"), "acme-globex") for n in range(400)]
        ledger.record_all(told)
    opened.environment["PLEDGER_LEDGER"] = "new.sqlite" if "demo" in line else str(opened.ledger_path)
    answer = opened.run_in_shell(line)
    assert (answer.code, answer.err) == (0, "")
    assert answer.out


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize(("line", "code"), [("pledger meet acme-globex", 0), ("pledger deliver acme-globex", 2)])
def test_it_needs_no_input_and_nobody_to_listen(opened: Desk, line: str, code: int, closed: str) -> None:
    answer = opened.run_in_shell(f"{line} {closed}")
    assert answer.code == code
    assert "Traceback" not in answer.out + answer.err
    assert len(opened.entries()) == (3 if code == 0 else 2)


def test_output_that_cannot_be_written_is_storage_trouble(opened: Desk) -> None:
    answer = opened.run_in_shell("pledger log acme-globex > /dev/full")
    assert told_in_form(answer)["what"] == "No space left on device"
    assert answer.code == 4


def test_where_the_output_has_few_characters_it_still_works(opened: Desk) -> None:
    opened.environment |= {"PYTHONUTF8": "0", "PYTHONIOENCODING": "latin-1"}
    answer = opened.run_program("update acme-globex News --by Acme")
    assert answer.code == 0, answer.err
    assert "Acme shared ?News?" in answer.out


def test_a_ledger_is_its_owners_alone(opened: Desk) -> None:
    for file in opened.folder.glob("ledger.sqlite*"):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_unless_told_the_ledger_is_in_the_users_data_folder(desk: Desk) -> None:
    del desk.environment  # not read again: the program gets this one
    desk.environment = {"PLEDGER_LEDGER": "", "XDG_DATA_HOME": str(desk.folder / "share"), "HOME": str(desk.folder)}
    answer = desk.run_program("open acme-globex --party Acme --party Globex --purpose x")
    assert answer.code == 0, answer.err
    if sys.platform.startswith("linux"):
        assert (desk.folder / "share" / "pledger" / "ledger.sqlite").exists()


@pytest.mark.parametrize("error", [PermissionError(13, "Permission denied"), OSError(30, "Read-only file system")])
def test_a_place_that_may_not_be_written_is_storage_trouble(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, error: OSError
) -> None:
    def refuse(*_: object, **__: object) -> int:
        raise error

    monkeypatch.setattr("os.open", refuse)
    answer = desk.type("open acme-globex --party Acme --party Globex --purpose x")
    assert answer.code == 4
    assert told_in_form(answer)["what"] == error.strerror


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only for the superuser")
def test_a_read_only_folder_is_storage_trouble(opened: Desk) -> None:
    opened.folder.chmod(0o500)
    try:
        answer = opened.type("--ledger other.sqlite open a-b --party A --party B --purpose x")
    finally:
        opened.folder.chmod(0o700)
    assert answer.code == 4
    told_in_form(answer)


def _take_the_terminal() -> None:
    """Make standard input the terminal from which keys like ctrl-C come, even where the tests run in the background."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


class OnTerminal:
    """The program on a terminal of its own, with somebody who types."""

    def __init__(self, desk: Desk, *words: str) -> None:
        self.master, slave = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "pledger", *words],
            env={**desk.program_environment(), "TERM": "xterm"},
            cwd=desk.folder,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            preexec_fn=_take_the_terminal,  # noqa: PLW1509 -- no other thread runs in these tests
        )
        os.close(slave)
        self.shown = ""

    def wait_for(self, text: str) -> None:
        while text not in self.shown:
            assert self._read(), self.shown

    def type(self, text: str) -> None:
        os.write(self.master, text.encode())

    def insist(self, key: str) -> None:
        """Press a key again and again until it has an effect: a question is shown an instant before it is waited at."""
        for _ in range(60):
            time.sleep(0.5)
            if self.process.poll() is not None:
                return
            with contextlib.suppress(OSError):  # it has just ended
                self.type(key)

    def end(self) -> int:
        """Read to the end; its exit code."""
        try:
            while self._read():
                pass
        except TimeoutError:
            raise
        except OSError:
            pass  # how a terminal says that the other side is closed
        os.close(self.master)
        return self.process.wait(timeout=30)

    def _read(self) -> bool:
        if not select.select([self.master], [], [], 30)[0]:
            self.process.kill()
            raise TimeoutError(self.shown)
        piece = os.read(self.master, 65_536)
        self.shown += piece.decode()
        return bool(piece)


def test_on_a_terminal_it_asks_and_records(opened: Desk) -> None:
    terminal = OnTerminal(opened, "commit", "acme-globex", "Send the brand guide")
    terminal.wait_for("by (the party that promised): ")
    terminal.type("acme\n")
    assert terminal.end() == 0
    assert "Acme promised Globex “Send the brand guide”" in terminal.shown


@pytest.mark.parametrize("key", ["\x03", "\x04"], ids=["ctrl-C", "ctrl-D"])
def test_whoever_leaves_a_question_records_nothing(opened: Desk, key: str) -> None:
    terminal = OnTerminal(opened, "commit", "acme-globex")
    terminal.wait_for("what (what was promised): ")
    terminal.insist(key)
    assert terminal.end() == 130
    assert "interrupted" in terminal.shown
    assert "Traceback" not in terminal.shown
    assert len(opened.entries()) == 2


def test_a_table_on_a_terminal_and_tab_separated_lines_elsewhere(opened: Desk) -> None:
    terminal = OnTerminal(opened, "commitments")
    assert terminal.end() == 0
    assert "\t" not in terminal.shown
    piped: Answer = opened.run_program("commitments")
    assert piped.out.startswith("partnership\tcommitment\t")
