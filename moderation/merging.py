"""When two candidates are merged, claim lines move with the work (candidates/merging.py)."""

from candidates.merging import Follower, moves_with_candidate
from candidates.models import Candidate

from .models import Claim, ClaimLine


@moves_with_candidate
class Claims(Follower):
    """Lines belong to assignments and move with them. A submitted line keeps its frozen name and date of birth."""

    def hold(self, merged: Candidate) -> None:
        """Lock their claims so that none is submitted or concluded meanwhile."""
        claims = Claim.objects.filter(lines__assignment__candidate=merged).values("pk")
        list(Claim.objects.select_for_update().filter(pk__in=claims).order_by("pk").values_list("pk"))

    def facts(self, candidate: Candidate) -> list[tuple[str, str]]:
        claims = Claim.objects.filter(lines__assignment__candidate=candidate).distinct().order_by("number")
        shown = [f"{claim.number} ({claim.get_state_display().lower()})" for claim in claims]
        return [("Claims", ", ".join(shown) or "None")]

    def objections(self, kept: Candidate, merged: Candidate) -> list[str]:
        pending = ClaimLine.objects.filter(assignment__candidate=merged, state=ClaimLine.State.PENDING)
        frozen = pending.exclude(certificate_name=kept.certificate_name, date_of_birth=kept.date_of_birth)
        claims = ", ".join(sorted(set(frozen.values_list("claim__number", flat=True))))
        if not claims:
            return []
        return [
            f"{merged} is on claim {claims} as {merged.certificate_name}, born on "
            f"{merged.date_of_birth:%-d %B %Y}. Keep {merged} instead, or wait until the claim is concluded."
        ]
