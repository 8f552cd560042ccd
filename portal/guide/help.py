"""Which part of which guide explains a page of the portal to the person looking at it.

A new page needs a line in PAGES, or in NO_PART if there is nothing to explain; a test checks that it has one.
"""

from urllib.parse import urlencode

from django.urls import reverse

from centres.access import permissions_of
from portal.accounts.roles import Permission

from .contents import CANDIDATE, EXAMS_OFFICER, GUIDES, MODERATOR, TUTOR, Part

ADULTS = (TUTOR, EXAMS_OFFICER, MODERATOR)


def _all_adults(part: str) -> dict[str, str]:
    return dict.fromkeys(ADULTS, part)


PAGES: dict[str, dict[str, str]] = {  # page: {guide: part}
    # Signing in and your own account
    "home": _all_adults("signing-in"),
    "sign-in": _all_adults("signing-in"),
    "sign-in-candidate": {CANDIDATE: "signing-in"},
    "choose-password": {CANDIDATE: "signing-in"},
    "invitation": _all_adults("signing-in"),
    "role-offer": _all_adults("signing-in"),
    "forgotten-password": _all_adults("signing-in"),
    "forgotten-password-sent": _all_adults("signing-in"),
    "reset-password": _all_adults("signing-in"),
    "reset-password-done": _all_adults("signing-in"),
    "account-inactive": _all_adults("signing-in"),
    "account-home": {CANDIDATE: "getting-started", **_all_adults("signing-in")},
    "change-password": {CANDIDATE: "signing-in", **_all_adults("signing-in")},
    "mail-settings": {**_all_adults("signing-in"), EXAMS_OFFICER: "messages"},
    "second-step": _all_adults("second-step"),
    "second-step-app": _all_adults("second-step"),
    "second-step-passkey": _all_adults("second-step"),
    "second-step-remove": _all_adults("second-step"),
    "second-step-codes": _all_adults("second-step"),
    "sign-in-code": _all_adults("second-step"),
    "sign-in-passkey": _all_adults("second-step"),
    "confirm": _all_adults("second-step"),
    # Noticeboard
    "news": {EXAMS_OFFICER: "messages"},
    "news-item": {EXAMS_OFFICER: "messages"},
    "key-dates": {EXAMS_OFFICER: "messages"},
    "fees": {EXAMS_OFFICER: "messages"},
    "training": {EXAMS_OFFICER: "messages"},
    "training-event": {EXAMS_OFFICER: "messages"},
    "training-interest": {EXAMS_OFFICER: "messages"},
    "training-interest-sent": {EXAMS_OFFICER: "messages"},
    "training-day": {EXAMS_OFFICER: "messages"},
    "training-day-sent": {EXAMS_OFFICER: "messages"},
    "interest": {EXAMS_OFFICER: "messages"},
    "contact": {EXAMS_OFFICER: "messages"},
    "contact-sent": {EXAMS_OFFICER: "messages"},
    "enquiries": {CANDIDATE: "support", EXAMS_OFFICER: "messages", MODERATOR: "signing-in"},
    "enquiry": {EXAMS_OFFICER: "messages"},
    # Centres
    "apply": {EXAMS_OFFICER: "apply"},
    "apply-sent": {EXAMS_OFFICER: "apply"},
    "application-open": {EXAMS_OFFICER: "apply"},
    "application": {EXAMS_OFFICER: "apply"},
    "application-part": {EXAMS_OFFICER: "apply"},
    "application-check": {EXAMS_OFFICER: "apply"},
    "application-withdraw": {EXAMS_OFFICER: "apply"},
    "attachment-remove": {EXAMS_OFFICER: "apply"},
    "centre": {EXAMS_OFFICER: "apply"},
    "centre-apply": {EXAMS_OFFICER: "apply"},
    "people": {EXAMS_OFFICER: "people"},
    "person-add": {EXAMS_OFFICER: "people"},
    "person": {EXAMS_OFFICER: "people"},
    "person-reset": {EXAMS_OFFICER: "people"},
    "person-end": {EXAMS_OFFICER: "leaving"},
    "orders": {EXAMS_OFFICER: "ordering"},
    "order-new": {EXAMS_OFFICER: "ordering"},
    "order": {EXAMS_OFFICER: "ordering"},
    "order-edit": {EXAMS_OFFICER: "ordering"},
    "order-submit": {EXAMS_OFFICER: "ordering"},
    "order-withdraw": {EXAMS_OFFICER: "ordering"},
    "order-delete": {EXAMS_OFFICER: "ordering"},
    "welcome-pack": {EXAMS_OFFICER: "ordering"},
    "entries": {EXAMS_OFFICER: "account"},
    "named-entries": {EXAMS_OFFICER: "named-entries"},
    "named-order-new": {EXAMS_OFFICER: "named-entries"},
    "named-entry": {EXAMS_OFFICER: "named-entries"},
    "named-entry-withdraw": {EXAMS_OFFICER: "named-entries"},
    "named-entry-transfer": {EXAMS_OFFICER: "named-entries"},
    "order-names": {EXAMS_OFFICER: "named-entries"},
    "order-names-add": {EXAMS_OFFICER: "named-entries"},
    "order-names-file": {EXAMS_OFFICER: "named-entries"},
    # Candidates
    "candidates": {TUTOR: "groups-and-slips", EXAMS_OFFICER: "candidates"},
    "candidate": {TUTOR: "groups-and-slips", EXAMS_OFFICER: "candidates"},
    "candidate-add": {EXAMS_OFFICER: "candidates"},
    "candidate-edit": {EXAMS_OFFICER: "candidates"},
    "candidate-import-new": {EXAMS_OFFICER: "candidate-files"},
    "candidate-import": {EXAMS_OFFICER: "candidate-files"},
    "candidate-import-columns": {EXAMS_OFFICER: "candidate-files"},
    "candidate-import-names": {EXAMS_OFFICER: "candidate-files"},
    "candidate-import-duplicates": {EXAMS_OFFICER: "candidate-files"},
    "candidate-duplicates": {EXAMS_OFFICER: "candidates"},
    "candidate-merge": {EXAMS_OFFICER: "candidates"},
    "candidate-different": {EXAMS_OFFICER: "candidates"},
    "holding-list": {TUTOR: "groups-and-slips", EXAMS_OFFICER: "groups-and-slips"},
    "slips-all": {TUTOR: "groups-and-slips", EXAMS_OFFICER: "groups-and-slips"},
    "candidate-slip": {TUTOR: "groups-and-slips", EXAMS_OFFICER: "groups-and-slips"},
    "groups": {TUTOR: "groups-and-slips", EXAMS_OFFICER: "groups-and-slips"},
    "group": {TUTOR: "groups-and-slips", EXAMS_OFFICER: "groups-and-slips"},
    "group-add": {EXAMS_OFFICER: "groups-and-slips"},
    "group-edit": {EXAMS_OFFICER: "groups-and-slips"},
    "slips": {TUTOR: "groups-and-slips", EXAMS_OFFICER: "groups-and-slips"},
    # Work
    "my-work": {CANDIDATE: "your-units"},
    "assignment": {CANDIDATE: "checking", TUTOR: "progress"},
    "my-messages": {CANDIDATE: "messages"},
    "work-messages": {CANDIDATE: "messages", TUTOR: "helping"},
    "centre-messages": {TUTOR: "helping"},
    "work-plan": {CANDIDATE: "planning", TUTOR: "helping"},
    "work-plan-comment": {CANDIDATE: "planning", TUTOR: "helping"},
    "work-review": {CANDIDATE: "planning", TUTOR: "helping"},
    "work-review-comment": {CANDIDATE: "planning", TUTOR: "helping"},
    "work-check": {CANDIDATE: "checking", TUTOR: "progress"},
    "work-feedback": {CANDIDATE: "returned", TUTOR: "returning"},
    "workspace": {CANDIDATE: "workspace"},
    "workspace-add": {CANDIDATE: "workspace"},
    "workspace-rename": {CANDIDATE: "workspace"},
    "workspace-delete": {CANDIDATE: "workspace"},
    "bulk-uploads": {TUTOR: "uploading-for-a-group"},
    "bulk-upload": {TUTOR: "uploading-for-a-group"},
    "bulk-upload-leave-out": {TUTOR: "uploading-for-a-group"},
    "evidence-add": {CANDIDATE: "uploading", TUTOR: "uploading-for-a-candidate"},
    "evidence-edit": {CANDIDATE: "changing-files", TUTOR: "uploading-for-a-candidate"},
    "evidence-replace": {CANDIDATE: "changing-files", TUTOR: "uploading-for-a-candidate"},
    "evidence-view": {CANDIDATE: "changing-files", TUTOR: "marking"},
    "round": {CANDIDATE: "returned", TUTOR: "returning"},
    "hand-in": {CANDIDATE: "handing-in", TUTOR: "uploading-for-a-candidate"},
    "to-mark": {TUTOR: "progress"},
    "progress": {TUTOR: "progress"},
    "assign-unit": {TUTOR: "assigning"},
    "marking": {TUTOR: "marking"},
    "return-work": {TUTOR: "returning"},
    "record-achieved": {TUTOR: "achieved"},
    # Claims, moderation, certificates
    "claims": {TUTOR: "claim", EXAMS_OFFICER: "claims"},
    "claim": {TUTOR: "claim", EXAMS_OFFICER: "claims"},
    "claim-submit": {EXAMS_OFFICER: "claims"},
    "claim-discard": {TUTOR: "claim", EXAMS_OFFICER: "claims"},
    "moderator-claims": {MODERATOR: "your-claims"},
    "moderation-claim": {MODERATOR: "sample"},
    "moderated-line": {MODERATOR: "reviewing"},
    "earlier-line": {MODERATOR: "reviewing"},
    "claim-group": {MODERATOR: "sample"},
    "sample-drop": {MODERATOR: "sample"},
    "claim-conclude": {MODERATOR: "concluding"},
    "certificates": {EXAMS_OFFICER: "certificates"},
    "certificate-download": {CANDIDATE: "certificates", EXAMS_OFFICER: "certificates"},
    "my-certificates": {CANDIDATE: "certificates"},
}

