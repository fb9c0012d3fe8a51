# ruff: noqa: D205, D212, D415 -- a docstring here is a message, word for word
"""What the rules say of what does not fit a partnership's phase, its parties or its people."""

from __future__ import annotations

from datetime import date

from pledger.domain.communication import MeetingHeld
from pledger.domain.delivery import CommitmentMade
from pledger.domain.lifecycle import (
    PartnershipEnded,
    PartnershipOpened,
    PartnershipPaused,
    PartnershipProspected,
    PartnershipResumed,
    PartyJoined,
    PartyLeft,
    RelationshipManagerAppointed,
    RelationshipManagerLeft,
)
from support.provoking import Scene, tells

# Phases


@tells
def met_before_it_was_opened(scene: Scene) -> None:
    """
    refused: there is no open partnership acme-nordics
      where: meeting-held in acme-nordics
      now:   open it first: pledger open acme-nordics --party ... --party ... --purpose ...
    """
    scene.tell(MeetingHeld(), slug="acme-nordics")


@tells
def met_after_the_end(scene: Scene) -> None:
    """
    refused: acme-globex ended on 2018-06-01 (wrong-fit)
      where: meeting-held in acme-globex
      now:   only what occurred before that can still be told: say when, with --on
    """
    scene.tell(PartnershipEnded(reason="wrong-fit"), date(2018, 6, 1), MeetingHeld())


@tells
def met_during_a_pause(scene: Scene) -> None:
    """
    refused: acme-globex is paused since 2018-06-01
      where: meeting-held in acme-globex
      now:   resume it first (pledger resume acme-globex), or say with --on when it occurred
    """
    scene.tell(PartnershipPaused(), date(2018, 6, 1), MeetingHeld())


@tells
def resumed_what_was_not_paused(scene: Scene) -> None:
    """
    refused: acme-globex is not paused
      where: partnership-resumed in acme-globex
      now:   pause it first: pledger pause acme-globex
    """
    scene.tell(PartnershipResumed())


@tells
def opened_twice(scene: Scene) -> None:
    """
    refused: acme-globex is open already
      where: partnership-opened in acme-globex
      now:   see what it holds: pledger show acme-globex
    """
    scene.tell(PartnershipOpened(parties=("Acme", "Initech"), purpose="another"))


@tells
def looked_for_a_partner_when_there_was_one(scene: Scene) -> None:
    """
    refused: acme-globex is open already, since 2018-01-01
      where: partnership-prospected in acme-globex
      now:   if a partner was looked for before that, say when, with --on
    """
    scene.tell(PartnershipProspected(purpose="growth", by="Acme"))


@tells
def looked_for_a_partner_twice(scene: Scene) -> None:
    """
    refused: a partner is being looked for already
      where: partnership-prospected in acme-nordics
      now:   once one is found: pledger open acme-nordics --party ... --party ... --purpose ...
    """
    looking = PartnershipProspected(purpose="growth", by="Acme")
    scene.tell(looking, looking, slug="acme-nordics")


# Parties and people


@tells
def named_a_party_that_is_none(scene: Scene) -> None:
    """
    refused: Glbex is not a party
      where: commitment-made in acme-globex
      now:   did you mean Globex? the parties at that time: Acme, Globex
    """
    scene.tell(CommitmentMade(what="Brand guide", by="Glbex"))


@tells
def named_a_party_that_has_left(scene: Scene) -> None:
    """
    refused: initech has left
      where: meeting-held in acme-globex
      now:   the parties at that time: Acme, Globex
    """
    scene.tell(PartyJoined(party="Initech"), PartyLeft(party="Initech"), MeetingHeld(present=("initech",)))


@tells
def joined_twice(scene: Scene) -> None:
    """
    refused: globex is a party already
      where: party-joined in acme-globex
      now:   the parties are Acme, Globex
    """
    scene.tell(PartyJoined(party="globex"))


@tells
def left_the_other_one_alone(scene: Scene) -> None:
    """
    refused: Globex cannot leave: fewer than two parties would remain
      where: party-left in acme-globex
      now:   end the partnership instead: pledger end acme-globex --reason ...
    """
    scene.tell(PartyLeft(party="Globex"))


@tells
def appointed_a_manager_twice(scene: Scene) -> None:
    """
    refused: p-jane is relationship manager of Acme already
      where: relationship-manager-appointed in acme-globex
      now:   tell first that the person stopped: pledger manager leave acme-globex p-jane
    """
    scene.tell(
        RelationshipManagerAppointed(person="p-jane", by="Acme"),
        RelationshipManagerAppointed(person="p-jane", by="Globex"),
    )


@tells
def dismissed_a_manager_who_was_none(scene: Scene) -> None:
    """
    refused: p-jane is not a relationship manager here
      where: relationship-manager-left in acme-globex
      now:   the relationship managers are: none
    """
    scene.tell(RelationshipManagerLeft(person="p-jane"))
