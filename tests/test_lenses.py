"""Lenses: what is shipped, and what a partnership looks like through one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from support.story import SLUG, Story

import pledger.projections
from pledger.domain.goals import GoalShared
from pledger.domain.norms import FitReviewed, NormAgreed
from pledger.domain.planning import PlanAgreed
from pledger.projections.lens import LensView, lens_view
from pledger.projections.policy import LensFile, PolicyError, default_policy, shipped_lens, shipped_lens_names
from pledger.projections.toml_model import read_model
from pledger.projections.views import known_entries

FOLDER = Path(pledger.projections.__file__).parent / "lenses"
FACETS = {
    "gears": [
        *("Fit: cultures", "Fit: people", "Fit: markets", "Fit: mechanics"),
        *("Planning: objectives", "Planning: measures", "Planning: leadership"),
    ],
    "gibbs-humphries": [
        *("innovation", "relationship kept within agreed standards", "value from synergy and self-evaluation"),
    ],
    "hamel": ["goals known on both sides", "candour over harmony", "limits respected", "learning"],
    "ingredients": ["communication", "norms", "goals", "delivery"],
    "kanter": [
        *("individual excellence", "importance", "interdependence", "investment", "information", "integration"),
        *("institutionalisation", "integrity"),
    ],
    "mayer": ["ability", "benevolence", "integrity"],
}


@pytest.mark.parametrize("name", FACETS)
def test_every_shipped_lens_has_its_facets_and_reads_as_a_policy_would_hold_it(name: str) -> None:
    """Short commands read it without validation, so it is validated here."""
    text = (FOLDER / f"{name}.toml").read_text(encoding="utf-8")
    read = read_model(LensFile, text, name, PolicyError)
    assert read.lenses == {name: shipped_lens(name)}
    assert list(read.lenses[name].facets) == FACETS[name]
    assert re.search(r"^source = ", text, re.M)


def test_there_are_six() -> None:
    assert shipped_lens_names() == sorted(FACETS)


@pytest.mark.parametrize("name", FACETS)
def test_every_facet_of_a_shipped_lens_can_speak_for(name: str) -> None:
    """Under the shipped policy, and by kinds that it knows."""
    for facet, weights in shipped_lens(name).facets.items():
        assert set(weights) <= set(default_policy().kinds), facet
        assert max(weights.values()) > 0, facet


def view(story: Story, as_of: str, lens: str, known_at: str | None = None) -> LensView:
    asked = story.asked(as_of, known_at)
    return lens_view(SLUG, known_entries(story.ledger, SLUG, asked), lens, shipped_lens(lens), asked)


def facet_of(told: LensView, name: str) -> dict[str, float]:
    return {
        party: held.opinion.supporting
        for party, held in next(f for f in told.facets if f.name == name).by_party.items()
    }


def test_what_speaks_of_all_counts_once_together_and_what_one_does_by_its_share() -> None:
    """The norm was agreed by both: .15 together as for each. Acme's goal alone: .5 for Acme, .25 together."""
    story = Story().opened()
    story.on("2025-01-02", NormAgreed(what="no surprises"))
    story.on("2025-01-02", GoalShared(what="leads", owner="Acme", level="organisational"))
    told = view(story, "2025-01-02", "gears")
    cultures = next(facet for facet in told.facets if facet.name == "Fit: cultures")
    assert facet_of(told, "Fit: cultures") == {"Acme": pytest.approx(0.15), "Globex": pytest.approx(0.15)}
    assert cultures.together.opinion.supporting == pytest.approx(0.15)
    assert (cultures.together.pieces_for, cultures.together.pieces_against) == (1, 0)
    objectives = next(facet for facet in told.facets if facet.name == "Planning: objectives")
    assert facet_of(told, "Planning: objectives") == {"Acme": pytest.approx(0.5), "Globex": 0.0}
    assert objectives.together.opinion.supporting == pytest.approx(0.25)


def test_the_cog_in_the_lowest_band_holds_the_others_back() -> None:
    """Four plans make Planning firm, two reviews leave Fit fair, and paper alone turns no wheel."""
    story = Story().opened()
    for facet in ("markets", "people"):
        story.on("2025-01-02", FitReviewed(facet=facet, verdict="good"))
    for number in range(4):
        story.on("2025-01-02", PlanAgreed(objectives=(f"leads {number}",), measures=("leads a month",)))
    told = view(story, "2025-01-02", "gears")
    assert [(cog.name, cog.band) for cog in told.cogs] == [("Fit", "fair"), ("Planning", "firm"), ("Momentum", "weak")]
    assert told.holding_back == "Momentum (weak) holds back Fit (fair) and Planning (firm)."


def test_cogs_of_which_nothing_is_known_hold_nobody_back() -> None:
    told = view(Story().opened(), "2025-01-02", "gears")
    assert told.holding_back == (
        "Which cog holds the others back cannot be told yet. "
        "Too little is known of Fit, Planning and Momentum to compare."
    )


def test_a_lens_without_cogs_compares_none() -> None:
    told = view(Story().opened(), "2025-01-02", "kanter")
    assert (told.cogs, told.holding_back) == ((), None)


def test_both_clocks_are_honoured() -> None:
    """A delivery of the 9th that nobody told until the 20th."""
    story = Story().opened()
    story.promised("2025-01-02", "Brand guide", "2025-01-10")
    story.delivered("2025-01-09", "brand-guide", told="2025-01-20")
    told = [view(story, "2025-01-09", "mayer", known) for known in ("2025-01-09", "2025-01-20")]
    assert [facet_of(each, "ability")["Acme"] for each in told] == [0.0, pytest.approx(1.0)]
    assert facet_of(view(story, "2025-01-08", "mayer", "2025-01-20"), "ability")["Acme"] == 0.0


def test_a_deadline_that_fell_is_named_by_the_entry_that_set_it() -> None:
    story = Story().opened()
    made = story.promised("2025-01-02", "Brand guide", "2025-01-10")
    told = view(story.until("2025-03-01"), "2025-03-01", "mayer")
    integrity = next(facet for facet in told.facets if facet.name == "integrity").by_party["Acme"]
    assert integrity.pieces_against == 2
    assert [(piece.entry, piece.kind) for piece in integrity.latest] == [(made.position, "overdue-30")]
