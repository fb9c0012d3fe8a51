"""A ledger of what partner organisations promised each other and what they did about it.

Everything a program needs is here: `Ledger` opens one, every fact is a class (`pledger.CommitmentMade`), and
what a rule does not admit raises `Refused`. `show`, `lens`, `portfolio`, `commitments` and `timeline` are
the views; `explain`, `history` and `diff` say why and how the scores moved, and what was learned; `replay`, `compare`
and `what_if` score everybody at once. Names load when first used, so `import pledger` costs nothing.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # what type checkers and editors see; a test holds it equal to what is found at run time
    from pledger.domain.amending import Amended as Amended
    from pledger.domain.amending import amend as amend
    from pledger.domain.communication import CadenceAgreed as CadenceAgreed
    from pledger.domain.communication import ConcernRaised as ConcernRaised
    from pledger.domain.communication import ConcernResolved as ConcernResolved
    from pledger.domain.communication import ContactChased as ContactChased
    from pledger.domain.communication import ContactWaived as ContactWaived
    from pledger.domain.communication import MeetingHeld as MeetingHeld
    from pledger.domain.communication import MeetingMissed as MeetingMissed
    from pledger.domain.communication import UpdateShared as UpdateShared
    from pledger.domain.correction import EntryRetracted as EntryRetracted
    from pledger.domain.delivery import CommitmentBroken as CommitmentBroken
    from pledger.domain.delivery import CommitmentDelivered as CommitmentDelivered
    from pledger.domain.delivery import CommitmentMade as CommitmentMade
    from pledger.domain.delivery import CommitmentReleased as CommitmentReleased
    from pledger.domain.delivery import CommitmentRenegotiated as CommitmentRenegotiated
    from pledger.domain.delivery import InvestmentMade as InvestmentMade
    from pledger.domain.delivery import OutcomeRealised as OutcomeRealised
    from pledger.domain.entry import Entry as Entry
    from pledger.domain.entry import Proposal as Proposal
    from pledger.domain.goals import GoalAchieved as GoalAchieved
    from pledger.domain.goals import GoalAcknowledged as GoalAcknowledged
    from pledger.domain.goals import GoalAsked as GoalAsked
    from pledger.domain.goals import GoalDropped as GoalDropped
    from pledger.domain.goals import GoalShared as GoalShared
    from pledger.domain.goals import GoalSupported as GoalSupported
    from pledger.domain.ledger import Ledger as Ledger
    from pledger.domain.ledger_facts import LedgerOpened as LedgerOpened
    from pledger.domain.ledger_facts import PolicyAdopted as PolicyAdopted
    from pledger.domain.lifecycle import PartnershipEnded as PartnershipEnded
    from pledger.domain.lifecycle import PartnershipOpened as PartnershipOpened
    from pledger.domain.lifecycle import PartnershipPaused as PartnershipPaused
    from pledger.domain.lifecycle import PartnershipProspected as PartnershipProspected
    from pledger.domain.lifecycle import PartnershipResumed as PartnershipResumed
    from pledger.domain.lifecycle import PartyJoined as PartyJoined
    from pledger.domain.lifecycle import PartyLeft as PartyLeft
    from pledger.domain.lifecycle import RelationshipManagerAppointed as RelationshipManagerAppointed
    from pledger.domain.lifecycle import RelationshipManagerLeft as RelationshipManagerLeft
    from pledger.domain.norms import BreachRepaired as BreachRepaired
    from pledger.domain.norms import DifferenceAcknowledged as DifferenceAcknowledged
    from pledger.domain.norms import FitReviewed as FitReviewed
    from pledger.domain.norms import NormAgreed as NormAgreed
    from pledger.domain.norms import NormBreached as NormBreached
    from pledger.domain.norms import StyleAdapted as StyleAdapted
    from pledger.domain.planning import PlanAgreed as PlanAgreed
    from pledger.domain.planning import PlanReviewed as PlanReviewed
    from pledger.domain.rating import TrustRated as TrustRated
    from pledger.domain.refusal import Problem as Problem
    from pledger.domain.refusal import Refused as Refused
    from pledger.domain.undoing import undo as undo
    from pledger.projections.policy import Policy as Policy
    from pledger.projections.views import commitments as commitments
    from pledger.projections.views import lens as lens
    from pledger.projections.views import portfolio as portfolio
    from pledger.projections.views import show as show
    from pledger.projections.views import timeline as timeline
    from pledger.projections.views_of_all import compare as compare
    from pledger.projections.views_of_all import rebuild as rebuild
    from pledger.projections.views_of_all import replay as replay
    from pledger.projections.views_of_all import what_if as what_if
    from pledger.projections.views_of_change import diff as diff
    from pledger.projections.views_of_change import explain as explain
    from pledger.projections.views_of_change import history as history
else:
    from importlib import import_module

    _DOOR = {  # what is here beside the facts, and where it lives
        "Amended": "pledger.domain.amending",
        "Entry": "pledger.domain.entry",
        "Ledger": "pledger.domain.ledger",
        "Problem": "pledger.domain.refusal",
        "Policy": "pledger.projections.policy",
        "Proposal": "pledger.domain.entry",
        "Refused": "pledger.domain.refusal",
        "amend": "pledger.domain.amending",
        "commitments": "pledger.projections.views",
        "compare": "pledger.projections.views_of_all",
        "diff": "pledger.projections.views_of_change",
        "explain": "pledger.projections.views_of_change",
        "history": "pledger.projections.views_of_change",
        "lens": "pledger.projections.views",
        "portfolio": "pledger.projections.views",
        "rebuild": "pledger.projections.views_of_all",
        "replay": "pledger.projections.views_of_all",
        "show": "pledger.projections.views",
        "timeline": "pledger.projections.views",
        "undo": "pledger.domain.undoing",
        "what_if": "pledger.projections.views_of_all",
    }

    def _facts():
        """Class name -> fact class, from the catalogue."""
        catalogue = import_module("pledger.domain.catalogue")
        return {kind.__name__: kind for kind in catalogue.facts().values()}

    def __getattr__(name):
        """Load a public name when it is first asked for."""
        if name in _DOOR:
            found = getattr(import_module(_DOOR[name]), name)
        elif name[:1].isupper() and name in (kinds := _facts()):
            found = kinds[name]
        else:
            raise AttributeError(f"module 'pledger' has no attribute {name!r}")
        globals()[name] = found
        return found

    def __dir__():
        """Every public name, for completion in a shell or an editor."""
        return sorted({*globals(), *_DOOR, *_facts()})
