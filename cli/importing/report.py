"""What an import made of a file: every row accounted for, every fact counted."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence


class BadRow(NamedTuple):
    """Lines that were recorded nowhere, and why.

    The column is empty where the row as a whole is meant; `fact` is the one that a rule refused.
    """

    lines: tuple[int, ...]
    fact: str
    column: str
    value: str
    reason: str


class ChangedFact(NamedTuple):
    """A fact that the file tells differently now, and the command that would record the change."""

    lines: tuple[int, ...]
    partnership: str
    entry: int
    fact: str
    differences: dict[str, tuple[Any, Any]]
    remedy: str

    @property
    def told(self) -> str:
        """What is different, in words."""
        return "; ".join(f"{name} is {old} there, {new} now" for name, (old, new) in self.differences.items())


@dataclass
class Report:
    """Rows read = recorded + already recorded + changed + left out + bad + held back.

    With `dry_run`, recorded means that it would be. Held back are good rows where `strict` records nothing.
    """

    file: str
    mapping: str
    dry_run: bool = False
    strict: bool = False
    rows_read: int = 0
    rows_recorded: int = 0
    rows_already: int = 0
    rows_changed: int = 0
    rows_held_back: int = 0
    rows_left_out: Counter[str] = field(default_factory=Counter)
    bad: list[BadRow] = field(default_factory=list)
    changed: list[ChangedFact] = field(default_factory=list)
    facts_recorded: Counter[str] = field(default_factory=Counter)
    facts_already: int = 0
    facts_held_back: int = 0
    partnerships_opened: list[str] = field(default_factory=list)

    @property
    def rows_bad(self) -> int:
        return sum(len(row.lines) for row in self.bad)

    @property
    def is_complete(self) -> bool:
        """Whether everything that the file tells is in the ledger, or would be."""
        return not self.bad and not self.changed

    def hold_everything_back(self) -> None:
        """Nothing was recorded, since not everything could be."""
        self.rows_held_back, self.rows_recorded = self.rows_recorded, 0
        self.facts_held_back += self.facts_recorded.total()
        self.facts_recorded.clear()
        self.partnerships_opened.clear()

    def as_json(self) -> dict[str, Any]:
        """The report as its documented JSON object."""
        return {
            "file": self.file,
            "mapping": self.mapping,
            "dry_run": self.dry_run,
            "strict": self.strict,
            "rows": {
                "read": self.rows_read,
                "recorded": self.rows_recorded,
                "already_recorded": self.rows_already,
                "changed": self.rows_changed,
                "left_out": self.rows_left_out.total(),
                "bad": self.rows_bad,
                "held_back": self.rows_held_back,
            },
            "left_out": [{"reason": reason, "rows": rows} for reason, rows in self.rows_left_out.items()],
            "facts": {
                "recorded": dict(sorted(self.facts_recorded.items())),
                "already_recorded": self.facts_already,
                "held_back": self.facts_held_back,
            },
            "partnerships_opened": self.partnerships_opened,
            "bad": [{**row._asdict(), "lines": list(row.lines)} for row in self.bad],
            "changed": [_changed_as_json(fact) for fact in self.changed],
        }

    def table(self) -> list[tuple[str, str, int, str, str, str, str]]:
        """The report as rows of a flat table: COLUMNS says what stands where."""
        rows: list[tuple[str, str, int, str, str, str, str]] = [
            ("rows read", "", self.rows_read, "", "", "", ""),
            ("rows recorded", "", self.rows_recorded, "", "", "", ""),
            ("rows already recorded", "", self.rows_already, "", "", "", ""),
            ("rows changed", "", self.rows_changed, "", "", "", ""),
        ]
        rows += [("rows left out", reason, count, "", "", "", "") for reason, count in self.rows_left_out.items()]
        rows.append(("rows bad", "", self.rows_bad, "", "", "", ""))
        rows.append(("rows held back", "", self.rows_held_back, "", "", "", ""))
        rows += [("facts recorded", fact, count, "", "", "", "") for fact, count in sorted(self.facts_recorded.items())]
        rows.append(("facts already recorded", "", self.facts_already, "", "", "", ""))
        rows.append(("facts held back", "", self.facts_held_back, "", "", "", ""))
        rows += [("bad", b.fact, len(b.lines), numbers(b.lines), b.column, b.value, b.reason) for b in self.bad]
        rows += [
            ("changed", fact.fact, len(fact.lines), numbers(fact.lines), "", fact.told, fact.remedy)
            for fact in self.changed
        ]
        return rows


COLUMNS = ("outcome", "what", "count", "lines", "column", "value", "reason")


def numbers(lines: Sequence[int]) -> str:
    """Line numbers as people write them."""
    return ", ".join(map(str, lines))


def _changed_as_json(fact: ChangedFact) -> dict[str, Any]:
    differences = {
        name: {"recorded": _plain(old), "told": _plain(new)} for name, (old, new) in fact.differences.items()
    }
    return {**fact._asdict(), "lines": list(fact.lines), "differences": differences}


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int | float) else str(value)
