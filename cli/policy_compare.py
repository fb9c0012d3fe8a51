"""pledger policy compare: what another scoring would change, for whom, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from pledger.cli.command import PledgerCommand
from pledger.cli.output import print_json, print_rows
from pledger.cli.progress import watched
from pledger.cli.queries import Query, common_options, help_with_keys
from pledger.cli.session import Session, pass_session
from pledger.domain.refusal import WrongUsage

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pledger.projections.compare import Compared, Comparison, PartyCompared
    from pledger.projections.compare_causes import Cause

KEYS = """
--format json gives an object with these keys:
  old, new: each {name, digest}; as_of, known_at
  summary: {partnerships, parties, rise, fall, stay (by less than .005),
    change_band, band_changes (how many by "fair to weak" and the like),
    change_momentum_state, change_rank, largest_difference, sentence}
  partnerships: a list of {partnership, sentence, old_rank, new_rank,
    old_momentum, new_momentum: each {value, state},
    parties: a list of {party, old, new: each {trust, uncertainty,
      cautious, band}, difference, entries: a list of {entry, kinds,
      old_pull, new_pull, difference}}}
csv and tsv have one row a party.
"""


def compare(
    session: Session, policies: tuple[str, ...], as_of: str | None, known_at: str | None, limit: int | None, form: str
) -> None:
    """Compare two policies: what each partnership's scores are under one and under the other.

    OLD, NEW: policies by name, digest or file; with one alone, it is compared with the policy in force. Every
    partnership is told in a sentence, the largest differences of trust first, with the entries whose pull (trust with
    the entry, less trust without it) differs most. A rank is the place by cautious trust in the party trusted least.
    """
    from pledger.cli.policy_told import known_policy
    from pledger.projections.question import Question
    from pledger.projections.views_of_all import compare_of

    asked = Query(session, as_of, known_at, None, form)
    ledger, moment = asked.ledger, asked.moment
    if len(policies) > 2:
        raise WrongUsage(
            f"{len(policies)} policies are named", where="pledger policy compare", remedy="name two, or one alone"
        )
    told = (None, *policies) if len(policies) == 1 else policies
    old, new = (Question(moment, known_policy(each, ledger, moment.known_at).policy(), ledger.zone) for each in told)
    with watched() as how:
        comparison = compare_of(ledger, old, new, **how)
    shown = list(comparison.largest_first(asked.limit(limit)))
    why = comparison.causes(shown)
    _print([_Told(each, why) for each in shown], comparison, asked)


class _Told:
    """One partnership's comparison with the entries that make the difference."""

    def __init__(self, compared: Compared, why: Mapping[int, Sequence[Cause]]) -> None:
        from pledger.projections.compare_words import comparison_sentence

        self.compared = compared
        self.why = why
        self.sentence = comparison_sentence(compared, why)

    def as_json(self) -> dict[str, Any]:
        compared = self.compared
        old, new = compared.old_momentum, compared.new_momentum
        return {
            "partnership": compared.partnership,
            "sentence": self.sentence,
            "old_rank": compared.old_rank,
            "new_rank": compared.new_rank,
            "old_momentum": {"value": old.value, "state": old.state},
            "new_momentum": {"value": new.value, "state": new.state},
            "parties": [self._party(party) for party in compared.parties],
        }

    def _party(self, party: PartyCompared) -> dict[str, Any]:
        entries = [{**cause._asdict(), "difference": cause.difference} for cause in self.why.get(party.number, ())]
        sides = {
            name: {
                "trust": held.opinion.trust,
                "uncertainty": held.opinion.uncertainty,
                "cautious": held.opinion.cautious,
                "band": held.band,
            }
            for name, held in (("old", party.old), ("new", party.new))
        }
        return {"party": party.party, **sides, "difference": party.difference, "entries": entries}

    def rows(self) -> Iterator[dict[str, Any]]:
        """One flat row a party."""
        told = self.as_json()
        for party in told["parties"]:
            sides = {f"{side}_{name}": value for side in ("old", "new") for name, value in party[side].items()}
            entries = " ".join(str(cause["entry"]) for cause in party["entries"])
            yield {**told, **sides, "party": party["party"], "difference": party["difference"], "entries": entries}


def _print(shown: Sequence[_Told], comparison: Comparison, asked: Query) -> None:
    from pledger.projections.compare_words import summary_sentence

    summary, questions = comparison.summary(), comparison.questions
    old, new = ({"name": each.policy.name, "digest": each.policy_digest} for each in questions)
    match asked.form:
        case "json":
            print_json(
                {
                    "old": old,
                    "new": new,
                    "as_of": asked.moment.as_of,
                    "known_at": asked.moment.known_at,
                    "summary": {**summary, "sentence": summary_sentence(summary)},
                    "partnerships": [each.as_json() for each in shown],
                }
            )
        case "table":
            from pledger.cli.policy_compare_table import show_comparison

            told = [(each.compared.partnership, each.sentence) for each in shown]
            show_comparison(told, summary_sentence(summary), asked, questions, len(comparison))
        case form:
            constant = {"old_policy": old["name"], "old_digest": old["digest"]}
            constant |= {"new_policy": new["name"], "new_digest": new["digest"]}
            clocks = {"as_of": asked.moment.as_of, "known_at": asked.moment.known_at}
            print_rows(({**row, **constant, **clocks} for each in shown for row in each.rows()), COLUMNS, form)


_SIDES = tuple(f"{side}_{name}" for name in ("trust", "uncertainty", "cautious", "band") for side in ("old", "new"))
COLUMNS = (
    *("partnership", "party", "difference", *_SIDES, "old_rank", "new_rank", "entries", "sentence"),
    *("as_of", "known_at", "old_policy", "old_digest", "new_policy", "new_digest"),
)

compare_command = PledgerCommand(
    "compare",
    section="Ask",
    example="policy compare default mine.toml",
    help=help_with_keys(compare, KEYS),
    params=[
        click.Argument(["policies"], metavar="[OLD] NEW", nargs=-1, required=True),
        click.Option(["--limit"], metavar="N", type=click.IntRange(min=1), help="The N largest differences only."),
        *(option for option in common_options() if option.name != "policy"),
    ],
    callback=pass_session(compare),
)
