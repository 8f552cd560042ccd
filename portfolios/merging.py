"""Work moves along when two candidates are merged (candidates/merging.py)."""

from candidates.merging import Follower, moves_with_candidate
from candidates.models import Candidate
from portal.kit import audit

from .models import Assignment


@moves_with_candidate
class Work(Follower):
    """Assignments with everything that belongs to them: evidence, hand-ins, judgements, claim lines.

    If both have a unit and one of the two is untouched, that one is deleted.
    """

    models = ("portfolios.Assignment",)

    def facts(self, candidate: Candidate) -> list[tuple[str, str]]:
        work = candidate.assignments.select_related("unit").order_by("unit__code")
        units = [f"{row.unit.code} ({row.get_state_display().lower()})" for row in work]
        return [("Units", ", ".join(units) or "None")]

    def objections(self, kept: Candidate, merged: Candidate) -> list[str]:
        both = _touched(kept).filter(unit__in=_touched(merged).values("unit")).order_by("unit__code")
        units = ", ".join(both.values_list("unit__code", flat=True))
        if not units:
            return []
        return [
            f"Both have work for {units}, and a candidate can do a unit only once. Tell the awarding body which "
            "work counts. Until then, leave both candidates as they are."
        ]

    def move(self, kept: Candidate, merged: Candidate, *, by) -> None:
        _drop_untouched(merged, beside=kept, by=by)
        _drop_untouched(kept, beside=merged, by=by)
        keys = list(merged.assignments.values_list("pk", flat=True))
        Assignment.objects.filter(pk__in=keys).update(candidate=kept)
        moved = Assignment.objects.filter(pk__in=keys).select_related("unit", "candidate")
        changes = [(work, str(merged), str(kept)) for work in moved]
        audit.record_all("move to the candidate kept", changes, by=by)


def _untouched(candidate: Candidate):
    """Units of the candidate on which nobody has done anything."""
    return candidate.assignments.filter(
        state=Assignment.State.ASSIGNED, evidence=None, uploads=None, rounds=None, judgements=None,
        claim_lines=None, plan=None, review=None, messages=None, planning_comments=None,
    )  # fmt: skip


def _touched(candidate: Candidate):
    return candidate.assignments.exclude(pk__in=_untouched(candidate).values("pk"))


def _drop_untouched(candidate: Candidate, *, beside: Candidate, by) -> None:
    """Delete untouched units of `candidate` that `beside` also has."""
    spare = _untouched(candidate).filter(unit__in=beside.assignments.values("unit"))
    for work in Assignment.objects.filter(pk__in=list(spare.values_list("pk", flat=True))).select_related(
        "unit"
    ):
        audit.record(
            "take back unit", candidate, by=by, before=work.unit.code, why="The other candidate also has it."
        )
        work.delete()


@moves_with_candidate
class Workspace(Follower):
    """Files that are not in a unit yet; both sets are kept, even above the limit."""

    models = ("portfolios.WorkspaceFile",)

    def facts(self, candidate: Candidate) -> list[tuple[str, str]]:
        return [("Files in the workspace", str(candidate.workspace.count()))]

    def move(self, kept: Candidate, merged: Candidate, *, by) -> None:
        moved = list(merged.workspace.all())
        merged.workspace.update(candidate=kept)
        changes = [(file, str(merged), str(kept)) for file in moved]
        audit.record_all("move to the candidate kept", changes, by=by)
