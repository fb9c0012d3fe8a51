"""What the rows of a table become: order, conditions, changes, and how partnerships are opened."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from support.importing import NOW, PROMISES, Bench, new_bench

from pledger.domain.delivery import CommitmentDelivered, CommitmentMade
from pledger.domain.lifecycle import PartnershipOpened


def test_each_fact_has_its_source(bench: Bench) -> None:
    bench.take(bench.file("7,Globex,Guide,2026-01-10,,2026-02-01"))
    assert [entry.source for entry in bench.entries()] == ["promises:opened", "promises:7:made", "promises:7:done"]
    assert {entry.recorded_by for entry in bench.entries()} == {"jane"}


def test_the_name_of_the_file_does_not_matter(bench: Bench) -> None:
    file = bench.file("7,Globex,Guide,2026-01-10,,")
    bench.take(file)
    assert bench.take(file.rename(bench.folder / "other.csv")).rows_already == 1


def test_a_partnership_that_is_there_is_not_opened_again(bench: Bench) -> None:
    opened = PartnershipOpened(parties=("ACME", "GLOBEX"), purpose="joint launch")
    bench.ledger.record(opened, "globex", on=date(2026, 3, 1))
    report = bench.take(bench.file("7,Globex,Guide,2026-01-10,,"))
    assert report.partnerships_opened == []
    made = bench.entries()[-1].fact
    assert isinstance(made, CommitmentMade)
    assert made.by == "GLOBEX"


def test_a_partnership_is_not_opened_for_bad_rows_only(bench: Bench) -> None:
    report = bench.take(bench.file("7,Globex,Guide,2026-01-10,2026-01-05,", "8,Initech,Guide,2026-01-10,,"))
    assert bench.ledger.partnerships() == report.partnerships_opened == ["initech"]
    assert report.rows_bad == 1


def test_a_partnership_opens_with_the_earliest_row_that_is_good(bench: Bench) -> None:
    rows = ("1,Globex,x,1999-01-10,1999-01-05,", "2,Globex,x,2000-01-10,2000-01-05,", "3,Globex,x,2026-01-10,,")
    assert bench.take(bench.file(*rows)).rows_bad == 2
    assert bench.told() == [("partnership-opened", "2026-01-10"), ("commitment-made", "2026-01-10")]


def test_where_the_mapping_opens_nothing_the_partnership_must_be_there(bench: Bench) -> None:
    closed = PROMISES.replace("[partnership.open]", "[values.x]\nfirst_of = '{What}'\n[facts.unused]").split(
        "[values.x]"
    )[0]
    mapping = bench.mapping(closed + "[facts.made]" + PROMISES.split("[facts.made]")[1])
    report = bench.take(bench.file("7,Globex,Guide,2026-01-10,,"), mapping)
    assert [row.reason for row in report.bad] == ["there is no open partnership globex"]
    assert bench.entries() == []


def test_several_transactions_are_like_one(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [f"{number},Partner {number % 7},x,2026-01-{number % 28 + 1:02},,2026-02-01" for number in range(60)]
    other = new_bench(bench.folder)
    other.take(bench.file(*rows))
    monkeypatch.setattr("pledger.cli.importing.transfer.FACTS_PER_TRANSACTION", 10)
    bench.take(bench.file(*rows))
    assert bench.told() == other.told()
    assert len({entry.recorded_at for entry in bench.entries()}) == 1  # the bench's clock stands still


def test_strict_records_all_in_one_transaction(bench: Bench) -> None:
    report = bench.take(bench.file("1,Globex,x,2026-01-10,,", "2,Initech,x,2026-01-10,,"), strict=True)
    assert (report.rows_recorded, len(bench.entries())) == (2, 4)


def test_a_day_and_an_instant_of_the_same_row_keep_their_order(bench: Bench) -> None:
    """A promise made at ten and kept on the same day, told by its day alone."""
    mapping = PROMISES.replace(
        '[columns.Made]\ndate = "%Y-%m-%d"', '[columns.Made]\ninstant = "%Y-%m-%d %H:%M"\nzone = "UTC"'
    )
    report = bench.take(bench.file("7,Globex,Guide,2026-01-10 10:00,2026-01-10,2026-01-10"), bench.mapping(mapping))
    assert report.is_complete
    assert bench.entries()[-1].occurred_at == datetime(2026, 1, 10, 10, tzinfo=UTC)


def test_a_due_day_told_as_an_instant_is_a_day_of_the_ledger(tmp_path: Path) -> None:
    bench = new_bench(tmp_path, "Pacific/Auckland")
    mapping = PROMISES.replace('[columns.Due]\ndate = "%Y-%m-%d"', '[columns.Due]\ninstant = "%Y-%m-%dT%H:%M%z"')
    bench.take(bench.file("7,Globex,Guide,2026-01-10,2026-02-01T23:00Z,"), bench.mapping(mapping))
    made = bench.entries()[-1].fact
    assert isinstance(made, CommitmentMade)
    assert made.due == date(2026, 2, 2)


def test_what_lies_in_the_future_is_bad(bench: Bench) -> None:
    report = bench.take(bench.file("7,Globex,Guide,2027-01-10,,"))
    assert [(row.fact, row.reason.partition(" (")[0]) for row in report.bad] == [
        ("commitment-made", "2027-01-10 00:00 lies in the future")
    ]


def test_a_row_for_which_no_fact_is_meant_is_left_out(bench: Bench) -> None:
    mapping = PROMISES.replace('on = "{Made}"', 'on = "{Made}"\nwhen.present = "Made"', 1)
    report = bench.take(bench.file("7,Globex,Guide,,,"), bench.mapping(mapping))
    assert report.rows_left_out == {"no fact of the mapping is meant for it": 1}
    assert report.is_complete


def test_a_name_without_letters_is_bad(bench: Bench) -> None:
    report = bench.take(bench.file("7,✨,Guide,2026-01-10,,", "8,x,Guide,2026-01-10,,".replace("x", "y-" * 120)))
    nameless, endless = report.bad
    assert (nameless.column, nameless.value) == ("Partner", "✨")
    assert nameless.reason == "makes no short name of 1 to 100 characters"
    assert endless.reason == "by is too long: 200 characters at the most"


def test_what_was_told_again_by_hand_is_not_held_against_the_file(bench: Bench) -> None:
    """Retract a wrong entry, correct the file, import again: the corrected fact is recorded."""
    from pledger.domain.correction import EntryRetracted

    bench.take(bench.file("7,Globex,Gide,2026-01-10,,"))
    entry = bench.entries()[-1]
    report = bench.take(bench.file("7,Globex,Guide,2026-01-10,,"))
    assert report.changed[0].remedy.startswith(f"pledger retract globex {entry.position}")
    bench.ledger.record(EntryRetracted(entry=entry.position, why="mistyped"), "globex")
    assert bench.take(bench.file("7,Globex,Guide,2026-01-10,,")).rows_recorded == 1


def test_rows_added_in_the_middle_of_a_history_find_their_place(bench: Bench) -> None:
    old = [f"{n},Globex,x,2026-01-{n:02},,2026-02-{n:02}" for n in (1, 5, 9)]
    new = [f"{n},Globex,x,2026-01-{n:02},,2026-02-{n:02}" for n in (3, 7)]
    bench.take(bench.file(*old))
    report = bench.take(bench.file(*new, *old, "8,Globex,x,2026-01-10,2026-01-02,"))
    assert (report.rows_recorded, report.rows_already, report.rows_bad) == (2, 3, 1)
    delivered = [e for e in sorted(bench.entries(), key=lambda e: e.order) if isinstance(e.fact, CommitmentDelivered)]
    assert [entry.fact.model_dump()["commitment"] for entry in delivered] == ["1", "3", "5", "7", "9"]


def test_the_clock_of_the_ledger_dates_the_entries(bench: Bench) -> None:
    bench.take(bench.file("7,Globex,Guide,2026-01-10,,"))
    assert {entry.recorded_at for entry in bench.entries()} == {NOW}


def test_a_partnership_opens_with_a_row_that_can_tell_how(bench: Bench) -> None:
    """The purpose is made from a column that the earliest row leaves empty: that row is bad, the next one opens."""
    mapping = PROMISES.replace("what {Partner} promises", "{What}").replace('what = "{What}"', 'what = "a promise"')
    report = bench.take(bench.file("1,Globex,,2026-01-10,,", "2,Globex,Guide,2026-01-11,,"), bench.mapping(mapping))
    assert [(row.column, row.reason) for row in report.bad] == [("What", "has no value, and purpose is made from it")]
    assert bench.told() == [("partnership-opened", "2026-01-11"), ("commitment-made", "2026-01-11")]


def test_a_table_may_tell_itself_how_partnerships_open(bench: Bench) -> None:
    opened = '[facts.opened]\nfact = "partnership-opened"\non = "{Made}"\n[facts.opened.fields]\n'
    opened += 'parties = ["Acme", "{Partner}"]\npurpose = "{What}"\n'
    made, rest = PROMISES.split("[facts.made]")[0], PROMISES.split("[facts.made]")[1]
    report = bench.take(bench.file("1,Globex,x,2026-01-10,,"), bench.mapping(f"{made}{opened}[facts.made]{rest}"))
    assert report.is_complete
    assert [entry.source for entry in bench.entries()] == ["promises:1:opened", "promises:1:made"]


def test_a_cell_that_decides_whether_a_row_is_left_out_may_be_bad(bench: Bench) -> None:
    mapping = PROMISES + '[left_out."promised before we met"]\nwhen.before = { Made = "Due" }\n'
    report = bench.take(bench.file("1,Globex,x,soon,2026-01-10,"), bench.mapping(mapping))
    assert [(row.column, row.value) for row in report.bad] == [("Made", "soon")]


def test_ids_of_people_are_never_made_from_words(bench: Bench) -> None:
    mapping = PROMISES + '[facts.led]\nfact = "relationship-manager-appointed"\non = "{Made}"\n[facts.led.fields]\n'
    mapping += 'person = "{What}"\nby = "Acme"\n'
    report = bench.take(
        bench.file("1,Globex,Jane Doe,2026-01-10,,", "2,Globex,p-7,2026-01-10,,"), bench.mapping(mapping)
    )
    assert [(row.lines, row.column, row.value) for row in report.bad] == [((2,), "What", "Jane Doe")]
    assert report.facts_recorded["relationship-manager-appointed"] == 1
