"""Old ledgers stay readable: what each released version wrote is read, proven and continued by this one."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from pytest_bdd import given, parsers, scenarios, then
from support.kept_ledgers import (
    ANSWERS,
    FORMS,
    KEY,
    LEDGER,
    LEDGERS,
    PROOFS,
    answers,
    desk_with,
    forms,
    kept_lines,
    type_in,
    versions_kept,
    write_folder,
)
from support.stored_forms import stored_form_of

from pledger.domain.catalogue import facts
from pledger.domain.fact import Fact
from pledger.domain.ledger import Ledger
from pledger.domain.mapper import to_bytes_as_then, to_entry
from pledger.domain.partnership import surviving
from pledger.domain.standing import from_snapshot, standing_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from support.desk import Desk
    from support.recording_steps import Day

pytest_plugins = ["support.recording_steps"]

scenarios("old-ledgers.feature")


@given(parsers.parse("the ledger that pledger {version} wrote"))
def the_ledger_of(day: Day, version: str) -> None:
    day.desk = desk_with(LEDGERS / version, day.desk.folder)


@given(parsers.parse("the meetings in it are told in a form that pledger has changed since"))
def changed_since(day: Day, request: pytest.FixtureRequest) -> None:
    """No fact has changed yet: so this one does, for the time of a scenario."""
    from support.changed_facts import HAND_MADE, changed, write_as_then

    meeting = [change for change in HAND_MADE if change.topic == "meeting-held"]
    write_as_then(meeting, day.desk.ledger_path)
    change = changed(meeting)
    change.__enter__()
    request.addfinalizer(lambda: change.__exit__(None, None, None))


@then(parsers.parse("entry {position:d} is kept in version {version:d} of its form"))
def kept_in_version(day: Day, position: int, version: int) -> None:
    with Ledger.open(day.desk.ledger_path, create=False) as ledger:
        (stored,) = ledger.stored(position - 1, position)
    assert json.loads(stored.state)["fact_version"] == version


# What was kept


@pytest.fixture(params=versions_kept())
def version(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def old(version: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A desk with a copy of what a version wrote."""
    for name in ("LEDGER", "ME", "PARTNERSHIP", "CONFIG"):
        monkeypatch.delenv(f"PLEDGER_{name}", raising=False)
    return desk_with(LEDGERS / version, tmp_path)


def test_every_folder_is_whole() -> None:
    folders = {folder.name for folder in LEDGERS.iterdir() if folder.name[0].isdigit()}
    assert "0.1.0" in folders
    assert folders == set(versions_kept())
    for name in folders:
        kept = {file.name for file in (LEDGERS / name).iterdir()}
        assert {LEDGER, KEY, ANSWERS, FORMS, *PROOFS} <= kept, name


def test_every_fact_that_a_version_had_is_in_its_ledger(version: str, old: Desk) -> None:
    assert {entry.fact.TOPIC for entry in old.entries()} == {line["fact"] for line in kept_lines(version, FORMS)}


def test_it_is_sound_and_still_what_was_signed(old: Desk) -> None:
    said = json.loads(
        type_in(old, f"verify --checkpoint first.checkpoint --checkpoint last.checkpoint --key {KEY} --format json")
    )
    assert (said["sound"], said["findings"], len(said["checkpoints"])) == (True, [], 2)
    assert [each["holds"] for each in said["checkpoints"]] == [True, True]


def test_a_kept_ledger_that_was_altered_would_be_found(old: Desk) -> None:
    old.overwrite("state", 20, "{}")
    assert old.type("verify --checkpoint last.checkpoint").code == 3


def test_its_proofs_hold(old: Desk) -> None:
    old.ledger_path.unlink()
    assert "holds" in type_in(old, f"check-proof entry-20.proof --key {KEY}")
    assert "holds" in type_in(old, f"check-proof grown.proof --since first.checkpoint --key {KEY}")


def test_an_auditor_gets_what_was_packed_then(old: Desk) -> None:
    import zipfile

    with zipfile.ZipFile(old.folder / "acme-umbrella.zip") as archive:
        archive.extractall(old.folder / "pack")
    proofs = sorted((old.folder / "pack" / "proofs").iterdir())
    assert len(proofs) == 3
    for proof in proofs:
        assert "holds" in type_in(old, f"check-proof {proof} --key pack/key.pub")


def test_every_question_is_answered_as_it_was(version: str, old: Desk) -> None:
    kept = kept_lines(version, ANSWERS)
    now = answers(old, [each["asked"] for each in kept])
    versions_then = {line["fact"]: line["version"] for line in kept_lines(version, FORMS)}
    assert [found for each, told in zip(kept, now, strict=True) for found in differing(each, told, versions_then)] == []


def differing(kept: Any, now: Any, versions: dict[str, int], where: str = "") -> Iterator[str]:
    """Where an answer is not what it was. More may be told; the fields of a changed fact have their new form."""
    if isinstance(kept, dict) and isinstance(now, dict):
        fact = kept.get("fact")
        if "data" in kept and fact in versions and versions[fact] != facts()[fact].VERSION:
            kept = {name: told for name, told in kept.items() if name not in ("data", "fact_version")}
        for name, told in kept.items():
            yield from differing(told, now.get(name, "left out"), versions, f"{where}.{name}")
    elif isinstance(kept, list) and isinstance(now, list) and len(kept) == len(now):
        for place, (one, other) in enumerate(zip(kept, now, strict=True)):
            yield from differing(one, other, versions, f"{where}[{place}]")
    elif not alike(kept, now):
        yield f"{where}: {kept!r} then, {now!r} now"


