"""Candidates who may be one person: find them, compare them side by side, and merge them or keep both."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from centres.access import open_centre
from portal.accounts.keeping import signed_in
from portal.accounts.roles import Permission
from portal.kit.paging import paginate
from portal.kit.stateful import TransitionRefused

from .. import actions, comparing, rules
from ..models import Candidate
from .people import crumbs, find_candidate


@signed_in
@require_GET
def duplicates(request, number):
    """Likely duplicates among the centre's candidates."""
    centre = open_centre(request, number, needs=Permission.MANAGE_CANDIDATES)
    page = paginate(request, rules.likely_duplicates(centre), 10)
    context = {
        "centre": centre,
        "page": page,
        "pairs": rules.pairs_of(centre, page),
        "breadcrumbs": crumbs(centre, ("Likely duplicates", None)),
    }
    return render(request, "candidates/duplicates.html", context)


def _find_two(request, number, kept_number, merged_number) -> tuple[Candidate, Candidate]:
    kept = find_candidate(request, number, kept_number, needs=Permission.MANAGE_CANDIDATES)
    merged = find_candidate(request, number, merged_number, needs=Permission.MANAGE_CANDIDATES)
    if kept == merged:
        raise Http404
    return kept, merged


@signed_in
@require_http_methods(["GET", "POST"])
def candidate_merge(request, number, candidate_number, other_number):
    """What is kept if the other is merged into this one; a POST merges them."""
    kept, merged = _find_two(request, number, candidate_number, other_number)
    objections = comparing.objections_to(kept, merged)
    if request.method == "POST":
        try:
            actions.merge_candidates(kept, merged, by=request.user)
        except TransitionRefused as refusal:
            messages.error(request, refusal.for_people())
            return redirect(request.path)
        messages.success(request, f"{merged} has been merged into {kept}. Everything is now on this page.")
        return redirect("candidate", number, kept.number)
    context = {
        "kept": kept,
        "merged": merged,
        "rows": rules.compare(kept, merged),
        "objections": objections,
        "merged_signed_in": merged.user.has_usable_password(),
        "breadcrumbs": crumbs(
            kept.centre,
            ("Likely duplicates", reverse("candidate-duplicates", args=[number])),
            ("Merge", None),
        ),
    }
    return render(request, "candidates/merge.html", context)


@signed_in
@require_POST
def candidate_different(request, number, candidate_number, other_number):
    one, other = _find_two(request, number, candidate_number, other_number)
    actions.say_different(one, other, by=request.user)
    messages.success(
        request, f"{one} and {other} are kept as two people. You will not be asked about them again."
    )
    return redirect("candidate-duplicates", number)
