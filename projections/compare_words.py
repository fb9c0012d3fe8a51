"""What two policies make of the partnerships, in sentences that a manager can read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pledger.projections.compare import FELT
from pledger.projections.wording import joined, several, share

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pledger.projections.compare import Compared, PartyCompared
    from pledger.projections.compare_causes import Cause

CAUSES_NAMED = 3


def comparison_sentence(compared: Compared, why: Mapping[int, Sequence[Cause]]) -> str:
    """What changes for one partnership, and by which entries; the parties with the largest differences first."""
    parties = sorted(compared.parties, key=lambda party: -abs(party.difference))
    felt = [party for party in parties if _is_felt(party)]
    told = [_of_party(party, why.get(party.number, ())) for party in felt]
    if not compared.parties:
        told.append("there are no parties yet")
    elif not felt:
        told.append("trust stays in every party")
    elif len(felt) < len(parties):
        told.append(f"in {joined([party.party for party in parties if not _is_felt(party)])} it stays")
    told += _momentum(compared)
    if compared.old_rank != compared.new_rank:
        told.append(f"rank {compared.old_rank} becomes {compared.new_rank}")
    return f"{'; '.join(told)}."


def summary_sentence(summary: Mapping[str, Any]) -> str:
    """How many rise, fall, change band or rank."""
    if not summary["partnerships"]:
        return "No partnership was known then."
    changes = [f"{count} from {bands}" for bands, count in summary["band_changes"].items()]
    bands = f" ({joined(changes)})" if changes else ""
    parties = several(summary["parties"], "party", "parties")
    return (
        f"Of {parties} in {several(summary['partnerships'], 'partnership')}, trust rises in {summary['rise']}, falls "
        f"in {summary['fall']} and stays in {summary['stay']}; {_change(summary['change_band'])} band{bands}. Of the "
        f"partnerships, {_change(summary['change_rank'])} rank, and {_change(summary['change_momentum_state'])} the "
        f"state of momentum. The largest difference is {share(summary['largest_difference'])}."
    )


def _change(count: int) -> str:
    return f"{count} {'changes' if count == 1 else 'change'}"


def _is_felt(party: PartyCompared) -> bool:
    return abs(party.difference) >= FELT or party.old.band != party.new.band


def _of_party(party: PartyCompared, why: Sequence[Cause]) -> str:
    old, new = party.old, party.new
    verb = "rises" if party.difference > 0 else "falls" if party.difference < 0 else "stays"
    bands = f"{old.band} to {new.band}" if old.band != new.band else f"still {new.band}"
    entries = [f"{cause.entry} ({', '.join(cause.kinds)})" for cause in why[:CAUSES_NAMED]]
    noun = "entry" if len(entries) == 1 else "entries"
    most = f", most by {noun} {joined(entries)}" if entries else ", by the prior alone"
    return (
        f"trust in {party.party} {verb} from {share(old.opinion.trust)} to {share(new.opinion.trust)} ({bands}){most}"
    )


def _momentum(compared: Compared) -> list[str]:
    old, new = compared.old_momentum, compared.new_momentum
    if abs(new.value - old.value) < FELT and old.state == new.state:
        return []
    states = f"{old.state} to {new.state}" if old.state != new.state else f"still {new.state}"
    return [f"momentum goes from {share(old.value)} to {share(new.value)} ({states})"]
