"""Killed while it imports: an import acknowledges by ending with 0; until then, only whole transactions are there.

A transaction holds whole partnerships; importing again records what is missing, and nothing twice.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from support.importing import DATA, MAPPINGS

from faults.processes import KILLED, Child, killed_in_mid_work, usual_s
from faults.tables import TRANSACTION_FACTS, told_of, whole, written
from faults.work import import_in_small_transactions, program

if TYPE_CHECKING:
    from faults.places import Place
    from faults.trial import Trial

TABLES_EACH = 4
"""How many tables go into one ledger: what the earlier ones acknowledged must outlive the faults of the later ones."""
MILESTONES = DATA / "w3f-grants" / "milestones.csv"


def again(place: Place, words: list[str]) -> dict[str, int]:
    """Import again, undisturbed; what became of the rows."""
    child = Child(place.environment, import_in_small_transactions, TRANSACTION_FACTS, *words)
    assert child.end() == 0, child.said
    told: dict[str, int] = json.loads(child.said.partition("\n")[2])["rows"]
    assert told["recorded"] + told["already_recorded"] == told["read"]
    return told


def test_imports_that_are_killed(trial: Trial) -> None:
    place = trial.place("import csv")
    words = written(trial.folder, "first")
    usual = usual_s(Child(place.environment, import_in_small_transactions, TRANSACTION_FACTS, *words))
    for number in range(trial.times(48)):
        name = f"table{number % TABLES_EACH}"
        if number % TABLES_EACH == 0:
            place = trial.place("import csv")
        words, expected = written(trial.folder, name), whole(trial.folder, name)
        child = Child(place.environment, import_in_small_transactions, TRANSACTION_FACTS, *words)
        place.tally.fault(in_mid_work=killed_in_mid_work(child, usual, trial.chance) == KILLED)
        with place.opened() as ledger:
            place.tally.count(partial=expected.torn(ledger.entries()))
        place.examine()
        again(place, words)
        with place.opened() as ledger:
            assert told_of(ledger.entries()) >= expected.told
        place.acknowledge_all()
        place.examine()
        assert again(place, words)["recorded"] == 0


def test_imports_of_a_real_table_that_are_killed(trial: Trial) -> None:
    """With the transactions that imports have; killed again and again until it is through."""
    if not MILESTONES.exists():
        pytest.skip("the real tables are not there")
    place = trial.place("import csv, a real table")
    words = ["import", "csv", str(MILESTONES), "--mapping", str(MAPPINGS / "w3f-grants.toml"), "--format", "json"]
    usual = usual_s(Child(place.environment, program, *words))
    undisturbed = {each.stream: each.version for each in place.rows()}
    for number in range(trial.times(16)):
        if number % TABLES_EACH == 0:
            place = trial.place("import csv, a real table")
        child = Child(place.environment, program, *words)
        place.tally.fault(in_mid_work=killed_in_mid_work(child, usual, trial.chance) == KILLED)
        there = {each.stream: each.version for each in place.examine()}
        others = {slug: version for slug, version in there.items() if slug not in ("acme-globex", "@ledger")}
        place.tally.count(partial=sum(undisturbed[slug] != version for slug, version in others.items()))
        place.tally.check()
        place.acknowledge_all()  # a transaction that was there once stays
    assert again(place, words)["read"] == 1010
    found = {each.stream: each.version for each in place.examine()}
    assert {**found, "acme-globex": 0} == {**undisturbed, "acme-globex": 0}
