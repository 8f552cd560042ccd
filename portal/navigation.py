"""The portal's names and navigation, for every page."""

from django.conf import settings
from django.urls import reverse

from centres.access import centres_of, memberships_of, permissions_of
from centres.models import Centre
from portal.accounts.roles import Permission, Role
from portal.guide.help import page_help

CENTRE_PAGES = [
    ("Candidates", "candidates", Permission.SEE_CANDIDATES),
    ("Work", "to-mark", Permission.SEE_WORK),
    ("Claims", "claims", Permission.SEE_CLAIMS),
    ("Certificates", "certificates", Permission.SEE_CERTIFICATES),
    ("Entries", "entries", Permission.SEE_ENTRIES),
    ("Centre", "centre", Permission.SEE_CENTRE),
]  # (label, route, the permission to see it)
ABOUT_WORK = {
    "assignment", "hand-in", "round", "evidence-add", "evidence-edit", "evidence-replace",
    "evidence-view",
    "work-check", "work-feedback", "work-messages", "work-plan", "work-review",
}  # fmt: skip
# Pages that belong to an entry of the navigation without sharing its address.
BELONGS_TO = {
    "to-mark": ABOUT_WORK
    | {"marking", "assign-unit", "return-work", "record-achieved", "progress", "centre-messages"}
    | {"bulk-uploads", "bulk-upload", "bulk-upload-leave-out"},
    "claims": {"claim", "claim-submit", "claim-discard"},
    "entries": {
        "orders",
        "order",
        "order-new",
        "order-edit",
        "named-entries",
        "named-order-new",
        "named-entry",
        "named-entry-withdraw",
        "named-entry-transfer",
        "order-names",
        "order-names-add",
        "order-names-file",
        "order-submit",
        "order-withdraw",
        "order-delete",
    },
    "candidates": {
        "candidate",
        "candidate-add",
        "candidate-duplicates",
        "candidate-edit",
        "candidate-import",
        "candidate-import-columns",
        "candidate-import-duplicates",
        "candidate-import-new",
        "candidate-merge",
        "candidate-slip",
        "group",
        "group-add",
        "group-edit",
        "groups",
        "holding-list",
        "slips",
        "slips-all",
        "slips-issue",
        "slips-issue-all",
    },
    "centre": {
        "people",
        "person",
        "person-reset",
        "person-add",
        "person-end",
        "centre-apply",
        "application",
        "application-part",
        "application-check",
        "application-answer",
        "application-withdraw",
        "attachment-remove",
        "welcome-pack",
    },
    "my-work": ABOUT_WORK | {"my-messages"},
    "workspace": {"workspace-add", "workspace-rename", "workspace-delete"},
    "moderator-claims": {"moderation-claim", "moderated-line", "claim-conclude"},
}


def house(request):
    """Template context: `portal_name`, `awarding_body`, `body_contact`, `main_nav`, `account`, `page_help`."""
    names = {
        "portal_name": settings.PORTAL_NAME,
        "awarding_body": settings.AWARDING_BODY,
        "body_contact": settings.BODY_CONTACT,
    }
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {
            **names,
            "main_nav": [],
            "account": None,
            "page_help": page_help(request, None) if user else None,
        }
    if getattr(request, "second_step_is_due", False):
        account = {"name": user.name, "where": ""}
        return {**names, "main_nav": [], "account": account, "page_help": page_help(request, None)}
    centre = current_centre(request)
    items = [*_own_pages(user), *_centre_pages(user, centre)]
    if has_home(user, centre):
        items.insert(0, ("Home", reverse("home"), "home"))
    here = request.resolver_match.url_name if request.resolver_match else ""
    return {
        **names,
        "main_nav": [
            {"label": label, "url": url, "current": here == route or here in BELONGS_TO.get(route, ())}
            for label, url, route in items
        ],
        "account": {
            "name": user.name,
            "where": _where(user, centre),
            "memberships": memberships_of(user),
            "has_other_centres": centre is not None and len(centres_of(user)) > 1,
        },
        "page_help": page_help(request, centre),
    }


def current_centre(request) -> Centre | None:
    """The centre whose navigation is shown: the page's own, the last one looked at, or the person's first."""
    asked = request.resolver_match.kwargs.get("number") if request.resolver_match else None
    mine = {centre.number: centre for centre in centres_of(request.user)}
    for number in (asked, request.session.get("centre")):
        if number in mine:
            return mine[number]
    return next(iter(mine.values()), None)


def has_home(user, centre: Centre | None) -> bool:
    """Whether the home page is a page of its own. For people who are only candidates, it is their units."""
    return not hasattr(user, "candidate") or bool(centre) or hasattr(user, "moderator") or user.is_staff


def _own_pages(user) -> list[tuple[str, str, str]]:
    pages = []
    if hasattr(user, "candidate"):
        pages += [("My units", reverse("my-work"), "my-work")]
        pages += [("Workspace", reverse("workspace"), "workspace")]
        pages += [("My certificates", reverse("my-certificates"), "my-certificates")]
    if hasattr(user, "moderator"):
        pages += [("Moderation", reverse("moderator-claims"), "moderator-claims")]
    if user.is_staff:
        pages += [("Administration", reverse("admin:index"), "admin")]
    return pages


def _centre_pages(user, centre: Centre | None) -> list[tuple[str, str, str]]:
    if centre is None:
        return []
    held = permissions_of(user, centre)
    return [
        (label, reverse(route, args=[centre.number]), route)
        for label, route, permission in CENTRE_PAGES
        if permission in held
    ]


def _where(user, centre: Centre | None) -> str:
    if centre:
        roles = [Role(each.role).label for each in memberships_of(user) if each.centre_id == centre.pk]
        return f"{', '.join(roles)} at {centre.name}"
    if hasattr(user, "candidate"):
        return f"Candidate {user.candidate.number} at {user.candidate.centre.name}"
    return "Moderator" if hasattr(user, "moderator") else "Awarding-body staff" if user.is_staff else ""
