"""Printed documents in the admin: to view and, through `door`, to download."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.html import format_html

from portal.kit.admin import ReadOnlyAdmin

from . import door
from .printing import PrintedDocument


class PrintedAdmin(ReadOnlyAdmin):
    """Rows of a PrintedDocument. `printed`, first on the page of a row, is the link to its PDF."""

    def get_readonly_fields(self, request, obj=None):
        return ["printed", *super().get_readonly_fields(request, obj)]

    def get_urls(self):
        pdf = path("<int:pk>/pdf/", self.admin_site.admin_view(self.pdf), name=self._name("pdf"))
        return [pdf, *super().get_urls()]

    @admin.display(description="PDF")
    def printed(self, document: PrintedDocument) -> str:
        if not document.is_printed:
            return self.not_printed(document)
        url = reverse(f"admin:{self._name('pdf')}", args=[document.pk])
        return format_html('<a href="{}">download</a>', url)

    def not_printed(self, document: PrintedDocument) -> str:
        """What is shown in place of the link."""
        return "being printed"

    def pdf(self, request, pk):
        """The PDF, for staff who may see these documents. The download is recorded."""
        found = get_object_or_404(self.get_queryset(request), pk=pk)
        if not self.has_view_permission(request, found):
            raise PermissionDenied
        if not found.is_printed:
            self.message_user(request, f"{found}: {self.not_printed(found)}.", messages.WARNING)
            return redirect(f"admin:{self._name('change')}", pk)
        return door.send_printed(request, found)

    def _name(self, page: str) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{page}"
