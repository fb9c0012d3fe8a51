"""What programs ask through `import pledger`: why and how the scores moved, what was learned, and a lens."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from support.desk import Desk
from support.policies import MATURED
from support.story import SLUG, Story, noon

import pledger
from pledger.cli.output import print_json
from pledger.domain.refusal import WrongUsage
from pledger.projections.policy import shipped_policy_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Ask = Callable[..., Any]


@pytest.fixture
def told_late() -> Story:
    """Kept on the 9th, a day before it was due, but told a fortnight later; it is the 30th now."""
    return _told_late(Story())


def _told_late(story: Story) -> Story:
    story.opened()
    story.promised("2025-01-02", "guide", "2025-01-10")
    story.delivered("2025-01-09", "guide", told="2025-01-25")
    return story.until("2025-01-30")


# Why the scores moved


def test_explain_says_why_trust_moved(told_late: Story) -> None:
    """(1 + 1.5) / (1 + 3) = .625 from the 9th on; a day means its end."""
    told = pledger.explain(told_late.ledger, SLUG, since=date(2025, 1, 8), until=date(2025, 1, 9))
    assert (told.since, told.until) == (end_of("2025-01-08"), end_of("2025-01-09"))
    acme = told.parties[0].trust
    assert [part.sentence for part in acme.parts if part.step] == [
        "Acme kept “guide”, 1 day early (entry 4, told on 2025-01-25)"
    ]
    assert acme.by_jumps == pytest.approx(0.125)
    assert told.is_exact


def test_explain_tells_of_the_last_30_days_up_to_now_unless_told(told_late: Story) -> None:
    told = pledger.explain(told_late.ledger, SLUG)
    assert (told.since, told.until, told.known_at) == (noon("2024-12-31"), noon("2025-01-30"), noon("2025-01-30"))


def test_explain_ends_at_the_moment_asked_about_by_what_was_known_then(told_late: Story) -> None:
    """On the 20th the promise was believed to be overdue: 1.5 / 3.8, a little more by then."""
    told = pledger.explain(told_late.ledger, SLUG, as_of=noon("2025-01-20"), known_at=noon("2025-01-20"))
    assert (told.since, told.until) == (noon("2024-12-21"), noon("2025-01-20"))
    assert told.parties[0].trust.after == pytest.approx(1.5 / 3.8, abs=5e-3)


def test_explain_may_look_ahead(told_late: Story) -> None:
    told = pledger.explain(told_late.ledger, SLUG, since=date(2025, 1, 30), until=date(2025, 12, 31))
    assert told.parties[0].trust.by_jumps == 0.0
    assert told.parties[0].trust.by_decay < 0.0


def test_explain_scores_by_the_policy_that_is_told(told_late: Story) -> None:
    """Credited at maturity, what was kept on the 9th says nothing before the 11th."""
    told = pledger.explain(told_late.ledger, SLUG, until=date(2025, 1, 10), policy=MATURED)
    assert (told.policy, told.parties[0].trust.after) == (MATURED.name, 0.5)


def test_explain_tells_of_one_party_alone_even_if_it_has_left() -> None:
    story = Story().opened("Acme", "Globex", "Initech")
    story.promised("2025-01-03", "samples", "2025-01-10", by="Initech")
    story.on("2025-01-20", pledger.PartyLeft(party="Initech"))
    assert [party.party for party in pledger.explain(story.ledger, SLUG).parties] == ["Acme", "Globex"]
    (initech,) = pledger.explain(story.ledger, SLUG, party="initech").parties
    assert initech.party == "Initech"
    assert initech.trust.by_jumps < 0.0


def test_a_span_that_ends_before_it_starts_is_refused(told_late: Story) -> None:
    with pytest.raises(WrongUsage) as told:
        pledger.explain(told_late.ledger, SLUG, since=date(2025, 1, 9), until=date(2025, 1, 8))
    assert told.value.what == "the span ends on Wed 2025-01-08 23:59, before it starts"
    assert told.value.remedy == "give an --until after --from 2025-01-09"


def test_a_span_that_starts_in_the_future_ends_before_it_starts(told_late: Story) -> None:
    with pytest.raises(WrongUsage, match="the span ends on Thu 2025-01-30 12:00, before it starts") as told:
        pledger.explain(told_late.ledger, SLUG, since=noon("2025-01-31"))
    assert told.value.remedy == "give an --until after --from 2025-01-31 12:00"


def test_a_span_that_ends_after_the_moment_asked_about_is_refused(told_late: Story) -> None:
    with pytest.raises(WrongUsage) as told:
        pledger.explain(told_late.ledger, SLUG, as_of=date(2025, 1, 8), until=noon("2025-01-09"))
    assert told.value.what == "--until 2025-01-09 12:00 is after --as-of 2025-01-08"
    assert told.value.remedy == "leave one of them out"


# How they moved


def test_history_has_the_scores_around_every_step(told_late: Story) -> None:
    told = pledger.history(told_late.ledger, SLUG)
    assert [(step.step.because, step.step.entry) for step in told.steps] == [
        *(("told", 2), ("told", 3), ("told", 4), ("end", 0)),
    ]
    kept = told.steps[2].parties[0]
    assert (kept.before.trust, kept.after.trust) == pytest.approx((0.5, 0.625))


def test_history_as_recorded_says_what_was_believed(told_late: Story) -> None:
    told = pledger.history(told_late.ledger, SLUG, order="recorded", party="Acme")
    assert [step.step.because for step in told.steps] == ["told", "told", "deadline", "told", "end"]
    assert told.steps[2].parties[0].after.trust == pytest.approx(1.5 / 3.8)


def test_history_honours_both_clocks_and_the_policy(told_late: Story) -> None:
    told = pledger.history(told_late.ledger, SLUG, as_of=noon("2025-01-20"), known_at=date(2025, 1, 24), policy=MATURED)
    assert (told.as_of, told.known_at, told.policy) == (noon("2025-01-20"), end_of("2025-01-24"), MATURED.name)
    assert [step.step.because for step in told.steps] == ["told", "told", "deadline", "end"]


def test_the_timelines_word_for_an_order_is_not_taken_for_the_other_order(told_late: Story) -> None:
    with pytest.raises(WrongUsage, match="there is no order 'occurrence' of a history") as told:
        pledger.history(told_late.ledger, SLUG, order="occurrence")  # type: ignore[arg-type]  # as untyped code might
    assert told.value.remedy == "name one of: occurred, recorded"


# What was learned


def test_diff_says_what_was_learned_and_what_that_changed(told_late: Story) -> None:
    """At noon of the 11th, half a day after the rung fell: 1.5 / 3.8 as believed on the 20th, 2.5 / 4 in truth."""
    told = pledger.diff(
        told_late.ledger, SLUG, known_at=noon("2025-01-20"), and_known_at=noon("2025-01-26"), as_of=noon("2025-01-11")
    )
    assert [each.entry.position for each in told.learned] == [4]
    acme = told.parties[0].trust
    assert (acme.before, acme.after) == pytest.approx((1.5 / 3.8, 2.5 / 4), abs=1e-3)


def test_diff_puts_the_earlier_knowledge_first(told_late: Story) -> None:
    days = date(2025, 1, 20), date(2025, 1, 26)
    asked, turned = (
        pledger.diff(told_late.ledger, SLUG, known_at=one, and_known_at=other) for one, other in (days, days[::-1])
    )
    assert asked == turned


def test_diff_compares_with_now_unless_told_and_now_is_one_moment(tmp_path: Path) -> None:
    """Each look at the clock is a second later than the one before."""
    _told_late(Story(tmp_path / "ledger.sqlite")).ledger.close()
    seconds = (noon("2025-01-30") + timedelta(seconds=number) for number in count())
    with pledger.Ledger.open(tmp_path / "ledger.sqlite", clock=lambda: next(seconds)) as ledger:
        earlier, later = pledger.diff(ledger, SLUG, known_at=date(2025, 1, 20)).questions
    assert earlier.known_at == end_of("2025-01-20")
    assert earlier.as_of == later.as_of == later.known_at > noon("2025-01-29")


def test_each_side_of_a_diff_scores_by_the_policy_in_force_then(told_late: Story) -> None:
    patient = shipped_policy_text().replace('credit = "observed"', 'credit = "matured"')
    told_late.ledger.record(pledger.PolicyAdopted(name="patient", text=patient, why="to be fair"))
    told_late.until("2025-02-01")
    since = date(2025, 1, 29)
    in_force, told = (pledger.diff(told_late.ledger, SLUG, known_at=since, policy=each) for each in (None, MATURED))
    assert [asked.policy.credit for asked in in_force.questions] == ["observed", "matured"]
    assert [asked.policy.credit for asked in told.questions] == ["matured", "matured"]


# Through a lens


def test_lens_groups_the_evidence_into_facets(told_late: Story) -> None:
    told = pledger.lens(told_late.ledger, SLUG, "mayer", as_of=noon("2025-01-09"))
    ability = next(facet for facet in told.facets if facet.name == "ability")
    assert ability.by_party["Acme"].opinion.supporting == pytest.approx(1.0)
    believed = pledger.lens(told_late.ledger, SLUG, "mayer", as_of=noon("2025-01-09"), known_at=date(2025, 1, 24))
    assert believed.facets[0].by_party["Acme"].opinion.supporting == 0.0


def test_a_policys_own_lens_comes_before_a_shipped_one(told_late: Story) -> None:
    own = {"source": "ours", "facets": {"word kept": {"kept": 1.0}}}
    policy = pledger.Policy.model_validate({**MATURED.model_dump(), "lenses": {"mayer": own}})
    told = pledger.lens(told_late.ledger, SLUG, "mayer", policy=policy)
    assert (told.source, [facet.name for facet in told.facets]) == ("ours", ["word kept"])


def test_an_unknown_lens_is_refused(told_late: Story) -> None:
    with pytest.raises(WrongUsage, match="there is no lens 'gear'") as told:
        pledger.lens(told_late.ledger, SLUG, "gear")
    assert told.value.remedy.startswith("choose one of: gears, ")


# What all have in common


def of_a_lens(ledger: pledger.Ledger, partnership: str, **asked: Any) -> object:
    return pledger.lens(ledger, partnership, "gears", **asked)


def learned_since(ledger: pledger.Ledger, partnership: str, **asked: Any) -> object:
    return pledger.diff(ledger, partnership, **{"known_at": date(2024, 12, 1), **asked})


EVERY: list[Ask] = [pledger.show, pledger.explain, pledger.history, of_a_lens, learned_since]
every = pytest.mark.parametrize("ask", EVERY, ids=lambda ask: ask.__name__)


@every
def test_an_unknown_partnership_is_refused(told_late: Story, ask: Ask) -> None:
    with pytest.raises(WrongUsage) as told:
        ask(told_late.ledger, "acme-globe")
    assert (told.value.what, told.value.remedy) == (*("there is no partnership 'acme-globe'", f"name one of: {SLUG}"),)


@every
def test_the_ledgers_own_entries_are_no_partnership(ask: Ask) -> None:
    with pytest.raises(WrongUsage, match="there is no partnership '@ledger'") as told:
        ask(Story().ledger, "@ledger")
    assert told.value.remedy == "open one first: pledger open --help"


@every
def test_nothing_was_known_of_it_then(told_late: Story, ask: Ask) -> None:
    asked = {"and_known_at" if ask is learned_since else "known_at": date(2024, 12, 31)}
    with pytest.raises(WrongUsage, match=f"nothing was known of {SLUG} by 2024-12-31 23:59"):
        ask(told_late.ledger, SLUG, **asked)


@every
def test_an_instant_without_a_zone_is_refused(told_late: Story, ask: Ask) -> None:
    naive = datetime(2025, 1, 1)  # noqa: DTZ001  # which is the point
    with pytest.raises(WrongUsage, match="has no time zone"):
        ask(told_late.ledger, SLUG, as_of=naive)


@pytest.mark.parametrize("ask", [pledger.explain, pledger.history], ids=lambda ask: ask.__name__)
def test_an_unknown_party_is_refused(told_late: Story, ask: Ask) -> None:
    with pytest.raises(WrongUsage, match="there is no party 'Acm'") as told:
        ask(told_late.ledger, SLUG, party="Acm")
    assert told.value.remedy == "there are: Acme, Globex"


@pytest.mark.parametrize(
    ("line", "asked"),
    [
        ("explain --from 2025-01-05 --until 2025-01-20", {"since": date(2025, 1, 5), "until": date(2025, 1, 20)}),
        ("explain --as-of 2025-01-20 --party glob", {"as_of": date(2025, 1, 20), "party": "Globex"}),
        ("history --as-of 2025-01-28 --order recorded", {"as_of": date(2025, 1, 28), "order": "recorded"}),
        (
            "diff --as-of 2025-01-15 --known-at 2025-01-20",
            {"as_of": date(2025, 1, 15), "and_known_at": date(2025, 1, 20)},
        ),
        ("lens mayer --as-of 2025-01-28", {"as_of": date(2025, 1, 28), "name": "mayer"}),
    ],
)
def test_the_command_gives_the_same_answer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str, asked: dict[str, Any]
) -> None:
    """A lens's command tells the question too."""
    story = _told_late(Story(tmp_path / "ledger.sqlite"))
    ask = getattr(pledger, line.split(maxsplit=1)[0])
    print_json(ask(story.ledger, SLUG, known_at=date(2025, 1, 30), **asked).as_json())
    story.ledger.close()
    by_python = json.loads(capsys.readouterr().out)
    by_command = json.loads(Desk(tmp_path).type(f"{line} --known-at 2025-01-30 --format json").out)
    assert {key: by_command[key] for key in by_python} == by_python


def test_where_a_partnership_stands_needs_nothing_of_how_it_came_there() -> None:
    rooms = ["views_of_change", "explain", "history", "diff", "lens", "steps", "walk"]
    code = f"""if True:
        import sys, pledger
        ledger = pledger.Ledger.open(":memory:", time_zone="UTC")
        ledger.record(pledger.PartnershipOpened(parties=("Acme", "Globex"), purpose="launch"), "acme-globex")
        pledger.show(ledger, "acme-globex")
        print([room for room in {rooms} if f"pledger.projections.{{room}}" in sys.modules])
    """
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def end_of(day: str) -> datetime:
    """The last microsecond of a day in UTC."""
    return datetime.fromisoformat(day).replace(tzinfo=UTC) + timedelta(days=1, microseconds=-1)
