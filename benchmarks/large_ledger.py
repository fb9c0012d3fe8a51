"""A large ledger in a short time: some hundred histories that the rules admitted, cloned with other names and days."""

from __future__ import annotations

import argparse
import random
import re
import sqlite3
import time
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count, groupby
from operator import attrgetter, itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

import pledger
from pledger.domain.catalogue import facts
from pledger.domain.days import Occurrence
from pledger.domain.ledger_facts import LEDGER_STREAM
from pledger.domain.mapper import to_bytes
from pledger.domain.naming import slug_from
from pledger.domain.outcome import Recorded
from pledger.domain.partnership import Partnership, surviving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pledger.domain.fact import Fact

DAY, DAY_US = timedelta(days=1), 86_400_000_000
FIRST_DAY = datetime(2016, 1, 1, tzinfo=UTC)
DAYS = (datetime(2026, 1, 1, tzinfo=UTC) - FIRST_DAY) // DAY
DAY_TEXTS = [f"{FIRST_DAY + number * DAY:%Y-%m-%d}".encode() for number in range(DAYS + 100)]
INSERT = "INSERT INTO stored_events (rowid, originator_id, originator_version, topic, state) VALUES (?, ?, ?, ?, ?)"
PRAGMAS = ("journal_mode = OFF", "synchronous = OFF", "cache_size = -300000")
ROWS_AT_ONCE = 50_000
LARGEST_SHARE = 0.05
TOLD_AGAIN_MAX = 3_000

SLUG, ZONE = "template", ZoneInfo("UTC")
WHOLE_SIZES, WHOLE_DAYS, WHOLE_VARIANTS = (12, 25, 50, 100, 200, 400), (90, 365, 1000, 2000, 3400), 3
ROUND_SIZE, ROUND_DAYS, ROUND_VARIANTS = 400, (2, 3, 6, 12, 25, 50, 100, 200, 400, 800, 1600), 6

# What stands in a template where its clones differ: three parties (in alphabetical order, by which gaps are sorted),
# the numbers of round and partnership, the position and version of what a retraction takes back; and all days.
PLACES = (b"AX", b"BX", b"CX", b"qqq", b"zzz", b"PX", b"VX")
PLACE = re.compile(b"|".join((*PLACES, rb"\d{4}-\d\d-\d\d")))
RETRACTING = re.compile(rb'"entry":\d+(.*?"retracted":\{"version":)\d+')
NAMES = (
    ("Acme", "Borealis", "Crédit Dorian", "Ember"),
    ("Globex", "Initech", "Kestrel"),
    ("Oakhurst", "Quill", "Tern"),
)

# How often beside the others, what, and the choices for each field: `-` is none, `+` stands between several values.
MENU = """
8 commitment-made what=$new by=$member to=$member due=$due stake=small/medium/large first_date=true/false goal=$goal
24 commitment-made what=$new by=$member due=-/$due/$due/$due stake=small/medium/large first_date=true/false/false
22 commitment-delivered commitment=$promise
3 commitment-broken commitment=$promise why=-/the agency closed
2 commitment-released commitment=$promise
4 commitment-renegotiated commitment=$promise due=$due why=-/holidays
4 investment-made kind=budget/time/people/resource by=$member amount=-/12/1200.50 stake=small/medium/large
2 outcome-realised what=Leads/Orders amount=-/340 goal=-/$goal
16 meeting-held went=well/well/fairly/poorly present=AX+/AX+BX/-/- what=-/Monthly call
2 meeting-missed by=$member
14 update-shared what=Figures of the month/Campaign plan by=$member
2 contact-waived by=$member what=the monthly report/-
2 contact-chased by=$member what=the monthly report/-
2 cadence-agreed every_days=1/7/14/30/90
2 concern-raised what=$new by=$member about=$member
2 concern-resolved concern=$concern how=-/weekly hand-over agreed
2 norm-agreed what=$new
1 norm-breached norm=$norm by=$member
2 norm-breached norm=no surprises/quick answers by=$member
2 breach-repaired norm=no surprises/quick answers by=$member how=apologised
2 difference-acknowledged by=$member what=They decide by consensus
2 style-adapted by=$member what=Decisions are announced a week ahead
5 fit-reviewed facet=cultures/people/markets/mechanics verdict=good/good/strained/poor
2 goal-asked by=$member to=$member
3 goal-shared what=$new owner=$member level=mutual/organisational/individual
3 goal-acknowledged goal=$goal by=$member
3 goal-supported goal=$goal by=$member how=-/introduced two distributors
1 goal-achieved goal=$goal
1 goal-dropped goal=$goal
1 plan-agreed objectives=500 leads+/500 leads+20 orders measures=leads a month+ lead=-/p-zzz-1
3 plan-reviewed what=On track/-
3 trust-rated rating=1.5/5/6/8.5/9 of=$member person=-/p-zzz-1/p-zzz-2
2 relationship-manager-appointed person=p-zzz-1/p-zzz-2/p-zzz-3 by=AX/BX
2 relationship-manager-left person=p-zzz-1/p-zzz-2/p-zzz-3
2 party-joined party=CX
2 party-left party=CX why=-/its part was done
1 partnership-paused why=summer closure/-
"""
WHILE_PAUSED = "1 partnership-resumed \n1 commitment-delivered commitment=$promise"


