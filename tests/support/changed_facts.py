"""Facts as if they had been changed: a ledger that an earlier version would have written, and how to read it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from pydantic_core import from_json, to_json

from pledger.domain import forms, vouching
from pledger.domain.catalogue import facts
from pledger.domain.upcasts import UPCASTS
from support.proving import hands_on

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    Form = dict[str, Any]

KINDS = ("usual", "first date")
VERDICTS = {"well": 3, "fairly": 2, "poorly": 1}


class Change(NamedTuple):
    """What version 1 of a fact stored instead of what is stored now, and the upcast from there."""

    topic: str
    then: Callable[[Form], Form]
    upcast: Callable[[Form], Form]


def renamed(form: Form, **names: str) -> Form:
    """The same fields in the same order, some by another name; those that are not there are left out."""
    return {names.get(name, name): value for name, value in form.items()}


def _promise_then(form: Form) -> Form:
    kind = {"kind": KINDS[form["first_date"]]}
    return kind | {name: told for name, told in renamed(form, by="promiser").items() if name != "first_date"}


def _promise_now(form: Form) -> Form:
    told = {"first_date": bool(KINDS.index(form["kind"])), **renamed(form, promiser="by")}
    del told["kind"]
    return told


def _terms(form: Form, **names: str) -> Form:
    return form | {"terms": renamed(form["terms"], **names)}


HAND_MADE = (
    Change("commitment-made", _promise_then, _promise_now),
    Change("commitment-delivered", lambda f: _terms(f, maker="promiser"), lambda f: _terms(f, promiser="maker")),
    Change(
        "meeting-held",
        lambda form: renamed(form, went="verdict") | {"verdict": VERDICTS[form["went"]]},
        lambda form: renamed(form, verdict="went") | {"went": {n: v for v, n in VERDICTS.items()}[form["verdict"]]},
    ),
    Change(
        "partnership-opened",
        lambda form: form | {"parties": " / ".join(form["parties"])},
        lambda form: form | {"parties": form["parties"].split(" / ")},
    ),
    Change("ledger-opened", lambda f: renamed(f, time_zone="zone"), lambda f: renamed(f, zone="time_zone")),
    Change(
        "entry-retracted",
        lambda form: renamed(form, why="reason", retracted="mistake"),
        lambda form: renamed(form, reason="why", mistake="retracted"),
    ),
)
"""Fields that were renamed, joined, split, counted, or stood deeper: the changes that happen to programs."""

EVERY_FACT = tuple(
    Change(
        topic,
        lambda form: {f"{name}_then": told for name, told in form.items()},
        lambda form: {name.removesuffix("_then"): told for name, told in form.items()},
    )
    for topic in facts()
)
"""Every fact there is, each of its fields by another name."""


@contextmanager
def changed(changes: Sequence[Change]) -> Iterator[None]:
    """As if these facts had been changed, and had version 2 now."""
    with pytest.MonkeyPatch.context() as patch:
        for change in changes:
            patch.setattr(facts()[change.topic], "VERSION", 2)
            patch.setitem(UPCASTS, (change.topic, 1), change.upcast)
        _forget_forms()
        yield
    _forget_forms()


def _forget_forms() -> None:
    """They remember versions."""
    for remembered in (forms.forms, forms._struct_of, vouching._forms):
        remembered.cache_clear()


def as_then(changes: Sequence[Change], topic: str, state: bytes) -> bytes:
    """The bytes of an entry, as the earlier version would have written them."""
    then = {change.topic: change.then for change in changes}
    stored = from_json(state)
    retracted = stored["fact"].get("retracted")
    if retracted is not None and retracted["fact"] in then:
        retracted["data"] = then[retracted["fact"]](retracted["data"])
    if topic in then:
        stored["fact"] = then[topic](stored["fact"])
    return to_json(stored)


def write_as_then(changes: Sequence[Change], path: Path) -> None:
    """Make of a ledger what the earlier version would have written."""
    with hands_on(path) as database:
        rows = database.execute("SELECT rowid, topic, state FROM stored_events").fetchall()
        for position, topic, state in rows:
            told = as_then(changes, topic, state)
            database.execute("UPDATE stored_events SET state = ? WHERE rowid = ?", (told, position))
