"""Results and certificates for awarding-body staff: to read, reissue and revoke, never to edit."""

from django.contrib import admin, messages

from candidates.models import Candidate, LearnerPair
from portal.accounts.second_step.afresh import FreshFactorAdmin
from portal.files.admin import PrintedAdmin
from portal.kit.admin import ReadOnlyAdmin
from portal.kit.admin_actions import with_confirmation, with_form, with_reason

from . import actions
from .forms import CorrectionForm, RestoreForm, RevokeForm
from .models import Certificate, Result, Revocation
from .standing import consequences


@admin.register(Result)
class ResultAdmin(ReadOnlyAdmin):
    list_display = ["candidate", "centre", "unit", "grade", "confirmed_on", "stands"]
    list_filter = ["unit__qualification", "confirmed_on", "line__state"]
    list_select_related = ["candidate__centre", "unit", "line"]
    search_fields = ["candidate__plain_names__holds", "candidate__ocr_number", "unit__code"]
    show_full_result_count = False

    @admin.display(ordering="candidate__centre__number")
    def centre(self, result) -> str:
        return str(result.candidate.centre)

    @admin.display(boolean=True)
    def stands(self, result) -> bool:
        return result.stands


@admin.register(Certificate)
class CertificateAdmin(FreshFactorAdmin, PrintedAdmin):
    list_display = [
        "number",
        "kind",
        "certificate_name",
        "ocr_number",
        "title",
        "awarded_on",
        "state",
        "printed",
    ]
    list_filter = ["state", "kind", "level", ("printed_at", admin.EmptyFieldListFilter), "awarded_on"]
    search_fields = ["number", "plain_names__holds", "ocr_number", "candidate__number", "centre_number"]
    date_hierarchy = "issued_at"
    show_full_result_count = False
    actions = ["reissue", "correct", "revoke", "restore"]

    def get_queryset(self, request):
        return (
            super().get_queryset(request).select_related("candidate__centre", "superseded_by", "because_of")
        )

    def not_printed(self, certificate) -> str:
        is_coming = certificate.state == Certificate.State.ISSUED
        return super().not_printed(certificate) if is_coming else "not printed"

    @admin.action(description="Reissue, with a reason", permissions=["change"])
    def reissue(self, request, queryset):
        return with_reason(
            self,
            request,
            queryset,
            name="reissue",
            question="Reissue these certificates? Each gets a new number. The old ones stop being valid.",
            act=lambda row, reason: actions.reissue(row, by=request.user, why=reason),
            done="reissued",
        )

    @admin.action(description="Correct the spelling of the name", permissions=["change"])
    def correct(self, request, queryset):
        def correct(row, said):
            actions.correct_name(
                row, name=said["name"], why=said["reason"], evidence=said["evidence"], by=request.user
            )
            self._warn_if_still_misspelt(request, row, said["name"])

        first = queryset.first()
        return with_form(
            self,
            request,
            queryset,
            form=CorrectionForm(
                request.POST if "evidence" in request.POST else None,
                initial={"name": first.certificate_name if first else ""},
                certificates=queryset,
            ),
            name="correct",
            question="Correct the name on these certificates? Each gets a new number. The old ones stop being valid.",
            act=correct,
            done="corrected",
            name_of=str,
            facts_of=lambda row: [f"{row.certificate_name}, {row.code} {row.title}"],
        )

    def _warn_if_still_misspelt(self, request, certificate, name: str) -> None:
        candidate = certificate.candidate
        if candidate.certificate_name != name:
            self.message_user(
                request,
                f"{candidate.centre} still has the candidate as “{candidate.certificate_name}”. Ask the centre to "
                "change the details, or the next certificate will have the wrong name.",
                messages.WARNING,
            )

    @admin.action(description="Propose to revoke", permissions=["change"])
    def revoke(self, request, queryset):
        return self._propose(request, queryset, "revoke", Revocation.Kind.REVOKE, RevokeForm)

    @admin.action(description="Propose to restore", permissions=["change"])
    def restore(self, request, queryset):
        return self._propose(request, queryset, "restore", Revocation.Kind.RESTORE, RestoreForm)

    def _propose(self, request, queryset, name, kind, form_class):
        def propose(row, said):
            actions.propose_revocation(Revocation(certificate=row, kind=kind, **said), by=request.user)

        return with_form(
            self,
            request,
            queryset,
            form=form_class(request.POST if "reason" in request.POST else None),
            name=name,
            question=f"Propose to {name} these certificates? Nothing changes until somebody else approves it.",
            act=propose,
            done=f"proposed to {name}; somebody else approves it under Revocations",
            name_of=str,
            facts_of=lambda row: consequences(Revocation(certificate=row, kind=kind)),
        )


