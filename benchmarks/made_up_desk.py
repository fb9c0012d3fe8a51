"""Made-up partnerships told to a ledger in memory, by the rules: what a large ledger is cloned from."""

from __future__ import annotations

import random
import re
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pledger
from pledger.domain.catalogue import facts
from pledger.domain.outcome import Recorded

if TYPE_CHECKING:
    from collections.abc import Callable

    from pledger.domain.fact import Fact
    from pledger.domain.partnership import Partnership

DAY = timedelta(days=1)
FIRST_DAY = datetime(2016, 1, 1, tzinfo=UTC)
SLUG, ZONE = "template", ZoneInfo("UTC")

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
