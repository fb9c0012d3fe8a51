"""Replay's sums in the words of other engines: numpy, Polars, DuckDB and SQLite, each as well as it can be told there.

Evidence comes as columns, sorted by series (one party of one partnership) and instant. At the moment t a row counts
|weight| * amount * 2^(-(t - at) / half-life). All weigh rows as of one origin, sum them by lane (sign, half-life), and
scale the sums to each moment. Over ten years that is exact enough for half-lives of 30 days or more.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any, NamedTuple

import duckdb
import numpy as np
import polars as pl
import pyarrow.parquet

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    Array = NDArray[Any]
    Floats = NDArray[np.float64]

OF_LANE = "CASE WHEN lane = {} THEN weighed ELSE 0 END"


class Columns(NamedTuple):
    """Evidence: series (int32), at (int64, microseconds since 1970), kind (uint8), amount (float64, without weight)."""

    series: Array
    at: Array
    kind: Array
    amount: Array


class Weighing(NamedTuple):
    """What a policy says: weight and half-life (days) by kind, the prior weight, the base rate."""

    weight: Floats
    half_life_days: Floats
    prior_weight: float
    base_rate: float


def write_parquet(columns: Columns, path: Path) -> None:
    """Keep columns as numpy, Polars and DuckDB are to read them."""
    pl.DataFrame(columns._asdict()).write_parquet(path)


def write_sqlite(columns: Columns, path: Path) -> None:
    """Keep columns in a table that is sorted as they are, so that no question needs to sort."""
    with closing(sqlite3.connect(path)) as database, database:
        typed = "series INT, row INT, at INT, kind INT, amount REAL"
        database.execute(f"CREATE TABLE evidence ({typed}, PRIMARY KEY (series, row)) WITHOUT ROWID")
        rows = zip(*(column.tolist() for column in columns), range(len(columns.at)), strict=True)
        database.executemany("INSERT INTO evidence (series, at, kind, amount, row) VALUES (?, ?, ?, ?, ?)", rows)


def floor(path: Path) -> Columns:
    """Merely read the columns of a Parquet file into memory: what no way of asking can undercut."""
    return Columns(*(column.to_numpy() for column in pyarrow.parquet.read_table(path).columns))


class Rival:
    """One engine that answers three questions about the evidence in a file; reading it is part of every answer."""

    def __init__(self, path: Path, parties: int, weighing: Weighing, origin: int) -> None:
        self.path, self.parties, self.weighing, self.origin = path, parties, weighing, origin
        self.rates = np.log(2) / (weighing.half_life_days * 86_400_000_000)
        kinds = list(zip(np.sign(weighing.weight).tolist(), self.rates.tolist(), strict=True))
        self.lanes = sorted({lane for lane in kinds if lane[0]})  # sign, rate of fading by the microsecond (base e)
        self.lane_of = np.array([self.lanes.index(lane) if lane[0] else len(self.lanes) for lane in kinds], np.uint8)

    def now(self, moment: int) -> Floats:
        """Trust in every party at a moment, by series."""
        raise NotImplementedError

    def after_every_row(self) -> Floats:
        """Trust in its party just after each row, in the order of the rows."""
        raise NotImplementedError

    def at_moments(self, moments: Array) -> Floats:
        """Trust at each moment (ascending), a row of parties each."""
        raise NotImplementedError

    def trust(self, supporting: Any, opposing: Any) -> Any:
        """The Beta expectation, in whatever an engine computes with; sums that cancel may be a little below 0."""
        pro, contra, (prior, base_rate) = supporting.clip(0), opposing.clip(0), self.weighing[2:]
        return (pro + prior * base_rate) / (pro + contra + prior)

    def spread(self, shape: tuple[int, ...], places: tuple[Array, ...], trust: Floats) -> Floats:
        """Trust where it belongs, the base rate where an answer says nothing."""
        told = np.full(shape, self.weighing.base_rate)
        told[places] = trust
        return told


class Numpy(Rival):
    """Whole-array arithmetic on one core."""

    def now(self, moment: int) -> Floats:
        columns = floor(self.path)
        weighed, weight = self._weighed(columns, moment), self.weighing.weight[columns.kind]
        weighed[columns.at > moment] = 0.0
        sides = (np.where(side, weighed, 0.0) for side in (weight > 0, weight < 0))
        return np.asarray(self.trust(*(np.bincount(columns.series, side, self.parties) for side in sides)))

    def after_every_row(self) -> Floats:
        columns = floor(self.path)
        weighed, lane = self._weighed(columns, self.origin), self.lane_of[columns.kind]
        blocks = list(_blocks(columns.series))
        fades = {rate: np.exp((self.origin - columns.at) * rate) for _, rate in self.lanes}
        sides = {1: np.zeros(len(lane)), -1: np.zeros(len(lane))}
        for number, (sign, rate) in enumerate(self.lanes):
            of_lane, running = np.where(lane == number, weighed, 0.0), np.empty(len(lane))
            for rows, shape, inside in blocks:
                padded = np.zeros(shape)
                padded[inside] = of_lane[rows]
                running[rows] = padded.cumsum(axis=1)[inside]
            sides[sign] += running * fades[rate]
        return np.asarray(self.trust(sides[1], sides[-1]))

    def at_moments(self, moments: Array) -> Floats:
        columns = floor(self.path)
        weighed, lane = self._weighed(columns, self.origin), self.lane_of[columns.kind]
        shape = (self.parties, len(moments) + 1)  # what comes after the last moment is not asked about
        place = columns.series.astype(np.int64) * shape[1] + np.searchsorted(moments, columns.at)
        sides = dict.fromkeys((1, -1), np.zeros((self.parties, len(moments))))
        for number, (sign, rate) in enumerate(self.lanes):
            sums = np.bincount(place[lane == number], weighed[lane == number], shape[0] * shape[1]).reshape(shape)
            sides[sign] = sides[sign] + sums[:, :-1].cumsum(axis=1) * np.exp((self.origin - moments) * rate)
        return np.asarray(self.trust(sides[1], sides[-1]).T)

    def _weighed(self, columns: Columns, origin: int) -> Floats:
        weighed = np.abs(self.weighing.weight)[columns.kind] * columns.amount
        return np.asarray(weighed * np.exp((columns.at - origin) * self.rates[columns.kind]))


def _blocks(series: Array) -> Iterator[tuple[Array, tuple[int, int], tuple[Array, Array]]]:
    """Series of about one length as a matrix, one a line: their rows, its shape, and where in it each row goes."""
    # One cumulative sum over all rows would not do: what rounding leaves of one series would drown the next one.
    starts = np.flatnonzero(np.diff(series, prepend=-1))
    lengths = np.diff(starts, append=len(series))
    sizes = np.ceil(np.log2(lengths))
    for size in np.unique(sizes):
        start, length = starts[sizes == size], lengths[sizes == size]
        line = np.repeat(np.arange(len(start)), length)
        place = np.arange(len(line)) - np.repeat(np.cumsum(length) - length, length)
        yield start[line] + place, (len(start), int(length.max())), (line, place)


class Polars(Rival):
    """Lazy frames, all cores."""

    def now(self, moment: int) -> Floats:
        weight, rows = _by_kind(self.weighing.weight), pl.scan_parquet(self.path).filter(pl.col("at") <= moment)
        weighed = rows.select("series", weighed=self._weighed(moment), pro=weight > 0, contra=weight < 0)
        told = weighed.group_by("series").agg(pl.col("weighed").filter(s).sum().alias(s) for s in ("pro", "contra"))
        series, trust = told.select("series", self.trust(pl.col("pro"), pl.col("contra"))).collect()
        return self.spread((self.parties,), (series.to_numpy(),), trust.to_numpy())

    def after_every_row(self) -> Floats:
        running = (of_lane.cum_sum().over("series") for of_lane in self._of_lanes())
        (trust,) = self._rows().with_columns(running).select(self._trust(self.origin - pl.col("at"))).collect()
        return trust.to_numpy()

    def at_moments(self, moments: Array) -> Floats:
        series = pl.Series(np.repeat(np.arange(self.parties, dtype=np.int32), len(moments)))
        since = np.tile(np.arange(len(moments), dtype=np.uint32), self.parties)
        grid = pl.LazyFrame({"series": series, "since": since, "moment": np.tile(moments, self.parties)})
        running = (
            self._rows()
            .with_columns(since=pl.lit(pl.Series(moments)).search_sorted(pl.col("at"), side="left"))
            .group_by("series", "since")
            .agg(of_lane.sum() for of_lane in self._of_lanes())
            .sort("series", "since")
            .with_columns(pl.exclude("series", "since").cum_sum().over("series"))
        )
        known = grid.join_asof(running, on="since", by="series", check_sortedness=False).fill_null(0.0)
        (trust,) = known.select(self._trust(self.origin - pl.col("moment"))).collect()
        return trust.to_numpy().reshape(self.parties, len(moments)).T

    def _rows(self) -> pl.LazyFrame:
        rows = pl.scan_parquet(self.path).with_columns(pl.col("series").set_sorted())
        return rows.select("series", "at", weighed=self._weighed(self.origin), lane=_by_kind(self.lane_of))

    def _weighed(self, origin: int) -> pl.Expr:
        fades = ((pl.col("at") - origin) * _by_kind(self.rates)).exp()
        return _by_kind(np.abs(self.weighing.weight)) * pl.col("amount") * fades

    def _of_lanes(self) -> list[pl.Expr]:
        weighed = [pl.when(pl.col("lane") == n).then(pl.col("weighed")).otherwise(0.0) for n in range(len(self.lanes))]
        return [of_lane.alias(f"lane_{number}") for number, of_lane in enumerate(weighed)]

    def _trust(self, age: pl.Expr) -> pl.Expr:
        faded = [
            (sign, pl.col(f"lane_{number}") * (age * rate).exp()) for number, (sign, rate) in enumerate(self.lanes)
        ]
        sides = (pl.sum_horizontal(sums for sign, sums in faded if sign == side) for side in (1, -1))
        return self.trust(*sides)  # type: ignore[no-any-return]


def _by_kind(values: Array) -> pl.Expr:
    return pl.lit(pl.Series(values)).gather(pl.col("kind"))


class SQL(Rival):
    """What DuckDB and SQLite are asked alike: group by, and window functions."""

    larger = rows = since = ""
    """Their words for the larger of two numbers, the evidence, and `weighed` with each row's first moment."""

    def ask(self, query: str, moments: Array) -> list[Array]:
        """The columns of an answer; the tables `kinds` and `moments` are there to be asked."""
        raise NotImplementedError

    def now(self, moment: int) -> Floats:
        query = f"""
            WITH weighed AS ({self._weighed(moment, f'"at" <= {moment} AND weight <> 0')}), sides AS (
                SELECT series, sum(CASE WHEN weight > 0 THEN weighed ELSE 0 END) AS pro,
                sum(CASE WHEN weight < 0 THEN weighed ELSE 0 END) AS contra FROM weighed GROUP BY series)
            SELECT series, {self._trust("pro", "contra")} FROM sides"""
        series, trust = self.ask(query, np.array([moment]))
        return self.spread((self.parties,), (series,), trust)

    def after_every_row(self) -> Floats:
        query = f"""
            WITH weighed AS ({self._weighed(self.origin, "true")}), running AS (
                SELECT row, "at", {self._of_lanes(OF_LANE, "row")} FROM weighed)
            SELECT row, {self._trust_at('"at"')} FROM running"""
        row, trust = self.ask(query, np.array([]))
        return self.spread(row.shape, (row,), trust)

    def at_moments(self, moments: Array) -> Floats:
        query = f"""
            WITH weighed AS ({self._weighed(self.origin, "true")}), sums AS (
                SELECT series, number, {self._of_lanes(OF_LANE)}
                FROM {self.since} WHERE number IS NOT NULL GROUP BY series, number),
            running AS (
                SELECT series, number AS since, {self._of_lanes("lane_{}", "number")},
                lead(number, 1, {len(moments)}) OVER (PARTITION BY series ORDER BY number) AS until FROM sums)
            SELECT series, number, {self._trust_at("moment")}
            FROM running JOIN moments ON moments.number >= since AND moments.number < until"""
        series, number, trust = self.ask(query, moments)
        return self.spread((len(moments), self.parties), (number, series), trust)

    def _weighed(self, origin: int, condition: str) -> str:
        columns = f'series, row, "at", weight, lane, amount * abs(weight) * exp(rate * ("at" - {origin})) AS weighed'
        return f"SELECT {columns} FROM {self.rows.format(path=self.path)} JOIN kinds USING (kind) WHERE {condition}"

    def _of_lanes(self, what: str, ordered_by: str | None = None) -> str:
        """A sum for each lane, over a group or up to each row."""
        over = f"OVER (PARTITION BY series ORDER BY {ordered_by} ROWS UNBOUNDED PRECEDING)" if ordered_by else ""
        return ", ".join(f"sum({what.format(n)}) {over} AS lane_{n}" for n in range(len(self.lanes)))

    def _trust_at(self, at: str) -> str:
        faded = enumerate(f"exp({rate!r} * ({self.origin} - {at}))" for _, rate in self.lanes)
        terms = [(self.lanes[number][0], f"lane_{number} * {fades}") for number, fades in faded]
        return self._trust(*(" + ".join(term for sign, term in terms if sign == side) for side in (1, -1)))

    def _trust(self, supporting: str, opposing: str) -> str:
        prior, base_rate = self.weighing[2:]
        pro, contra = f"{self.larger}(0, {supporting})", f"{self.larger}(0, {opposing})"
        return f"({pro} + {prior * base_rate}) / ({pro} + {contra} + {prior})"


