"""The scenarios in features/, read as text: every scenario of an outline with its examples filled in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from gherkin.parser import Parser
from gherkin.pickles.compiler import Compiler

FEATURES = Path(__file__).resolve().parents[2] / "features"


@dataclass(frozen=True)
class Scenario:
    """A scenario: where it stands, and its steps in their order, of which the first are its feature's background."""

    feature: str
    name: str
    steps: tuple[str, ...]
    background: int


@cache
def every_scenario() -> tuple[Scenario, ...]:
    """The scenarios of all features."""
    return tuple(scenario for file in sorted(FEATURES.glob("*.feature")) for scenario in _scenarios(file))


def _scenarios(file: Path) -> list[Scenario]:
    document: Any = Parser().parse(file.read_text(encoding="utf-8"))
    document["uri"] = file.name
    pickles: Any = Compiler().compile(document)
    grounds = [child["background"]["steps"] for child in document["feature"]["children"] if "background" in child]
    background = sum(len(steps) for steps in grounds)
    return [
        Scenario(file.stem, each["name"], tuple(step["text"] for step in each["steps"]), background) for each in pickles
    ]
