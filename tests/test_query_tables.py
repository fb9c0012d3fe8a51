"""Answers for people: readable at 80 columns and at 120, with colour and without, whatever the stored words say."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from support.desk import Desk
from support.story import SLUG, Story, noon

from pledger.domain.communication import CadenceAgreed, MeetingHeld
from pledger.domain.correction import EntryRetracted
from pledger.domain.lifecycle import PartnershipEnded, PartnershipPaused, PartnershipProspected
from pledger.domain.rating import TrustRated

TABLES = (f"show {SLUG}", "show several", "portfolio", "log", f"log {SLUG}", "commitments", "facts", "facts commit")


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setenv("COLUMNS", "80")
    story = Story(tmp_path / "ledger.sqlite").opened()
    story.on("2025-01-02", CadenceAgreed(every_days=14))
    story.promised("2025-01-02", "Send the brand guide", "2025-01-10", stake="small", first_date=True)
    story.delivered("2025-01-09", "send-the-brand-guide")
    story.promised("2025-01-16", "Pay the launch budget", "2025-02-10", by="Globex", stake="large")
    story.promised("2025-01-16", "Weekly list of leads", "2025-03-10", commitment="leads")
    story.on("2025-01-20", MeetingHeld(what="kick-off"))
    story.on("2025-01-21", TrustRated(rating=7, of="Globex"))
    mistaken = story.on("2025-01-22", MeetingHeld())
    story.on("2025-01-25", EntryRetracted(entry=mistaken.position, why="it was the other partner"), note="sorry")
    parties = (
        "A very long name of a party, one that goes on and on GmbH & Co. KG",
        "Globex",
        "日本の会社",
        "Initech",
        "Hooli",
    )
    story.opened(*parties, slug="several", day="2025-01-26")
    story.promised("2025-01-27", "Visit [bold]Tokyo[/bold] :smile:", None, by="Globex", slug="several")
    story.on("2025-01-28", PartnershipPaused(), "several")
    story.opened("Acme", "Umbrella", slug="over", day="2025-01-28")
    story.on("2025-01-29", PartnershipEnded(reason="wrong-fit"), "over")
    story.on("2025-01-30", PartnershipProspected(by="Acme", purpose="Finland"), "wanted")
    story.ledger.close()
    return Desk(tmp_path, now=noon("2025-02-20"))


def page(desk: Desk, line: str) -> str:
    answer = desk.type(f"{line} --format table")
    assert (answer.code, answer.err) == (0, "")
    return answer.out


def in_one_line(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.parametrize("line", TABLES)
def test_no_line_is_wider_than_the_terminal(desk: Desk, line: str, width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    assert [text for text in page(desk, line).splitlines() if len(text) > width or text != text.rstrip()] == []


def test_the_page_of_a_partnership_at_80_columns(desk: Desk) -> None:
    assert (
        page(desk, f"show {SLUG}").split("\nNext steps\n")[0]
        == """\
acme-globex: joint launch
active since 2025-01-01

Large promise overdue for 10 days: “Pay the launch budget” by Globex.

                  Acme                       Globex
Trust             weak .54 ± .22  +0.7 -0.4  weak .31 ± .19  +0.1 -2.0
  within 30 days  down .07                   down .20
  uncertainty     .72                        .60
  rests on        5 pieces of evidence       4 pieces of evidence
  as people rate  not rated                  7 of 10, 2025-01-21
Keeps promises    unknown  +0.7              weak .33 ± .20  -1.6
Communication     unknown  +0.1 -0.4         unknown  +0.1 -0.4
Norms             unknown                    unknown
Goals             unknown                    unknown
Delivery          unknown  +0.7              weak .33 ± .20  -1.6
Momentum          .14 stalled                .09 stalled
Momentum of all together: .11, stalled.

Promises  3 made: 1 kept, 1 open, 1 overdue
  10 days overdue  Globex: Pay the launch budget (large stake, entry 6)
  due 2025-03-10   Acme: Weekly list of leads (entry 7)

Contact  last 31 days ago (met, 2025-01-20); every 14 days agreed, so due since
2025-02-03; since 2025-02-18 the silence counts against every party.
"""
    )


def test_every_page_says_which_clocks_which_policy_and_how_much_is_unknown(desk: Desk) -> None:
    clocks = "--as-of 2025-02-01 --known-at 2025-02-10"
    foot = "As of the end of Sat 2025-02-01, as known the end of Mon 2025-02-10; policy default ("
    for line in (f"show {SLUG}", "portfolio", "log", "commitments"):
        assert foot in in_one_line(page(desk, f"{line} {clocks}"))
    assert "as known then; policy" in in_one_line(page(desk, "portfolio"))
    earlier = in_one_line(page(desk, f"show {SLUG} --as-of 2025-02-15"))
    assert "Of 1 of 2 parties too little is known to speak of trust: Acme." in earlier
    assert "Of every party enough is known to speak of trust." in in_one_line(page(desk, f"show {SLUG}"))
    assert "Trust is unknown in 7 of 9 parties." in in_one_line(page(desk, "portfolio"))
    assert "1 open one has no day, and so is never overdue." in in_one_line(page(desk, "commitments"))


def test_the_portfolio_says_of_each_why_it_stands_there(desk: Desk) -> None:
    told = page(desk, "portfolio")
    assert re.findall(r"^([a-z-]+): (\S+ \S+)", told, re.MULTILINE) == [
        (SLUG, "Large promise"),
        ("several", "Paused since"),
        ("wanted", "Looking for"),
        ("over", "Ended on"),
    ]
    assert "  Globex                  weak .31 ± .19  uncertainty .60  from 4 pieces\n" in told
    assert "The first 2 of 4 partnerships." in in_one_line(page(desk, "portfolio --limit 2"))


def test_the_log_tells_sentences_and_marks_what_was_taken_back(desk: Desk) -> None:
    told = page(desk, f"log {SLUG}")
    assert (
        """\
