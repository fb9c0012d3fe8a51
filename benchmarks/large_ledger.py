"""A large ledger in a short time: some hundred histories that the rules admitted, cloned with other names and days."""

from __future__ import annotations

import argparse
import random
import sqlite3
import time
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count, groupby
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from made_up_desk import DAY, FIRST_DAY, ZONE
from templates import DAY_US, Template, template

import pledger
from pledger.domain.days import Occurrence
from pledger.domain.ledger_facts import LEDGER_STREAM
from pledger.domain.naming import slug_from
from pledger.domain.outcome import Recorded
from pledger.domain.partnership import Partnership, surviving

if TYPE_CHECKING:
    from collections.abc import Iterator

DAYS = (datetime(2026, 1, 1, tzinfo=UTC) - FIRST_DAY) // DAY
DAY_TEXTS = [f"{FIRST_DAY + number * DAY:%Y-%m-%d}".encode() for number in range(DAYS + 100)]
INSERT = "INSERT INTO stored_events (rowid, originator_id, originator_version, topic, state) VALUES (?, ?, ?, ?, ?)"
PRAGMAS = ("journal_mode = OFF", "synchronous = OFF", "cache_size = -300000")
ROWS_AT_ONCE = 50_000
LARGEST_SHARE = 0.05
TOLD_AGAIN_MAX = 3_000

WHOLE_SIZES, WHOLE_DAYS, WHOLE_VARIANTS = (12, 25, 50, 100, 200, 400), (90, 365, 1000, 2000, 3400), 3
ROUND_SIZE, ROUND_DAYS, ROUND_VARIANTS = 400, (2, 3, 6, 12, 25, 50, 100, 200, 400, 800, 1600), 6
NAMES = (
    ("Acme", "Borealis", "Crédit Dorian", "Ember"),
    ("Globex", "Initech", "Kestrel"),
    ("Oakhurst", "Quill", "Tern"),
)


class Clone(NamedTuple):
    """A template told of one partnership: how much of it, from which day, after how many entries, with what names."""

    slug: str
    of: Template
    size: int
    first_day: int
    before: int
    names: list[bytes]


