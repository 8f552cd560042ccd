"""Certificates: the centre's list and downloads, the candidate's own certificates, and the public check."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe
from zipstream import ZipStream

from candidates.models import Candidate
from centres.access import open_centre
from portal.accounts.keeping import signed_in
from portal.accounts.roles import Permission
from portal.files import door, packing
from portal.kit.paging import paginate
from portal.kit.throttle import is_too_often

from . import numbers
from .filters import CertificateFilter
from .forms import CheckForm
from .models import Certificate

CHECKS_A_MINUTE = 30


def _at(request, centre) -> CertificateFilter:
    own = Certificate.objects.visible_to(request.user).filter(candidate__centre=centre)
    return CertificateFilter(
        request.GET,
        queryset=own.select_related("candidate", "superseded_by", "because_of__certificate"),
        centre=centre,
    )


@signed_in
@require_safe
def certificates(request, number):
    """The centre's certificates, newest first."""
    centre = open_centre(request, number, needs=Permission.SEE_CERTIFICATES)
    chosen = _at(request, centre)
    context = {
        "centre": centre,
        "filter": chosen,
        "page": paginate(request, chosen.qs),
        "ready": chosen.qs.standing().printed().count(),
        "printing": chosen.qs.standing().filter(pdf="").count(),
    }
    return render(request, "awards/certificates.html", context)


@signed_in
@require_safe
def certificate_download(request, number):
    """The printed certificate, or a page that says it is still being printed or no longer valid."""
    found = get_object_or_404(Certificate.objects.visible_to(request.user), number=number)
    if found.state != Certificate.State.ISSUED:
        context = {"certificate": found, "newest": found.newest()}
        return render(request, "awards/not_valid.html", context, status=410)
    if not found.is_printed:
        return render(request, "awards/being_printed.html", {"certificate": found}, status=404)
    return door.send_printed(request, found)


@signed_in
@require_safe
def certificates_zip(request, number):
    """Every certificate of the filtered list that is in force and printed, streamed as one zip."""
    centre = open_centre(request, number, needs=Permission.SEE_CERTIFICATES)
    ready = list(_at(request, centre).qs.standing().printed())
    if not ready:
        messages.error(
            request, "None of these certificates has been printed yet. Try again in a few minutes."
        )
        return redirect("certificates", number)
    named = ((f"{found.candidate.number}-{found.file_name}", found.pdf, None) for found in ready)
    packed = packing.add(ZipStream(), named)  # names sort by candidate
    return door.hand_out_zip(request, packed, name=f"certificates-{centre.number}.zip", subjects=ready)


@signed_in
@require_safe
def my_certificates(request):
    """A candidate's own certificates."""
    candidate = get_object_or_404(Candidate, user=request.user)
    own = Certificate.objects.visible_to(request.user).filter(candidate=candidate)
    own = own.select_related("because_of")
    return render(request, "awards/my_certificates.html", {"page": paginate(request, own)})


@require_http_methods(["GET", "HEAD", "POST"])
def check(request):
    """The public check: by number, and the holder's last name or date of birth."""
    form = CheckForm(request.POST or None)
    if request.method == "POST" and is_too_often(request, "check", a_minute=CHECKS_A_MINUTE):
        return render(request, "awards/check.html", {"form": form, "is_too_often": True}, status=429)
    if not form.is_valid():
        return render(request, "awards/check.html", {"form": form})
    return render(request, "awards/check.html", {"form": form, **_answer(form.certificate())})


@require_safe
def check_certificate(request, number, seal):
    """The page that a certificate's QR code opens. A wrong seal gets the same answer as a wrong number."""
    if is_too_often(request, "check", a_minute=CHECKS_A_MINUTE):
        return render(request, "awards/check.html", {"form": CheckForm(), "is_too_often": True}, status=429)
    known = Certificate.objects.select_related("because_of")
    found = known.filter(number=number).first() if numbers.is_seal(seal, number) else None
    context = {"form": CheckForm(), **_answer(found)}
    return render(request, "awards/check.html", context, status=200 if found else 404)


def _answer(certificate: Certificate | None) -> dict:
    """Context for the answer: the certificate and its state, or “unknown”."""
    return {"answer": certificate.state if certificate else "unknown", "certificate": certificate}