# Pages that need no explanation, files, and addresses that only accept POST.
NO_PART = {
    "sign-out", "kept-post", "kept-discard",
    "catalogue", "qualification", "unit", "questions", "check", "check-certificate",
    "guides", "guide", "guide-part", "guide-pdf",
    "role-offer-again", "role-offer-end", "statement",
    "application-leave", "application-answer", "attachment", "approval-letter",
    "dates-calendar", "key-date-calendar", "training-calendar", "training-event-calendar", "interest-withdraw",
    "change-centre", "second-step-codes-file", "second-step-codes-renew",
    "entries-csv", "entries-pdf", "invoice", "claim-sheet", "batch-header", "claim-sheet-blank",
    "batch-header-blank", "named-entries-csv", "candidates-export", "slips-pdf", "slips-pdf-all", "slips-issue-all",
    "candidate-import-template", "candidate-import-problems", "candidate-import-complete",
    "candidate-import-discard", "candidate-code", "slips-issue",
    "evidence-remove", "evidence-restore", "evidence-file", "rendition", "uploads", "upload", "upload-remove",
    "bulk-upload-add", "bulk-upload-parts",
    "workspace-file",
    "work-zip", "round-zip", "line-zip", "earlier-zip", "evidence-site", "preview-again",
    "claim-start", "claim-lines", "sample-send", "line-file", "line-rendition", "line-site", "certificates-zip",
}  # fmt: skip
FIRST_PAGE = "home"  # to anybody not signed in, home is the public first page, which belongs to no role
WITH_SECRETS = {
    "invitation",
    "role-offer",
    "reset-password",
    "application-open",
    "interest",
    "enquiry",
}  # their addresses are never passed on to another page


