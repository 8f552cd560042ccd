"""Results and certificates on a candidate's page at the centre (candidates/overview.py)."""

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
        results = Result.objects.visible_to(to).filter(candidate=candidate).select_related("unit")
        seen = Certificate.objects.visible_to(to).filter(candidate=candidate).select_related("superseded_by")
        newest_last = list(seen.order_by("issued_at", "pk"))
        of_line = {found.line_id: found for found in newest_last}
        context = {
            "results": [
                (result, of_line.get(result.line_id))
                for result in results.order_by("unit__code", "confirmed_on", "pk")
            ],
            "awards": [found for found in reversed(newest_last) if found.kind == Certificate.Kind.AWARD],
        }
        if not context["results"] and not context["awards"]:
            return None
        theirs = f"{reverse('certificates', args=[centre.number])}?find={candidate.number}"
        links = [("Find in certificates", theirs)]
        return Shown("Results and certificates", "awards/_results_of_candidate.html", context, links=links)
