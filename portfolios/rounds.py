"""The evidence of one hand-in as it was; if a claim named it, with titles, notes and tags as they were then."""

from django.db.models import Prefetch

from portal.catalogue.models import Criterion

from .models import Evidence, EvidenceVersion, Round


def evidence_in(this_round: Round | None) -> list[Evidence]:
    """The items of a hand-in from `Evidence.objects.for_looking()`, each with only the version handed in."""
    versions = EvidenceVersion.objects.filter(rounds=this_round).prefetch_related("stored__renditions")
    found = list(
        Evidence.objects.filter(versions__in=versions.values("pk"))
        .select_related("uploaded_by", "assignment__candidate")
        .prefetch_related("criteria", Prefetch("versions", queryset=versions))
    )
    return as_kept(this_round, found)


def as_kept(this_round: Round | None, items: list[Evidence]) -> list[Evidence]:
    """`items` of a hand-in, with what it kept about them in place of their current values. Do not save them."""
    if this_round is None or this_round.frozen_at is None:
        return items
    keys = {key for kept in this_round.kept.values() for key in kept["criteria"]}
    criteria = list(Criterion.objects.filter(pk__in=keys).select_related("objective"))
    for item in items:
        kept = this_round.kept[str(item.pk)]
        item.title, item.note = kept["title"], kept["note"]
        tags = Criterion.objects.none()
        tags._result_cache = [criterion for criterion in criteria if criterion.pk in kept["criteria"]]
        item.__dict__.setdefault("_prefetched_objects_cache", {})["criteria"] = tags
    return items
