"""What moderators and awarding-body staff have to do."""

from candidates.models import LearnerPair
from centres.models import Adjustment, Application, EntryOrder, RoleOffer
from moderation.awards.models import Revocation
from moderation.models import Allocation, Claim
from portal.health import Finding, findings
from portal.kit.models import OutboxEntry
from portal.noticeboard.models import Enquiry, TrainingRequest

from .panel import Panel

STAFF = [
    (Application, "submitted", "Applications to decide"),
    (EntryOrder, "submitted", "Orders to process"),
    (Adjustment, "proposed", "Corrections that need a second person"),
    (Revocation, "proposed", "Revocations that need a second person"),
    (LearnerPair, "open", "Candidates who may be the same person"),
    (Enquiry, "open", "Enquiries to answer"),
    (TrainingRequest, "new", "Training days requested"),
    (OutboxEntry, "failed", "Failed background work"),
]  # (model, state in which it is waiting for staff, label)


def moderator_panel(user) -> Panel:
    panel = Panel("Moderation")
    claims = Claim.objects.moderated_by(user)
    for state, label in (
        (Claim.State.SAMPLE_PROPOSED, "Samples to send"),
        (Claim.State.IN_MODERATION, "Claims in moderation"),
    ):
        panel.add(claims.filter(state=state), label, "moderator-claims", state=state.value)
    return panel


def staff_panel() -> Panel:
    panel = Panel("Awarding body")
    for model, state, label in STAFF:
        waiting = model._default_manager.filter(state=state)
        route = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
        panel.add(waiting, label, route, state__exact=state)
    voided = Allocation.objects.without_effect()
    allocations = "admin:moderation_allocation_changelist"
    panel.add(voided, "Allocations without effect", allocations, effect="none")
    barred = RoleOffer.objects.waiting().filter(is_barred=True)
    panel.add(
        barred, "Moderators or staff invited to a centre", "admin:centres_roleoffer_changelist",
        is_barred__exact="1", ended_at__isempty="1",
    )  # fmt: skip
    unseen = Claim.objects.without_moderator()
    panel.add(unseen, "Claims without a moderator", "admin:moderation_claim_changelist", moderator="none")
    found = findings()
    panel.warnings = [_sentence(finding) for finding in found if not finding.is_well]
    if not panel.warnings:
        panel.note = f"The portal is in good order. {' '.join(map(_sentence, found))}"
    return panel


def _sentence(finding: Finding) -> str:
    return f"{finding.name.capitalize()}: {finding.says}."
