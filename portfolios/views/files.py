"""The files themselves, by the one door. Other rooms find by their own rule and answer with the same two functions."""

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from portal.accounts.keeping import signed_in
from portal.kit import door

from ..models import EvidenceVersion


@signed_in
@require_safe
def evidence_file(request, pk):
    found = EvidenceVersion.objects.visible_to(request.user).select_related("evidence")
    return send_version(request, get_object_or_404(found, pk=pk))


@signed_in
@require_safe
def rendition(request, pk, index):
    found = EvidenceVersion.objects.visible_to(request.user).select_related("evidence")
    return send_page(request, get_object_or_404(found, pk=pk), index)


def send_version(request, version: EvidenceVersion):
    """The file as uploaded: shown in the page with `?inline=1` where its kind cannot run, else a download."""
    return door.send(
        request,
        version.file,
        name=version.file_name,
        media_type=version.media_type,
        subject=version.evidence,
        inline="inline" in request.GET,
    )


def send_page(request, version: EvidenceVersion, index: int):
    """One page image that workers made from the file."""
    page = get_object_or_404(version.renditions, index=index)
    if not page.image:
        raise Http404("This page has text alone.")
    return door.send(
        request,
        page.image,
        name=f"page-{index}.jpg",
        media_type="image/jpeg",
        subject=version.evidence,
        inline=True,
    )
