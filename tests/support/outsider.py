"""Trust and momentum recomputed by an outsider: from the log as JSON and a policy file, following the design alone.

It imports nothing of pledger. Whoever doubts a score can do this.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

DAY = timedelta(days=1)
RUNGS = {"overdue": 0 * DAY, "overdue-30": 30 * DAY, "overdue-90": 90 * DAY}
COMMITMENT_KINDS = {
    *("promised", "kept", "first-date-kept", "kept-late", "broken", "released"),
    *("renegotiated-early", "renegotiated-late", *RUNGS),
}
BY_MEMBERS = {
    "cadence-agreed": "cadence-agreed",
    "norm-agreed": "norm-agreed",
    "goal-achieved": "goal-achieved",
    "plan-agreed": "plan-agreed",
    "plan-reviewed": "plan-reviewed",
    "outcome-realised": "outcome",
}
BY_ACTOR = {
    "meeting-missed": "meeting-missed",
    "update-shared": "updated",
    "style-adapted": "style-adapted",
    "difference-acknowledged": "difference-acknowledged",
    "norm-breached": "norm-breached",
    "breach-repaired": "breach-repaired",
    "goal-asked": "goal-asked",
    "goal-supported": "goal-supported",
    "goal-acknowledged": "goal-acknowledged",
    "relationship-manager-appointed": "manager-appointed",
}


class Row(NamedTuple):
    """One row of evidence, as section 5 has it."""

    party: str
    kind: str
    at: datetime
    matures_at: datetime
    measure: float = 0.0
    stake: str = "medium"
    sign: int = 1


def instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def rows_of(fact: str, data: dict[str, Any], at: datetime) -> Iterator[Row]:  # noqa: C901, PLR0912 -- a line a fact
    """What a fact says, gaps and retractions apart."""
    terms = data.get("terms") or {}
    if fact == "commitment-made":
        yield Row(data["by"], "promised", at, at, 0.0, data["stake"])
        yield from rungs(data["by"], data["stake"], instant(data["late_from"]), None, 1)
    elif fact.startswith("commitment-"):
        yield from settling(fact, data, terms, at)
    elif fact in ("party-left", "partnership-ended"):
        for closed in data["closes"] or ():
            yield from rungs(closed["maker"], closed["stake"], instant(closed["late_from"]), at, -1)
    elif fact in BY_MEMBERS:
        yield from (Row(member, BY_MEMBERS[fact], at, at) for member in data["members"])
    elif fact in BY_ACTOR:
        yield Row(data["by"], BY_ACTOR[fact], at, at)
    elif fact == "meeting-held":
        kind = "met-poorly" if data["went"] == "poorly" else "met"
        yield from (Row(party, kind, at, at) for party in data["present"] or data["members"])
    elif fact in ("contact-waived", "contact-chased"):
        kind = fact.removeprefix("contact-")
        yield from (Row(member, kind, at, at) for member in data["members"] if member != data["by"])
    elif fact == "fit-reviewed":
        yield from (Row(member, f"{data['facet']}-{data['verdict']}", at, at) for member in data["members"])
    elif fact == "concern-raised":
        yield from (Row(data["about"], "concern", at, at), Row(data["by"], "spoke-up", at, at))
    elif fact == "concern-resolved":
        yield Row(data["about"], "concern-resolved", at, at, data["days_open"])
    elif fact in ("goal-shared", "goal-dropped"):
        yield Row(data["owner"], fact, at, at)
    elif fact == "investment-made":
        yield Row(data["by"], f"invested-{data['kind']}", at, at, 0.0, data["stake"])
    elif fact == "trust-rated":
        yield Row(data["of"], "rated-for", at, at, data["rating"] / 10)
        yield Row(data["of"], "rated-against", at, at, 1 - data["rating"] / 10)


def rungs(party: str, stake: str, late: datetime | None, after: datetime | None, sign: int) -> Iterator[Row]:
    for kind, days in RUNGS.items():
        if late is not None and (after is None or late + days > after):
            yield Row(party, kind, late + days, late + days, 0.0, stake, sign)


def settling(fact: str, data: dict[str, Any], terms: dict[str, Any], at: datetime) -> Iterator[Row]:
    late, maker, stake = instant(terms["late_from"]), terms["maker"], terms["stake"]
    is_late, days = late is not None and at >= late, data.get("days") or 0
    if fact == "commitment-renegotiated":
        if late is not None:
            yield Row(maker, f"renegotiated-{'late' if is_late else 'early'}", at, at, days, stake)
        yield from rungs(maker, stake, instant(data["late_from"]), None, 1)
    else:
        kind = fact.removeprefix("commitment-").replace("delivered", "kept-late" if is_late else "kept")
        settled = Row(maker, kind, at, max(at, late or at), days, stake)
        yield settled
        if kind == "kept" and terms["first_date"]:
            yield settled._replace(kind="first-date-kept")
    yield from rungs(maker, stake, late, at, -1)


def evidence(entry: dict[str, Any]) -> Iterator[Row]:
    """What an entry says: the fact's rows, reversed where it is a retraction, and those of the gaps that it moves."""
    fact, data, at = entry["fact"], entry["data"], datetime.fromisoformat(entry["occurred_at"])
    if fact == "entry-retracted":
        was = data["retracted"]
        told = rows_of(was["fact"], was["data"], datetime.fromisoformat(was["occurred_at"]))
        yield from (row._replace(sign=-row.sign) for row in told)
    else:
        yield from rows_of(fact, data, at)
    for name, sign in (("gaps_opened", 1), ("gaps_closed", -1)):
        for gap in data.get(name) or ():
            falls = datetime.fromisoformat(gap["start"]) + (2 * gap["days"] + 1) * DAY
            if gap["end"] is None or datetime.fromisoformat(gap["end"]) >= falls:
                yield Row(gap["party"], "silence", falls, falls, sign=sign)


