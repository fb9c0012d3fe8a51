"""What keeps the rooms small and the dependencies going one way, beside import-linter's contracts."""

from __future__ import annotations

import ast
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FILE_LINES_MAX = 300
FUNCTION_LINES_MAX = 60
SOURCES = sorted(file for name in ("domain", "projections", "cli") for file in (ROOT / name).rglob("*.py"))
SOURCES += sorted((ROOT / "pledger").glob("*.py"))
LEDGER = ROOT / "domain" / "ledger.py"
STORES = {ROOT / "domain" / f"sqlite_{room}.py" for room in ("store", "people")}
STORES |= {ROOT / "domain" / f"postgres_{room}.py" for room in ("store", "people", "trouble")}

DAY_CLOCKS = {"now", "utcnow", "today"}
TIME_CLOCKS = {"time", "time_ns", "monotonic", "monotonic_ns", "perf_counter", "localtime", "gmtime", "ctime"}


@cache
def tree(file: Path) -> ast.Module:
    """The parsed source of one file."""
    return ast.parse(file.read_text(encoding="utf-8"), str(file))


def named(file: Path) -> str:
    """The file as a reader of the test's failure would look for it."""
    return file.relative_to(ROOT).as_posix()


def inside(*folders: str) -> list[Path]:
    """The source files of these folders."""
    return [file for file in SOURCES if file.relative_to(ROOT).parts[0] in folders]


def imported(file: Path) -> Iterator[str]:
    """The dotted name of everything that a file imports, at its top or later."""
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def importing(files: list[Path], package: str) -> list[str]:
    """Where any of these files imports a package or something inside it."""
    return [
        f"{named(file)}: {name}" for file in files for name in imported(file) if f"{name}.".startswith(f"{package}.")
    ]


def clock_readings(module: ast.Module) -> Iterator[str]:
    """Where a module reads a clock, or takes hold of the function that would."""
    for node in ast.walk(module):
        if isinstance(node, ast.Attribute):
            owner = ast.unparse(node.value).split(".")[-1]
            clocks = {"datetime": DAY_CLOCKS, "date": DAY_CLOCKS, "time": TIME_CLOCKS}.get(owner, set())
            if node.attr in clocks:
                yield f"line {node.lineno}: {owner}.{node.attr}"
        elif isinstance(node, ast.ImportFrom) and node.module == "time":
            yield f"line {node.lineno}: from time import"


def project_files() -> list[Path]:
    """Every file that is, or would be, committed."""
    git = shutil.which("git")
    if git is None:
        pytest.skip("needs git to know which files belong to the project")
    listing = subprocess.run(
        [git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listing.returncode:
        pytest.skip("not a git checkout: which files belong to the project is unknown")
    return [file for name in listing.stdout.split("\0") if name and (file := ROOT / name).is_file()]


def test_a_file_is_one_room() -> None:
    lengths = {named(file): len(file.read_text(encoding="utf-8").splitlines()) for file in SOURCES}
    assert {name: length for name, length in lengths.items() if length > FILE_LINES_MAX} == {}


def test_functions_stay_short() -> None:
    functions = [
        (f"{named(file)}:{node.lineno} {node.name}", (node.end_lineno or node.lineno) - node.lineno + 1)
        for file in SOURCES
        for node in ast.walk(tree(file))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    assert [function for function in functions if function[1] > FUNCTION_LINES_MAX] == []


def test_time_enters_the_domain_and_the_projections_as_an_argument() -> None:
    files = [file for file in inside("domain", "projections") if file != LEDGER]
    assert [(named(file), reading) for file in files for reading in clock_readings(tree(file))] == []


@pytest.mark.parametrize(
    "source",
    [
        "datetime.now(UTC)",
        "datetime.datetime.utcnow()",
        "date.today()",
        "time.time()",
        "clock = datetime.now",
        "from time import time",
    ],
)
def test_a_clock_reading_would_be_found(source: str) -> None:
    assert len(list(clock_readings(ast.parse(source)))) == 1


def test_only_the_stores_import_the_eventsourcing_library() -> None:
    assert importing([file for file in SOURCES if file not in STORES], "eventsourcing") == []


def test_the_domain_imports_neither_projections_nor_command_line() -> None:
    assert importing(inside("domain"), "pledger.projections") == []
    assert importing(inside("domain"), "pledger.cli") == []


def test_the_projections_never_import_the_command_line() -> None:
    assert importing(inside("projections"), "pledger.cli") == []


def test_the_inner_rooms_do_not_go_through_the_front_door() -> None:
    """`from pledger import X` inside domain/ or projections/ would be a way around the layers."""
    allowed = ("pledger.domain", "pledger.projections")
    names = [(named(f), name) for f in inside("domain", "projections") for name in imported(f)]
    assert [n for n in names if n[1].split(".")[0] == "pledger" and not n[1].startswith(allowed)] == []


def test_no_file_names_a_machine_path_or_a_registry() -> None:
    forbidden = [f"/{folder}/" for folder in ("work", "root")]  # in parts, so as not to find this very test
    forbidden += [".".join(parts) for parts in (("pypi", "org"), ("pypi", "python"), ("files", "pythonhosted"))]
    found = [
        f"{named(file)}:{number}: {text}"
        for file in project_files()
        for number, line in enumerate(file.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        for text in forbidden
        if text in line
    ]
    assert found == []
