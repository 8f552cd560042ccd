"""The guides as pages, open to everybody: they contain nothing personal."""

from django.http import FileResponse, Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe

from portal.navigation import current_centre

from . import pdf
from .contents import GUIDES, Guide
from .facts import facts
from .help import guides_of


@require_safe
def guides(request):
    """Choose a role; the guide of the signed-in person comes first."""
    own = guides_of(request.user, current_centre(request)) if request.user.is_authenticated else []
    first = own[:1]
    context = {
        "own": [GUIDES[slug] for slug in first],
        "others": [guide for slug, guide in GUIDES.items() if slug not in first],
    }
    return render(request, "guide/guides.html", context)


@require_safe
def guide(request, role):
    """The contents of one guide, and its quick guide."""
    context = _about(request, role)
    context["breadcrumbs"] = [("User guides", reverse("guides")), (context["guide"].title, None)]
    return render(request, "guide/guide.html", context)


@require_safe
def guide_part(request, role, part):
    context = _about(request, role)
    parts = context["guide"].parts
    place = next((number for number, found in enumerate(parts) if found.slug == part), None)
    if place is None:
        raise Http404("This guide has no such part.")
    context |= {
        "part": parts[place],
        "number": place + 1,
        "before": parts[place - 1] if place else None,
        "after": parts[place + 1] if place + 1 < len(parts) else None,
    }
    return render(request, "guide/part.html", context)


@require_safe
def guide_pdf(request, role):
    """The guide as one PDF, as drawn by a worker."""
    found = _find(role)
    stored = pdf.stored(found)
    if stored is None:
        return render(request, "guide/being_made.html", {"guide": found}, status=202)
    return FileResponse(
        stored, as_attachment=True, filename=f"{role}-guide.pdf", content_type="application/pdf"
    )


def _find(role: str) -> Guide:
    if role not in GUIDES:
        raise Http404("There is no such guide.")
    return GUIDES[role]


def _about(request, role: str) -> dict:
    return {"guide": _find(role), "facts": facts(), "came_from": _came_from(request)}


def _came_from(request) -> str:
    """The page the reader came from, if it is on the portal."""
    path = request.GET.get("from", "")
    is_ours = path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return path if is_ours else ""
