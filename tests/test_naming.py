"""Short names made from words, lists of names, and the nearest name to one that nobody knows."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from pledger.domain.fact import Slug
from pledger.domain.naming import SLUG_LENGTH_MAX, free_slug, listed, nearest, slug_from


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Send the brand guide", "send-the-brand-guide"),
        ("  No surprises: bad news travels first! ", "no-surprises-bad-news-travels-first"),
        ("Été à Łódź", "ete-a-łodz"),
        ("ＦＵＬＬ ｗｉｄｔｈ", "full-width"),  # noqa: RUF001  # letters as Japanese typewriters have them
        ("市场 进入", "市场-进入"),
        ("한국어", "한국어"),
        ("under_scored", "under-scored"),
        ("2026/05 Q2", "2026-05-q2"),
        ("x² + ½", "x2-1-2"),
        ("Ⅻ chapters", "xii-chapters"),
        ("", "unnamed"),
        ("🙂", "unnamed"),
    ],
)
def test_words_become_a_short_name(text: str, slug: str) -> None:
    assert slug_from(text) == slug


def test_long_texts_are_cut_between_words() -> None:
    assert slug_from("promise " * 20) == "-".join(["promise"] * 7)
    assert slug_from("a" * 59 + " b") == "a" * 59
    assert slug_from("a" * 58 + " b") == "a" * 58 + "-b"
    assert slug_from("a" * 100) == "a" * 60


@given(st.text())
@example("፩")  # a numeral that is neither a digit nor a letter
@example("௰ foo")
@example("İ")  # grows when its case is folded
@example("ß" * 60)
@example("ﷺ" * 20)
def test_whatever_the_words_the_name_is_one_that_facts_accept(text: str) -> None:
    """A name that could be stored and not be read back would spoil the ledger."""
    slug = slug_from(text)
    assert len(slug) <= SLUG_LENGTH_MAX
    assert TypeAdapter(Slug).validate_python(slug) == slug
    assert slug_from(slug) == slug


@given(st.text(min_size=1), st.text(min_size=1))
def test_case_makes_no_difference(text: str, other: str) -> None:
    assert slug_from(f"{text} {other}".upper()) == slug_from(f"{text} {other}".upper().lower())


def test_a_free_name_is_the_first_that_is_not_taken() -> None:
    taken = {"report", "report-2", "report-4"}
    assert free_slug("Report", taken.__contains__) == "report-3"
    assert free_slug("Summary", taken.__contains__) == "summary"


def test_lists_are_cut_short() -> None:
    assert listed([]) == "none"
    assert listed([], none="nobody") == "nobody"
    assert listed(["a", "b"]) == "a, b"
    assert listed("abcdefghij") == "a, b, c, d, e, f, g, h and 2 more"
    assert listed("abc", most=1) == "a and 2 more"


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        ("brnad-guide", ["brand-guide"]),
        ("BRAND", ["brand-guide", "brand-book"]),
        ("Globx", ["Globex"]),
        ("zzz", []),
        ("", []),
    ],
)
def test_the_nearest_names_to_a_mistyped_one(told: str, meant: list[str]) -> None:
    assert sorted(nearest(told, ["brand-guide", "brand-book", "Globex", "Acme"])) == sorted(meant)
    assert len(nearest(told, [*"abcdefg"])) <= 3
