"""Results and certificates on a candidate's page at the centre (candidates/overview.py)."""

from django.db.models import Prefetch
from django.urls import reverse

from candidates.models import Candidate
from candidates.overview import Part, Shown, shown_with_candidate
from centres.access import may
from portal.accounts.roles import Permission

from .models import Certificate, Result


@shown_with_candidate
class Results(Part):
    """Confirmed units with their certificates, then the certificates of awards."""

    def show(self, candidate: Candidate, *, to) -> Shown | None:
        centre = candidate.centre
        if not may(to, Permission.SEE_CERTIFICATES, at=centre):
            return None
        seen = Certificate.objects.visible_to(to).order_by("-issued_at", "-pk")
        newest_first = Prefetch("line__certificates", queryset=seen.select_related("superseded_by"))
        results = Result.objects.visible_to(to).filter(candidate=candidate)
        results = results.select_related("unit", "line").prefetch_related(newest_first)
        awards = seen.filter(candidate=candidate, kind=Certificate.Kind.AWARD)
        context = {
            "results": list(results.order_by("unit__code", "confirmed_on", "pk")),
            "awards": list(awards.select_related("superseded_by")),
        }
        if not context["results"] and not context["awards"]:
            return None
        theirs = f"{reverse('certificates', args=[centre.number])}?find={candidate.number}"
        links = [("Find in certificates", theirs)]
        return Shown("Results and certificates", "awards/_results_of_candidate.html", context, links=links)
