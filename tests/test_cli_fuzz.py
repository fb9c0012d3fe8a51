"""Whatever is typed: a documented exit code, a message of the agreed form, nothing recorded unless it says so."""

from __future__ import annotations

import shlex
import shutil
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from support.desk import Desk
from support.messages import NOT_FOR_TERMINALS, told_in_form

from pledger.cli.main import LATE
from pledger.domain.catalogue import facts

if TYPE_CHECKING:
    from pathlib import Path

HISTORY = (
    "init --name Alliances --time-zone Europe/Berlin",
    "open acme-globex --party Acme --party Globex --purpose launch",
    "open acme-hooli --party Acme --party Hooli --purpose launch",
    "commit acme-globex 'Send the brand guide' --by Acme --due 2026-04-01",
    "commit acme-globex 'Send the price list' --by Globex",
    "goal share acme-globex 'Enter the Nordic market' --by Globex",
    "norm agree acme-globex 'No surprises'",
    "norm breach acme-globex surprises --by Globex",
    "concern raise acme-globex 'Too slow' --by Acme --about Globex",
    "plan agree acme-globex --objective leads",
    "manager appoint acme-globex p-jane --by Acme",
    "cadence acme-globex 14",
)

VERBS = [kind.VERB.split() for kind in facts().values()]
OTHERS = [[name] for name in LATE if name not in ("demo", "import", "completion")] + [["policy", "adopt"]]
OPTIONS = sorted(
    {"--by", "--to", "--due", "--stake", "--first-date", "--party", "--purpose", "--on", "--note", "--link", "--source"}
    | {"--slug", "--goal", "--why", "--how", "--reason", "--present", "--went", "--what", "--of", "--person", "--me"}
    | {"--objective", "--measure", "--lead", "--level", "--amount", "--unit", "--owner", "--about", "--cascade"}
    | {"--yes", "--batch", "--own-why", "--commitment", "--no-first-date"}
    | {"--format", "--as-of", "--known-at", "--policy", "--limit", "--all", "--unset", "--name", "--time-zone", "-h"}
    | {"--every", "--partnership", "--from", "--check"}
)
NAMES = (
    "acme-globex",
    "ACME-GLOBEX",
    "acme",
    "acme-hooli",
    "Acme",
    "globex",
    "Initech",
    "p-jane",
    "brand",
    "price",
    "nordic",
)
VALUES = (
    *("surprises", "too-slow", "budget", "cultures", "good", "small", "huge", "completed", "json", "table", "xml"),
    *("2026-03-01", "2026-12-01", "01/02/2026", "yesterday", "next fri", "+2w", "9999-12-31", "0001-01-01", "now"),
    *("0", "1", "3", "-1", "7.5", "10", "1e400", "nan", "-inf", "9" * 400, "1" * 5000, "0x10", "١٢"),
    *(
        "",
        " ",
        "-",
        "--",
        "--=",
        "@ledger",
        "../x",
        "~",
        "a\nb",
        "a\tb",
        "\x1b[2J",
        "\udcff",
        "\u202e",
        "ß",
        "😀",
    ),
    *("x" * 600, "x" * 10_001, "{}", "%s", "%(a)s", "{partnership}", "[red]", "'; DROP TABLE stored_events; --"),
)
text = st.text(st.characters(exclude_characters="\0"), max_size=12)  # no operating system hands a NUL over
words = st.sampled_from(NAMES) | st.sampled_from(NAMES) | st.sampled_from(VALUES) | text
options = st.tuples(st.sampled_from(OPTIONS), words).map(list) | st.sampled_from(OPTIONS).map(lambda name: [name])
anything = st.builds(
    lambda verb, told, more, last: [*verb, *told, *(word for option in more for word in option), *last],
    st.sampled_from(VERBS) | st.sampled_from(VERBS) | st.sampled_from(OTHERS) | st.lists(words, max_size=2),
    st.lists(words, max_size=3),
    st.lists(options, max_size=4),
    st.lists(words, max_size=1),
)

