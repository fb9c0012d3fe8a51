"""Two real tables, imported with the shipped mappings, against counts made from the files without pledger's code."""

from __future__ import annotations

import json
import random
from collections import Counter
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import pytest
from support.desk import Desk
from support.importing import (
    MAPPINGS,
    NOW,
    Bench,
    facts_of,
    new_bench,
    raw_rows,
    real_table,
    shipped_mapping,
    write_rows,
)

from pledger.domain.delivery import (
    CommitmentBroken,
    CommitmentDelivered,
    CommitmentMade,
    InvestmentMade,
)
from pledger.domain.entry import Entry

GRANTS = "w3f-grants/milestones.csv"
DELIVERIES = "scms/SCMS_Delivery_History_Dataset.csv"
DEPOT = "SCMS from RDC is the programme's own depot, not a partner"


@pytest.fixture(scope="module")
def grants(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    bench = new_bench(tmp_path_factory.mktemp("grants"))
    bench.take(real_table(GRANTS), shipped_mapping("w3f-grants.toml"))
    return bench


@pytest.fixture(scope="module")
def deliveries(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    bench = new_bench(tmp_path_factory.mktemp("deliveries"))
    bench.take(real_table(DELIVERIES), shipped_mapping("scms-deliveries.toml"))
    return bench


def counted_in(bench: Bench) -> Counter[str]:
    """Promises by what became of them, from the entries alone."""
    entries = bench.entries()
    counts = Counter(made=len(facts_of(entries, CommitmentMade)), broken=len(facts_of(entries, CommitmentBroken)))
    for entry in facts_of(entries, CommitmentDelivered):
        assert isinstance(entry.fact, CommitmentDelivered)
        assert entry.fact.terms is not None
        counts["late" if entry.fact.terms.is_late(entry.occurred_at) else "kept"] += 1
    counts["open"] = sum(len(bench.ledger.partnership(slug).delivery.open) for slug in bench.ledger.partnerships())
    return counts


def counted_from_milestones(rows: list[dict[str, str]]) -> Counter[str]:
    """The same from the file: kept by the due day (in UTC, as the file counts) or without one, else late."""
    counts = Counter(made=len(rows))
    for row in rows:
        if row["submitted"]:
            counts["late" if row["due"] and row["submitted"][:10] > row["due"] else "kept"] += 1
        else:
            counts["broken" if row["terminated"] else "open"] += 1
    return counts


def day(text: str, form: str) -> date:
    return datetime.strptime(text, form).replace(tzinfo=UTC).date()


@cache
def shipments(path: Path) -> dict[str, list[dict[str, str]]]:
    """The lines of each shipment of a partner."""
    found: dict[str, list[dict[str, str]]] = {}
    for row in raw_rows(path):
        if row["Vendor"] != "SCMS from RDC":
            found.setdefault(row["ASN/DN #"], []).append(row)
    return found


def is_contradictory(lines: list[dict[str, str]]) -> bool:
    """Whether a shipment was ordered after it was due or delivered."""
    ordered = lines[0]["PO Sent to Vendor Date"]
    if ordered == "Date Not Captured":
        return False
    due = min(day(line["Scheduled Delivery Date"], "%d-%b-%y") for line in lines)
    return day(ordered, "%m/%d/%y") > min(due, day(lines[0]["Delivered to Client Date"], "%d-%b-%y"))


def counted_from_shipments(path: Path) -> Counter[str]:
    counts: Counter[str] = Counter()
    for lines in shipments(path).values():
        if is_contradictory(lines):
            continue
        due = min(day(line["Scheduled Delivery Date"], "%d-%b-%y") for line in lines)
        late = day(lines[0]["Delivered to Client Date"], "%d-%b-%y") > due
        counts.update(("made", "late" if late else "kept"))
    return counts


def test_the_milestones_agree_with_an_independent_count(grants: Bench) -> None:
    expected = counted_from_milestones(raw_rows(real_table(GRANTS)))
    assert +counted_in(grants) == +expected
    assert expected == Counter(made=1010, kept=202, late=551, broken=175, open=82)


def test_every_milestone_is_recorded_and_none_left_out(grants: Bench) -> None:
    again = grants.take(real_table(GRANTS), shipped_mapping("w3f-grants.toml"))
    assert (again.rows_read, again.rows_already, again.bad, again.rows_left_out.total()) == (1010, 1010, [], 0)


def test_accepted_milestones_with_an_amount_are_paid(grants: Bench) -> None:
    rows = raw_rows(real_table(GRANTS))
    paid = [row for row in rows if row["accepted"] and row["amount"] and float(row["amount"])]
    entries = facts_of(grants.entries(), InvestmentMade)
    assert len(entries) == len(paid) == 730
    assert sum(float(entry.fact.model_dump()["amount"]) for entry in entries) == pytest.approx(
        sum(float(row["amount"]) for row in paid)
    )


def test_the_milestones_without_a_due_date_are_never_late(grants: Bench) -> None:
    made = [entry.fact for entry in facts_of(grants.entries(), CommitmentMade)]
    assert sum(isinstance(fact, CommitmentMade) and fact.due is None for fact in made) == 37


def test_a_team_that_writes_its_name_in_two_ways_is_one_partner(grants: Bench) -> None:
    made = grants.entries("paraspell")
    expected = sum(
        row["team"].startswith("ParaSpell") for row in raw_rows(real_table(GRANTS)) if "Research" not in row["team"]
    )
    assert len(facts_of(made, CommitmentMade)) == expected


def test_where_no_team_is_named_the_application_is_the_partner(grants: Bench) -> None:
    nameless = {row["application"] for row in raw_rows(real_table(GRANTS)) if not row["team"]}
    opened = {entry.fact.model_dump()["parties"][1] for entry in grants.entries() if entry.version == 1}
    assert nameless <= opened
    assert not opened & {"NA", "Individual", "Legal name of your team (e.g. Duo)"}


def test_the_shipments_agree_with_an_independent_count(deliveries: Bench) -> None:
    expected = counted_from_shipments(real_table(DELIVERIES))
    assert +counted_in(deliveries) == +expected
    assert expected["made"] == expected["kept"] + expected["late"] == 3585


def test_there_are_7030_shipments_and_ten_of_them_have_two_due_days() -> None:
    rows = raw_rows(real_table(DELIVERIES))
    assert len({row["ASN/DN #"] for row in rows}) == 7030
    assert len({(row["ASN/DN #"], row["Scheduled Delivery Date"]) for row in rows}) == 7040
    lines_of = shipments(real_table(DELIVERIES)).values()
    assert len(lines_of) == 3590
    for column in ("Vendor", "Country", "PO / SO #", "PO Sent to Vendor Date", "Delivered to Client Date"):
        assert all(len({line[column] for line in lines}) == 1 for lines in lines_of), column


def test_every_delivery_row_is_accounted_for(tmp_path: Path) -> None:
    path = real_table(DELIVERIES)
    report = new_bench(tmp_path).take(path, shipped_mapping("scms-deliveries.toml"))
    depot = sum(row["Vendor"] == "SCMS from RDC" for row in raw_rows(path))
    bad = sum(len(lines) for lines in shipments(path).values() if is_contradictory(lines))
    assert report.rows_read == 10324 == report.rows_recorded + report.rows_left_out.total() + report.rows_bad
    assert report.rows_left_out == {DEPOT: depot}
    assert report.rows_bad == bad == 5
    assert [row.reason for row in report.bad].count("ordered after the day it was due") == 4


def test_shipments_without_an_order_date_say_so(deliveries: Bench) -> None:
    lines_of = shipments(real_table(DELIVERIES)).values()
    unknown = sum(lines[0]["PO Sent to Vendor Date"] == "Date Not Captured" for lines in lines_of)
    noted = [entry for entry in facts_of(deliveries.entries(), CommitmentMade) if entry.note is not None]
    assert len(noted) == unknown == 137


def test_what_happened_is_recorded_in_order(grants: Bench, deliveries: Bench) -> None:
    for bench in (grants, deliveries):
        for slug in bench.ledger.partnerships():
            times = [entry.occurred_at for entry in bench.entries(slug)]
            assert times == sorted(times)


def told_in(bench: Bench) -> dict[str, list[tuple[object, ...]]]:
    """What each partnership holds, in order of occurrence; equal times by source."""

    def plain(entry: Entry) -> tuple[object, ...]:
        return (entry.occurred_at, entry.source, entry.fact.TOPIC, entry.fact.model_dump_json(), entry.note)

    return {slug: sorted(map(plain, bench.entries(slug)), key=str) for slug in bench.ledger.partnerships()}


def test_the_order_of_rows_does_not_matter(grants: Bench, tmp_path: Path) -> None:
    rows = raw_rows(real_table(GRANTS))
    random.Random(2).shuffle(rows)
    shuffled = new_bench(tmp_path)
    report = shuffled.take(write_rows(tmp_path / "shuffled.csv", rows), shipped_mapping("w3f-grants.toml"))
    assert report.is_complete
    assert told_in(shuffled) == told_in(grants)
    for slug in shuffled.ledger.partnerships():
        times = [entry.occurred_at for entry in shuffled.entries(slug)]
        assert times == sorted(times)


def test_a_changed_due_date_is_told_with_the_verb_that_records_it(tmp_path: Path) -> None:
    """Scene: re-import a file in which one due date changed."""
    rows = raw_rows(real_table(GRANTS))
    mapping = shipped_mapping("w3f-grants.toml")
    bench = new_bench(tmp_path)
    bench.take(real_table(GRANTS), mapping)
    changing = next(row for row in rows if row["application"] == "bit_country.md")
    due_before = date.fromisoformat(changing["due"])
    changing["due"] = "2027-01-31"
    before = len(bench.entries())
    report = bench.take(write_rows(tmp_path / "changed.csv", rows), mapping)
    assert len(bench.entries()) == before
    assert (report.rows_changed, report.rows_already, report.rows_recorded) == (1, 1009, 0)
    (changed,) = report.changed
    assert changed.differences == {"due": (due_before, date(2027, 1, 31))}
    assert changed.remedy == (f"pledger renegotiate {changed.partnership} bit-country-md-1 --due 2027-01-31")


@pytest.mark.parametrize(
    ("table", "mapping", "made", "code"),
    [(GRANTS, "w3f-grants.toml", 1010, 0), (DELIVERIES, "scms-deliveries.toml", 3585, 1)],
)
def test_the_command_line_counts_the_same(table: str, mapping: str, made: int, code: int, tmp_path: Path) -> None:
    desk = Desk(tmp_path, NOW)
    assert desk.type("init --name Real --time-zone UTC").code == 0
    line = f"import csv '{real_table(table)}' --mapping '{MAPPINGS / mapping}' --format json"
    first, second = desk.type(line), desk.type(line)
    assert (first.code, second.code) == (code, code)
    report, again = json.loads(first.out), json.loads(second.out)
    assert report["facts"]["recorded"]["commitment-made"] == made
    assert again["facts"]["recorded"] == {}
    for rows in (report["rows"], again["rows"]):
        assert rows["read"] == sum(count for name, count in rows.items() if name != "read")
    views = json.loads(desk.type("portfolio --format json").out)
    summed: Counter[str] = Counter()
    for view in views:
        summed.update(view["commitments"])
    entries = [entry for entry in desk.entries() if isinstance(entry.fact, CommitmentDelivered)]
    assert summed["kept"] + summed["kept_late"] == len(entries)
    assert summed["kept"] + summed["kept_late"] + summed["broken"] + summed["open"] == made