def page_help(request, centre) -> dict:
    """What the layout's help link needs: `url`, and a `label` that is true of it. Makes no query of its own."""
    guides = guides_of(request.user, centre)
    page = request.resolver_match.url_name if request.resolver_match else ""
    part = None
    if request.user.is_authenticated or page != FIRST_PAGE:
        part = part_for(page, guides) or part_for(page, list(GUIDES))  # a public page for other roles
    if part is None:
        own = GUIDES[guides[0]].get_absolute_url() if request.user.is_authenticated and guides else None
        return {"url": own or reverse("guides"), "label": "Help"}
    url = part.get_absolute_url()
    if page not in WITH_SECRETS:
        url += "?" + urlencode({"from": request.get_full_path()})
    return {"url": url, "label": "Help with this page"}


def guides_of(user, centre) -> list[str]:
    """Guides for `user`, their own first; all guides for anybody not signed in.

    Anybody who works at a centre has both of its guides, because some pages are explained in only one of them.
    """
    if not user.is_authenticated:
        return list(GUIDES)
    found = []
    if hasattr(user, "candidate"):
        found.append(CANDIDATE)
    held = permissions_of(user, centre) if centre else set()
    if held:
        marks = Permission.MARK_WORK in held or Permission.MANAGE_PEOPLE not in held
        found += [TUTOR, EXAMS_OFFICER] if marks else [EXAMS_OFFICER, TUTOR]
    if hasattr(user, "moderator"):
        found.append(MODERATOR)
    return found


def part_for(page: str, guides: list[str]) -> Part | None:
    """The part that explains `page`, from the first of `guides` that has one."""
    parts = PAGES.get(page, {})
    return next((GUIDES[guide].part(parts[guide]) for guide in guides if guide in parts), None)
