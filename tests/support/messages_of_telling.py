# ruff: noqa: D205, D212, D415 -- a docstring here is a message, word for word
"""What the ledger says of what is told beside a fact: when, where, by whom and from which source."""

from __future__ import annotations

from datetime import date, datetime

from pledger.domain.communication import MeetingHeld
from pledger.domain.entry import Proposal
from pledger.domain.ledger_facts import LedgerOpened
from support.histories import SLUG
from support.provoking import Scene, tells


@tells
def told_the_same_source_with_another_fact(scene: Scene) -> None:
    """
    refused: 'row 7' is recorded already, as entry 3, and differs: went is well there, poorly now
      where: meeting-held in acme-globex
      now:   to record the change: pledger retract acme-globex 3 --why ..., then record it again
    """
    scene.tell(MeetingHeld(), MeetingHeld(went="poorly"), source="row 7")


@tells
def used_a_source_twice_in_a_batch(scene: Scene) -> None:
    """
    refused: the source reference 'row 7' is used twice
      where: meeting-held in acme-globex (row 7)
      now:   give each fact a reference of its own
    """
    scene.ledger.record_all([Proposal(MeetingHeld(), SLUG, source="row 7")] * 2)


@tells
def left_the_source_empty(scene: Scene) -> None:
    """
    refused: the source is empty
      where: meeting-held in acme-globex ( )
      now:   leave it out, or tell it differently
    """
    scene.tell(MeetingHeld(), source=" ")


@tells
def told_a_stamp(scene: Scene) -> None:
    """
    error: members cannot be told: the ledger stamps it
      where: meeting-held in acme-globex
      now:   leave it out, or record entry.fact.as_told()
    """
    scene.tell(MeetingHeld(members=("Acme",)))


@tells
def told_a_partnership_about_the_ledger(scene: Scene) -> None:
    """
    error: ledger-opened is about the ledger, not about a partnership
      where: ledger-opened in acme-globex
      now:   record it by itself: ledger.record(fact)
    """
    scene.ledger.record_all([Proposal(LedgerOpened(name="x", time_zone="UTC"), SLUG)])


@tells
def named_no_partnership(scene: Scene) -> None:
    """
    error: no partnership is named
      where: meeting-held
      now:   say which partnership it belongs to
    """
    scene.ledger.record(MeetingHeld())


@tells
def named_a_partnership_oddly(scene: Scene) -> None:
    """
    error: 'Acme & Globex' cannot name a partnership
      now:   use small letters, digits and hyphens, like 'acme-globex'
    """
    scene.tell(MeetingHeld(), slug="Acme & Globex")


@tells
def recorded_as_nobody(scene: Scene) -> None:
    """
    error: the name of who records has a character that cannot be shown
      now:   tell another with --me, or set PLEDGER_ME
    """
    scene.ledger.record(MeetingHeld(), SLUG, me="\x1b[2J")


@tells
def told_the_future(scene: Scene) -> None:
    """
    refused: 2018-11-07 00:00 lies in the future (now is 2018-11-06 10:00)
      where: meeting-held in acme-globex on 2018-11-07
      now:   record it when it has happened; a promise for later is a commitment with a due date
    """
    scene.tell(MeetingHeld(), date(2018, 11, 7))


@tells
def told_an_instant_without_a_time_zone(scene: Scene) -> None:
    """
    error: 2018-11-05T12:00:00 has no time zone
      where: meeting-held in acme-globex on 2018-11-05 12:00:00
      now:   give the zone or offset with it, or a date alone
    """
    scene.tell(MeetingHeld(), datetime(2018, 11, 5, 12))  # noqa: DTZ001  # the mistake itself
