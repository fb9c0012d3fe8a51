"""pledger lens: a partnership through a lens, or the lenses that there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from pledger.cli.output import print_json, print_rows
from pledger.cli.queries import Query, partnership_argument, query

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pledger.projections.lens import Facet, Held, LensView
    from pledger.projections.policy import Lens, Policy

KEYS = """
--format json gives an object with these keys:
  partnership, lens, source, as_of, known_at, policy {name, digest}
  facets: a list of {facet, together, parties: a list of {party, ...}},
    where together and each party have trust, uncertainty, spread, band,
    supporting, opposing, cautious, pieces_for, pieces_against, and
    latest: a list of {entry, kind, at, speaks (for, against)}
  cogs: a list of {name, band, number}; empty where the lens has none
  holding_back: a sentence, or null
csv and tsv have one row a facet and party, and one without a party for
all together. Without LENS: a list of {lens, source, facets, shipped}.
"""


@query("lens", example="lens gears acme-globex", keys=KEYS)
@click.argument("lens", required=False)
@partnership_argument
def lens(asked: Query, lens: str | None, partnership: str | None) -> None:
    """Look at a partnership through a lens; without LENS, list the lenses and their sources.

    LENS, PARTNERSHIP: any beginning of a name that fits one only; of the partnership the configured or the only one
    where it is left out.

    A lens groups the evidence into facets, each an opinion with its doubt, by the same sums as trust. It is told for
    each party, and for all together: the opinion over the mean of the parties' evidence. Pieces are counted whether
    they speak for or against, fresh or old.

    The gears also say which cog holds the others back, compared by band: Fit and Planning over the evidence of all
    their parts, Momentum by the flywheel's value. A policy may have lenses of its own.
    """
    from pledger.cli.names import find_beginning

    policy = _policy(asked)
    lenses = _lenses(policy)
    if lens is None:
        _print_lenses(lenses, policy, asked.form)
        return
    name = find_beginning(lens, list(lenses), "lens", "see them with: pledger lens")
    from pledger.projections.views import lens_of

    view = lens_of(asked.ledger, asked.partnership(partnership), name, asked.question)
    match asked.form:
        case "json":
            print_json({**_question(asked), **view.as_json()})
        case "table":
            from pledger.cli.lens_table import show_lens

            show_lens(view, asked)
        case form:
            print_rows(_rows(view, asked), COLUMNS, form)


def _lenses(policy: Policy) -> dict[str, Lens]:
    """Every lens by name: the shipped ones, and the policy's own, which come first where they have the same name."""
    from pledger.projections.policy import shipped_lens_names

    names = dict.fromkeys([*shipped_lens_names(), *policy.lenses])
    return {name: policy.lens(name) for name in names}


def _policy(asked: Query) -> Policy:
    """The policy asked by; the shipped one where there is no ledger yet, so that lenses can be listed anyway."""
    from pledger.cli.policy_told import ledger_if_any
    from pledger.projections.policy import default_policy

    return asked.policy if asked.policy_told or ledger_if_any(asked) else default_policy()


def _print_lenses(lenses: dict[str, Lens], policy: Policy, form: str) -> None:
    told = [
        {"lens": name, "source": lens.source, "facets": list(lens.facets), "shipped": name not in policy.lenses}
        for name, lens in lenses.items()
    ]
    match form:
        case "json":
            print_json(told)
        case "table":
            from pledger.cli.lens_table import show_lenses

            show_lenses(told, policy.name)
        case _:
            print_rows(told, ("lens", "source", "facets", "shipped"), form)


def _question(asked: Query) -> dict[str, Any]:
    return {
        "as_of": asked.moment.as_of,
        "known_at": asked.moment.known_at,
        "policy": {"name": asked.policy.name, "digest": asked.question.policy_digest},
    }


COLUMNS = (
    *("partnership", "lens", "facet", "party", "trust", "uncertainty", "spread", "cautious", "band"),
    *("supporting", "opposing", "pieces_for", "pieces_against", "latest_entries", "holding_back"),
    *("as_of", "known_at", "policy", "policy_digest"),
)


def _rows(view: LensView, asked: Query) -> Iterator[dict[str, Any]]:
    question = {**_question(asked), "policy": asked.policy.name, "policy_digest": asked.question.policy_digest}
    of_all = {"partnership": view.partnership, "lens": view.lens, "holding_back": view.holding_back, **question}
    for facet in view.facets:
        for party, held in _of_each(facet):
            entries = " ".join(str(piece.entry) for piece in held.latest)
            yield {**of_all, "facet": facet.name, "party": party, **held.as_json(), "latest_entries": entries}


def _of_each(facet: Facet) -> Iterator[tuple[str | None, Held]]:
    yield None, facet.together
    yield from facet.by_party.items()
