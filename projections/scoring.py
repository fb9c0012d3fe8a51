"""The one definition of the sums: a plain loop over columns, and what makes columns of rows."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeVar

from pledger.projections.kinds import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, MutableSequence, Sequence
    from datetime import datetime

    import numpy as np
    from numpy.typing import NDArray

    from pledger.projections.evidence import Row
    from pledger.projections.policy import Policy, Rule

    Credit = Literal["observed", "matured"]
    # party (its place among those asked about), days, whether it asks, kind (its place in KINDS), amount
    Line = tuple[int, float, bool, int, float]

Measure = TypeVar("Measure", float, "NDArray[np.float64]")

DAY: Final = timedelta(days=1)  # 86,400 seconds, whatever the clocks do
ASKING: Final = len(KINDS)  # the kind of a line that tells nothing and asks for the sums at its moment
PLACE_OF: Final = {kind: place for place, kind in enumerate(KINDS)}


def sums_when_asked(  # noqa: C901, PLR0913, PLR0917 - columns, so that the same loop compiles
    party: Sequence[int],
    at: Sequence[float],
    kind: Sequence[int],
    amount: Sequence[float],
    weight: Sequence[float],
    lane_of: Sequence[int],
    inverse_half_life: Sequence[float],
    side_of: Sequence[int],
    sums: MutableSequence[float],
    last: MutableSequence[float],
    told: Sequence[MutableSequence[float]],
) -> None:
    """Fill `told[side][n]`: the decayed evidence on each side at the n-th line that asks.

    Lines are sorted by party and `at` (days, on any origin). `weight` and `lane_of` have one value a kind: a lane is a
    number of one half-life and side, -1 for a kind that counts nowhere, and the number of lanes for the kind that asks.
    `inverse_half_life` (1/days) and `side_of` have one value a lane; `sums` and `last` are scratch, one value a lane.
    Reversing lines have a negative amount and stay in their kind's lane, so that they cancel.

    It is a recurrence, in which each lane carries its decayed sum from line to line. Cumulative sums of scaled weights
    would fail silently (inf, nan) where half-lives are short against the span. No imports, no objects: it runs
    interpreted on lists, and compiled on arrays as it is.
    """
    lanes = len(inverse_half_life)
    current = -1
    asked = 0
    for line in range(len(party)):
        now = at[line]
        if party[line] != current:
            current = party[line]
            for lane in range(lanes):
                sums[lane] = 0.0
                last[lane] = now
        lane = lane_of[kind[line]]
        if lane == lanes:
            for side in range(len(told)):
                told[side][asked] = 0.0
            for each in range(lanes):
                if sums[each] != 0.0:
                    told[side_of[each]][asked] += sums[each] * 2.0 ** ((last[each] - now) * inverse_half_life[each])
            for side in range(len(told)):
                told[side][asked] = max(0.0, told[side][asked])  # lines that cancel leave rounding residue
            asked += 1
        elif lane >= 0:
            if now != last[lane]:
                sums[lane] *= 2.0 ** ((last[lane] - now) * inverse_half_life[lane])
                last[lane] = now
            sums[lane] += abs(weight[kind[line]]) * amount[line]


def rows_in_effect(rows: Iterable[Row], credit: Credit, as_of: datetime, known_at: datetime) -> list[Row]:
    """The rows that count at `as_of` as known at `known_at`, without those that reverse each other.

    What remains still stands, so evidence can be counted in integers.
    """
    standing: dict[tuple[object, ...], list[Row]] = {}
    for row in rows:
        if takes_effect(row, credit) <= as_of and row.known_at <= known_at:
            lay_beside(standing.setdefault(all_but_when_told(row), []), row)
    return [row for alike in standing.values() for row in alike]


def takes_effect(row: Row, credit: Credit) -> datetime:
    """The instant from which a row counts."""
    return row.at if credit == "observed" else row.matures_at


def all_but_when_told(row: Row) -> tuple[object, ...]:
    """What a row has in common with the one that reverses it, apart from the count."""
    return (row.partnership, row.party, row.kind, row.at, row.matures_at, row.measure, row.stake)


def lay_beside(alike: list[Row], row: Row) -> None:
    """Add a row to those like it, or let it and one of them cancel."""
    if alike and alike[-1].count != row.count:
        alike.pop()
    else:
        alike.append(row)


def lines_asking(
    rows: Iterable[Row], parties: Sequence[str], policy: Policy, credit: Credit, moments: Sequence[datetime]
) -> list[Line]:
    """Rows as sorted lines, with one line more for each party and moment, which asks for the sums then.

    Moments ascend. Days are counted from the last of them, where the sums want to be most exact.
    """
    place_of = {party: place for place, party in enumerate(parties)}
    origin = moments[-1]
    lines = [asking(place, (moment - origin) / DAY) for place in place_of.values() for moment in moments]
    for row in rows:
        if row.kind in policy.kinds and row.party in place_of:
            lines.append(line_of(row, place_of[row.party], (takes_effect(row, credit) - origin) / DAY, policy))
    lines.sort()
    return lines


def line_of(row: Row, place: int, days: float, policy: Policy) -> Line:
    """A row of a kind that the policy knows, as a line that takes effect so many days from the origin."""
    amount = row.count * shaped(policy.kinds[row.kind], row.measure) * vars(policy.stakes)[row.stake]
    return place, days, False, PLACE_OF[row.kind], amount


def asking(place: int, days: float) -> Line:
    """A line that tells nothing and asks for the sums at its moment."""
    return place, days, True, ASKING, 0.0


def shaped(rule: Rule, measure: Measure) -> Measure:
    """What the kind's shape makes of a measure of 0 or more; of an array of them, too."""
    match rule.shape:
        case "constant":
            return measure * 0.0 + 1.0
        case "proportional":
            return measure / rule.scale
        case "saturating":
            return measure / (measure + rule.scale)
        case "halving":
            halved: Measure = 2.0 ** (-measure / rule.scale)
            return halved


