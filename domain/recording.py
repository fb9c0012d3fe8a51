"""Recording: proposals are admitted against what is stored, appended at once, tried again when others were faster."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from pledger.domain.batch import Batch, Circumstances, GroupRefused, Plan
from pledger.domain.outcome import NotAdmitted, Outcome, Recorded
from pledger.domain.partnership import Partnership, surviving
from pledger.domain.refusal import Conflict, Refused
from pledger.domain.standing import BEFORE_EVERYTHING, Standing, from_snapshot, standing_of, to_snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from pledger.domain.entry import Entry, Proposal

ATTEMPTS = 200
"""Each lost race is somebody else's success; where a store gives turns, hardly anybody loses more than one."""
CACHED_STANDINGS_MAX = 1_000
SNAPSHOT_AFTER_MIN = 200
SNAPSHOT_AFTER_SHARE = 32


class Store(Protocol):
    """Where entries are kept."""

    def stream(self, slug: str, after: int = 0) -> Iterator[Entry]:
        """One stream's entries after a version, in the order of recording."""

    def append(self, entries: Sequence[Entry]) -> list[int]:
        """Store all entries or none, and return their positions; raises Conflict."""

    def turn(self) -> AbstractContextManager[None]:
        """While it lasts nobody else appends, as far as the store can see to that."""

    def snapshot(self, slug: str) -> bytes | None:
        """The last snapshot of a stream's standing."""

    def keep_snapshot(self, slug: str, version: int, state: bytes) -> None:
        """Keep a snapshot instead of any earlier one."""


class Recorder:
    """Admits and appends; remembers where partnerships stand, so that the next fact need not replay them."""

    def __init__(self, store: Store, zone: ZoneInfo) -> None:
        self._store = store
        self._zone = zone
        self._standings: dict[str, Standing] = {}
        self._snapshot_versions: dict[str, int] = {}

    def record(
        self,
        proposals: Sequence[Proposal],
        clock: Callable[[], datetime],
        me: str,
        *,
        partial: bool,
        cascade: bool,
    ) -> list[Outcome]:
        """What became of each proposal; raises Refused, with nothing recorded, unless `partial`."""
        by_slug: dict[str, list[int]] = {}
        for index, proposal in enumerate(proposals):
            by_slug.setdefault(proposal.partnership, []).append(index)
        latest = BEFORE_EVERYTHING
        with ExitStack() as turn:
            for _ in range(ATTEMPTS):
                circumstances = Circumstances(max(clock(), latest), me, self._zone, cascade)
                outcomes: dict[int, Outcome] = {}
                plans: dict[str, Plan] = {}
                stragglers: list[int] = []
                for slug, indexes in by_slug.items():
                    try:
                        plan = self._plan(slug, [proposals[i] for i in indexes], circumstances, partial)
                    except Refused:
                        if not partial:
                            raise
                        stragglers += indexes
                        continue
                    plans[slug] = plan
                    outcomes.update(zip(indexes, plan.outcomes, strict=True))
                recorded_at = {entry.recorded_at for plan in plans.values() for entry in plan.entries}
                if len(recorded_at) > 1:  # a last entry lies ahead of the clock: one instant for the whole batch
                    latest = max(recorded_at)
                    continue
                try:
                    self._append(plans, outcomes)
                except Conflict:
                    turn.enter_context(self._store.turn())
                    continue
                for indexes in _grouped(proposals, stragglers):
                    told = self._one_group([proposals[i] for i in indexes], circumstances.now, me)
                    outcomes.update(zip(indexes, told, strict=True))
                return [outcomes[index] for index in range(len(proposals))]
        raise Refused(
            f"others kept writing to {', '.join(by_slug)} at the same time; nothing was recorded",
            remedy="try again when they have finished",
        )

    def standing(self, slug: str) -> Standing:
        """Where a partnership stands now, everything recorded taken in."""
        standing = self._standings.get(slug) or self._from_snapshot(slug)
        if not standing.add(list(self._store.stream(slug, after=standing.version)), self._zone):
            history = list(self._store.stream(slug))
            standing = standing_of(slug, history, surviving(history), self._zone)
        self._keep(slug, standing)
        return standing

    def _from_snapshot(self, slug: str) -> Standing:
        state = self._store.snapshot(slug)
        standing = from_snapshot(state) if state is not None else None
        if standing is not None:
            self._snapshot_versions[slug] = standing.version
        return standing or Standing(Partnership(slug))

    def _plan(self, slug: str, proposals: Sequence[Proposal], circumstances: Circumstances, partial: bool) -> Plan:
        """Plan a partnership's share of a batch, without the groups that are refused on the way."""
        left_out: dict[object, Refused] = {}
        while True:
            standing = self.standing(slug)
            del self._standings[slug]  # planning uses it up
            batch = Batch(slug, standing, lambda: list(self._store.stream(slug)), circumstances)
            kept = [proposal for proposal in proposals if not left_out or proposal.fate not in left_out]
            try:
                plan = batch.plan(kept, partial=partial)
            except GroupRefused as refused:
                left_out[refused.proposal.fate] = refused.refusal
                continue
            outcomes = iter(plan.outcomes)
            told = [
                NotAdmitted(proposal, left_out[proposal.fate]) if proposal.fate in left_out else next(outcomes)
                for proposal in proposals
            ]
            return Plan(plan.entries, plan.standing, told)

    def _append(self, plans: dict[str, Plan], outcomes: dict[int, Outcome]) -> None:
        """Append every plan's entries at once, and complete the outcomes with their positions."""
        entries = [entry for plan in plans.values() for entry in plan.entries]
        positions = self._store.append(entries) if entries else []
        stored = {
            (entry.partnership, entry.version): position for entry, position in zip(entries, positions, strict=True)
        }
        for index, outcome in outcomes.items():
            if isinstance(outcome, Recorded):
                entry = outcome.entry
                position = stored[entry.partnership, entry.version]
                outcomes[index] = Recorded(replace(entry, position=position))
        for slug, plan in plans.items():
            self._remember(slug, plan.standing)

    def _one_group(self, proposals: Sequence[Proposal], now: datetime, me: str) -> list[Outcome]:
        """Record one group by itself, where a whole batch would not hold."""
        try:
            return self.record(proposals, lambda: now, me, partial=False, cascade=False)
        except Refused as refusal:
            return [NotAdmitted(proposal, refusal) for proposal in proposals]

    def _keep(self, slug: str, standing: Standing) -> None:
        while len(self._standings) >= CACHED_STANDINGS_MAX:
            del self._standings[next(iter(self._standings))]
        self._standings[slug] = standing

    def _remember(self, slug: str, standing: Standing) -> None:
        self._keep(slug, standing)
        since = standing.version - self._snapshot_versions.get(slug, 0)
        if since >= max(SNAPSHOT_AFTER_MIN, standing.version // SNAPSHOT_AFTER_SHARE):
            self._store.keep_snapshot(slug, standing.version, to_snapshot(standing))
            self._snapshot_versions[slug] = standing.version


def _grouped(proposals: Sequence[Proposal], indexes: Iterable[int]) -> list[list[int]]:
    groups: dict[object, list[int]] = {}
    for index in indexes:
        proposal = proposals[index]
        groups.setdefault((proposal.partnership, proposal.fate), []).append(index)
    return list(groups.values())