@cache
def _menu(text: str) -> tuple[list[int], list[tuple[type[Fact], list[tuple[str, list[str]]]]]]:
    """The shares, and each fact with the choices for its fields."""
    lines = [line.split(" ", 2) for line in text.strip().splitlines()]
    fields = [re.findall(r"(\w+)=(.*?)(?= \w+=|$)", told) for _, _, told in lines]
    kinds = [facts()[topic] for _, topic, _ in lines]
    choices = [[(name, words.split("/")) for name, words in each] for each in fields]
    return [int(share) for share, _, _ in lines], list(zip(kinds, choices, strict=True))


class Desk:
    """Where somebody tells a made-up life to a ledger in memory: most of it soon, some late, some by mistake."""

    def __init__(self, chance: random.Random, start: datetime) -> None:
        self.chance, self.now, self.last = chance, start, start
        self.ledger = pledger.Ledger.open(":memory:", time_zone="UTC", clock=lambda: self.now)
        self.entries: list[pledger.Entry] = []
        self.late: list[pledger.Proposal] = []
        self.numbers, self.by_import = count(1), chance.random() < 0.5
        self.before = 0
        """How many entries only stand for what came before."""

    def tell(self, *proposals: pledger.Proposal) -> None:
        """Record together; what the rules do not admit is left out."""
        me = self.chance.choice(("jane", "omar"))
        for outcome in self.ledger.record_all(proposals, me=me, partial=True):
            if isinstance(outcome, Recorded):
                self.entries.append(outcome.entry)
                self.last = max(self.last, outcome.entry.occurred_at)

    def proposal(self, fact: Fact, on: Any = None) -> pledger.Proposal:
        """A fact with a source where all come from an import, sometimes with a link or a note."""
        number = next(self.numbers)
        source = f"import/qqq/{number}" if self.by_import else None
        link = f"https://example.org/qqq/{number}" if number % 9 == 0 else None
        return pledger.Proposal(fact, SLUG, on, source, link, "agreed by phone" if number % 31 == 0 else None)

    def soon(self, topic: str, **values: Any) -> None:
        """Tell of something as it happens."""
        self.now += timedelta(seconds=40)
        self.tell(self.proposal(facts()[topic].model_validate(values)))

    def live(self, at: datetime) -> None:
        """Something that may happen now; told at once, within hours, by its day alone, or later with what is late."""
        state = self.ledger.partnership(SLUG)
        shares, dishes = _menu(WHILE_PAUSED if state.lifecycle.phase == "paused" else MENU)
        kind, choices = self.chance.choices(dishes, shares)[0]
        try:
            fact = kind.model_validate(self.values(choices, state, at))
        except IndexError:  # there is nothing open of what it would be about
            return
        how, then = self.chance.random(), max(at, self.last)
        if how < 0.08 and kind.NAMED is None and kind.THEME != "lifecycle":
            self.late.append(self.proposal(fact, then))
            return
        self.now = max(self.now + timedelta(seconds=7), at + self.chance.random() * timedelta(hours=16))
        self.tell(self.proposal(fact, None if how < 0.4 else then if how < 0.7 else then.date()))

    def values(self, choices: list[tuple[str, list[str]]], state: Partnership, at: datetime) -> dict[str, Any]:
        """What is told in each field."""
        pick, members = self.chance.choice, self.chance.sample(state.lifecycle.members, 2)
        make: dict[str, Callable[[], Any]] = {
            "$new": lambda: f"Matter {next(self.numbers)} of round qqq",
            "$member": members.pop,
            "$due": lambda: at.date() + pick((0, 1, 2, 5, 14, 30, 60)) * DAY,
            "$promise": lambda: pick(list(state.delivery.open)),
            "$goal": lambda: pick(list(state.goals.open)),
            "$concern": lambda: pick(list(state.communication.concerns)),
            "$norm": lambda: pick(sorted(state.norms.agreed)),
        }
        words = [(name, pick(words)) for name, words in choices]
        told = {name: make[word]() if word in make else word for name, word in words if word != "-"}
        return {name: word.strip("+").split("+") if "+" in str(word) else word for name, word in told.items()}

    def catch_up(self) -> None:
        """Tell what is late, and take back mistakes: about one entry in a hundred."""
        self.now += timedelta(minutes=5, microseconds=self.chance.randrange(1_000_000))
        due = len(self.entries) / 80 - sum(isinstance(entry.fact, pledger.EntryRetracted) for entry in self.entries)
        recent = self.entries[self.before :][-60:]
        mistaken = self.chance.sample(recent, min(max(0, round(due)), len(recent)))
        retractions = [pledger.EntryRetracted(entry=entry.position, why="a mistake") for entry in mistaken]
        late, self.late = self.late, []
        self.tell(*late, *map(self.proposal, retractions))

    def settle(self) -> None:
        """Leave nothing that a further round could touch: promises kept or late, two parties, the clock halted."""
        self.soon("partnership-resumed")  # refused where it is not paused
        for name, terms in list(self.ledger.partnership(SLUG).delivery.open.items()):
            if not terms.is_late(self.now + DAY / 24):
                self.soon(self.chance.choice(("commitment-delivered", "commitment-released")), commitment=name)
        for person in list(self.ledger.partnership(SLUG).lifecycle.relationship_managers):
            self.soon("relationship-manager-left", person=person)
        self.soon("party-left", party="CX")  # refused where it is not there
        self.soon("cadence-agreed", every_days=14)
        self.soon("partnership-paused", why="between two rounds")


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