class DuckDB(SQL):
    """Over Parquet, all cores."""

    larger = "greatest"
    rows = "(SELECT *, file_row_number AS row FROM read_parquet('{path}', file_row_number = true))"
    since = 'weighed ASOF JOIN moments ON weighed."at" <= moments.moment'

    def ask(self, query: str, moments: Array) -> list[Array]:
        kinds = {"weight": self.weighing.weight, "rate": self.rates, "lane": self.lane_of}
        with duckdb.connect(config={"preserve_insertion_order": "false"}) as database:
            database.register("kinds", {"kind": np.arange(len(self.rates)), **kinds})
            database.register("moments", {"number": np.arange(len(moments)), "moment": moments})
            return list(database.execute(query).fetchnumpy().values())


class SQLite(SQL):
    """Over a table that is sorted already, made by `write_sqlite`; one core."""

    larger = "max"
    rows = "evidence"
    since = '(SELECT *, (SELECT min(number) FROM moments WHERE moment >= "at") AS number FROM weighed)'

    def ask(self, query: str, moments: Array) -> list[Array]:
        with closing(sqlite3.connect(self.path)) as database:
            database.execute("CREATE TEMP TABLE kinds (weight REAL, rate REAL, lane INTEGER, kind INTEGER PRIMARY KEY)")
            database.execute("CREATE TEMP TABLE moments (number INTEGER PRIMARY KEY, moment INTEGER UNIQUE)")
            kinds = (self.weighing.weight.tolist(), self.rates.tolist(), self.lane_of.tolist(), range(len(self.rates)))
            database.executemany("INSERT INTO kinds VALUES (?, ?, ?, ?)", zip(*kinds, strict=True))
            database.executemany("INSERT INTO moments VALUES (?, ?)", enumerate(moments.tolist()))
            return [np.array(column) for column in zip(*database.execute(query), strict=True)]
