"""The files themselves, sent through `door`. Other rooms find them by their own rule and use the same functions."""

from pathlib import PurePath

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_safe

from portal.accounts.keeping import signed_in
from portal.files import door, sandbox
from portal.files.kinds import Shown
from portal.kit import audit

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


@signed_in
@require_safe
def evidence_site(request, pk):
    found = EvidenceVersion.objects.visible_to(request.user).select_related("evidence")
    return open_site(request, get_object_or_404(found, pk=pk))


def send_version(request, version: EvidenceVersion):
    """The file as uploaded: shown in the page with `?inline=1` if its kind cannot run, otherwise a download."""
    return door.send(
        request,
        version.file,
        name=version.file_name,
        media_type=version.media_type,
        subject=version.evidence,
        inline="inline" in request.GET,
    )


def send_page(request, version: EvidenceVersion, index: int):
    """One page image, poster, waveform or copy to play that workers made from the file."""
    made = get_object_or_404(version.renditions, index=index)
    if not made.file:
        raise Http404("This part is in the page itself.")
    return door.send(
        request,
        made.file,
        name=f"{made.kind}-{index}{PurePath(str(made.file.name)).suffix}",
        media_type=made.media_type,
        subject=version.evidence,
        inline=True,
    )


def open_site(request, version: EvidenceVersion, *, use: str = "evidence"):
    """Send the browser to the zipped website on its separate origin, where it may run; recorded.

    `use`: asked on every request whether the person may still read it.
    """
    listing = version.renditions.filter(kind=Shown.LISTING).first()
    start = listing.start if listing else ""
    if not (sandbox.is_open() and start):
        raise Http404("There is no website to open here.")
    audit.record("open site", version.evidence, by=request.user, file=version.file_name)
    link = sandbox.link(
        version.stored, start, use=use, user=request.user, session_key=request.session.session_key
    )
    return redirect(link)
