"""No fact, no refusal and no command without a scenario: the scenarios are read as text and held against the code."""

from __future__ import annotations

import ast
import itertools
import re
import shlex
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import click
import pytest
from support.scenarios import Scenario, every_scenario

from pledger.cli.main import pledger
from pledger.domain.catalogue import facts
from pledger.domain.entry import Proposal
from pledger.domain.ledger import Ledger
from pledger.domain.ledger_facts import LedgerOpened
from pledger.domain.lifecycle import PartnershipEnded, PartnershipOpened, PartnershipPaused
from pledger.domain.refusal import Problem

DOMAIN = Path(__file__).resolve().parents[1] / "domain"
TYPED = re.compile(r"(?:I type|I typed|I run the program|I run in a shell|on \S+ somebody typed): (?P<line>.+)")
TOLD = {
    "Refused": "it is refused: ",
    "WrongUsage": "it is not understood: ",
    "StorageTrouble": "the ledger cannot be used: ",
    "IntegrityFailure": "the ledger is damaged: ",
}
"""How scenarios tell each kind of problem."""


def about_recording() -> list[Scenario]:
    """The scenarios whose steps are those of support/recording_steps.py."""
    return [scenario for scenario in every_scenario() if scenario.feature not in ("import", "questions")]


def words_typed(step: str) -> list[str]:
    """The words of the command that a step types, without the program's name; none where it types nothing."""
    match = TYPED.fullmatch(step)
    words = shlex.split(match["line"]) if match else []
    return words[2:] if words[:1] == ["--ledger"] else words


def test_every_fact_is_recorded_in_a_scenario() -> None:
    verbs = {kind.VERB: topic for topic, kind in facts().items()}
    recorded = set()
    for scenario in every_scenario():
        typed: list[str] = []
        for step in scenario.steps:
            typed = words_typed(step) or typed
            if step.startswith(("it is recorded: ", "the answer says: made the ledger")):
                recorded |= {verbs[verb] for verb in (" ".join(typed[:2]), " ".join(typed[:1])) if verb in verbs}
    assert recorded == set(facts())


def leaves(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The words of every command that is no group."""
    if not isinstance(command, click.Group):
        yield path
        return
    context = click.Context(command)
    for name in command.list_commands(context):
        member = command.get_command(context, name)
        assert member is not None, name
        yield from leaves(member, (*path, name))


def test_every_command_runs_as_a_program_of_its_own_in_a_scenario() -> None:
    run = [words_typed(step) for each in every_scenario() for step in each.steps if " program: " in step]
    left_out = [path for path in leaves(pledger) if not any(tuple(words[: len(path)]) == path for words in run)]
    assert [path for path in left_out if path[0] != "import"] == []  # importing has a feature with steps of its own


@cache
def messages() -> list[tuple[str, str, str]]:
    """Every problem that the domain tells: where it is in the code, its kind, and what it says as a pattern."""
    found = []
    for file in sorted(DOMAIN.glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in TOLD and node.args:
                found += [(f"{file.name}:{node.lineno}", node.func.id, text) for text in patterns(node.args[0])]
    return found


def patterns(node: ast.expr) -> list[str]:
    """What an expression may say, as regular expressions: one for each way through its conditions."""
    match node:
        case ast.Constant(value=str(text)):
            return [re.escape(text)]
        case ast.JoinedStr(values=parts):
            return ["".join(each) for each in itertools.product(*(patterns(part) for part in parts))]
        case ast.BinOp(left=left, right=right):
            return [one + other for one in patterns(left) for other in patterns(right)]
        case ast.IfExp(body=one, orelse=other):
            return patterns(one) + patterns(other)
    return [".+"]


def test_every_refusal_is_met_in_a_scenario() -> None:
    steps = {step for scenario in every_scenario() for step in scenario.steps}
    unmet = []
    for where, kind, pattern in messages():
        told = [step.removeprefix(TOLD[kind]) for step in steps if step.startswith(TOLD[kind])]
        if not any(re.fullmatch(pattern, what) for what in told) and not only_python_can(pattern):
            unmet.append((where, kind, pattern))
    assert unmet == []


def test_wherever_something_is_refused_the_scenario_says_the_way_out() -> None:
    prefixes = tuple(TOLD.values())
    silent = [
        f"{scenario.feature}: {scenario.name}"
        for scenario in about_recording()
        for step, after in itertools.zip_longest(scenario.steps, scenario.steps[1:], fillvalue="")
        if step.startswith(prefixes) and not after.startswith("the advice is: ")
    ]
    assert silent == []


def test_a_scenario_has_three_to_seven_steps() -> None:
    others = [
        each for each in about_recording() if not (len(each.steps) >= 3 and len(each.steps) - each.background <= 7)
    ]
    assert [f"{each.feature}: {each.name}" for each in others] == []


NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def record(*proposals: Proposal) -> Callable[[Ledger], object]:
    return lambda ledger: ledger.record_all(proposals)


def asked_when_closed(ledger: Ledger) -> object:
    ledger.close()
    return ledger.partnerships()


OPENED = PartnershipOpened(parties=("Acme", "Globex"), purpose="launch")
PAUSED = PartnershipPaused(why="summer")
PYTHON_ONLY: dict[str, Callable[[Ledger], object]] = {
    "2026-03-02T09:00:00 has no time zone": record(Proposal(OPENED, "acme-globex", NOW.replace(tzinfo=None))),
    "no partnership is named": lambda ledger: ledger.record(OPENED),
    "ledger-opened is about the ledger, not about a partnership": record(
        Proposal(LedgerOpened(name="Other", time_zone="UTC"), "acme-globex")
    ),
    "closes cannot be told: the ledger stamps it": record(
        Proposal(PartnershipEnded(reason="completed", closes=()), "acme-globex")
    ),
    "the source reference 'crm-1' is used twice": record(
        Proposal(OPENED, "acme-globex", source="crm-1"), Proposal(PAUSED, "acme-globex", source="crm-1")
    ),
    "there is a ledger already, ':memory:'": lambda ledger: ledger.record(LedgerOpened(name="Other", time_zone="UTC")),
    "the ledger has been closed": asked_when_closed,
    "'a\\x01' cannot name a ledger": lambda ledger: Ledger.open(":memory:", name="a\x01"),
}
"""What no command line can bring about: the commands see to it, or it takes a batch."""


def only_python_can(pattern: str) -> bool:
    """Whether a message is one of those."""
    return any(re.fullmatch(pattern, what) for what in PYTHON_ONLY)


@pytest.mark.parametrize("what", PYTHON_ONLY)
def test_what_only_a_program_can_do_wrong_is_told_too(what: str) -> None:
    with Ledger.open(":memory:", time_zone="UTC", clock=lambda: NOW) as ledger, pytest.raises(Problem) as caught:
        PYTHON_ONLY[what](ledger)
    assert caught.value.what == what
    assert caught.value.remedy
