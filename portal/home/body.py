"""What waits for moderators and for awarding-body staff."""

from centres.models import Adjustment, Application, EntryOrder
from moderation.models import Claim
from portal.kit.models import OutboxEntry
from portal.noticeboard.models import Enquiry, TrainingRequest

from .panel import Panel

STAFF = [
    (Application, "submitted", "Applications to decide"),
    (EntryOrder, "submitted", "Orders to process"),
    (Adjustment, "proposed", "Corrections that need a second person"),
    (Enquiry, "open", "Enquiries to answer"),
    (TrainingRequest, "new", "Training days asked for"),
    (OutboxEntry, "failed", "Failed background work"),
]  # (what, the state in which it waits for staff, words)


def moderator_panel(user) -> Panel:
    panel = Panel("Moderation")
    claims = Claim.objects.moderated_by(user)
    for state, label in (
        (Claim.State.SAMPLE_PROPOSED, "Samples to send"),
        (Claim.State.IN_MODERATION, "Claims in moderation"),
    ):
        panel.add(claims.filter(state=state).count(), label, "moderator-claims", state=state.value)
    return panel


def staff_panel() -> Panel:
    panel = Panel("Awarding body")
    for model, state, label in STAFF:
        count = model._default_manager.filter(state=state).count()
        route = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
        panel.add(count, label, route, state__exact=state)
    unseen = Claim.objects.without_moderator().count()
    panel.add(unseen, "Claims without a moderator", "admin:moderation_claim_changelist", moderator="none")
    return panel
