"""What no history could make right in a proposal, and the entry that records one."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

from pledger.domain.days import check_has_zone
from pledger.domain.entry import Entry, Proposal
from pledger.domain.refusal import Refused, WrongUsage

if TYPE_CHECKING:
    from collections.abc import Container
    from zoneinfo import ZoneInfo

    from pledger.domain.fact import Fact

WORDS_LENGTH_MAX = 10_000
_NOT_IN_A_LINE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_NOT_IN_A_TEXT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def check_proposal(proposal: Proposal) -> None:
    """Refuse what no history could make right: facts about the ledger itself, stamps, instants that may be any."""
    if proposal.fact.THEME == "ledger":
        raise WrongUsage(
            f"{proposal.fact.TOPIC} is about the ledger, not about a partnership",
            where=place(proposal),
            remedy="record it by itself: ledger.record(fact)",
        )
    if isinstance(proposal.on, datetime):
        check_has_zone(proposal.on, place(proposal))
    given = proposal.fact.model_fields_set & proposal.fact.stamps()
    if given:
        raise WrongUsage(
            f"{' and '.join(sorted(given))} cannot be told: the ledger stamps it",
            where=place(proposal),
            remedy="leave it out, or record entry.fact.as_told()",
        )


def check_source(proposal: Proposal, sources: Container[str | None]) -> None:
    """Refuse a source reference that an earlier proposal of the same batch used."""
    if proposal.source is not None and proposal.source in sources:
        raise Refused(
            f"the source reference '{proposal.source}' is used twice",
            where=place(proposal),
            remedy="give each fact a reference of its own",
        )


def check_words(proposal: Proposal) -> None:
    """Refuse a source reference, link or note that could not be stored, or shown on a line."""
    for name, words in (("source", proposal.source), ("link", proposal.link), ("note", proposal.note)):
        if words is not None:
            reason = unfit(words, lines=name == "note")
            if reason:
                raise Refused(
                    f"the {name} {reason}",
                    where=place(proposal),
                    remedy="leave it out, or tell it differently",
                )


def unfit(words: str, *, lines: bool = False) -> str:
    """Why words told beside a fact cannot be kept; empty where they can."""
    if not words.strip():
        return "is empty"
    if len(words) > WORDS_LENGTH_MAX:
        return f"is longer than {WORDS_LENGTH_MAX:,} characters"
    if (_NOT_IN_A_TEXT if lines else _NOT_IN_A_LINE).search(words):
        return "has a character that cannot be shown"
    return ""


def check_past(at: datetime, now: datetime, zone: ZoneInfo) -> None:
    """Nothing occurs in the future."""
    if at > now:
        at, now = at.astimezone(zone), now.astimezone(zone)
        raise Refused(
            f"{at:%Y-%m-%d %H:%M} lies in the future (now is {now:%Y-%m-%d %H:%M})",
            remedy="record it when it has happened; a promise for later is a commitment with a due date",
        )


def place(proposal: Proposal) -> str:
    """Where a proposal stands, for messages."""
    on = f" on {proposal.on}" if proposal.on is not None else ""
    source = f" ({proposal.source})" if proposal.source else ""
    return f"{proposal.fact.TOPIC} in {proposal.partnership}{on}{source}"


def new_entry(proposal: Proposal, slug: str, version: int, fact: Fact, at: datetime, now: datetime, me: str) -> Entry:
    """The entry that records a proposal; its position is not known yet."""
    return Entry(0, slug, version, fact, at, now, me, proposal.source, proposal.link, proposal.note)
