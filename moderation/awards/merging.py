"""Results and certificates stay with the candidate they were issued to (candidates/merging.py)."""

from candidates.merging import Follower, moves_with_candidate
from candidates.models import Candidate, Learner
from moderation.models import ClaimLine
from portal.kit import outbox

from .actions.learners import keep_decisions
from .alike import said_to_differ

ASK = "Only the awarding body can join them. Write to it with both candidate numbers."


@moves_with_candidate
class Certificates(Follower):
    """A certificate's row never changes, so the candidate who has certificates must be the one to keep."""

    models = ("awards.Result", "awards.Certificate", "candidates.LearnerPair")

    def hold(self, merged: Candidate) -> None:
        """Lock their learner so that nobody is joined with it meanwhile."""
        list(Learner.objects.select_for_update(of=("self",)).filter(candidates=merged))

    def facts(self, candidate: Candidate) -> list[tuple[str, str]]:
        certificates = candidate.certificates.order_by("issued_at", "pk")
        return [("Certificates", ", ".join(f"{row.code} {row.title}" for row in certificates) or "None")]

    def objections(self, kept: Candidate, merged: Candidate) -> list[str]:
        units = _confirmed(merged)
        if said_to_differ(kept, merged):  # through somebody at another centre, unknown to this one
            return [f"{kept} and {merged} cannot be merged at the centre. {ASK}"]
        if not units:
            return []
        if theirs := _confirmed(kept):
            return [
                f"Both have certificates: {kept} for {', '.join(theirs)}, {merged} for {', '.join(units)}. "
                f"{ASK}"
            ]
        return [
            f"{merged} has certificates for {', '.join(units)}. Keep {merged} and merge {kept} into that record."
        ]

    def move(self, kept: Candidate, merged: Candidate, *, by) -> None:
        """Look for the kept candidate at other centres again, with both candidates' details and earlier decisions."""
        keep_decisions(kept, merged, by=by)
        if merged.learner and not kept.learner:
            kept.learner, kept.own_learner = merged.learner, merged.own_learner
        kept.is_matched = False
        kept.save(update_fields=["learner", "own_learner", "is_matched"])
        outbox.due("match-learners", kept.centre)


def _confirmed(candidate: Candidate) -> list[str]:
    """Codes of the units confirmed for the candidate, whether the certificate is issued, not issued yet or revoked."""
    confirmed = [ClaimLine.State.CONFIRMED, ClaimLine.State.VOIDED]
    lines = ClaimLine.objects.filter(assignment__candidate=candidate, state__in=confirmed)
    return sorted(set(lines.values_list("assignment__unit__code", flat=True)))
