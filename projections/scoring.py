"""The one definition of the sums: a plain loop over columns, and what makes columns of rows."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Literal

from pledger.projections.kinds import KINDS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, MutableSequence, Sequence
    from datetime import datetime

    from pledger.projections.evidence import Row
    from pledger.projections.policy import Policy, Rule

    Credit = Literal["observed", "matured"]
    # party (its place among those asked about), days, whether it asks, kind (its place in KINDS), amount
    Line = tuple[int, float, bool, int, float]

DAY: Final = timedelta(days=1)  # 86,400 seconds, whatever the clocks do
ASKING: Final = len(KINDS)  # the kind of a line that tells nothing and asks for the sums at its moment
_PLACE_OF: Final = {kind: place for place, kind in enumerate(KINDS)}


def sums_after_every_line(  # noqa: PLR0913, PLR0917 - columns, so that the same loop compiles
    party: Sequence[int],
    at: Sequence[float],
    kind: Sequence[int],
    amount: Sequence[float],
    weight: Sequence[float],
    lane_of: Sequence[int],
    sign_of: Sequence[int],
    inverse_half_life: Sequence[float],
    sums: MutableSequence[float],
    supporting: MutableSequence[float],
    opposing: MutableSequence[float],
) -> None:
    """Fill `supporting` and `opposing`, one value a line: the decayed evidence on each side just after it.

    Lines are sorted by party and `at` (days, on any origin). `weight` and `lane_of` have one value a kind;
    `sign_of` (+1, -1) and `inverse_half_life` (1/days) one a lane, a lane being one sign and half-life;
    `sums` is scratch, one a lane. Reversing lines have a negative amount and stay in their kind's lane, so
    that they cancel.

    It is a recurrence, which carries decayed sums from line to line. Cumulative sums of scaled weights would
    fail silently (inf, nan) where half-lives are short against the span. No imports, no objects: it runs
    interpreted on lists, and compiled on arrays as it is.
    """
    lanes = len(inverse_half_life)
    current = -1
    last = 0.0
    for line in range(len(party)):
        if party[line] != current:
            current = party[line]
            last = at[line]
            for lane in range(lanes):
                sums[lane] = 0.0
        age = last - at[line]
        last = at[line]
        if age != 0.0:
            for lane in range(lanes):
                sums[lane] *= 2.0 ** (age * inverse_half_life[lane])
        sums[lane_of[kind[line]]] += abs(weight[kind[line]]) * amount[line]
        pro = 0.0
        contra = 0.0
        for lane in range(lanes):
            if sign_of[lane] > 0:
                pro += sums[lane]
            else:
                contra += sums[lane]
        supporting[line] = max(0.0, pro)  # rows that cancel leave rounding residue
        opposing[line] = max(0.0, contra)


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
    return place, days, False, _PLACE_OF[row.kind], amount


def asking(place: int, days: float) -> Line:
    """A line that tells nothing and asks for the sums at its moment."""
    return place, days, True, ASKING, 0.0


def shaped(rule: Rule, measure: float) -> float:
    """What the kind's shape makes of a measure of 0 or more."""
    match rule.shape:
        case "constant":
            return 1.0
        case "proportional":
            return measure / rule.scale
        case "saturating":
            return measure / (measure + rule.scale)
        case "halving":
            return math.pow(2.0, -measure / rule.scale)


def sums_asked(
    lines: Sequence[Line], weights: Mapping[str, float], half_lives_days: Mapping[str, float]
) -> list[tuple[float, float]]:
    """Supporting and opposing evidence for each asking line, in order.

    A kind counts nowhere where it has no weight or no half-life.
    """
    weighed = {_PLACE_OF[kind]: weight for kind, weight in weights.items() if weight and kind in half_lives_days}
    wanted = [line for line in lines if line[2] or line[3] in weighed]
    if not wanted:
        return []
    party, at, asks, kind, amount = zip(*wanted, strict=True)
    weight, lane_of, lanes = _lanes(weighed, half_lives_days)
    supporting, opposing = [0.0] * len(wanted), [0.0] * len(wanted)
    sums_after_every_line(
        party,
        at,
        kind,
        amount,
        weight,
        lane_of,
        [sign for sign, _ in lanes],
        [1.0 / half_life for _, half_life in lanes],
        [0.0] * len(lanes),
        supporting,
        opposing,
    )
    return [(supporting[place], opposing[place]) for place, asking in enumerate(asks) if asking]


def _lanes(
    weighed: Mapping[int, float], half_lives_days: Mapping[str, float]
) -> tuple[list[float], list[int], Collection[tuple[int, float]]]:
    """The weight and the lane of every kind, and each lane's sign and half-life."""
    weight, lane_of = [0.0] * (ASKING + 1), [0] * (ASKING + 1)
    lanes: dict[tuple[int, float], int] = {}
    for place, number in sorted(weighed.items()):  # whatever the file's order, sums round the same
        weight[place] = number
        lane = (1 if number > 0 else -1, half_lives_days[KINDS[place]])
        lane_of[place] = lanes.setdefault(lane, len(lanes))
    return weight, lane_of, lanes.keys() or {(1, 1.0)}  # the asking lines need a lane to add nothing to