4      2025-01-02  Acme promised Globex “Send the brand guide” by       jane
                   2025-01-10 (small stake, first date)
5      2025-01-09  Acme kept “send-the-brand-guide”, 1 day early        jane
"""
        in told
    )
    assert (
        """\
10     2025-01-22  Everybody met; it went well [taken back with entry   jane
                   11 by jane on 2025-01-25: it was the other partner]
11     2025-01-25  Entry 10 was taken back: it was the other partner    jane
                   note: sorry
"""
        in told
    )
    assert "10 entries, 1 of those shown taken back." in in_one_line(told)
    assert "The last 2 of 8 entries." in in_one_line(page(desk, f"log {SLUG} --limit 2 --as-of 2025-01-21"))


def test_promises_are_told_with_their_state_in_words(desk: Desk) -> None:
    told = page(desk, f"commitments {SLUG}")
    assert (
        """\
State               Due         By      Promise
overdue 10 days     2025-02-10  Globex  Pay the launch budget (large stake,
                                        entry 6)
open, 18 days left  2025-03-10  Acme    Weekly list of leads = leads (entry 7)
kept 1 day early    2025-01-10  Acme    Send the brand guide (small stake, first
                                        date, entry 4)
"""
        in told
    )
    assert "3 made: 2 open (1 overdue), 1 kept, 0 kept late, 0 broken, 0 released, 0 closed." in told


def test_tables_are_cut_where_nobody_would_read_on_and_say_so(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pledger.cli.queries.TABLE_ROWS_MAX", 2)
    assert "The last 2 of 10 entries" in in_one_line(page(desk, f"log {SLUG}"))
    assert "The first 2 of 4. 4 made" in in_one_line(page(desk, "commitments"))
    assert "The first 2 of 4 partnerships." in in_one_line(page(desk, "portfolio"))
    assert len(desk.type(f"log {SLUG} --format tsv").out.splitlines()) == 11


def test_pages_without_anything_to_show_say_so(tmp_path: Path) -> None:
    Story(tmp_path / "ledger.sqlite").ledger.close()
    desk = Desk(tmp_path, now=noon("2025-02-20"))
    assert page(desk, "portfolio").startswith("No partnership was known then.\n")
    assert page(desk, "commitments").startswith("No such promises were known then.\n")
    assert page(desk, "log --as-of 2024-01-01").startswith("Nothing had happened by then that was known.\n")


def test_an_ended_partnership_is_shown_without_next_steps(desk: Desk) -> None:
    told = page(desk, "show over")
    assert "Ended on 2025-01-29 (wrong fit).\n" in told
    assert "Next steps" not in told


def test_a_partner_only_looked_for_is_shown_without_trust(desk: Desk) -> None:
    told = page(desk, "show wanted")
    assert "Looking for a partner since 2025-01-30: “Finland”." in told
    assert "pledger open wanted --party ... --party ... --purpose ..." in told
    assert "Trust" not in told


def test_stored_words_are_never_markup(desk: Desk) -> None:
    assert "Visit [bold]Tokyo[/bold] :smile:" in in_one_line(page(desk, "commitments several"))
    assert "日本の会社" in page(desk, "show several")


def test_stored_words_never_steer_a_terminal(desk: Desk) -> None:
    """Facts refuse such words; what lies in the store by other ways must do no harm either."""
    path = desk.ledger_path
    evil = "\\u001b[2J\\u009b31m\\u202eevil"
    import sqlite3

    with sqlite3.connect(path) as database:
        database.execute(
            "UPDATE stored_events SET state = CAST(replace(CAST(state AS TEXT), '\"sorry\"', ?) AS BLOB)",
            (f'"{evil}"',),
        )
    database.close()
    for form in ("table", "csv", "tsv", "json"):
        answer = desk.type(f"log {SLUG} --format {form}")
        assert answer.code == 0
        assert "evil" in answer.out
        assert re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", answer.out) is None


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_on_a_terminal_a_table_comes_in_colour_unless_no_color_is_set(desk: Desk) -> None:
    coloured = on_a_terminal(desk, "portfolio")
    assert "\x1b[31mweak" in coloured
    plain = on_a_terminal(desk, "portfolio", NO_COLOR="1")
    assert "weak .31 ± .19" in plain
    assert re.search(r"\x1b\[[0-9;]*3\dm", plain) is None


def on_a_terminal(desk: Desk, *words: str, **environment: str) -> str:
    import pty

    controller, terminal = pty.openpty()
    around = {**desk.program_environment(), "TERM": "xterm-256color", **environment}
    clocks = ["--as-of", "2025-02-20", "--known-at", "2025-02-20"]
    program = [sys.executable, "-m", "pledger", *words, *clocks]
    with subprocess.Popen(program, stdout=terminal, stderr=subprocess.PIPE, env=around, cwd=desk.folder):
        os.close(terminal)
        pieces = []
        while True:
            try:
                piece = os.read(controller, 4096)
            except OSError:  # the terminal is gone once the program has ended
                break
            if not piece:
                break
            pieces.append(piece)
        os.close(controller)
    return b"".join(pieces).decode()
