"""Answers about named entries without writing: who can be entered for what, and what an entry can change to."""

from django.db.models import QuerySet
from django.utils import timezone

from centres.models import Approval, Centre
from centres.rules import may_enter
from portal.catalogue.models import Award, Qualification

from .models import Candidate, NamedEntry


def sizes_on_offer(centre: Centre) -> list[Award]:
    """The scheme codes under which `centre` can enter candidates today."""
    return [award for award, _ in may_enter(centre, timezone.localdate())]


def to_enter(candidates: QuerySet[Candidate], qualification: Qualification) -> QuerySet[Candidate]:
    """Those of `candidates` who have no entry for the qualification: not a live one, and not on an order."""
    holding = NamedEntry.objects.holding().filter(award__qualification=qualification)
    return candidates.exclude(pk__in=holding.values("candidate"))


def why_no_change(entry: NamedEntry) -> str:
    """Why the centre cannot change the size of an entry now; empty when it can."""
    approvals = Approval.objects.current().filter(centre=entry.candidate.centre_id)
    qualification = entry.award.qualification
    if not approvals.filter(qualification=qualification).exists():
        return f"Your centre is not approved for {qualification}."
    if not qualification.is_open_for_entry(timezone.localdate()):
        return f"The last entry date of {qualification} has passed."
    return ""


def sizes_to_change_to(entry: NamedEntry) -> QuerySet[Award]:
    """The other sizes of the same qualification: a larger one tops the entry up, a smaller one moves it down."""
    sizes = Award.objects.filter(qualification=entry.award.qualification_id, is_provisional=False)
    return sizes.exclude(pk=entry.award_id)