def sizes(entries: int) -> list[int]:
    """How many entries each partnership has: Zipf's law, bent as Mandelbrot did, so that none has too large a share."""
    ranks = np.arange(1, max(entries // 100, 1) + 1)
    bends = (1 / (ranks + bend) for bend in range(1_000))
    shares = next(
        (each / each.sum() for each in bends if each[0] / each.sum() <= LARGEST_SHARE), 0 * ranks + 1 / len(ranks)
    )
    found: list[int] = np.diff(np.rint(np.cumsum(shares) * entries), prepend=0).astype(int).tolist()
    return found


def plan(entries: int, seed: int) -> Iterator[Clone]:
    """The ledger, partnership by partnership; what a history that ended early leaves over goes to the next one."""
    chance = random.Random(f"{seed} plan")
    left, over = entries, 0
    for number, size in reversed(list(enumerate(sizes(entries), start=1))):
        wanted = size + over if number > 1 else left
        parties = [f"{chance.choice(names)} {chance.randint(1, entries // 500 + 1)}" for names in NAMES]
        slug = f"{slug_from(parties[0])}-{slug_from(parties[1])}-{number}"
        before = 0
        for nth, (of, first_day) in enumerate(_parts(wanted, chance, seed), start=1):
            names = [text.encode() for text in (*parties, str(nth), str(number), "", "")]
            taken = min(len(of.lines), wanted - before)
            yield Clone(slug, of, taken, first_day, before, names)
            before += taken
        left, over = left - before, wanted - before


def _parts(size: int, chance: random.Random, seed: int) -> Iterator[tuple[Template, int]]:
    """One whole history, or a beginning and as many rounds as it takes, one after the other over the ten years."""
    if size <= WHOLE_SIZES[-1]:
        about = next(most for most in WHOLE_SIZES if size <= most)
        form = chance.choice(("whole", "whole", "ended"))
        of = template(form, about, chance.choice(WHOLE_DAYS), chance.randrange(WHOLE_VARIANTS), seed)
        yield of, chance.randrange(DAYS - of.days)
        return
    of = template("beginning", 25, 4, chance.randrange(ROUND_VARIANTS), seed)
    yield of, 0
    day, left = 4, size - len(of.lines)
    while left > 0:
        rounds = -(-left // ROUND_SIZE)
        each = (DAYS - day) / rounds
        days = max(days for days in ROUND_DAYS if days <= each)
        longer = min((days for days in ROUND_DAYS if days > each), default=days)
        if DAYS - day - longer >= (rounds - 1) * days and chance.random() < (each - days) / max(longer - days, 1):
            days = longer
        of = template("round", ROUND_SIZE, days, chance.randrange(ROUND_VARIANTS), seed)
        yield of, day
        day, left = day + days, left - len(of.lines)


def write_ledger(path: Path, entries: int, seed: int = 1) -> None:
    """Write a ledger of so many entries, its own opening included, in the order in which they were recorded."""
    if path.exists():
        raise FileExistsError(path)
    pledger.Ledger.open(path, name="made up", time_zone="UTC", me="made up", clock=lambda: FIRST_DAY).close()
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        for pragma in PRAGMAS:
            database.execute(f"PRAGMA {pragma}")
        database.execute("BEGIN")
        for rows in _rows(list(plan(entries - 1, seed))):
            database.executemany(INSERT, rows)
        database.execute("COMMIT")
        database.execute("PRAGMA journal_mode = WAL")


def _rows(clones: list[Clone]) -> Iterator[list[tuple[int, str, int, str, bytes]]]:
    """What is stored of all clones, mixed by when they were recorded, some at a time."""
    clone_sizes = np.array([clone.size for clone in clones])
    begins = np.cumsum(clone_sizes) - clone_sizes
    recorded_us = np.concatenate([clone.of.recorded_us[: clone.size] + clone.first_day * DAY_US for clone in clones])
    order = np.argsort(recorded_us, kind="stable").astype(np.int32)
    position_of = np.empty_like(order)
    position_of[order] = np.arange(2, len(order) + 2, dtype=np.int32)
    for begin in range(0, len(order), ROWS_AT_ONCE):
        numbers = order[begin : begin + ROWS_AT_ONCE]
        whose = np.searchsorted(begins, numbers, side="right") - 1
        rows = []
        for position, which, place in zip(
            count(begin + 2), whose.tolist(), (numbers - begins[whose]).tolist(), strict=False
        ):
            slug, of, _, first_day, before, names = clones[which]
            topic, form, fill, from_day, end_day, retracted = of.lines[place]
            if retracted >= 0:
                taken_back = position_of[begins[which] + retracted], before + retracted + 1
                names = [*names[:5], *(b"%d" % number for number in taken_back)]
            filled = form % fill(names + DAY_TEXTS[first_day + from_day : first_day + end_day])
            rows.append((position, slug, before + place + 1, topic, filled))
        yield rows


def check_sample(path: Path, partnerships: int = 20) -> None:
    """Raise where a partnership of a sample is not as the rules would have it, or where the ledger could not go on.

    The sample has the largest one, and others spread evenly over all sizes.
    """
    with closing(sqlite3.connect(path)) as database:
        found = database.execute("SELECT originator_id, COUNT(*) FROM stored_events GROUP BY 1 ORDER BY 2 DESC, 1")
        slugs = [slug for slug, _ in found if slug != LEDGER_STREAM]
    with pledger.Ledger.open(path, create=False) as ledger:
        going_on = []
        for slug in slugs[:1] + slugs[1 :: len(slugs) // partnerships + 1]:
            entries = list(ledger.entries(slug))
            _admit_again(entries)
            if len(entries) <= TOLD_AGAIN_MAX:
                _tell_again(entries)
                going_on += [slug] if pledger.show(ledger, slug).phase.name == "active" else []
        told = [pledger.Proposal(pledger.PlanAgreed(objectives=("another",)), slug) for slug in going_on]
        assert [type(outcome) for outcome in ledger.rehearse(told)] == [Recorded] * len(told)


def _admit_again(entries: list[pledger.Entry]) -> None:
    """What survives, in order of occurrence, must be admitted with the stamps that it carries."""
    partnership = Partnership(entries[0].partnership)
    for entry in sorted(surviving(entries), key=attrgetter("order")):
        when = Occurrence(entry.occurred_at, ZONE)
        assert partnership.admit(entry.fact, when) == entry.fact, entry
        partnership.apply(entry.fact, when)


def _tell_again(entries: list[pledger.Entry]) -> None:
    """What is told in the same order at the same times to an empty ledger must be recorded as the same entries."""
    batch, positions = entries[:1], dict[int, int]()
    with pledger.Ledger.open(":memory:", time_zone="UTC", clock=lambda: batch[0].recorded_at) as ledger:
        for _, together in groupby(entries, key=attrgetter("recorded_at", "recorded_by")):
            batch = list(together)
            proposals = [_proposal(entry, positions) for entry in batch]
            outcomes = ledger.record_all(proposals, me=batch[0].recorded_by)
            for entry, outcome in zip(batch, outcomes, strict=True):
                again = outcome.held()
                positions[entry.position] = again.position
                assert _but_for_positions(again) == _but_for_positions(entry), entry


def _proposal(entry: pledger.Entry, positions: dict[int, int]) -> pledger.Proposal:
    fact = entry.fact.as_told()
    if isinstance(fact, pledger.EntryRetracted):
        fact = fact.stamped(entry=positions[fact.entry])
    return pledger.Proposal(fact, entry.partnership, entry.occurred_at, entry.source, entry.link, entry.note)


def _but_for_positions(entry: pledger.Entry) -> pledger.Entry:
    fact = entry.fact.stamped(entry=1) if isinstance(entry.fact, pledger.EntryRetracted) else entry.fact
    return replace(entry, position=0, fact=fact)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("entries", type=int)
    parser.add_argument("path", type=Path)
    parser.add_argument("--check", action="store_true", help="check a sample of it, too")
    told = parser.parse_args()
    began = time.perf_counter()
    write_ledger(told.path, told.entries)
    print(f"{told.entries:,} entries in {time.perf_counter() - began:.0f} s, {told.path.stat().st_size / 1e6:,.0f} MB")
    if told.check:
        check_sample(told.path)
