"""What programs ask of all partnerships through `import pledger`: replay, compare, what if, and the pages rebuilt."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from support.desk import Desk
from support.paging import a_ledger
from support.policies import MATURED, SHIPPED
from support.replaying import replayed
from support.story import SLUG, Story, noon

import pledger
from pledger.cli.output import print_json
from pledger.domain.refusal import WrongUsage

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HEAVY = ("numpy", "numba", "msgspec", "pyarrow", "cryptography")


@pytest.fixture
def story(tmp_path: Path) -> Story:
    """Two partnerships; a promise kept in time in one of them, told a fortnight later."""
    return _told(Story(tmp_path / "ledger.sqlite"))


def _told(story: Story) -> Story:
    story.opened()
    story.opened("Acme", "Hooli", slug="acme-hooli", day="2025-02-03")
    story.promised("2025-01-02", "guide", "2025-02-20")
    story.delivered("2025-02-10", "guide", told="2025-02-25")
    return story.until("2025-04-10")


# Replay


def test_replay_tells_of_every_month_of_all_partnerships_unless_told(story: Story) -> None:
    told = replayed(story.ledger)
    assert [(row["partnership"], row["party"], row["at"].month) for row in told] == [
        *(("acme-globex", party, month) for party in ("Acme", "Globex") for month in (1, 2, 3, 4)),
        *(("acme-hooli", party, month) for party in ("Acme", "Hooli") for month in (2, 3, 4)),
    ]
    assert told[3]["at"] == noon("2025-04-10")


def test_replay_gives_columns_of_equal_length(story: Story) -> None:
    (stretch,) = pledger.replay(story.ledger, every="week", policy=MATURED)
    assert {len(getattr(stretch, name)) for name in ("party", "at", "trust", "band", "momentum")} == {len(stretch.at)}
    assert stretch.names[stretch.party[0]] == (SLUG, "Acme")


def test_since_a_day_means_its_start_and_as_of_a_day_its_end(story: Story) -> None:
    told = replayed(story.ledger, every="entry", since=date(2025, 2, 10), as_of=date(2025, 2, 10))
    assert [row["at"] for row in told] == [noon("2025-02-10")]
    assert replayed(story.ledger, every="entry", since=date(2025, 2, 11), as_of=date(2025, 2, 12)) == []
    later = replayed(story.ledger, since=noon("2025-03-01"), as_of=date(2025, 3, 31), partnerships=[SLUG])
    assert {row["at"] for row in later} == {datetime(2025, 4, 1, tzinfo=UTC) - timedelta(microseconds=1)}


def test_what_was_not_known_then_is_not_replayed(story: Story) -> None:
    asked: dict[str, Any] = {"as_of": date(2025, 2, 28), "since": date(2025, 2, 28), "partnerships": [SLUG]}
    believed, known = (replayed(story.ledger, known_at=noon(day), **asked)[0] for day in ("2025-02-24", "2025-02-26"))
    assert believed["trust"] < SHIPPED.trust.base_rate < known["trust"]


def test_no_partnerships_are_not_all(story: Story) -> None:
    assert replayed(story.ledger, partnerships=[]) == []


@pytest.mark.parametrize(
    ("asked", "what"),
    [
        ({"every": "day"}, "there is no replay of every 'day'"),
        ({"partnerships": ["acme"]}, "there is no partnership 'acme'"),
        ({"partnerships": ["@ledger"]}, "there is no partnership '@ledger'"),
        (
            {"partnerships": ["acme-hooli"], "known_at": date(2025, 2, 2)},
            "nothing was known of acme-hooli by 2025-02-02 23:59",
        ),
        ({"since": date(2025, 5, 1)}, "--from 2025-05-01 is after the moment asked about"),
        (
            {"since": noon("2025-03-02"), "as_of": date(2025, 3, 1)},
            "--from 2025-03-02 12:00 is after the moment asked about",
        ),
        ({"as_of": datetime(2025, 1, 1)}, "2025-01-01T00:00:00 has no time zone"),  # noqa: DTZ001  # which is the point
        ({"since": datetime(2025, 1, 1)}, "2025-01-01T00:00:00 has no time zone"),  # noqa: DTZ001
    ],
)
def test_what_cannot_be_replayed_is_refused_at_once(story: Story, asked: dict[str, Any], what: str) -> None:
    """Before the first stretch is asked for."""
    with pytest.raises(WrongUsage) as told:
        pledger.replay(story.ledger, **asked)
    assert told.value.what == what
    assert told.value.remedy


# Compare


def test_compare_tells_what_another_policy_would_change(story: Story) -> None:
    stern = SHIPPED.model_copy(
        update={"name": "stern", "trust": SHIPPED.trust.model_copy(update={"prior_weight": 9.0})}
    )
    comparison = pledger.compare(story.ledger, stern)
    first, second = comparison.largest_first()
    assert (first.partnership, second.partnership) == (SLUG, "acme-hooli")
    assert [question.policy.name for question in comparison.questions] == ["default", "stern"]
    assert comparison.summary()["fall"] == 1
    (cause,) = comparison.causes([first])[first.parties[0].number]
    assert cause.kinds == ("kept",)
    other_way = pledger.compare(story.ledger, SHIPPED, stern)
    assert next(other_way.largest_first()).parties[0].difference == -first.parties[0].difference


# What all have in common


def test_the_command_gives_the_same_answer(tmp_path: Path, story: Story, capsys: pytest.CaptureFixture[str]) -> None:
    asked: dict[str, Any] = {"as_of": date(2025, 3, 31), "known_at": date(2025, 3, 31)}
    clocks = "--as-of 2025-03-31 --known-at 2025-03-31"
    print_json(replayed(story.ledger, every="week", since=date(2025, 2, 1), **asked))
    by_python = json.loads(capsys.readouterr().out)
    comparison = pledger.compare(story.ledger, MATURED, **asked)
    story.ledger.close()
    desk = Desk(tmp_path)
    answer = desk.type(f"replay --every week --from 2025-02-01 {clocks} --format json")
    by_command = json.loads(answer.out)
    assert [{key: row[key] for key in by_python[0]} for row in by_command] == by_python
    assert json.loads(desk.type(f"policy compare default default {clocks} --format json").out)["summary"]["rise"] == 0
    assert comparison.summary()["partnerships"] == 2


@pytest.mark.parametrize("ask", [pledger.compare, pledger.what_if], ids=lambda ask: ask.__name__)
def test_an_instant_without_a_zone_is_refused(story: Story, ask: Callable[..., object]) -> None:
    naive = datetime(2025, 1, 1)  # noqa: DTZ001  # which is the point
    for clock in ("as_of", "known_at"):
        with pytest.raises(WrongUsage, match="has no time zone"):
            ask(story.ledger, SHIPPED, **{clock: naive})


def test_all_is_told_from_pages_as_from_the_log(tmp_path: Path) -> None:
    """Of 4,300 entries, 4,096 lie in a page; partnerships alone are read from their own streams."""
    with a_ledger(tmp_path / "ledger.sqlite", 4300) as ledger:
        asked: dict[str, Any] = {"as_of": date(2025, 6, 30), "known_at": noon("2025-06-30")}
        whole = replayed(ledger, every="entry", **asked)
        assert len(list((tmp_path / "ledger.sqlite.pages").glob("*.evidence"))) == 1
        assert replayed(ledger, every="entry", partnerships=ledger.partnerships(), **asked) == whole
        what_if = pledger.what_if(ledger, **asked)
        trust = [row["trust"] for row in replayed(ledger, since=date(2025, 6, 30), **asked)]
        assert sorted(what_if.opinions(SHIPPED).trust.tolist()) == pytest.approx(sorted(trust), abs=1e-12)
        found = pledger.rebuild(ledger)
    assert (found.entries, found.pages, found.equal, found.different) == (4096, 1, 1, ())


# Rebuild


def test_a_small_ledger_has_no_pages_to_rebuild(story: Story) -> None:
    found = pledger.rebuild(story.ledger)
    assert (found.entries, found.pages, found.equal, found.different) == (0, 0, 0, ())


def test_a_ledger_in_memory_keeps_no_pages() -> None:
    with pytest.raises(WrongUsage, match="a ledger in memory keeps no pages"):
        pledger.rebuild(Story().ledger)


# What is loaded


def loaded(code: str) -> str:
    """Which of the heavy libraries a program loads."""
    program = f"import sys\n{code}\nprint([name for name in {HEAVY} if name in sys.modules], file=sys.stderr)"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    return run.stderr.strip()


def test_importing_pledger_loads_nothing_heavy() -> None:
    everything = (
        "import pledger; [getattr(pledger, name) for name in ('Ledger', 'show', 'replay', 'compare', 'rebuild')]"
    )
    for code in ("import pledger", everything):
        assert loaded(code) == "[]"


@pytest.mark.parametrize(
    "line",
    [
        f"show {SLUG}",
        "log",
        f'commit {SLUG} "Send the price list" --by Acme --due 2099-01-01',
        "portfolio",
        f"history {SLUG}",
        "replay --help",
        "--help",
    ],
)
def test_short_commands_load_nothing_heavy(tmp_path: Path, story: Story, line: str) -> None:
    story.ledger.close()
    words = [*shlex.split(line), "--ledger", str(tmp_path / "ledger.sqlite")]
    code = f"from pledger.cli.main import run\nassert run({words}) == 0"
    assert loaded(code) == "[]"
