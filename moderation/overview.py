"""Claims for a candidate's units on their page at the centre (candidates/overview.py)."""

from django.urls import reverse

from candidates.models import Candidate
from candidates.overview import Part, Shown, shown_with_candidate
from centres.access import may
from portal.accounts.roles import Permission

from . import rules
from .models import Claim, ClaimLine


@shown_with_candidate
class Claims(Part):
    """Each line of a claim for the candidate, newest first, and what can be claimed now."""

    def show(self, candidate: Candidate, *, to) -> Shown | None:
        centre = candidate.centre
        if not may(to, Permission.SEE_CLAIMS, at=centre):
            return None
        theirs = Claim.objects.at_centres_of(to).filter(centre=centre).values("pk")
        found = ClaimLine.objects.filter(assignment__candidate=candidate, claim__in=theirs)
        lines = list(
            found.select_related("claim", "assignment__unit__qualification").order_by("-claim", "pk")
        )
        to_do = _to_do(candidate) if may(to, Permission.BUILD_CLAIM, at=centre) else []
        if not lines:
            return Shown("Claims", to_do=to_do)
        links = [("All claims", reverse("claims", args=[centre.number]))]
        return Shown("Claims", "moderation/_lines_of_candidate.html", {"lines": lines}, to_do, links)


def _to_do(candidate: Candidate) -> list[tuple[str, str]]:
    if not candidate.achieved:  # type: ignore[attr-defined]
        return []
    ready = rules.ready_to_claim(candidate.centre).filter(candidate=candidate)
    codes = ", ".join(ready.order_by("unit__code").values_list("unit__code", flat=True))
    return [(f"Claim {codes}", reverse("claims", args=[candidate.centre.number]))] if codes else []
