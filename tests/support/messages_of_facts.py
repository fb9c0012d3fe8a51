# ruff: noqa: D205, D212, D415, E501 -- a docstring here is a message, word for word
"""What the rules of the facts say when they are broken."""

from __future__ import annotations

from datetime import date, datetime

from pledger.domain.communication import ConcernRaised, ConcernResolved, MeetingHeld
from pledger.domain.correction import EntryRetracted
from pledger.domain.delivery import CommitmentDelivered, CommitmentMade
from pledger.domain.goals import GoalAchieved, GoalAcknowledged, GoalAsked, GoalShared
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
from pledger.domain.norms import BreachRepaired
from pledger.domain.planning import PlanReviewed
from support.provoking import Scene, tells

GUIDE = CommitmentMade(what="Brand guide", by="Acme")


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


# Promises


@tells
def promised_to_itself(scene: Scene) -> None:
    """
    refused: Acme cannot promise to itself
      where: commitment-made in acme-globex
      now:   name the other party with --to
    """
    scene.tell(CommitmentMade(what="Brand guide", by="Acme", to="acme"))


@tells
def promised_for_yesterday(scene: Scene) -> None:
    """
    refused: it would be due on 2018-11-05, before the day it occurs (2018-11-06)
      where: commitment-made in acme-globex
      now:   give a later --due, or say with --on when it was promised
    """
    scene.tell(CommitmentMade(what="Brand guide", by="Acme", due=date(2018, 11, 5)))


@tells
def promised_for_the_end_of_time(scene: Scene) -> None:
    """
    refused: 9999-12-31 is at the edge of the calendar
      where: commitment-made in acme-globex
      now:   give a date between the years 2 and 9998, or none where it stands for 'never'
    """
    scene.tell(CommitmentMade(what="Brand guide", by="Acme", due=date(9999, 12, 31)))


@tells
def gave_a_promise_a_name_that_is_taken(scene: Scene) -> None:
    """
    refused: there is a commitment 'brand-guide' already
      where: commitment-made in acme-globex
      now:   give it another short name with --slug, or leave --slug out
    """
    scene.tell(GUIDE, CommitmentMade(what="Another guide", by="Acme", commitment="brand-guide"))


@tells
def delivered_what_nobody_promised(scene: Scene) -> None:
    """
    refused: there is no open commitment 'brand-gide'
      where: commitment-delivered in acme-globex
      now:   did you mean 'brand-guide'? the open ones: brand-guide
    """
    scene.tell(GUIDE, CommitmentDelivered(commitment="brand-gide"))


@tells
def delivered_twice(scene: Scene) -> None:
    """
    refused: 'brand-guide' was delivered on 2018-06-02 already
      where: commitment-delivered in acme-globex
      now:   the open ones: none
    """
    delivered = CommitmentDelivered(commitment="brand-guide")
    scene.tell(GUIDE, date(2018, 6, 1), delivered, date(2018, 6, 2), delivered)


# Goals, concerns, norms, plans


@tells
def acknowledged_a_goal_that_nobody_shared(scene: Scene) -> None:
    """
    refused: there is no goal 'nordics'
      where: goal-acknowledged in acme-globex
      now:   the open ones: none
    """
    scene.tell(GoalAcknowledged(goal="nordics", by="Acme"))


@tells
def reached_a_goal_twice(scene: Scene) -> None:
    """
    refused: the goal 'nordics' was achieved on 2018-11-06 already
      where: goal-achieved in acme-globex
      now:   the open ones: none
    """
    reached = GoalAchieved(goal="nordics")
    scene.tell(GoalShared(what="Nordics", owner="Acme"), reached, reached)


@tells
def asked_itself_for_its_goals(scene: Scene) -> None:
    """
    refused: Acme cannot ask itself
      where: goal-asked in acme-globex
      now:   name the party that was asked with --to
    """
    scene.tell(GoalAsked(by="Acme", to="ACME"))


@tells
def resolved_a_concern_that_nobody_raised(scene: Scene) -> None:
    """
    refused: there is no open concern 'late-leads'
      where: concern-resolved in acme-globex
      now:   the open ones: none
    """
    scene.tell(ConcernResolved(concern="late-leads"))


@tells
def resolved_a_concern_twice(scene: Scene) -> None:
    """
    refused: the concern 'late-leads' was resolved on 2018-11-06 already
      where: concern-resolved in acme-globex
      now:   the open ones: none
    """
    raised = ConcernRaised(what="Late leads", by="Globex", about="Acme")
    resolved = ConcernResolved(concern="late-leads")
    scene.tell(raised, resolved, resolved)


@tells
def repaired_what_was_not_broken(scene: Scene) -> None:
    """
    refused: there is no unrepaired breach of 'no surprises' by Acme
      where: breach-repaired in acme-globex
      now:   unrepaired breaches by Acme: none
    """
    scene.tell(BreachRepaired(norm="no surprises", by="Acme"))


@tells
def reviewed_no_plan(scene: Scene) -> None:
    """
    refused: there is no plan to review
      where: plan-reviewed in acme-globex
      now:   agree on one first: pledger plan agree acme-globex --objective ...
    """
    scene.tell(PlanReviewed())


# When


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


# Correcting


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
