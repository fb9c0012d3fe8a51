"""pledger replay: the whole history of the scores, of all partnerships or some."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pledger.cli.completion import complete_partnership
from pledger.cli.dates import parse_when
from pledger.cli.evidence import evidence_of_all, evidence_of_some
from pledger.cli.names import find_partnership
from pledger.cli.output import print_json_lines, print_rows
from pledger.cli.queries import FORMS, Query, query
from pledger.domain.days import start_of_day
from pledger.domain.refusal import WrongUsage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pledger.projections.merging import Merge
    from pledger.projections.replay import Every, Stretch

EVERY = ("month", "week", "entry")
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
    _check(asked.form, output)
    replaying = _Replaying(asked, every, partnership, _instant(asked, since))
    match asked.form:
        case "table":
            from pledger.cli.replay_table import show_replay

            show_replay(list(replaying.stretches()), asked, every)
        case "parquet":
            from pledger.cli.parquet import write_parquet

            assert output is not None
            write_parquet(output, replaying.stretches(), replaying.about())
        case _:
            replaying.print_to(output)


class _Replaying:
    """What is replayed."""

    def __init__(self, asked: Query, every: Every, partnerships: tuple[str, ...], since: datetime | None) -> None:
        self._asked = asked
        self._every = every
        self._since = since
        self._slugs = [find_partnership(asked.ledger, told) for told in partnerships]
        asked.question.policy_digest  # noqa: B018 -- a wrong policy is refused before anything is built

    def stretches(self) -> Iterator[Stretch]:
        from pledger.projections.replay import replay as replayed

        return replayed(self._evidence(), self._asked.question, self._every, self._since)

    def _evidence(self) -> Merge:
        from pledger.projections.scores import needed

        if self._slugs:
            return evidence_of_some(self._asked.ledger, self._slugs)
        more = ["position"] if self._every == "entry" else []
        return evidence_of_all(self._asked.ledger, [*needed(self._asked.policy), *more])

    def about(self) -> dict[str, Any]:
        """What is the same of all rows."""
        moment, question = self._asked.moment, self._asked.question
        clocks = {"as_of": moment.as_of, "known_at": moment.known_at}
        return {**clocks, "policy": question.policy.name, "policy_digest": question.policy_digest}

    def print_to(self, output: Path | None) -> None:
        about = self.about()
        rows = ({**row, **about} for stretch in self.stretches() for row in stretch.rows())
        if output is None:
            _print(rows, self._asked.form)
            return
        from pledger.cli.saving import appearing

        with appearing(output) as file:
            _print(rows, self._asked.form, file.write)


def _print(rows: Iterable[dict[str, Any]], form: str, *write: Any) -> None:
    if form == "json":
        print_json_lines(rows, *write)
    else:
        print_rows(rows, COLUMNS, form, *write)


def _check(form: str, output: Path | None) -> None:
    where = "pledger replay"
    if form == "parquet" and output is None:
        raise WrongUsage("Parquet is for files", where=where, remedy="name the file with --output FILE")
    if form == "table" and output is not None:
        raise WrongUsage(
            "a table is for people", where=where, remedy="add --format csv, json, tsv or parquet to --output"
        )


def _instant(asked: Query, since: str | None) -> datetime | None:
    """The moment that --from tells; a day means its start."""
    if since is None:
        return None
    zone = asked.ledger.zone
    when = parse_when(since, asked.ledger.now(), zone)
    start = when if isinstance(when, datetime) else start_of_day(when, zone)
    if start > asked.moment.as_of:
        raise WrongUsage(
            f"--from {since} is after the moment asked about",
            where="pledger replay",
            remedy="give an earlier --from, or a later --as-of",
        )
    return start
