"""The public catalogue: qualifications, what makes an award, what a unit asks for. No sign-in."""

from django.conf import settings
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from . import rules
from .models import Qualification, Unit


def catalogue(request):
    levels = [(found, _awards(found)) for found in Qualification.objects.with_combinations()]
    return render(request, "catalogue/catalogue.html", {"levels": levels})


def qualification(request, code):
    found = get_object_or_404(Qualification.objects.with_combinations(), code=code)
    context = {
        "qualification": found,
        "qualifications": [found],
        "awards": _awards(found),
        "counts_units": bool(rules.counted_awards(found)) or not found.awards.all(),
        "examined": sum(unit.is_examined for unit in found.units.all()),
        "mandatory_unit": found.mandatory_unit(),
        "breadcrumbs": [_the_catalogue(), (found.title, None)],
    }
    return render(request, "catalogue/qualification.html", context)


def unit(request, code):
    found = get_object_or_404(Unit.objects.select_related("qualification"), code=code)
    level = (found.qualification.title, found.qualification.get_absolute_url())
    context = {
        "unit": found,
        "qualifications": [found.qualification],
        "checklist": found.checklists.current().with_criteria().first(),
        "breadcrumbs": [_the_catalogue(), level, (found.title, None)],
    }
    return render(request, "catalogue/unit.html", context)


def questions(request):
    return render(request, "catalogue/questions.html", {"approval_years": settings.APPROVAL_YEARS})


def _awards(qualification):
    """(award, least, most guided learning hours) each."""
    return [(award, *rules.glh_of(award)) for award in qualification.awards.all()]


def _the_catalogue() -> tuple[str, str]:
    return "Qualifications", reverse("catalogue")
