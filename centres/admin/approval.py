"""Read, ask about and decide applications; withdraw and restore approvals; look at letters."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe

from portal.accounts.models import User
from portal.files import door
from portal.files.admin import PrintedAdmin
from portal.kit.admin import ReadOnlyAdmin, ReadOnlyInline
from portal.kit.admin_actions import act_on_each, with_reason
from portal.kit.stateful import TransitionRefused

from .. import actions
from ..forms import DecisionForm, QuestionForm
from ..models import Application, ApplicationLine, Approval, ApprovalLetter


class LineInline(ReadOnlyInline):
    model = ApplicationLine
    fields = ["qualification", "outcome"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("qualification")


@admin.register(Application)
class ApplicationAdmin(ReadOnlyAdmin):
    list_display = ["name", "contact_name", "wanted", "state", "submitted_at"]
    list_filter = ["state", "qualifications"]
    search_fields = ["centre_number", "plain_names__holds", "contact_email", "applicant_email"]
    inlines = [LineInline]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("lines__qualification")

    def get_readonly_fields(self, request, obj=None):
        return [*super().get_readonly_fields(request, obj), "attached", "conversation"]

    def get_urls(self):
        def address(tail: str, view, name: str):
            return path(
                f"<int:pk>/{tail}", self.admin_site.admin_view(view), name=f"centres_application_{name}"
            )

        own = [
            address("decide/", self.decide, "decide"),
            address("ask/", self.ask, "ask"),
            address("files/<int:attachment>/", self.attachment, "attachment"),
        ]
        return [*own, *super().get_urls()]

    @admin.display(description="name of the centre", ordering="centre_name")
    def name(self, application) -> str:
        return application.centre_name or "(not named yet)"

    @admin.display(description="qualifications")
    def wanted(self, application) -> str:
        return ", ".join(str(line) for line in application.lines.all())

    @admin.display(description="attachments")
    def attached(self, application):
        return self._links(application, application.attachments.filter(message=None)) or "none"

    def _links(self, application, attachments):
        rows = [
            (reverse("admin:centres_application_attachment", args=[application.pk, file.pk]), file.file_name)
            for file in attachments
        ]
        return format_html_join(mark_safe("<br>"), '<a href="{}">{}</a>', rows)

    @admin.display
    def conversation(self, application):
        rows = [
            (message, self._links(application, message.attachments.all()))
            for message in application.messages.prefetch_related("attachments")
        ]
        return render_to_string("admin/centres/application/_conversation.html", {"rows": rows})

    def attachment(self, request, pk, attachment):
        """One attached file, for staff who may see applications. The download is recorded."""
        application = get_object_or_404(Application, pk=pk)
        if not self.has_view_permission(request, application):
            raise PermissionDenied
        found = get_object_or_404(application.attachments, pk=attachment)
        return door.send(
            request, found.file, name=found.file_name, media_type=found.media_type, subject=application
        )

    def ask(self, request, pk):
        """Ask the applicant for more information."""
        application = self._to_change(request, pk)
        form = QuestionForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            question = form.cleaned_data["question"]
            return self._do(
                request, application, lambda: actions.ask_applicant(application, question, by=request.user),
                "Question sent to the applicant.",
            )  # fmt: skip
        return self._page(request, application, "admin/centres/application/ask.html", form=form)

    def decide(self, request, pk):
        """Decide on each qualification, after a page that shows what will happen."""
        application = self._to_change(request, pk)
        number = application.centre_number or actions.free_centre_number()
        form = DecisionForm(
            request.POST if request.method == "POST" else None, application=application, number=number
        )
        template = "admin/centres/application/decide.html"
        if request.method != "POST" or not form.is_valid() or "change" in request.POST:
            return self._page(request, application, template, form=form)
        if "confirmed" not in request.POST:
            will = what_happens(application, form)
            return self._page(request, application, template, form=form, will=will)
        given = form.cleaned_data
        return self._do(
            request,
            application,
            lambda: actions.decide_application(
                application,
                approved=given["approved"],
                by=request.user,
                why=given["reason"],
                number=given.get("number", ""),
            ),
            "The application has been decided.",
        )

    def _to_change(self, request, pk) -> Application:
        application = get_object_or_404(Application.objects.select_related("centre"), pk=pk)
        if not self.has_change_permission(request, application):
            raise PermissionDenied
        return application

    def _do(self, request, application, act, done: str):
        try:
            act()
            self.message_user(request, done, messages.SUCCESS)
        except TransitionRefused as refusal:
            self.message_user(request, refusal.for_people(), messages.ERROR)
        return redirect("admin:centres_application_change", application.pk)

    def _page(self, request, application, template: str, **more):
        context = {
            **self.admin_site.each_context(request),
            "application": application,
            "opts": self.model._meta,
            "is_waiting": application.state == Application.State.SUBMITTED,
            **more,
        }
        return render(request, template, context)


def what_happens(application: Application, form: DecisionForm) -> list[str]:
    """What confirming a valid decision does, in sentences."""
    approved, refused = list(form.cleaned_data["approved"]), form.refused
    will = []
    if approved:
        will.append(f"Approved: {', '.join(map(str, approved))}.")
    if refused:
        will.append(f"Refused, with your reason: {', '.join(map(str, refused))}.")
    if approved and not application.centre:
        will.append(f"Centre {form.cleaned_data['number']} {application.centre_name} is created.")
        known = User.objects.filter(email=application.contact_email.lower()).first()
        will.append(
            f"{known.name}, who has an account ({known.email}), becomes its exams officer."
            if known
            else f"{application.contact_name} is invited at {application.contact_email} as its exams officer."
        )
    if approved:
        will.append("The letter of confirmation is printed for the centre's page.")
    applied = application.submitted_by.email if application.submitted_by else application.applicant_email
    told = {address.lower() for address in (applied, application.contact_email) if address}
    will.append(f"The decision is sent to {' and '.join(sorted(told))}.")
    return will


@admin.register(Approval)
class ApprovalAdmin(ReadOnlyAdmin):
    list_display = ["centre", "qualification", "state", "approved_at", "lapses"]
    list_filter = ["state", "qualification"]
    list_select_related = ["centre", "qualification"]
    search_fields = ["centre__number", "centre__plain_names__holds"]
    actions = ["withdraw", "restore"]

    def get_queryset(self, request):
        return Approval.objects.with_activity()

    @admin.display(description="lapses on")
    def lapses(self, approval):
        return approval.lapses_on if approval.state == Approval.State.APPROVED else None

    @admin.action(description="Withdraw, with a reason", permissions=["change"])
    def withdraw(self, request, queryset):
        return with_reason(
            self,
            request,
            queryset,
            name="withdraw",
            question="Withdraw these approvals? The centres can no longer order or claim.",
            act=lambda row, reason: actions.withdraw_approval(row, by=request.user, why=reason),
            done="withdrawn",
        )

    @admin.action(description="Restore", permissions=["change"])
    def restore(self, request, queryset):
        def act(row):
            actions.restore_approval(row, by=request.user)

        act_on_each(self, request, queryset, act, "restored")


@admin.register(ApprovalLetter)
class ApprovalLetterAdmin(PrintedAdmin):
    list_display = ["number", "centre_number", "centre_name", "issued_on", "printed"]
    search_fields = ["number", "centre_number", "centre_name", "centre__plain_names__holds"]
