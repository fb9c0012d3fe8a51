"""The catalogue of facts, from the classes themselves; it needs no ledger."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.asking import rows, said
from support.desk import Desk

from pledger.domain.catalogue import facts


def test_every_fact_is_in_the_catalogue_with_its_fields(tmp_path: Path) -> None:
    told = said(Desk(tmp_path), "facts")  # no ledger is needed
    assert [each["fact"] for each in told] == list(facts())
    made = next(each for each in told if each["fact"] == "commitment-made")
    assert set(made) == {"fact", "verb", "theme", "description", "example", "fields"}
    by_name = {field["name"]: field for field in made["fields"]}
    assert (by_name["what"]["required"], by_name["due"]["required"]) == (True, False)
    assert by_name["late_from"] == {
        "name": "late_from",
        "description": "the instant from which it is late",
        "required": False,
        "stamped": True,
    }


@pytest.mark.parametrize("name", ["commitment-made", "COMMIT", "CommitmentMade", "commitment-m"])
def test_a_fact_is_told_by_its_name_its_beginning_or_its_verb(tmp_path: Path, name: str) -> None:
    schema = said(Desk(tmp_path), f"facts {name}")
    assert schema["title"] == "commitment-made"
    assert schema["required"] == ["what", "by"]
    assert schema["properties"]["late_from"]["stamp"] is True


def test_a_verb_of_two_words_may_be_typed_as_it_is(tmp_path: Path) -> None:
    assert said(Desk(tmp_path), "facts goal share")["title"] == "goal-shared"
    assert desk_says_what(tmp_path, "facts goal shre") == "there is no fact 'goal shre'"
    assert desk_says_what(tmp_path, "facts commitment").startswith("'commitment' fits several: commitment-made")


def desk_says_what(folder: Path, line: str) -> str:
    answer = Desk(folder).type(line)
    assert answer.code == 2
    return answer.what


def test_the_catalogue_comes_as_rows_too(tmp_path: Path) -> None:
    assert rows(Desk(tmp_path), "facts")[0]["verb"] == "prospect"
    assert [row["name"] for row in rows(Desk(tmp_path), "facts pause", "tsv")] == ["why", "gaps_opened", "gaps_closed"]
