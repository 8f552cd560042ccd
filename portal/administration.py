"""The admin as a workplace: an index that begins with what waits, and records grouped by the work they belong to."""

from django.contrib import admin
from django.contrib.admin.apps import AdminConfig
from django.utils.timesince import timesince

GROUPS = {
    "Applications and approvals": [
        "centres.application", "centres.approval", "centres.approvalletter",
    ],
    "Orders, entries and fees": [
        "centres.entryorder", "centres.adjustment", "centres.entryaccount", "centres.ledgerline",
        "centres.statementofentries", "centres.invoice", "candidates.namedentry", "centres.fee",
    ],
    "Claims and moderation": [
        "moderation.claim", "moderation.allocation", "moderation.moderator", "moderation.conflict",
    ],
    "Results and certificates": [
        "awards.result", "awards.certificate", "awards.revocation", "candidates.learnerpair",
    ],
    "Centres and people": [
        "centres.centre", "centres.roleoffer", "accounts.user", "candidates.candidate", "candidates.group",
    ],
    "Enquiries, training and news": [
        "noticeboard.enquiry", "noticeboard.trainingrequest", "noticeboard.trainingevent", "noticeboard.interest",
        "noticeboard.newsitem", "noticeboard.keydate", "noticeboard.service", "noticeboard.servicefee",
    ],
    "Candidates’ work": [
        "portfolios.assignment", "portfolios.evidence", "portfolios.evidenceversion", "portfolios.judgement",
        "portfolios.message", "portfolios.plan", "portfolios.review", "portfolios.planningcomment", "portfolios.upload",
        "portfolios.bulkupload", "portfolios.workspacefile",
    ],
    "Qualifications": [
        "catalogue.qualification", "catalogue.unit", "catalogue.award", "catalogue.checklist", "catalogue.objective",
    ],
    "The portal": [
        "kit.event", "accounts.email", "kit.outboxentry", "auth.group",
    ],
}  # fmt: skip
LATEST = 8  # of one's own actions


class StaffSite(admin.AdminSite):
    enable_nav_sidebar = False  # columns need the width, and the index is grouped
    index_title = "To do"

    def admin_view(self, view, cacheable=False):
        """What browsers may keep of a page is decided in one place for all (kit/caching.py)."""
        return super().admin_view(view, cacheable=True)

    def get_app_list(self, request, app_label=None):
        """By the work they belong to; those of one room, where its own page is asked for."""
        found = super().get_app_list(request, app_label)
        if app_label:
            return found
        known = {model["model"]._meta.label_lower: model for app in found for model in app["models"]}
        groups = [
            {"name": name, "app_label": "", "app_url": "", "has_module_perms": True,
             "models": [known[label] for label in labels if label in known]}
            for name, labels in GROUPS.items()
        ]  # fmt: skip
        return [group for group in groups if group["models"]]

    def index(self, request, extra_context=None):
        from portal.home import staff
        from portal.kit.models import Event

        kinds = [kind for kind in staff.WAITING if self._registry[kind.model].has_view_permission(request)]
        waiting = [
            {"count": found.count, "label": found.waiting.label, "url": found.waiting.url,
             "age": timesince(found.oldest, depth=1)}
            for found in staff.look(kinds) if found.oldest
        ]  # fmt: skip
        own = Event.objects.filter(by=request.user).order_by("-pk")[:LATEST]
        context = {"waiting": waiting, "own": own}
        return super().index(request, {**context, **(extra_context or {})})


class StaffAdminConfig(AdminConfig):
    default_site = "portal.administration.StaffSite"