def alike(kept: Any, now: Any) -> bool:
    """Numbers need to agree to nine decimals only: another machine may sum in another order."""
    if isinstance(kept, float) and isinstance(now, int | float) and not isinstance(now, bool):
        return math.isclose(kept, now, rel_tol=1e-9, abs_tol=1e-9)
    return type(kept) is type(now) and bool(kept == now)


@pytest.mark.parametrize(
    ("kept", "now", "told"),
    [
        ({"trust": 0.5}, {"trust": 0.5 + 1e-12, "more": 1}, []),
        ({"trust": 0.5}, {"trust": 0.5 + 1e-6}, [".trust: 0.5 then, 0.500001 now"]),
        ({"late": True}, {"late": 1}, [".late: True then, 1 now"]),
        ({"late": True}, {}, [".late: True then, 'left out' now"]),
        ([1, 2], [1], [": [1, 2] then, [1] now"]),
        (
            {"fact": "planted", "data": {"by": "A"}},
            {"fact": "planted", "data": {}},
            [".data.by: 'A' then, 'left out' now"],
        ),
    ],
)
def test_another_answer_would_be_found(kept: Any, now: Any, told: list[str]) -> None:
    assert list(differing(kept, now, {})) == told


def test_where_a_partnership_stood_is_read_as_replaying_tells(old: Desk) -> None:
    """A snapshot that an earlier version kept is either not taken, or right."""
    with Ledger.open(old.ledger_path, create=False) as ledger:
        for slug in ledger.partnerships():
            history = list(ledger.entries(slug))
            replayed = standing_of(slug, history, surviving(history), ledger.zone)
            assert ledger.partnership(slug) == replayed.partnership
            state = ledger._store.snapshot(slug)
            kept = from_snapshot(state) if state is not None else None
            assert kept is None or kept.version <= replayed.version


def test_every_entry_is_written_as_its_version_wrote_it(old: Desk) -> None:
    with Ledger.open(old.ledger_path, create=False) as ledger:
        for stored in ledger.stored():
            assert to_bytes_as_then(to_entry(*stored, validated=True), stored.state) == stored.state


def test_it_goes_on(old: Desk) -> None:
    count = len(old.entries())
    type_in(old, 'commit acme-globex "Share the price list" --by Globex --due 2025-10-01')
    type_in(old, "meet acme-globex --on 2025-08-20")
    type_in(old, "deliver acme-globex autumn")
    type_in(old, "undo --yes")
    assert len(old.entries()) == count + 4
    type_in(old, "verify --checkpoint first.checkpoint --checkpoint last.checkpoint")


def test_asking_changes_nothing_in_it(version: str, old: Desk) -> None:
    before = old.ledger_path.read_bytes()
    old.ledger_path.chmod(0o400)
    list(answers(old))
    assert old.ledger_path.read_bytes() == before == (LEDGERS / version / LEDGER).read_bytes()


# Every fact has a version


def test_a_fact_whose_form_changed_has_a_new_version(version: str) -> None:
    """To be put right by a higher VERSION and an upcast (see CONTRIBUTING.md), never in the kept folder."""
    assert list(changed_in_silence(kept_lines(version, FORMS), {line["fact"]: line for line in forms()})) == []


def changed_in_silence(kept: list[dict[str, Any]], now: dict[str, dict[str, Any]]) -> Iterator[str]:
    """The facts that are stored in another form under the same version, under a lower one, or under no name."""
    for line in kept:
        present = now.get(line["fact"], {"version": 0})
        is_later = present["version"] > line["version"]
        if not is_later and json.dumps(line) != json.dumps(present):
            yield line["fact"]


class Planted(Fact):
    """A fact that a release knows."""

    TOPIC = "planted"
    by: str
    stake: int | None = None


class PlantedAnew(Fact):
    """The same with a field more."""

    TOPIC = "planted"
    VERSION: ClassVar[int] = 1
    by: str
    stake: int | None = None
    why: str | None = None


def test_a_fact_that_changed_in_silence_would_be_found() -> None:
    then, now = (
        {"fact": "planted", "version": kind.VERSION, "form": stored_form_of(kind)} for kind in (Planted, PlantedAnew)
    )
    assert list(changed_in_silence([then], {"planted": then})) == []
    assert list(changed_in_silence([then], {"planted": now})) == ["planted"]
    assert list(changed_in_silence([then], {"planted": now | {"version": 2}})) == []
    assert list(changed_in_silence([then], {})) == ["planted"]


# Keeping the next one


def test_the_next_release_can_keep_a_ledger_with_every_fact_in_it(tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    folder = write_folder("next", tmp_path / "work", tmp_path / "ledgers")
    (tmp_path / "desk").mkdir()
    desk = desk_with(folder, tmp_path / "desk")
    assert {entry.fact.TOPIC for entry in desk.entries()} == set(facts())
    assert sum(file.stat().st_size for file in folder.iterdir()) < 500_000
    with pytest.raises(FileExistsError, match="next is kept already"):
        write_folder("next", tmp_path / "work", tmp_path / "ledgers")
