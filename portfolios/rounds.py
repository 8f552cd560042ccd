"""The evidence of one hand-in as it was; if a claim named it, with titles, notes and tags as they were then."""

from collections.abc import Iterable

from django.db.models import Prefetch

from portal.catalogue.models import Criterion

from .models import Evidence, EvidenceVersion, Round


def evidence_in(this_round: Round | None, criteria: Iterable[Criterion] = ()) -> list[Evidence]:
    """The items of a hand-in from `Evidence.objects.for_looking()`, each with only the version handed in.

    `criteria`: as for `as_kept`.
    """
    versions = EvidenceVersion.objects.filter(rounds=this_round).prefetch_related("stored__renditions")
    found = (
        Evidence.objects.filter(versions__in=versions.values("pk"))
        .select_related("uploaded_by", "assignment__candidate")
        .prefetch_related(Prefetch("versions", queryset=versions))
    )
    if this_round is None or this_round.frozen_at is None:
        return list(found.prefetch_related("criteria"))
    return as_kept(this_round, list(found), criteria)


def as_kept(
    this_round: Round | None, items: list[Evidence], criteria: Iterable[Criterion] = ()
) -> list[Evidence]:
    """`items` of a hand-in, with what it kept about them in place of their current values. Do not save them.

    `criteria`: those of its e-checklist, where a page has read them.
    """
    if this_round is None or this_round.frozen_at is None:
        return items
    keys = {key for kept in this_round.kept.values() for key in kept["criteria"]}
    if not keys <= {criterion.pk for criterion in criteria}:
        criteria = list(Criterion.objects.filter(pk__in=keys).select_related("objective"))
    for item in items:
        kept = this_round.kept[str(item.pk)]
        item.title, item.note = kept["title"], kept["note"]
        tags = Criterion.objects.none()
        tags._result_cache = [criterion for criterion in criteria if criterion.pk in kept["criteria"]]
        item.__dict__.setdefault("_prefetched_objects_cache", {})["criteria"] = tags
    return items
