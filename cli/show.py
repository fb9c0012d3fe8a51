"""pledger show: where one partnership stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pledger.cli.output import print_json, print_rows
from pledger.cli.queries import Query, partnership_argument, query

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pledger.projections.opinion import Opinion
    from pledger.projections.outlook import Outlook
    from pledger.projections.trust import TrustInParty


KEYS = """
--format json gives an object with these keys:
  partnership, headline, as_of, known_at, policy {name, digest}, purpose
  phase (prospected, active, paused, ended), phase_since, phase_why
  parties: a list of {party, trust, uncertainty, spread, cautious, band,
    supporting, opposing, evidence (pieces), change_30_days,
    reliability {trust, uncertainty, spread, band, supporting, opposing},
    ingredients {communication, norms, goals, delivery: each the same},
    rated (null, or {rating, at, entry})}
  momentum {value, speed, trend, state, by_party {the same for each}}
  commitments {made, open (overdue ones too), overdue, kept, kept_late,
    broken, released, closed}
  overdue, next_deadlines: lists of promises as `commitments` gives them
  contact {last, last_was, entry, days_since, waived, every_days, due,
    is_due, silence_from, is_silent}
  relationship_managers: a list of {person, party}
  unacknowledged_goals: a list of {goal, what, owner, level, shared,
    by_whom_not, entry}
  parties_without_goals: a list of parties
  open_concerns: a list of {concern, what, by, about, raised, days_open,
    entry}
  unrepaired_breaches: a list of {norm, by, agreed, breached, days_since,
    entry}
  next_steps: a list of {do, because, entry, command, instead}
csv and tsv have one row a party.
"""


@query("show", example="show acme-globex --as-of 2026-03-31", keys=KEYS)
@partnership_argument
def show(asked: Query, partnership: str | None) -> None:
    """Show where a partnership stands, and what to do next.

    PARTNERSHIP: any beginning of its name that fits one only; the configured or the only one where it is left out.

    Trust is held in each party by the others, from 0 to 1, with its uncertainty (1 with no evidence at all) and the
    evidence for and against it. It may also be asked about a day ahead: what if nothing more happens?
    """
    from pledger.projections.views import show_of

    outlook = show_of(asked.ledger, asked.partnership(partnership), asked.question)
    match asked.form:
        case "json":
            print_json(outlook.as_json())
        case "table":
            from pledger.cli.outlook_table import show_outlook

            show_outlook(outlook, asked)
        case form:
            print_outlook_rows([outlook], form)


def print_outlook_rows(outlooks: Iterable[Outlook], form: str) -> None:
    """One row a party, under a header line; one without a party where a partner is only looked for."""
    rows = [row for outlook in outlooks for row in _rows(outlook)]
    print_rows(rows, COLUMNS, form)


def _rows(outlook: Outlook) -> Iterator[dict[str, Any]]:
    of_all = {
        "partnership": outlook.partnership,
        **{f"momentum_of_all_{name}": getattr(outlook.momentum.together, name) for name in ("value", "state")},
        **{f"commitments_{state}": count for state, count in outlook.counts._asdict().items()},
        "large_overdue": sum(promise.stake == "large" for promise in outlook.overdue),
        "contact_due": outlook.contact.due,
        "phase": outlook.phase.name,
        "phase_since": outlook.phase.since,
        "headline": outlook.headline,
        "as_of": outlook.as_of,
        "known_at": outlook.known_at,
        "policy": outlook.policy,
        "policy_digest": outlook.policy_digest,
    }
    for held in outlook.parties:
        yield {**of_all, **_of_party(outlook, held)}
    if not outlook.parties:
        yield {**dict.fromkeys(COLUMNS), **of_all}


def _of_party(outlook: Outlook, held: TrustInParty) -> dict[str, Any]:
    momentum = outlook.momentum.by_party[held.party]
    return {
        "party": held.party,
        **_opinion(held.opinion),
        "cautious": held.opinion.cautious,
        "band": held.band,
        "evidence": held.evidence,
        "change_30_days": outlook.change[held.party],
        **{f"reliability_{name}": value for name, value in _opinion(held.reliability).items()},
        **{
            f"{facet}_{name}": value
            for facet, opinion in held.ingredients.items()
            for name, value in _opinion(opinion).items()
        },
        "rated": held.rated and held.rated.rating,
        "momentum": momentum.value,
        "momentum_state": momentum.state,
    }


_OPINION = ("trust", "uncertainty", "spread", "supporting", "opposing")
_STATES = ("made", "open", "overdue", "kept", "kept_late", "broken", "released", "closed")
COLUMNS = (
    *("partnership", "party", *_OPINION, "cautious", "band", "evidence", "change_30_days"),
    *(
        f"{facet}_{name}"
        for facet in ("reliability", "communication", "norms", "goals", "delivery")
        for name in _OPINION
    ),
    *("rated", "momentum", "momentum_state", "momentum_of_all_value", "momentum_of_all_state"),
    *(f"commitments_{state}" for state in _STATES),
    *("large_overdue", "contact_due", "phase", "phase_since", "headline"),
    *("as_of", "known_at", "policy", "policy_digest"),
)


def _opinion(opinion: Opinion) -> dict[str, float]:
    return {name: getattr(opinion, name) for name in _OPINION}
