# ruff: noqa: D205, D212, D415, E501 -- a docstring here is a message, word for word
"""What the ledger says of what cannot be taken back, amended or undone."""

from __future__ import annotations

from datetime import date

from pledger.domain.amending import amend
from pledger.domain.communication import MeetingHeld
from pledger.domain.correction import EntryRetracted
from pledger.domain.delivery import CommitmentDelivered, CommitmentMade
from pledger.domain.entry import Proposal
from pledger.domain.ledger_facts import PolicyAdopted
from pledger.domain.lifecycle import PartyJoined
from pledger.domain.undoing import undo
from pledger.projections.policy import shipped_policy_text
from support.histories import SLUG
from support.provoking import Scene, tells

GUIDE = CommitmentMade(what="Brand guide", by="Acme")


# What cannot be taken back


@tells
def retracted_what_is_not_there(scene: Scene) -> None:
    """
    refused: acme-globex has no entry 99
      where: entry-retracted in acme-globex
      now:   see the entries with: pledger log acme-globex
    """
    scene.tell(EntryRetracted(entry=99, why="oops"))


@tells
def retracted_twice(scene: Scene) -> None:
    """
    refused: entry 3 is retracted already
      where: entry-retracted in acme-globex
      now:   see the entries with: pledger log acme-globex
    """
    oops = EntryRetracted(entry=3, why="oops")
    scene.tell(GUIDE, oops, oops)


@tells
def retracted_a_retraction(scene: Scene) -> None:
    """
    refused: entry 4 is a retraction, which cannot be retracted
      where: entry-retracted in acme-globex
      now:   record the fact that it took back again
    """
    scene.tell(GUIDE, EntryRetracted(entry=3, why="oops"), EntryRetracted(entry=4, why="not oops"))


@tells
def retracted_what_others_rest_on(scene: Scene) -> None:
    """
    refused: what was recorded later would no longer hold: entry 4 (commitment-delivered, 2018-11-06): there is no open commitment 'brand-guide'
      where: entry-retracted in acme-globex
      now:   retract what stands in the way too: add --cascade
    """
    delivered = CommitmentDelivered(commitment="brand-guide")
    scene.tell(GUIDE, delivered, EntryRetracted(entry=3, why="oops"))


@tells
def told_too_late_what_changes_what_others_say(scene: Scene) -> None:
    """
    refused: what was recorded later would no longer hold: entry 3 (meeting-held, 2018-06-01): it would change: the parties at that time
      where: party-joined in acme-globex on 2018-05-01
      now:   retract what stands in the way (pledger retract acme-globex 3 --why ... --cascade), record this, then record again: meeting-held
    """
    scene.tell(MeetingHeld(), date(2018, 6, 1), PartyJoined(party="Initech"), date(2018, 5, 1))


# What cannot be amended


@tells
def amended_what_is_not_there(scene: Scene) -> None:
    """
    refused: there is no entry 99
      now:   see the entries with: pledger log --all
    """
    amend(scene.ledger, 99, {"note": "seen"})


@tells
def amended_the_opening_of_the_ledger(scene: Scene) -> None:
    """
    refused: entry 1 (ledger-opened) is about the ledger itself, and stays as it is
      now:   what counts now is what was told last: adopt another policy with pledger policy adopt
    """
    amend(scene.ledger, 1, {"note": "seen"})


@tells
def amended_a_retraction(scene: Scene) -> None:
    """
    refused: entry 4 is a retraction, which cannot be amended
      now:   record the fact that it took back again
    """
    scene.tell(MeetingHeld(), EntryRetracted(entry=3, why="a mistake"))
    amend(scene.ledger, 4, {"why": "no mistake"})


@tells
def amended_what_is_retracted(scene: Scene) -> None:
    """
    refused: entry 3 is retracted already
      now:   see the entries with: pledger log acme-globex
    """
    scene.tell(MeetingHeld(), EntryRetracted(entry=3, why="a mistake"))
    amend(scene.ledger, 3, {"went": "poorly"})


@tells
def amended_a_promise_to_be_made_after_it_was_kept(scene: Scene) -> None:
    """
    refused: what rests on entry 3 could not be told again: entry 4 (commitment-delivered, 2018-03-02): there is no open commitment 'guide'
      where: commitment-made in acme-globex
      now:   amend it in another way, or first take back what is in the way: pledger retract acme-globex 4 --why ...
    """
    scene.tell(CommitmentMade(what="guide", by="Acme"), date(2018, 3, 1))
    scene.tell(CommitmentDelivered(commitment="guide"), date(2018, 3, 2))
    amend(scene.ledger, 3, {"on": date(2018, 3, 3)})


# What cannot be undone


@tells
def undid_a_batch(scene: Scene) -> None:
    """
    refused: the last thing that jane recorded is 2 entries at once in acme-globex, from entry 3 to 4
      now:   to take all of them back: add --batch; to take back one: pledger retract
    """
    scene.ledger.record_all([Proposal(MeetingHeld(), SLUG)] * 2, me="jane")
    undo(scene.ledger, me="jane")


@tells
def undid_a_retraction(scene: Scene) -> None:
    """
    refused: the last thing that jane recorded is a retraction: entry 4, which cannot be undone
      now:   record the fact that it took back again; what is older can be taken back with: pledger retract
    """
    scene.tell(MeetingHeld())
    scene.ledger.record(EntryRetracted(entry=3, why="a mistake"), SLUG, me="jane")
    undo(scene.ledger, me="jane")


@tells
def undid_an_amendment(scene: Scene) -> None:
    """
    refused: the last thing that jane recorded is an amendment: entry 5
      now:   amend it back: pledger amend 5; or take it back: pledger retract acme-globex 5 --why ...
    """
    scene.tell(MeetingHeld())
    amend(scene.ledger, 3, {"went": "poorly"}, me="jane")
    undo(scene.ledger, me="jane")


@tells
def undid_the_adoption_of_a_policy(scene: Scene) -> None:
    """
    refused: the last thing that jane recorded is about the ledger itself: entry 3 (policy-adopted), which stays
      now:   adopt the policy that should count instead: pledger policy adopt FILE --why ...
    """
    adopted = PolicyAdopted(name="ours", text=shipped_policy_text(), why="it is ours")
    scene.ledger.record(adopted, me="jane")
    undo(scene.ledger, me="jane")


@tells
def undid_what_nobody_recorded(scene: Scene) -> None:
    """
    refused: bob has recorded nothing that could be undone
      now:   see who recorded what: pledger log --all --recorded; say who you are with --me
    """
    undo(scene.ledger, me="bob")