@admin.register(Revocation)
class RevocationAdmin(FreshFactorAdmin, ReadOnlyAdmin):
    """Proposals about certificates, to approve or reject. Staff make them from the list of certificates."""

    list_display = [
        "certificate", "holder", "what", "kind", "state", "proposed_by", "approved_by",
    ]  # fmt: skip
    list_filter = ["state", "kind", "ground"]
    search_fields = ["certificate__number", "certificate__plain_names__holds", "reason"]
    date_hierarchy = "proposed_at"
    actions = ["approve", "reject"]

    def get_queryset(self, request):
        people = ("proposed_by", "approved_by", "rejected_by")
        return super().get_queryset(request).select_related("certificate__claim__qualification", *people)

    @admin.display(ordering="certificate__certificate_name")
    def holder(self, revocation) -> str:
        return revocation.certificate.certificate_name

    @admin.display(description="for", ordering="certificate__code")
    def what(self, revocation) -> str:
        return f"{revocation.certificate.code} {revocation.certificate.title}"

    @admin.action(description="Approve what somebody else proposed", permissions=["change"])
    def approve(self, request, queryset):
        def act(row):
            for sentence in actions.approve_revocation(row, by=request.user):
                self.message_user(request, sentence, messages.INFO)

        return with_confirmation(
            self,
            request,
            queryset,
            name="approve",
            question="Approve these proposals? Certificates change immediately, and the centre and the public see why.",
            act=act,
            done="done",
            name_of=str,
            facts_of=facts_of,
        )

    @admin.action(description="Reject, with a reason", permissions=["change"])
    def reject(self, request, queryset):
        return with_reason(
            self,
            request,
            queryset,
            name="reject",
            question="Reject these proposals? The certificates stay as they are.",
            act=lambda row, reason: actions.reject_revocation(row, by=request.user, why=reason),
            done="rejected",
            name_of=str,
            facts_of=facts_of,
        )


def facts_of(revocation: Revocation) -> list[str]:
    certificate = revocation.certificate
    public = f"The public reads: {revocation.get_ground_display()}"
    return [
        f"{certificate.code} {certificate.title}, of {certificate.certificate_name}",
        f"Reason: {revocation.reason}",
        *([public] if revocation.ground else []),
        f"Proposed by {revocation.proposed_by} on {revocation.proposed_at:%-d %B %Y}",
        *consequences(revocation),
    ]


@admin.register(LearnerPair)
class LearnerPairAdmin(FreshFactorAdmin, ReadOnlyAdmin):
    """Candidates at different centres who may be one person: staff join them, keep them apart, or undo the decision."""

    list_display = ["one", "other", "why", "state"]
    list_filter = ["state", "is_undone"]
    search_fields = [
        "first__plain_names__holds", "second__plain_names__holds",
        "=first__number", "=second__number", "=first__ocr_number",
        "=second__ocr_number", "=first__centre__number", "=second__centre__number",
    ]  # fmt: skip
    date_hierarchy = "found_at"
    actions = ["join", "separate", "undo"]

    def get_queryset(self, request):
        people = ("first__centre", "second__centre", "joined_by", "separate_by")
        return super().get_queryset(request).select_related(*people)

    @admin.display(ordering="first__last_name")
    def one(self, pair) -> str:
        return _who(pair.first)

    @admin.display(ordering="second__last_name")
    def other(self, pair) -> str:
        return _who(pair.second)

    @admin.action(description="They are one person: join", permissions=["change"])
    def join(self, request, queryset):
        return self._decide(
            request,
            queryset,
            "join",
            "Join these candidates? Units achieved at both centres will count together.",
            actions.join_learners,
        )

    @admin.action(description="They are two people: keep apart", permissions=["change"])
    def separate(self, request, queryset):
        return self._decide(
            request,
            queryset,
            "separate",
            "Keep these candidates apart? The portal will not join them, even if more of their details match later.",
            actions.separate_learners,
        )

    @admin.action(description="Undo the decision", permissions=["change"])
    def undo(self, request, queryset):
        return self._decide(
            request,
            queryset,
            "undo",
            "Undo these decisions? The pairs go back to waiting for a decision.",
            actions.undo_learners,
        )

    def _decide(self, request, queryset, name, question, verb):
        return with_reason(
            self,
            request,
            queryset,
            name=name,
            question=question,
            act=lambda row, reason: verb(row, by=request.user, why=reason),
            done="decided",
            name_of=str,
            facts_of=lambda pair: [_about(pair.first), _about(pair.second), f"What matches: {pair.why}"],
        )


def _who(candidate: Candidate) -> str:
    return f"{candidate.certificate_name}, {candidate.number} at {candidate.centre}"


def _about(candidate: Candidate) -> str:
    """The details that staff compare."""
    numbers = {
        "UCI": candidate.uci,
        "ULN": candidate.uln,
        "number": candidate.ocr_number,
        "number entered by the centre": candidate.entered_number,
    }
    known = [f"{label} {number}" for label, number in numbers.items() if number]
    return ", ".join([_who(candidate), f"born {candidate.date_of_birth:%-d %B %Y}", *known])
