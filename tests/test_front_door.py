"""What `import pledger` offers: to programs and to type checkers the same names, at no cost until used."""

from __future__ import annotations

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

import pledger
from pledger.domain import catalogue

FRONT_DOOR = Path(__file__).resolve().parents[1] / "pledger" / "__init__.py"


def names_for_type_checkers() -> dict[str, str]:
    """Each re-exported name and the module that it is imported from, as a type checker reads the file."""
    imports = [node for node in ast.walk(ast.parse(FRONT_DOOR.read_text())) if isinstance(node, ast.ImportFrom)]
    rooms = [node for node in imports if (node.module or "").startswith("pledger.")]
    return {alias.asname or "": str(node.module) for node in rooms for alias in node.names}


def test_type_checkers_and_programs_see_the_same_names() -> None:
    assert set(names_for_type_checkers()) <= set(dir(pledger))
    assert {name for name in dir(pledger) if name[0].isupper()} - {"TYPE_CHECKING"} <= set(names_for_type_checkers())


def test_every_fact_is_at_the_front_door() -> None:
    assert {kind.__name__ for kind in catalogue.facts().values()} <= set(names_for_type_checkers())


@pytest.mark.parametrize(("name", "room"), sorted(names_for_type_checkers().items()))
def test_a_name_is_the_very_object_of_its_room(name: str, room: str) -> None:
    assert getattr(pledger, name) is getattr(importlib.import_module(room), name)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="CommitmentMad"):
        getattr(pledger, "CommitmentMad")  # noqa: B009  # type checkers know that it is not there


def test_importing_pledger_loads_nothing_else(tmp_path: Path) -> None:
    code = "import sys, pledger; print([m for m in ('pydantic', 'click', 'eventsourcing') if m in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
