"""Tables as other programs write them: several facts a row, several rows a promise."""

from __future__ import annotations

from support.importing import HEADER, PROMISES, Bench, facts_of

from pledger.domain.delivery import CommitmentMade, InvestmentMade

MEETINGS = """
name = "milestones"
about = "a table as an open-contracting publisher would flatten it"
[file]
nothing = ["-"]
[columns.dueDate]
instant = "%Y-%m-%dT%H:%M:%S%z"
[columns.dateMet]
instant = "%Y-%m-%dT%H:%M:%S%z"
[columns.signed]
date = "%d.%m.%Y"
[columns.value]
number = ","
[columns.type]
read_as = { delivery = "supplier", payment = "buyer" }
[values.maker]
when.equals = { type = "supplier" }
first_of = "{supplier}"
[values.promiser]
first_of = ["{maker}", "{buyer}"]
[values.last]
latest_of = ["{signed}", "{dateMet}"]
[left_out."no contract yet"]
unless.present = "signed"
[bad."met, but without saying when"]
when = { equals = { status = "met" }, absent = "dateMet" }
[row]
id = "{ocid}/{id}"
[partnership]
slug = "{ocid}"
[partnership.open]
parties = ["{buyer}", "{supplier}"]
purpose = "{title}"
[facts.made]
fact = "commitment-made"
on = "{signed}"
link = "https://example.org/{ocid}"
[facts.made.fields]
what = "{title}"
commitment = "{id}"
by = "{promiser}"
due = "{dueDate}"
stake = "large"
[facts.met]
fact = "commitment-delivered"
on = "{dateMet}"
unless.absent = "dateMet"
fields = { commitment = "{id}" }
[facts.invested]
fact = "investment-made"
on = "{last}"
when.equals = { status = "met" }
note = "told by the table"
[facts.invested.fields]
kind = "budget"
by = "{buyer}"
amount = "{value}"
unit = "EUR"
[facts.met_up]
fact = "meeting-held"
on = "{signed}"
fields = { present = ["{buyer}", "{supplier}", "{maker}"], went = "fairly" }
when.after = { dateMet = "dueDate" }
"""


def test_a_flattened_table_of_open_contracting(bench: Bench) -> None:
    header = "ocid,id,type,status,title,buyer,supplier,signed,dueDate,dateMet,value"
    file = bench.file(
        'c1,1,delivery,met,Lanes,Barnet,Roads Ltd,01.02.2018,2018-03-19T00:00:00Z,2018-03-31T00:00:00Z,"1.200,50"',
        "c1,2,payment,scheduled,Pay half,Barnet,Roads Ltd,01.02.2018,2018-12-31T00:00:00Z,-,",
        "c1,3,payment,met,Pay rest,Barnet,Roads Ltd,01.02.2018,2018-12-31T00:00:00Z,,",
        "c2,1,payment,met,Pay rest,Barnet,Roads Ltd,,2018-12-31T00:00:00Z,,",
        header=header,
    )
    report = bench.take(file, bench.mapping(MEETINGS))
    assert report.rows_left_out == {"no contract yet": 1}
    assert [(row.lines, row.column, row.reason) for row in report.bad] == [
        ((4,), "dateMet, status", "met, but without saying when")
    ]
    assert bench.told() == [
        ("partnership-opened", "2018-02-01"),
        ("commitment-made", "2018-02-01"),
        ("commitment-made", "2018-02-01"),
        ("meeting-held", "2018-02-01"),
        ("commitment-delivered", "2018-03-31"),
        ("investment-made", "2018-03-31"),
    ]
    first, second = (entry.fact.model_dump() for entry in facts_of(bench.entries(), CommitmentMade))
    assert (first["by"], second["by"], first["stake"]) == ("Roads Ltd", "Barnet", "large")
    (paid,) = facts_of(bench.entries(), InvestmentMade)
    assert (str(paid.fact.model_dump()["amount"]), paid.note) == ("1200.50", "told by the table")
    assert bench.entries()[1].link == "https://example.org/c1"


GROUPED = (
    PROMISES.replace(
        'id = "{No}"',
        'id = "{No}"\ngroup_by = "No"\ncombine = { Done = "max", Due = "last", What = "first", Amount = "sum" }',
    ).replace("[row]", '[columns.Amount]\nnumber = "."\n[row]')
    + """
[facts.paid]
fact = "investment-made"
on = "{Made}"
when.present = "Amount"
fields = { kind = "budget", by = "Acme", amount = "{Amount}" }
"""
)


def test_the_rows_of_one_promise_are_combined(bench: Bench) -> None:
    file = bench.file(
        "7,Globex,First,2026-01-10,2026-02-03,2026-02-01,10",
        ",Globex,x,2026-01-10,,,",
        "7,Globex,Second,2026-01-10,2026-02-02,2026-02-05,2.50",
        "7,Globex,,2026-01-10,,,",
        header=f"{HEADER},Amount",
    )
    report = bench.take(file, bench.mapping(GROUPED))
    assert [(row.lines, row.column, row.reason) for row in report.bad] == [
        ((3,), "No", "has no value, and says which rows are one")
    ]
    assert report.rows_recorded == 3
    _, made, paid, delivered = (entry.fact.model_dump() for entry in bench.entries())
    assert (made["what"], str(made["due"]), str(paid["amount"])) == ("First", "2026-02-02", "12.50")
    assert delivered["days"] == 3
    assert f"{bench.entries()[-1].occurred_at:%Y-%m-%d}" == "2026-02-05"
