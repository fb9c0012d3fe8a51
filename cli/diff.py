"""pledger diff: what was learned between two moments, and what that changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from pledger.cli.command import PledgerCommand
from pledger.cli.completion import complete_partnership
from pledger.cli.output import print_json, print_rows
from pledger.cli.queries import SECTION, Query, common_options, help_with_keys
from pledger.cli.session import Session, pass_session
from pledger.domain.refusal import WrongUsage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pledger.projections.diff import Difference, PromiseChanged


KEYS = """
--format json gives an object with these keys, lists of two being by the
earlier and by the later knowledge:
  partnership, as_of, known_at [two], policy [two of {name, digest}]
  phase, headline, momentum_of_all: [two], null where nothing was known
  learned: a list of entries as `log` gives them, without their data but
    with {sentence, moved: a list of {party, trust, momentum}}
  parties: a list of {party, trust, uncertainty, spread, momentum}; trust
    and momentum {before, after, change, by_policy, by_learning,
    difference (sum of the parts, less the change), exact}
  commitments: those that read differently, a list of {commitment, what,
    maker, before, after: null, or as `commitments` gives it}
csv and tsv have one row a change.
"""


@pass_session
def _answer(
    session: Session,
    partnership: str | None,
    as_of: str | None,
    known_at: tuple[str, ...],
    policy: str | None,
    form: str | None,
) -> None:
    """Show what was learned between two moments, and what that changed in the picture of the past.

    PARTNERSHIP: any beginning of its name that fits one only; the configured or the only one where it is left out.

    Both pictures are of one moment, that of --as-of, each as `show` gives it by the knowledge of its --known-at, and by
    the policy in force then unless --policy names one. The change is told entry by entry, in the order of learning.
    """
    from pledger.projections.views_of_change import diff_of

    asked = [Query(session, as_of, told, policy, form) for told in _two(known_at)]
    earlier, later = sorted(asked, key=lambda query: query.moment.known_at)
    told = diff_of(later.ledger, later.partnership(partnership), earlier.question, later.question)
    match later.form:
        case "json":
            print_json(told.as_json())
        case "table":
            from pledger.cli.diff_table import show_difference

            show_difference(told, earlier, later)
        case form_told:
            print_rows(_rows(told), COLUMNS, form_told)


def _two(known_at: tuple[str, ...]) -> tuple[str | None, ...]:
    if len(known_at) in (1, 2):
        return (*known_at, None)[:2]
    raise WrongUsage(
        "two moments of knowledge are wanted" if known_at else "--known-at is missing",
        where=click.get_current_context().command_path,
        remedy="give --known-at twice, or once to compare with now",
    )


_KNOWN_AT = "By the knowledge of which moment; give it twice, or once to compare with now. A day means its end."
diff = PledgerCommand(
    "diff",
    section=SECTION,
    example="diff acme-globex --known-at 2026-03-01 --known-at 2026-04-01 --as-of 2026-01-01",
    help=help_with_keys(_answer, KEYS),
    params=[
        click.Argument(["partnership"], required=False, shell_complete=complete_partnership),
        *common_options(click.Option(["--known-at"], metavar="DATE", multiple=True, help=_KNOWN_AT)),
    ],
    callback=_answer,
)


COLUMNS = ("partnership", "what", "party", "entry", "commitment", "before", "after", "change", "sentence")


def _rows(told: Difference) -> Iterator[dict[str, Any]]:
    """What was learned, one row a party and score that it moved; then both pictures, score by score and by promise."""
    blank = {**dict.fromkeys(COLUMNS), "partnership": told.partnership}
    for entry in told.as_json()["learned"]:
        learned = {**blank, "entry": entry["position"], "sentence": entry["sentence"]}
        yield {**learned, "what": "learned"}
        for moved in entry["moved"]:
            for score in ("trust", "momentum"):
                if moved[score]:
                    yield {**learned, "what": f"{score}-moved", "party": moved["party"], "change": moved[score]}
    for party in told.parties:
        for what, changed in (("trust", party.trust), ("momentum", party.momentum)):
            row = {**blank, "party": party.party}
            if told.is_policy_new:
                yield {**row, "what": f"{what}-by-policy", "change": changed.by_policy}
            yield {**row, "what": what, "before": changed.before, "after": changed.after, "change": changed.change}
        unsure = {"before": party.before.uncertainty, "after": party.after.uncertainty}
        change = party.after.uncertainty - party.before.uncertainty
        yield {**blank, "what": "uncertainty", "party": party.party, **unsure, "change": change}
    for promise in told.promises:
        yield {**blank, "what": "commitment", **_promise(promise)}


def _promise(promise: PromiseChanged) -> dict[str, Any]:
    return {
        "party": promise.either.maker,
        "commitment": promise.either.commitment,
        "entry": promise.either.entry,
        "before": promise.before and promise.before.state,
        "after": promise.after and promise.after.state,
        "sentence": promise.either.what,
    }
