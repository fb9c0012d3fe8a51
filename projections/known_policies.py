"""Which policies a ledger knows: the shipped one and those adopted, which was in force when, and where each stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pledger.domain.ledger_facts import PolicyAdopted
from pledger.projections.policy import Policy, PolicyError, default_policy, policy_text, shipped_policy_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from pledger.domain.entry import Entry


@dataclass(frozen=True)
class KnownPolicy:
    """A policy that was in force from `since` (always, where that is None) until `until`; or shipped and never was."""

    name: str
    text: str
    shipped: bool
    digest: str | None = None  # None where its text cannot be read any more, for the reason that `trouble` gives
    trouble: str | None = None
    entry: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    by: str | None = None
    why: str | None = None
    in_force: bool = False
    file: str | None = None

    @classmethod
    def read(cls, path: str) -> KnownPolicy:
        """The policy in a file, which the ledger may never have heard of; raises PolicyError."""
        text = policy_text(path)
        policy = Policy.parse(text, path)
        shipped = policy.digest == default_policy().digest
        return cls(policy.name, text, shipped, policy.digest, file=path)

    @property
    def where(self) -> str:
        """Where its text is, for messages."""
        if self.file is not None:
            return self.file
        return "the policy that pledger ships" if self.entry is None else f"the policy adopted with entry {self.entry}"

    def policy(self) -> Policy:
        """Read it; raises PolicyError."""
        return default_policy() if self.entry is None and self.file is None else Policy.parse(self.text, self.where)

    def as_json(self) -> dict[str, Any]:
        """The policy by its documented keys, without its text."""
        return {
            "name": self.name,
            "digest": self.digest,
            "in_force": self.in_force,
            "shipped": self.shipped,
            "since": self.since,
            "until": self.until,
            "by": self.by,
            "why": self.why,
            "entry": self.entry,
            "trouble": self.trouble,
        }


def policies_in_turn(adopted: Sequence[Entry]) -> list[KnownPolicy]:
    """Every policy that was in force, the first first: the shipped one until another was adopted."""
    until = [entry.recorded_at for entry in adopted]
    first = KnownPolicy(
        default_policy().name,
        shipped_policy_text(),
        shipped=True,
        digest=default_policy().digest,
        until=until[0] if until else None,
        in_force=not until,
    )
    later = zip(adopted, [*until[1:], None], strict=False) if until else ()
    return [first, *(_adopted(entry, end) for entry, end in later)]


def policies_on_the_shelf(adopted: Sequence[Entry]) -> list[KnownPolicy]:
    """The policies that a question may name, each once by name and digest, with its latest turn; the shipped first."""
    shipped, *turns = policies_in_turn(adopted)
    latest = {(turn.name, turn.digest or turn.entry): turn for turn in turns}
    return [shipped, *sorted(latest.values(), key=lambda turn: turn.entry or 0)]


def named(told: str, policies: Iterable[KnownPolicy]) -> KnownPolicy | None:
    """The policy of that name (the shipped one before others, then the one adopted last), or of that digest.

    A digest may be told by its beginning, eight digits at least.
    """
    shipped, *adopted = policies
    for policy in (shipped, *reversed(adopted)):
        if policy.name == told:
            return policy
    by_digest = [policy for policy in (*reversed(adopted), shipped) if (policy.digest or "").startswith(told)]
    return by_digest[0] if by_digest and len(told) >= 8 else None


def _adopted(entry: Entry, until: datetime | None) -> KnownPolicy:
    fact = entry.fact
    assert isinstance(fact, PolicyAdopted)
    digest = trouble = None
    try:
        digest = Policy.parse(fact.text, f"the policy adopted with entry {entry.position}").digest
    except PolicyError as unreadable:
        trouble = f"{unreadable.what} ({unreadable.where})"
    return KnownPolicy(
        name=fact.name,
        text=fact.text,
        shipped=digest == default_policy().digest,
        digest=digest,
        trouble=trouble,
        entry=entry.position,
        since=entry.recorded_at,
        until=until,
        by=entry.recorded_by,
        why=fact.why,
        in_force=until is None,
    )
