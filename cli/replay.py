"""pledger replay: the whole history of the scores, of all partnerships or some."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pledger.cli.completion import complete_partnership
from pledger.cli.names import find_partnership
from pledger.cli.output import print_json_lines, print_rows
from pledger.cli.progress import watched
from pledger.cli.queries import FORMS, Query, query
from pledger.domain.refusal import WrongUsage
from pledger.projections.periods import EVERY

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pledger.projections.periods import Every

EVERY_HELP = "A score at the end of every month (which is usual) or week, or after every instant that moved one."
FROM_HELP = "Scores from this moment on; from the beginning unless told. A day means its start."
OUTPUT_HELP = "Write to this file, whole or not at all, instead of standard output."
KEYS = """
--format json gives a list of objects with these keys, sorted by
partnership, party and time; csv, tsv and parquet have the same columns:
  partnership, party, at
  entry: with --every entry the last entry that took effect then, or that
    set what fell due; else null
  trust, uncertainty, cautious, band (unknown, weak, fair, firm),
  supporting, opposing, momentum (the party's own, from 0 to 1)
  as_of, known_at, policy, policy_digest (json, csv and tsv; parquet has
    them in the file's metadata)
"""
COLUMNS = (
    *("partnership", "party", "at", "entry", "trust", "uncertainty", "cautious", "band"),
    *("supporting", "opposing", "momentum", "as_of", "known_at", "policy", "policy_digest"),
)


@query(
    "replay",
    example="replay --policy mine.toml --every month --format parquet --output scores.parquet",
    keys=KEYS,
    forms=(*FORMS, "parquet"),
)
@click.option("--every", type=click.Choice(EVERY), default="month", help=EVERY_HELP)
@click.option(
    "--partnership",
    metavar="PARTNERSHIP",
    multiple=True,
    help="Of this partnership only; give it again for more.",
    shell_complete=complete_partnership,
)
@click.option("--from", "since", metavar="DATE", help=FROM_HELP)
@click.option("--output", "-o", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False), help=OUTPUT_HELP)
def replay(asked: Query, every: Every, partnership: tuple[str, ...], since: str | None, output: Path | None) -> None:
    """Replay the whole history of the scores under a policy, for the portfolio.

    The past is told as known at --known-at: the scores that this policy gives at the end of every month or week, and at
    --as-of; or with --every entry after every instant at which an entry took effect, or a deadline or a silence fell
    due. For what was believed at the time, and why one partnership's scores moved, see: pledger history, explain.
    """
    from pledger.projections.views_of_all import replay_of

    _check(asked.form, output)
    slugs = [find_partnership(asked.ledger, told) for told in partnership] or None
    with watched() as told:
        stretches = replay_of(asked.ledger, asked.question, every, slugs, asked.when(since), **told)
    match asked.form:
        case "table":
            from pledger.cli.replay_table import show_replay

            show_replay(stretches, asked, every)
        case "parquet":
            from pledger.cli.parquet import write_parquet

            assert output is not None
            write_parquet(output, stretches, _about(asked))
        case form:
            about = _about(asked)
            _print(({**row, **about} for stretch in stretches for row in stretch.rows()), form, output)


def _about(asked: Query) -> dict[str, Any]:
    """What is the same of all rows."""
    moment, question = asked.moment, asked.question
    clocks = {"as_of": moment.as_of, "known_at": moment.known_at}
    return {**clocks, "policy": question.policy.name, "policy_digest": question.policy_digest}


def _print(rows: Iterable[dict[str, Any]], form: str, output: Path | None) -> None:
    if output is None:
        _write(rows, form)
        return
    from pledger.cli.saving import exported

    with exported(output) as aside, aside.open("w", encoding="utf-8", newline="") as file:
        _write(rows, form, file.write)


def _write(rows: Iterable[dict[str, Any]], form: str, *write: Any) -> None:
    if form == "json":
        print_json_lines(rows, *write)
    else:
        print_rows(rows, COLUMNS, form, *write)


def _check(form: str, output: Path | None) -> None:
    if form == "parquet" and output is None:
        raise WrongUsage("Parquet is for files", remedy="name the file with --output FILE")
    if form == "table" and output is not None:
        raise WrongUsage("a table is for people", remedy="add --format csv, json, tsv or parquet to --output")
