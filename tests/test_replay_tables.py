"""The tables of `pledger replay`, in narrow terminals too."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.desk import Desk
from support.story import Story, noon

from pledger.domain.communication import MeetingHeld
from pledger.domain.lifecycle import PartyLeft

# Tables


@pytest.fixture
def busy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Two years of a partnership of four, one of which leaves; and one of parties with long names."""
    monkeypatch.setenv("COLUMNS", "80")
    story = Story(tmp_path / "ledger.sqlite").opened("Acme", "Globex", "Initech", "Hooli")
    for month in range(1, 13):
        story.on(f"2025-{month:02}-05", MeetingHeld())
        name = f"report-{month}"
        story.promised(f"2025-{month:02}-06", name, f"2025-{month:02}-20", commitment=name)
        story.delivered(f"2025-{month:02}-19", name)
    story.on("2026-06-10", PartyLeft(party="Hooli"))
    long = ("A very long name of a party, one that goes on and on GmbH & Co. KG", "日本の会社")
    story.opened(*long, slug="a-very-long-name-of-a-partnership", day="2026-06-12")
    story.on("2026-06-13", MeetingHeld(), "a-very-long-name-of-a-partnership")
    story.ledger.close()
    return Desk(tmp_path, now=noon("2026-12-20"))


def page(desk: Desk, line: str) -> str:
    answer = desk.type(f"{line} --format table")
    assert (answer.code, answer.err) == (0, "")
    return answer.out


def test_the_digits_are_trust_in_tenths_month_by_month(busy: Desk) -> None:
    told = page(busy, "replay --partnership acme-globex --as-of 2026-12-10 --known-at 2026-12-10")
    assert (
        told
        == """\
Partnership  Party    Trust, 2025-01-31 to 2026-12-10  In the end
acme-globex  Acme     677788888888888888888888         fair .80
acme-globex  Globex   ························         unknown .50
acme-globex  Hooli    ·················                unknown .50
acme-globex  Initech  ························         unknown .50

As of the end of Thu 2026-12-10, as known then; policy default (a60ce2639806). 4
parties.
A digit for the end of every month is trust in tenths: 7 is .70 to .79; · means
too little was known to say. The last one is the moment asked about.
"""
    )


@pytest.mark.parametrize("width", [40, 50, 60, 71, 72, 80, 120, 200])
@pytest.mark.parametrize("every", ["month", "week", "entry"])
def test_no_line_is_wider_than_the_terminal_and_every_name_is_told(
    busy: Desk, every: str, width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    told = page(busy, f"replay --every {every}")
    assert [line for line in told.splitlines() if len(line) > width or line != line.rstrip()] == []
    for name in ("Acme", "Globex", "Initech", "Hooli"):
        assert name in told
    assert "acme-globex" in told
    assert "a-very-long-" in told
    assert " A very long name " in " ".join(told.split())
    assert "policy default (" in " ".join(told.split())


def test_a_narrow_table_has_the_last_digits_and_says_so(busy: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    told = " ".join(page(busy, "replay --partnership acme-globex --every week").split())
    assert "Of 103 weeks, the last 14 are shown." in told


def test_instants_are_told_with_the_entry_behind(busy: Desk) -> None:
    told = page(busy, "replay --partnership acme-globex --every entry --as-of 2025-01-31").splitlines()
    assert told[0].split() == ["Day", "Partnership", "Party", "Trust", "Uncertainty", "Momentum", "Entry"]
    assert told[1].split() == ["2025-01-05", "acme-globex", "Acme", "unknown", ".51", ".98", ".02", "3"]
    assert "scores: one after every instant that moved it." in " ".join(" ".join(told).split())


def test_tables_are_cut_where_nobody_would_read_on_and_say_so(busy: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pledger.cli.queries.TABLE_ROWS_MAX", 3)
    told = " ".join(page(busy, "replay").split())
    assert "The first 3 of 6 parties." in told
    told = page(busy, "replay --every entry --partnership acme-globex")
    assert "The last 3 of " in " ".join(told.split())
    assert len([line for line in told.splitlines() if line.startswith("202")]) == 3
