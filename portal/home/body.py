"""What moderators and awarding-body staff have to do."""

from moderation.models import Claim
from portal.health import Finding, findings

from . import staff
from .panel import Panel


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
    for waiting in staff.WAITING:
        panel.add(waiting.rows(), waiting.label, waiting.route, **waiting.query)
    found = findings()
    panel.warnings = [_sentence(finding) for finding in found if not finding.is_well]
    if not panel.warnings:
        panel.note = f"The portal is in good order. {' '.join(map(_sentence, found))}"
    return panel


def _sentence(finding: Finding) -> str:
    return f"{finding.name.capitalize()}: {finding.says}."
