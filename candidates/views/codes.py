"""One-time codes on slips: a candidate's first way in."""

from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from portal.accounts.keeping import signed_in
from portal.accounts.roles import Permission

from .. import actions
from .groups import find_group, group_crumbs
from .people import crumbs, find_candidate


@signed_in
@require_GET
def slips(request, number, pk):
    """The slips of a group, to print: only codes that work now."""
    group = find_group(request, number, pk, needs=Permission.ISSUE_CODES)
    members = group.candidates.for_lists().select_related("centre")
    without_password = [member for member in members if not member.user.has_usable_password()]
    context = {
        "group": group,
        "candidates": [candidate for candidate in without_password if candidate.user.open_codes],
        "without_password": len(without_password),
        **_addresses(),
        "crumbs": group_crumbs(group, group.centre, ("Slips", None)),
    }
    return render(request, "candidates/slips.html", context)


@signed_in
@require_POST
def slips_issue(request, number, pk):
    """New codes for the members who have not chosen a password."""
    group = find_group(request, number, pk, needs=Permission.ISSUE_CODES)
    count = actions.issue_slips(group.candidates.select_related("user"), by=request.user)
    if count:
        messages.success(
            request, f"{count} new code{'s' if count != 1 else ''}. Earlier slips stopped working."
        )
    else:
        messages.info(request, "Nobody in this group needs a code.")
    return redirect("slips", number, pk)


@signed_in
@require_POST
def candidate_code(request, number, candidate_number):
    """A new code: for who has not signed in yet, or instead of a forgotten password."""
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
        "crumbs": crumbs(candidate.centre, (str(candidate), candidate.get_absolute_url()), ("Slip", None)),
    }
    return render(request, "candidates/slips.html", context)


def _addresses() -> dict[str, str]:
    """As they are typed from paper: without `https://` they are found as well."""
    site = settings.SITE_URL.partition("://")[2]
    return {
        "sign_in_address": site + reverse("sign-in-candidate"),
        "guide_address": site + reverse("guide", args=["candidate"]),
    }
