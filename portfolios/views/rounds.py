"""What was handed in, exactly as the tutor saw it; and all files of a unit as one zip."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from portal.accounts.keeping import signed_in
from portal.files import door

from .. import packing, rules
from ..access import is_own
from ..models import Assignment, EvidenceVersion, Round
from .finding import crumbs, evidence_of, find_work


@signed_in
@require_safe
def work_zip(request, pk):
    """The unit's files as they are now."""
    work = find_work(request, pk)
    versions = [item.current for item in evidence_of(work)]
    if not versions:
        messages.info(request, "There are no files to download yet.")
        return redirect(work)
    return send_zip(request, work, versions)


def _find_round(request, pk: int, number: int) -> tuple[Assignment, Round]:
    work = find_work(request, pk)
    return work, get_object_or_404(work.rounds.select_related("handed_in_by", "decided_by"), number=number)


@signed_in
@require_safe
def round_page(request, pk, number):
    """One hand-in as the tutor saw it: files with checksums, declarations, and the judgements up to its decision."""
    work, this_round = _find_round(request, pk, number)
    versions = packing.versions_of(this_round)
    context = {
        "work": work,
        "round": this_round,
        "files": [(version, version.evidence.current) for version in versions],
        "judged": rules.judged_in(this_round),
        "bytes": sum(version.size_bytes for version in versions),
        "is_own": is_own(request.user, work),
        "breadcrumbs": crumbs(request, work, f"Hand-in {number}"),
    }
    return render(request, "portfolios/round.html", context)


@signed_in
@require_safe
def round_zip(request, pk, number):
    """The files of one hand-in."""
    work, this_round = _find_round(request, pk, number)
    return send_round(request, work, this_round)


def send_round(request, work: Assignment, this_round: Round):
    """Send it as a zip. Other rooms find the hand-in by their own rule."""
    return send_zip(request, work, packing.versions_of(this_round), part=f"_hand-in-{this_round.number}")


def send_zip(request, work: Assignment, versions: list[EvidenceVersion], *, part: str = ""):
    return door.hand_out_zip(
        request,
        packing.pack(work, versions),
        name=f"{packing.stem_of(work)}{part}.zip",
        subjects=[work],
        versions=[version.pk for version in versions],
    )
