# ruff: noqa: D205, D212, D415 -- a docstring here is a message, word for word
"""What the rules say of promises, goals, concerns, norms and plans that do not hold."""

from __future__ import annotations

from datetime import date

from pledger.domain.communication import ConcernRaised, ConcernResolved
from pledger.domain.delivery import CommitmentDelivered, CommitmentMade
from pledger.domain.goals import GoalAchieved, GoalAcknowledged, GoalAsked, GoalShared
from pledger.domain.norms import BreachRepaired
from pledger.domain.planning import PlanReviewed
from support.provoking import Scene, tells

GUIDE = CommitmentMade(what="Brand guide", by="Acme")


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
