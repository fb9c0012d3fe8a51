"""What is installed under which name: the mapping in pyproject.toml, its wheel, and the imports."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("domain", "projections", "cli")
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def python(*arguments: str, cwd: Path) -> str:
    """Run this Python elsewhere, as a user would; its standard output, or the test fails with its errors."""
    run = subprocess.run([sys.executable, *arguments], cwd=cwd, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return run.stdout


@pytest.fixture(scope="module")
def wheel_names(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Every file name in a wheel built from a copy of the sources, so that the folder itself stays clean."""
    copy = tmp_path_factory.mktemp("sources")
    ignored = shutil.ignore_patterns("__pycache__")
    for folder in ("pledger", *FOLDERS):
        shutil.copytree(ROOT / folder, copy / folder, symlinks=True, ignore=ignored)
    for name in ("pyproject.toml", "LICENSE", "README.md"):
        if (ROOT / name).exists():
            shutil.copy(ROOT / name, copy)
    python("-c", "from setuptools import build_meta; build_meta.build_wheel('.')", cwd=copy)
    (wheel,) = copy.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


def test_every_folder_with_python_files_is_listed_as_a_package() -> None:
    folders = {file.parent for name in FOLDERS for file in (ROOT / name).rglob("*.py")}
    dotted = {".".join(("pledger", *folder.relative_to(ROOT).parts)) for folder in folders}
    assert set(PYPROJECT["tool"]["setuptools"]["packages"]) == dotted | {"pledger"}


def test_every_package_has_an_init_file() -> None:
    folders = {file.parent for name in FOLDERS for file in (ROOT / name).rglob("*.py")}
    assert [str(folder) for folder in folders if not (folder / "__init__.py").is_file()] == []


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_links_for_type_checkers_are_relative(folder: str) -> None:
    link = ROOT / "pledger" / folder
    if not link.is_symlink():
        pytest.skip("this checkout has no symbolic links; only type checking needs them")
    assert link.readlink() == Path("..", folder)


def test_the_wheel_holds_every_source_file_inside_pledger(wheel_names: list[str]) -> None:
    sources = {
        "/".join(("pledger", *file.relative_to(ROOT).parts)) for name in FOLDERS for file in (ROOT / name).rglob("*.py")
    }
    sources |= {f"pledger/{file.name}" for file in (ROOT / "pledger").glob("*.py")}
    assert sources == {name for name in wheel_names if name.endswith(".py")}


def test_the_wheel_holds_the_shipped_data(wheel_names: list[str]) -> None:
    files = (ROOT / "projections").rglob("*.toml")
    shipped = {f"pledger/{file.relative_to(ROOT).as_posix()}" for file in files}
    assert "pledger/projections/policies/default.toml" in shipped
    assert shipped | {"pledger/py.typed"} <= set(wheel_names)


def test_the_wheel_puts_nothing_else_at_the_top(wheel_names: list[str]) -> None:
    version = PYPROJECT["project"]["version"]
    assert {name.split("/")[0] for name in wheel_names} == {"pledger", f"pledger-{version}.dist-info"}


def test_the_wheel_carries_the_licence(wheel_names: list[str]) -> None:
    assert any(name.endswith("dist-info/licenses/LICENSE") for name in wheel_names)


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_packages_import_from_any_folder(folder: str, tmp_path: Path) -> None:
    python("-c", f"import pledger.{folder}", cwd=tmp_path)


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_bare_names_are_not_installed(folder: str, tmp_path: Path) -> None:
    found = python("-c", f"import importlib.util as u; print(u.find_spec('{folder}'))", cwd=tmp_path)
    assert found.strip() == "None"


@pytest.mark.parametrize("folder", FOLDERS)
def test_ruff_bans_the_bare_names(folder: str) -> None:
    ruff = PYPROJECT["tool"]["ruff"]["lint"]
    assert "TID" in ruff["select"]
    assert f"pledger.{folder}" in ruff["flake8-tidy-imports"]["banned-api"][folder]["msg"]


def test_the_lock_names_every_dependency_and_carries_hashes() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    wanted = [*PYPROJECT["project"]["dependencies"], *PYPROJECT["dependency-groups"]["dev"]]
    names = [re.split(r"[<>\[]", line)[0].strip() for line in wanted]
    assert [name for name in names if f"\n{name}==" not in lock] == []
    pinned = [line for line in lock.splitlines() if line[0].isalpha()]
    assert [line for line in pinned if "==" not in line or not line.endswith("\\")] == [], "pinned without a hash"


def test_the_lock_names_no_machine_and_no_host() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in lock
    assert [line for line in lock.splitlines() if line.startswith(("-", "/"))] == [], "an index or a folder"
