"""Results and certificates for awarding-body staff: to look at and to reissue, never to type."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils.html import format_html

from portal.accounts.second_step.afresh import FreshFactorAdmin
from portal.files import door
from portal.kit.admin import ReadOnlyAdmin
from portal.kit.admin_actions import with_reason

from . import actions
from .models import Certificate, Result


@admin.register(Result)
class ResultAdmin(ReadOnlyAdmin):
    list_display = ["candidate", "centre", "unit", "grade", "confirmed_on"]
    list_filter = ["unit__qualification", "confirmed_on"]
    list_select_related = ["candidate__centre", "unit"]
    search_fields = ["candidate__last_name", "candidate__ocr_number", "unit__code"]
    show_full_result_count = False

    @admin.display(ordering="candidate__centre__number")
    def centre(self, result) -> str:
        return str(result.candidate.centre)


@admin.register(Certificate)
class CertificateAdmin(FreshFactorAdmin, ReadOnlyAdmin):
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
    search_fields = ["number", "certificate_name", "ocr_number", "candidate__number", "centre_number"]
    date_hierarchy = "issued_at"
    show_full_result_count = False
    actions = ["reissue", "revoke"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("candidate", "superseded_by")

    def get_fields(self, request, obj=None):
        return ["printed", *super().get_fields(request, obj)]

    def get_readonly_fields(self, request, obj=None):
        return ["printed", *super().get_readonly_fields(request, obj)]

    def get_urls(self):
        pdf = path("<int:pk>/pdf/", self.admin_site.admin_view(self.pdf), name="awards_certificate_pdf")
        return [pdf, *super().get_urls()]

    @admin.display(description="PDF")
    def printed(self, certificate) -> str:
        if not certificate.is_printed:
            return "being printed"
        return format_html(
            '<a href="{}">download</a>', reverse("admin:awards_certificate_pdf", args=[certificate.pk])
        )

    def pdf(self, request, pk):
        """The printed certificate, for staff who may see certificates. The download is recorded."""
        found = get_object_or_404(self.get_queryset(request), pk=pk)
        if not self.has_view_permission(request, found):
            raise PermissionDenied
        if not found.is_printed:
            return render(request, "awards/being_printed.html", {"certificate": found}, status=404)
        return door.send(
            request, found.pdf, name=found.file_name, media_type="application/pdf", subject=found
        )

    @admin.action(description="Reissue, with a reason", permissions=["change"])
    def reissue(self, request, queryset):
        return with_reason(
            self,
            request,
            queryset,
            name="reissue",
            question="Reissue these certificates? Each gets a new number, and the old one is void.",
            act=lambda row, reason: actions.reissue(row, by=request.user, why=reason),
            done="reissued",
        )

    @admin.action(description="Revoke, with a reason", permissions=["change"])
    def revoke(self, request, queryset):
        return with_reason(
            self,
            request,
            queryset,
            name="revoke",
            question="Revoke these certificates? They are no longer valid, and nothing takes their place.",
            act=lambda row, reason: row.move("revoke", by=request.user, why=reason),
            done="revoked",
        )
