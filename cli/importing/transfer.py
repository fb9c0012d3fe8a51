"""Tellings into the ledger: rehearsed first, recorded partnership by partnership, and every outcome reported."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import dropwhile, pairwise
from typing import TYPE_CHECKING

from pledger.cli.importing.cells import BadCell
from pledger.cli.importing.proposing import Telling, opening
from pledger.cli.importing.records import bad_row
from pledger.cli.importing.report import BadRow, ChangedFact
from pledger.domain.lifecycle import PartnershipOpened
from pledger.domain.outcome import Changed, NotAdmitted, Outcome, Recorded
from pledger.domain.proposals import place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pledger.cli.importing.report import Report
    from pledger.domain.entry import Proposal
    from pledger.domain.ledger import Ledger

FACTS_PER_TRANSACTION = 2_000


@dataclass(slots=True)
class Chunk:
    """Whole partnerships that go into one transaction, so that a row's facts are never torn apart."""

    tellings: dict[str, list[Telling]] = field(default_factory=dict)
    openings: dict[str, Proposal] = field(default_factory=dict)
    outcomes: dict[int, Outcome] = field(default_factory=dict)
    """By the proposal's identity; none yet for what has not been tried."""

    @property
    def every_telling(self) -> list[Telling]:
        return [telling for tellings in self.tellings.values() for telling in tellings]

    @property
    def uncertain(self) -> list[Telling]:
        """Rows whose outcome must be known before anything is recorded.

        Any row of a partnership that is there may have changed; of a new one, it is the row that tells how it opened.
        """
        return [
            telling
            for slug, tellings in self.tellings.items()
            for telling in (tellings[:1] if slug in self.openings else tellings)
        ]

    def rehearse(self, tellings: list[Telling], ledger: Ledger, me: str) -> None:
        """Find out what would become of these rows."""
        proposals = self.in_order(tellings)
        self.take(proposals, ledger.rehearse(proposals, me=me))

    def in_order(self, tellings: list[Telling]) -> list[Proposal]:
        """What they propose, each partnership's opening first, then by occurrence."""
        told = sorted((fact for telling in tellings for fact in telling.facts), key=lambda fact: fact[0])
        return [*self.openings.values(), *(proposal for _, proposal in told)]

    def take(self, proposals: list[Proposal], outcomes: list[Outcome]) -> None:
        self.outcomes |= {id(proposal): outcome for proposal, outcome in zip(proposals, outcomes, strict=True)}

    def refusal(self, telling: Telling) -> NotAdmitted | None:
        """Why a rule keeps a row out, if one does."""
        outcomes = (self.outcomes.get(id(proposal)) for _, proposal in telling.facts)
        return next((outcome for outcome in outcomes if isinstance(outcome, NotAdmitted)), None)

    def changes(self, telling: Telling) -> list[Changed]:
        outcomes = (self.outcomes.get(id(proposal)) for _, proposal in telling.facts)
        return [outcome for outcome in outcomes if isinstance(outcome, Changed)]

    def new(self, telling: Telling) -> list[Proposal]:
        """What a row tells that is not there already, as far as is known."""
        return [p for _, p in telling.facts if isinstance(self.outcomes.get(id(p)), Recorded | None)]

    def admitted(self) -> list[Proposal]:
        """What can be recorded: the new facts of rows that are wholly good, and the openings that they need."""
        good = {
            id(proposal): proposal
            for telling in self.every_telling
            if self.refusal(telling) is None and not self.changes(telling)
            for proposal in self.new(telling)
        }
        needed = {proposal.partnership for proposal in good.values()}
        good |= {id(proposal): proposal for slug, proposal in self.openings.items() if slug in needed}
        return [proposal for proposal in self.in_order(self.every_telling) if id(proposal) in good]


def transfer(
    by_slug: dict[str, list[Telling]], ledger: Ledger, me: str, report: Report, watch: Callable[[int, int], None]
) -> None:
    """Record what is told, unless the report is of a dry run; with `strict`, all of it or nothing."""
    chunks = list(_chunks(by_slug, ledger, report))
    for number, chunk in enumerate(chunks):
        watch(number, len(chunks))
        _rehearse(chunk, ledger, me, report)
        if not (report.dry_run or report.strict):
            admitted = chunk.admitted()
            chunk.take(admitted, ledger.record_all(admitted, me=me, partial=True))
        _settle(chunk, report)
    if report.strict and not report.is_complete:
        report.hold_everything_back()
    elif report.strict and not report.dry_run:
        ledger.record_all([proposal for chunk in chunks for proposal in chunk.admitted()], me=me)


