"""Every message of the domain says what is wrong, where, and what to do now.

The messages themselves are in the rooms `support.messages_of_...`. One that is not told there fails the last test, so
that none is ever read for the first time by a user.
"""

from __future__ import annotations

import ast
import sys
from importlib import import_module
from pathlib import Path

import pytest
from support.messages import CODES, FORM
from support.provoking import MESSAGES, Message

from pledger.domain.refusal import Problem

ROOMS = (
    "messages_of_lifecycle",
    "messages_of_promises_and_goals",
    "messages_of_corrections",
    "messages_of_telling",
    "messages_of_the_ledger",
    "messages_of_the_server",
    "messages_of_keeping",
    "messages_of_people",
)
for room in ROOMS:
    import_module(f"support.{room}")  # which fills MESSAGES

DOMAIN = Path(sys.modules[Problem.__module__].__file__ or "").parent


@pytest.mark.parametrize("message", MESSAGES.values(), ids=MESSAGES.keys())
def test_a_message_says_what_is_wrong_where_and_what_to_do_now(message: Message, tmp_path: Path) -> None:
    problem = message.provoked(tmp_path)
    assert str(problem).replace(str(tmp_path), "FOLDER") == message.says
    form = FORM.fullmatch(f"{problem}\n")
    assert form is not None
    assert problem.exit_code == CODES[form["label"]]


# No message is left out

Site = tuple[str, int]


def sites() -> dict[Site, str]:
    """Where in the domain a message is made, and what is written there."""
    kinds = {kind.__name__ for kind in Problem.__subclasses__()}
    return {
        (file.name, node.lineno): ast.unparse(node)
        for file in sorted(DOMAIN.glob("*.py"))
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in kinds
    }


def test_every_message_of_the_domain_is_told_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reached: set[Site] = set()
    made = Problem.__init__

    def noting(self: Problem, what: str, *, where: str = "", remedy: str) -> None:
        caller = sys._getframe(1)
        reached.add((Path(caller.f_code.co_filename).name, caller.f_lineno))
        made(self, what, where=where, remedy=remedy)

    monkeypatch.setattr(Problem, "__init__", noting)
    for number, message in enumerate(MESSAGES.values()):
        folder = tmp_path / str(number)
        folder.mkdir()
        message.provoked(folder)
    assert {site: written for site, written in sites().items() if site not in reached} == {}
