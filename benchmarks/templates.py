"""Histories that the rules admitted, made up once and kept with gaps for other names and days."""

from __future__ import annotations

import random
import re
from datetime import datetime, timedelta
from functools import cache
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from made_up_desk import DAY, FIRST_DAY, Desk

import pledger
from pledger.domain.mapper import to_bytes

if TYPE_CHECKING:
    from collections.abc import Callable

DAY_US = 86_400_000_000

# What stands in a template where its clones differ: three parties (in alphabetical order, by which gaps are sorted),
# the numbers of round and partnership, the position and version of what a retraction takes back; and all days.
PLACES = (b"AX", b"BX", b"CX", b"qqq", b"zzz", b"PX", b"VX")
PLACE = re.compile(b"|".join((*PLACES, rb"\d{4}-\d\d-\d\d")))
RETRACTING = re.compile(rb'"entry":\d+(.*?"retracted":\{"version":)\d+')


class Line(NamedTuple):
    """One entry of a template: what is stored, with gaps, and how to fill them from PLACES and the days from a first.

    `retracted` is the place of the entry that it takes back, -1 where it is no retraction.
    """

    topic: str
    form: bytes
    fill: Callable[[list[bytes]], tuple[bytes, ...]]
    first_day: int
    end_day: int
    retracted: int


class Template(NamedTuple):
    """A history to clone: its lines, when each was recorded (microseconds after its first midnight), its days."""

    lines: list[Line]
    recorded_us: np.ndarray[Any, np.dtype[np.int64]]
    days: int


@cache
def template(form: str, size: int, days: int, variant: int, seed: int) -> Template:
    """A `whole` history, one that `ended` early, the `beginning` of a long one, or a further `round` of one.

    A round follows others in the same partnership: it begins and ends with a pause, and leaves nothing open.
    """
    chance = random.Random(f"{seed} {form} {size} {days} {variant}")
    desk = Desk(chance, FIRST_DAY + timedelta(minutes=5 if form == "round" else 360))
    if form != "round" and chance.random() < 0.3:
        desk.soon("partnership-prospected", purpose="a partner for the north", by="AX")
    desk.soon("partnership-opened", parties=("AX", "BX"), purpose="made up")
    desk.soon("plan-agreed", objectives=("500 leads",), measures=("leads a month",))
    desk.soon("cadence-agreed", every_days=14)
    if form == "round":
        desk.soon("partnership-paused")
        desk.before = len(desk.entries)
        desk.now = FIRST_DAY + DAY / 24
        desk.soon("partnership-resumed")
    begin, span = desk.now, days * DAY - DAY
    caught_up, wait = begin, min(span / 8, 45 * DAY)
    while len(desk.entries) < (size * 0.7 if form == "ended" else size):
        at = begin + span * len(desk.entries) / size
        if at > caught_up + wait:
            desk.catch_up()
            caught_up = at
        desk.live(at)
    desk.catch_up()
    if form == "ended":
        desk.soon("partnership-ended", reason=chance.choice(("completed", "wrong-fit", "broken-trust", "superseded")))
        desk.catch_up()
    elif form != "whole":
        desk.settle()
    desk.ledger.close()
    kept = desk.entries[desk.before :]
    recorded_us = np.array([(entry.recorded_at - FIRST_DAY) // timedelta(microseconds=1) for entry in kept])
    lasted = int(recorded_us[-1]) // DAY_US + 1
    assert form in ("whole", "ended") or (kept[-1].fact.TOPIC == "partnership-paused" and lasted <= days), "can go on"
    return Template([_line(entry, desk.before) for entry in kept], recorded_us, lasted)


def _line(entry: pledger.Entry, before: int) -> Line:
    state, retracted = to_bytes(entry).replace(b"%", b"%%"), -1
    if isinstance(entry.fact, pledger.EntryRetracted):
        assert entry.fact.retracted is not None
        retracted = entry.fact.retracted.version - before - 1
        state = RETRACTING.sub(rb'"entry":PX\1VX', state, count=1)
    found = [text.decode() for text in PLACE.findall(state)]
    names = {place.decode(): number for number, place in enumerate(PLACES)}
    days = {text: (datetime.fromisoformat(f"{text}T00Z") - FIRST_DAY) // DAY for text in found if text not in names}
    first = min(days.values())
    picks = [names[text] if text in names else len(PLACES) + days[text] - first for text in found]
    return Line(entry.fact.TOPIC, PLACE.sub(b"%s", state), itemgetter(*picks), first, max(days.values()) + 1, retracted)
