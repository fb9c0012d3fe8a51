"""Questions typed at a desk, and their answers read as a program would read them."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

from support.desk import Desk
from support.story import Story, noon

if TYPE_CHECKING:
    from pathlib import Path

PROMISE = {
    *("partnership", "commitment", "what", "maker", "to", "stake", "first_date", "goal", "due", "late_from"),
    *("state", "made", "moved", "entry", "settled", "settled_by", "days_early", "days_late", "days_left"),
}
"""The keys of a promise."""


def desk_with_two_partnerships(folder: Path) -> Desk:
    """Two partnerships on a Monday in March, with one large promise overdue."""
    story = Story(folder / "ledger.sqlite").opened()
    story.opened("Acme", "=Evil()", slug="acme-evil", day="2025-01-02")
    story.promised("2025-01-02", "Brand guide", "2025-01-10", first_date=True)
    story.promised("2025-01-16", "Budget", "2025-02-10", by="Globex", stake="large")
    story.delivered("2025-01-09", "brand-guide", told="2025-02-20")
    story.ledger.close()
    return Desk(folder, now=noon("2025-03-03"))


def said(desk: Desk, line: str) -> Any:
    """What a question says in JSON."""
    answer = desk.type(f"{line} --format json")
    assert (answer.code, answer.err) == (0, "")
    return json.loads(answer.out)


def rows(desk: Desk, line: str, form: str = "csv") -> list[dict[str, str]]:
    answer = desk.type(f"{line} --format {form}")
    assert (answer.code, answer.err) == (0, "")
    return list(csv.DictReader(io.StringIO(answer.out), delimiter="," if form == "csv" else "\t"))