class Scores:
    """Every party's scores at one moment, by the sums of section 6."""

    def __init__(self, log: list[dict[str, Any]], policy: dict[str, Any], as_of: datetime, known_at: datetime) -> None:
        self.policy, self.as_of = policy, as_of
        known = [entry for entry in log if datetime.fromisoformat(entry["recorded_at"]) <= known_at]
        self.rows: dict[str, list[Row]] = defaultdict(list)
        for row in (row for entry in known for row in evidence(entry)):
            self.rows[row.party].append(row)

    def amount(self, row: Row, half_life: float, at: datetime, until: datetime) -> float:
        kind = self.policy["kinds"][row.kind]
        scale, measure = kind.get("scale", 1.0), row.measure
        shaped = {
            "constant": 1.0,
            "proportional": measure / scale,
            "saturating": measure / (measure + scale),
            "halving": 2 ** (-measure / scale),
        }[kind.get("shape", "constant")]
        return float(row.sign * shaped * self.policy["stakes"][row.stake] * 2 ** (-((until - at) / DAY) / half_life))

    def opinion(self, party: str, weights: dict[str, float]) -> dict[str, float]:
        sums: Counter[bool] = Counter()
        for row in self.rows[party]:
            weight = weights.get(row.kind, 0.0)
            at = row.at if self.policy["credit"] == "observed" else row.matures_at
            if weight and row.kind in self.policy["kinds"] and at <= self.as_of:
                half_life = self.policy["kinds"][row.kind]["half_life_days"]
                sums[weight > 0] += abs(weight) * self.amount(row, half_life, at, self.as_of)  # type: ignore[assignment]
        r, s = max(0.0, sums[True]), max(0.0, sums[False])
        w, a = self.policy["trust"]["prior_weight"], self.policy["trust"]["base_rate"]
        trust = (r + w * a) / (r + s + w)
        spread = math.sqrt(trust * (1 - trust) / (r + s + w + 1))
        return {"trust": trust, "uncertainty": w / (r + s + w), "spread": spread, "supporting": r, "opposing": s}

    def trust(self, party: str) -> dict[str, float]:
        return self.opinion(party, {kind: rule["weight"] for kind, rule in self.policy["kinds"].items()})

    def reliability(self, party: str) -> dict[str, float]:
        return self.opinion(party, {kind: self.policy["kinds"][kind]["weight"] for kind in COMMITMENT_KINDS})

    def speed(self, party: str, until: datetime) -> float:
        wheel, total = self.policy["momentum"], 0.0
        for row in self.rows[party]:
            impulse = self.policy["kinds"].get(row.kind, {}).get("impulse", 0.0)
            if impulse and row.at <= until:
                total += impulse * self.amount(row, wheel["half_life_days"], row.at, until)
        return max(0.0, total)

    def momentum(self, *parties: str) -> dict[str, Any]:
        wheel = self.policy["momentum"]
        now, before = (
            sum(self.speed(party, until) for party in parties) / len(parties)
            for until in (self.as_of, self.as_of - wheel["window_days"] * DAY)
        )
        trend = math.log2((now + wheel["floor"]) / (before + wheel["floor"]))
        turning = "building" if trend > 0 else "slowing"
        state = "steady" if abs(trend) <= wheel["steady_within"] else turning
        return {
            "value": now / (now + wheel["reference"]),
            "speed": now,
            "trend": trend,
            "state": "stalled" if now < wheel["floor"] else state,
        }