RIGHT = [shlex.split(line) for line in HISTORY[1:]] + [
    shlex.split(kind.EXAMPLE) for kind in facts().values() if kind.THEME != "ledger"
]
RIGHT += [
    [
        *shlex.split(line),
        *("--on", "yesterday", "--format", "json", "--note", "why", "--link", "url", "--source", "crm-1"),
    ]
    for line in ("meet acme-globex", "deliver acme-globex brand", "commit acme-globex more --by acme --goal nordic")
]
RIGHT += [
    [*asked, "--as-of", "2026-04-01", "--known-at", "now", "--policy", "default", "--format", "csv"]
    for asked in (["show", "acme-globex"], ["log"], ["commitments", "acme-hooli"], ["portfolio"])
]
RIGHT += [
    ["undo", "--yes", "--batch", "--cascade", "--why", "a mistake"],
    ["amend", "4", "--due", "2026-05-01", "--note", "seen", "--why", "a mistake"],
    ["amend", "acme-globex", "6", "--what", "Enter the Baltic market", "--on", "yesterday"],
]


@st.composite
def nearly_right(draw: st.DrawFn) -> list[str]:
    """A command that works, with up to two words of it changed, left out or doubled."""
    line = list(draw(st.sampled_from(RIGHT)))
    for _ in range(draw(st.integers(0, 2))):
        place = draw(st.integers(1, len(line) - 1)) if len(line) > 1 else 0
        change = draw(st.sampled_from(["change", "change", "leave out", "double"]))
        told = {"change": [draw(words)], "leave out": [], "double": [line[place], line[place]]}
        line[place : place + 1] = told[change]
    return line


lines = anything | nearly_right() | nearly_right()


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A desk with a partnership in which everything is open, kept aside so that each line finds the same."""
    desk = Desk(tmp_path_factory.mktemp("fuzz"))
    for line in HISTORY:
        answer = desk.type(line)
        assert answer.code == 0, answer.err
    shutil.copy(desk.ledger_path, kept(desk))
    return desk


def kept(desk: Desk) -> Path:
    return desk.folder / "kept.sqlite"


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(line=lines)
@example(line=["config", "me", "\udcff"])
@example(line=["meet", "acme-globex", "--link", "\udcff"])
@example(line=["deliver", "acme-globex", ""])
@example(line=["retract", "acme-globex", "4", "--why", "x", "--cascade"])
@example(line=["open", "new", "--party", "A", "--party", "B", "--purpose", "x", "--on", "9999-12-31"])
@example(line=["--ledger", "\udcff", "open", "a-b", "--party", "A", "--party", "B", "--purpose", "x"])
@example(line=["init", "--ledger", "\x1b.sqlite"])
@example(line=["policy", "adopt", "\udcff", "--why", "x"])
@example(line=["show", "acme-globex", "--policy", "\udcff"])
@example(line=["log", "--limit", "9" * 400])
@example(line=["replay", "--every", "week", "--from", "9998-11-01", "--as-of", "9998-12-31T23:59-11:00"])
@example(line=["replay", "--output", "\udcff", "--format", "csv"])
@example(line=["rebuild", "--check"])
def test_whatever_is_typed_ends_well(filled: Desk, monkeypatch: pytest.MonkeyPatch, line: list[str]) -> None:
    for name in ("LEDGER", "ME", "PARTNERSHIP", "CONFIG", "DEBUG"):
        monkeypatch.delenv(f"PLEDGER_{name}", raising=False)
    for name in ("VISUAL", "EDITOR"):
        monkeypatch.delenv(name, raising=False)
    shutil.copy(kept(filled), filled.ledger_path)
    filled.settings_path.unlink(missing_ok=True)
    before = filled.entries()
    answer = filled.call(line)
    after = filled.entries()
    assert answer.code in (0, 1, 2, 3, 4), answer
    assert not NOT_FOR_TERMINALS.search(answer.out + answer.err)
    assert after[: len(before)] == before
    if answer.code:
        assert after == before
        assert answer.out == ""
        if not answer.err.startswith("Usage: "):
            told_in_form(answer)
    else:
        assert answer.err == ""
        assert not after[len(before) :] or "recorded" in answer.out or '"position"' in answer.out or "\t" in answer.out
