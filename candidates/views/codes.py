"""One-time codes on slips: a candidate's first way in, on paper to cut."""

from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from centres.access import open_centre
from portal.accounts.keeping import signed_in
from portal.accounts.roles import Permission
from portal.files import door, printing

from .. import actions
from ..models import Candidate
from .groups import find_group, group_crumbs
from .people import crumbs, find_candidate

A_SHEET = 10
A_FILE = 100  # slips in one PDF: 10 sheets, made while somebody waits


class Slips:
    """The slips of a page: those of a group, or of everybody at the centre who has never signed in."""

    def __init__(self, request, number, pk=None):
        if pk is None:
            self.group = None
            self.centre = open_centre(request, number, needs=Permission.ISSUE_CODES)
            members = Candidate.objects.visible_to(request.user).filter(centre=self.centre).never_signed_in()
        else:
            self.group = find_group(request, number, pk, needs=Permission.ISSUE_CODES)
            self.centre = self.group.centre
            members = self.group.candidates.all()
        self.without_password = (
            members.without_password().select_related("user").order_by("last_name", "first_names", "number")
        )
        self.args = [number] if pk is None else [number, pk]
        self.suffix = "-all" if pk is None else ""

    @property
    def with_code(self):
        return self.without_password.with_open_code()

    @property
    def without_code(self):
        return self.without_password.exclude(pk__in=self.with_code.values("pk"))

    @property
    def title(self) -> str:
        return str(self.group) if self.group else "Everybody who has never signed in"

    def url(self, name: str) -> str:
        return reverse(f"slips{name}{self.suffix}", args=self.args)

    def crumbs(self, *more) -> list[tuple]:
        here = ("Sign-in slips", self.url("") if more else None)
        return (
            group_crumbs(self.group, self.centre, here, *more)
            if self.group
            else crumbs(self.centre, here, *more)
        )


@signed_in
@require_GET
def slips(request, number, pk=None):
    """The slips to print, with codes that work now. On screen for a group; otherwise as PDF: there may be thousands."""
    about = Slips(request, number, pk)
    count, waiting = about.with_code.count(), about.without_password.count()
    context = {
        "about": about,
        "group": about.group,
        "candidates": _shown(about, 0) if about.group else [],
        "count": count,
        "without_password": waiting,
        "without_code": waiting - count,
        "files": _files(about, count),
        "issue_url": about.url("-issue"),
        **_addresses(),
        "breadcrumbs": about.crumbs(),
    }
    return render(request, "candidates/slips.html", context)


def _shown(about: Slips, first: int) -> list[Candidate]:
    """As many candidates with codes as fit in one file, starting at `first`."""
    return list(about.with_code.with_codes().select_related("centre")[first : first + A_FILE])


def _files(about: Slips, count: int) -> list[tuple[str, str]]:
    """(words, address) of the PDFs with `count` slips."""
    url = about.url("-pdf")
    starts = range(0, count, A_FILE)
    if len(starts) == 1:
        return [("Slips as PDF, 10 to a sheet", url)]
    return [
        (f"Slips {start + 1} to {min(start + A_FILE, count)} (PDF)", f"{url}?part={part}")
        for part, start in enumerate(starts, 1)
    ]


@signed_in
@require_GET
def slips_pdf(request, number, pk=None):
    """The slips as PDF. Made now and not stored, as it contains what lets people in."""
    about = Slips(request, number, pk)
    part = request.GET.get("part", "1")
    first = (int(part) - 1) * A_FILE if part.isascii() and part.isdigit() and 0 < int(part) < 1000 else 0
    shown = _shown(about, first)
    if not shown:
        messages.info(request, "There is no code that works now. Issue codes first.")
        return redirect(about.url(""))
    subject = about.group or about.centre
    return _pdf(request, shown, title=about.title, subject=subject, back=about.url(""))


def _pdf(request, shown: list[Candidate], *, title: str, subject, back: str):
    context = {
        "sheets": [shown[start : start + A_SHEET] for start in range(0, len(shown), A_SHEET)],
        "title": title if not printing.unwritable(title) else "Sign-in slips",
        "portal_name": settings.PORTAL_NAME,
        **_addresses(),
    }
    name = f"slips-{slugify(title) or 'candidates'}.pdf"
    about = {"name": name, "subject": subject, "back": back, "verb": "print slips", "after": str(len(shown))}
    return door.draw(request, "pdf/slips.html", context, **about)


@signed_in
@require_http_methods(["GET", "POST"])
def slips_issue(request, number, pk=None):
    """Issue new codes to those who have not chosen a password; first, a page says what stops working.

    With `only=missing`, only to those without a code that works, so that nothing stops working.
    """
    about = Slips(request, number, pk)
    if request.method == "GET":
        return _ask_to_issue(request, about)
    chosen = about.without_code if request.POST.get("only") == "missing" else about.without_password
    count = actions.issue_slips(chosen, by=request.user)
    if count:
        ended = "" if request.POST.get("only") == "missing" else " Earlier slips stopped working."
        messages.success(request, f"{count} new code{'s' if count != 1 else ''}.{ended}")
    else:
        messages.info(request, "Nobody here needs a code.")
    return redirect(about.url(""))


def _ask_to_issue(request, about: Slips):
    waiting, count = about.without_password.count(), about.with_code.count()
    stop = f"{count} code{'s' if count != 1 else ''} that {'work' if count != 1 else 'works'} now"
    context = {
        "question": f"Issue new codes for {waiting} candidate{'s' if waiting != 1 else ''} of {about.title}?"
        if about.group
        else f"Issue new codes for all {waiting} who have never signed in?",
        "consequence": f"{stop} will stop working, including on slips that you have handed out. "
        "Candidates who have chosen a password are not affected.",
        "button": f"Yes, issue {waiting} new code{'s' if waiting != 1 else ''}",
        "cancel": about.url(""),
        "breadcrumbs": about.crumbs(("Issue new codes", None)),
    }
    return render(request, "candidates/slips_issue.html", context)


@signed_in
@require_POST
def candidate_code(request, number, candidate_number):
    """A new code, for somebody who has not signed in yet, or in place of a forgotten password."""
    candidate = find_candidate(request, number, candidate_number, needs=Permission.ISSUE_CODES)
    if candidate.user.has_usable_password():
        actions.reset_sign_in(candidate, by=request.user)
    else:
        actions.issue_slips([candidate], by=request.user)
    messages.success(request, f"{candidate} has a new one-time code. Hand out the slip.")
    return redirect("candidate-slip", number, candidate_number)


@signed_in
@require_GET
def candidate_slip(request, number, candidate_number):
    candidate = find_candidate(request, number, candidate_number, needs=Permission.ISSUE_CODES)
    context = {
        "candidate": candidate,
        "candidates": [candidate] if candidate.user.open_codes else [],
        **_addresses(),
        "breadcrumbs": crumbs(
            candidate.centre, (str(candidate), candidate.get_absolute_url()), ("Slip", None)
        ),
    }
    return render(request, "candidates/slip.html", context)


def _addresses() -> dict[str, str]:
    """Addresses as people type them from paper: they also work without `https://`."""
    site = settings.SITE_URL.partition("://")[2]
    return {
        "sign_in_address": site + reverse("sign-in-candidate"),
        "guide_address": site + reverse("guide", args=["candidate"]),
    }
