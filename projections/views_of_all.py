"""The views of all partnerships together, asked of a ledger: the history of everybody's scores, two policies compared.

They are asked as the other views are. What they read of the whole ledger is kept in pages beside it: see `pages`. Those
for a question already asked in full take what its Pages are told besides: `note` and `watch`.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from pledger.domain.days import in_utc, start_of_day
from pledger.domain.naming import listed
from pledger.domain.refusal import WrongUsage
from pledger.projections.periods import EVERY
from pledger.projections.question import Question
from pledger.projections.views import moment_of, not_known, policy_in_force, question

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pledger.domain.ledger import Ledger
    from pledger.projections.compare import Comparison
    from pledger.projections.merging import Merge
    from pledger.projections.periods import Every
    from pledger.projections.policy import Policy
    from pledger.projections.rebuilding import Rebuilt
    from pledger.projections.replay import Replayed
    from pledger.projections.views import When
    from pledger.projections.what_if import WhatIf


def replay(
    ledger: Ledger,
    *,
    every: Every = "month",
    partnerships: Iterable[str] | None = None,
    since: When = None,
    as_of: When = None,
    known_at: When = None,
    policy: Policy | None = None,
) -> Iterator[Replayed]:
    """The history of the scores of all partnerships, or of these: stretches of columns, which give rows, too.

    There is a score of each member at the end of every "month" or "week", and at `as_of`; or, with "entry", after every
    instant at which anything took effect. `since` a day means since its start. Raises WrongUsage for a partnership that
    was not known then, and for a `since` after `as_of`.
    """
    return replay_of(ledger, question(ledger, as_of, known_at, policy), every, partnerships, since)


def compare(
    ledger: Ledger, new: Policy, old: Policy | None = None, *, as_of: When = None, known_at: When = None
) -> Comparison:
    """All partnerships under two policies; `old` is the one adopted last by `known_at`, or else the shipped one."""
    moment = moment_of(ledger, as_of, known_at)
    in_force = old or policy_in_force(ledger, moment.known_at)
    return compare_of(ledger, *(Question(moment, policy, ledger.zone) for policy in (in_force, new)))


def what_if(ledger: Ledger, policy: Policy | None = None, *, as_of: When = None, known_at: When = None) -> WhatIf:
    """What tells the trust in every member at once under policies with other weights, priors or bands than `policy`."""
    from pledger.projections.belonging import in_order_of_joining
    from pledger.projections.columns import microseconds
    from pledger.projections.scores import needed
    from pledger.projections.what_if import WhatIf

    asked = question(ledger, as_of, known_at, policy)
    evidence = _evidence_of_all(ledger, needed(asked.policy))
    moment = microseconds(asked.as_of), microseconds(asked.known_at)
    return WhatIf.of(evidence, asked.policy, *moment).only(in_order_of_joining(evidence.outline, *moment))


def rebuild(ledger: Ledger, **told: Any) -> Rebuilt:
    """Build the evidence pages anew from the log; what the old ones were.

    Raises WrongUsage for a ledger in memory, which keeps none.
    """
    from pledger.projections.page_building import build_on_all_cores
    from pledger.projections.pages import Pages, pages_folder
    from pledger.projections.rebuilding import rebuild as rebuilt

    folder = pages_folder(ledger)
    if folder is None:
        raise WrongUsage("a ledger in memory keeps no pages", where=ledger.path, remedy="name a file with --ledger")
    return rebuilt(Pages(ledger, folder, build_on_all_cores, **told))


def replay_of(
    ledger: Ledger,
    asked: Question,
    every: Every = "month",
    partnerships: Iterable[str] | None = None,
    since: When = None,
    **told: Any,
) -> Iterator[Replayed]:
    """The history of the scores; all that is read of the ledger has been read when this returns."""
    from pledger.projections.replay import replay as replayed
    from pledger.projections.scores import needed

    if every not in EVERY:
        raise WrongUsage(f"there is no replay of every '{every}'", remedy=f"name one of: {listed(EVERY)}")
    start = _start(ledger, since)
    if start is not None and start > asked.as_of:
        told_since = f"{start.astimezone(ledger.zone):%Y-%m-%d %H:%M}" if isinstance(since, datetime) else f"{since}"
        raise WrongUsage(
            f"--from {told_since} is after the moment asked about", remedy="give an earlier --from, or a later --as-of"
        )
    wanted = [*needed(asked.policy), *(["position"] if every == "entry" else [])]
    if partnerships is None:
        evidence = _evidence_of_all(ledger, wanted, **told)
    else:
        evidence = _evidence_of_some(ledger, partnerships, asked)
    return replayed(evidence, asked, every, start)


def compare_of(ledger: Ledger, old: Question, new: Question, **told: Any) -> Comparison:
    """All partnerships under two policies; both questions are about the same moment."""
    from pledger.projections.compare import Comparison
    from pledger.projections.scores import needed

    wanted = {*needed(old.policy), *needed(new.policy), "position"}
    return Comparison(_evidence_of_all(ledger, sorted(wanted), **told), old, new)


def _evidence_of_all(ledger: Ledger, wanted: Iterable[str], **told: Any) -> Merge:
    from pledger.projections.pages import evidence_of_ledger

    return evidence_of_ledger(ledger, wanted, **told)


def _evidence_of_some(ledger: Ledger, partnerships: Iterable[str], asked: Question) -> Merge:
    """The evidence of some partnerships, read from their own streams."""
    from pledger.projections.columns import columns_of, microseconds
    from pledger.projections.merging import Merge

    names = list(dict.fromkeys(partnerships))
    evidence = Merge([columns_of(stored for slug in names for stored in ledger.stored_of(slug))])
    since, known_at = evidence.outline.known_since, microseconds(asked.known_at)
    for slug in names:
        if slug not in since or since[slug] > known_at:
            raise not_known(ledger, slug, asked)
    return evidence


def _start(ledger: Ledger, since: When) -> datetime | None:
    """The instant in UTC, a day meaning its start; None where none is told."""
    if since is None:
        return None
    return in_utc(since) if isinstance(since, datetime) else start_of_day(since, ledger.zone)