def _chunks(by_slug: dict[str, list[Telling]], ledger: Ledger, report: Report) -> Iterator[Chunk]:
    """The partnerships in chunks of a couple of thousand facts, each opened where it is not open yet."""
    there = set(ledger.partnerships())
    chunk, facts = Chunk(), 0
    for slug, tellings in by_slug.items():
        if slug in there and ledger.partnership(slug).lifecycle.phase != "unopened":
            chunk.tellings[slug] = tellings
        else:
            _open(chunk, slug, sorted(tellings, key=lambda telling: telling.first), report)
        facts += sum(len(telling.facts) for telling in chunk.tellings[slug])
        if facts >= FACTS_PER_TRANSACTION:
            yield chunk
            chunk, facts = Chunk(), 0
    yield chunk


def _open(chunk: Chunk, slug: str, tellings: list[Telling], report: Report) -> None:
    """Put a partnership into a chunk, opened as the earliest of its rows tells it that can."""
    chunk.tellings[slug] = tellings
    chunk.openings.pop(slug, None)
    while tellings:
        try:
            opened = opening(tellings[0])
        except BadCell as bad:
            report.bad.append(bad_row(tellings.pop(0).lines, bad))
            continue
        if opened is not None and not any(_opens(telling) for telling in tellings):
            chunk.openings[slug] = opened
        return


def _opens(telling: Telling) -> bool:
    return any(isinstance(proposal.fact, PartnershipOpened) for _, proposal in telling.facts)


def _rehearse(chunk: Chunk, ledger: Ledger, me: str, report: Report) -> None:
    """Find out what must be known of a chunk; a partnership is not opened by a row that a rule refuses."""
    is_trial = report.dry_run or report.strict
    chunk.rehearse(chunk.every_telling if is_trial else chunk.uncertain, ledger, me)
    while refused := [slug for slug in chunk.openings if chunk.refusal(chunk.tellings[slug][0]) is not None]:
        chunk.rehearse(chunk.every_telling, ledger, me)
        for slug in refused:
            tellings = chunk.tellings[slug]
            good = list(dropwhile(lambda telling: chunk.refusal(telling) is not None, tellings))
            for telling in tellings[: len(tellings) - len(good)]:
                report.bad.append(_refused(telling, chunk))
            _open(chunk, slug, good, report)
        chunk.rehearse(chunk.every_telling, ledger, me)


def _settle(chunk: Chunk, report: Report) -> None:
    """Put what became of a chunk into the report."""
    for telling in chunk.every_telling:
        new, changes = chunk.new(telling), chunk.changes(telling)
        if chunk.refusal(telling) is not None:
            report.bad.append(_refused(telling, chunk))
            continue
        report.facts_already += len(telling.facts) - len(new) - len(changes)
        if changes:
            report.rows_changed += len(telling.lines)
            report.facts_held_back += len(new)
            report.changed += [_changed(telling, change) for change in changes]
        elif new:
            report.rows_recorded += len(telling.lines)
            report.facts_recorded.update(proposal.fact.TOPIC for proposal in new)
        else:
            report.rows_already += len(telling.lines)
    admitted = {id(proposal) for proposal in chunk.admitted()}
    for slug, proposal in chunk.openings.items():
        if id(proposal) in admitted:
            report.facts_recorded[proposal.fact.TOPIC] += 1
            report.partnerships_opened.append(slug)


def _refused(telling: Telling, chunk: Chunk) -> BadRow:
    refused = chunk.refusal(telling)
    assert refused is not None
    places = {place(proposal): proposal.fact.TOPIC for _, proposal in telling.facts}
    why = refused.refusal.what + _out_of_turn(telling)
    return BadRow(telling.lines, places.get(refused.refusal.where, ""), "", "", why)


def _out_of_turn(telling: Telling) -> str:
    """Says so where a row's facts did not happen in the order in which the mapping names them: often a mistake."""
    for (order, proposal), (next_order, following) in pairwise(telling.facts):
        if next_order < order:
            return (
                f"; the row tells its {following.fact.TOPIC} of {following.on} "
                f"before its {proposal.fact.TOPIC} of {proposal.on}"
            )
    return ""


def _changed(telling: Telling, change: Changed) -> ChangedFact:
    entry = change.entry
    return ChangedFact(
        telling.lines, entry.partnership, entry.position, entry.fact.TOPIC, change.differences, change.remedy
    )
