"""Replayed scores as a Parquet file, which Polars, DuckDB, Spark and pandas read."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from pledger.cli.saving import exported
from pledger.domain.refusal import WrongUsage
from pledger.projections.opinion import BANDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from pledger.projections.replay import Replayed

NUMBERS = ("trust", "uncertainty", "cautious", "supporting", "opposing", "momentum")


def write_parquet(path: Path, stretches: Iterable[Replayed], about: Mapping[str, Any]) -> None:
    """Write the scores a row each; `about` becomes the file's metadata, under names that begin with "pledger.".

    Raises WrongUsage where pyarrow is not installed.
    """
    try:
        from pyarrow import parquet
    except ImportError:
        raise WrongUsage(
            "writing Parquet needs the library pyarrow, which is not installed",
            remedy="install it beside pledger: pip install 'pledger[parquet]', or choose --format csv",
        ) from None
    schema = _schema(about)
    with exported(path) as aside, aside.open("wb") as file, parquet.ParquetWriter(file, schema) as writer:
        for stretch in stretches:
            writer.write_table(_table(stretch, schema))


def _schema(about: Mapping[str, Any]) -> Any:
    import pyarrow as pa

    name = pa.dictionary(pa.int32(), pa.string())
    columns = [("partnership", name), ("party", name), ("at", pa.timestamp("us", tz="UTC")), ("entry", pa.int64())]
    columns += [(number, pa.float64()) for number in NUMBERS]
    columns.insert(7, ("band", name))  # where it stands in the other forms
    told = {key: value.isoformat() if isinstance(value, datetime) else value for key, value in about.items()}
    return pa.schema(columns, {f"pledger.{key}": value for key, value in told.items()})


def _table(stretch: Replayed, schema: Any) -> Any:
    import pyarrow as pa

    parties, place = np.unique(stretch.party, return_inverse=True)
    names = [stretch.names[party] for party in parties.tolist()]

    def named(values: list[str]) -> Any:
        words = list(dict.fromkeys(values))
        number = {word: code for code, word in enumerate(words)}
        codes = np.array([number[value] for value in values], "<i4")
        return pa.DictionaryArray.from_arrays(codes[place], pa.array(words, pa.string()))

    columns = {
        "partnership": named([name.partnership for name in names]),
        "party": named([name.party for name in names]),
        "at": pa.array(stretch.at, pa.timestamp("us", tz="UTC")),
        "entry": pa.array(stretch.entry, pa.int64(), mask=stretch.entry == 0),
        "band": pa.DictionaryArray.from_arrays(stretch.band.astype("<i4"), pa.array(BANDS)),
        **{number: pa.array(getattr(stretch, number), pa.float64()) for number in NUMBERS},
    }
    return pa.table(columns, schema=schema)
