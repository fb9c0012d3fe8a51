"""People as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pledger.cli.render import show, table, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.text import Text

    from pledger.domain.people import Person

NOBODY = "There is nobody in the register yet; add somebody with: pledger people add ID --name NAME"
NOBODY_MISSING = "Everybody whose id a fact carries is in the register."


def show_people(people: Sequence[Person]) -> None:
    """Print the register."""
    if not people:
        show(words(NOBODY))
        return
    rows: list[list[Text | str]] = [[words(person.id, "bold"), person.name, person.address or ""] for person in people]
    foot = "Whose id a fact carries and who is not here: pledger people list --missing"
    show(table(["Id", "Name", "Address"], rows, stiff=(0,)), "", words(foot, "dim"))


def show_missing(ids: Sequence[str]) -> None:
    """Print whose name nobody has told."""
    if not ids:
        show(words(NOBODY_MISSING))
        return
    foot = "Facts carry these ids, and the register has no name for them: pledger people add ID --name NAME"
    show(table(["Id"], [[words(id_, "bold")] for id_ in ids], stiff=(0,)), "", words(foot, "dim"))