def sums_asked(
    lines: Sequence[Line], weights: Mapping[str, float], half_lives_days: Mapping[str, float]
) -> list[tuple[float, float]]:
    """Supporting and opposing evidence for each asking line, in order.

    A kind counts nowhere where it has no weight or no half-life.
    """
    lanes = lanes_of(weights, half_lives_days)
    asking_lines = sum(line[2] for line in lines)
    if not asking_lines:
        return []
    party, at, _, kind, amount = zip(*lines, strict=True)
    supporting, opposing = [0.0] * asking_lines, [0.0] * asking_lines
    sums_when_asked(party, at, kind, amount, *lanes, *lanes.scratch(), [supporting, opposing])
    return list(zip(supporting, opposing, strict=True))


class Lanes(NamedTuple):
    """What the loop is told of a policy: the weight and the lane of every kind, each lane's half-life and side."""

    weight: list[float]
    lane_of: list[int]
    inverse_half_life: list[float]
    side_of: list[int]

    def scratch(self) -> tuple[list[float], list[float]]:
        """A decayed sum and its moment for each lane."""
        return [0.0] * len(self.side_of), [0.0] * len(self.side_of)


def lanes_of(weights: Mapping[str, float], half_lives_days: Mapping[str, float]) -> Lanes:
    """The lanes of two sides: 0 for kinds that weigh for, 1 for those that weigh against."""
    weight, lane_of = [0.0] * ASKING, [-1] * ASKING
    lanes: dict[tuple[int, float], int] = {}
    for place, kind in enumerate(KINDS):  # whatever the policy's order, sums round the same
        if weights.get(kind) and kind in half_lives_days:
            weight[place] = weights[kind]
            lane = (0 if weights[kind] > 0 else 1, half_lives_days[kind])
            lane_of[place] = lanes.setdefault(lane, len(lanes))
    return Lanes(
        [*weight, 0.0],
        [*lane_of, len(lanes)],
        [1.0 / half_life for _, half_life in lanes],
        [side for side, _ in lanes],
    )
