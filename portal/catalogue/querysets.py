"""Queries of the catalogue. It is public, so nobody's view of it is limited."""

from django.db.models import Count, Exists, OuterRef, Q, QuerySet


class QualificationQuerySet(QuerySet):
    def with_combinations(self):
        """With units and awards prefetched, as `rules` and the pages of qualifications need."""
        return self.prefetch_related("units", "awards")

    def open_for_entry(self, on):
        """Those for which a centre may still order entries on the day `on`."""
        return self.filter(Q(last_entry_on=None) | Q(last_entry_on__gte=on))


class UnitQuerySet(QuerySet):
    def with_checklist(self):
        """Those that can be assigned: an e-checklist is published."""
        return self.filter(checklists__published_at__isnull=False, is_examined=False).distinct()


class ChecklistQuerySet(QuerySet):
    def published(self):
        return self.filter(published_at__isnull=False)

    def drafts(self):
        return self.filter(published_at=None)

    def current(self):
        """The latest published version of each unit, which new assignments get."""
        later = (
            ChecklistQuerySet(self.model)
            .published()
            .filter(unit=OuterRef("unit"), version__gt=OuterRef("version"))
        )
        return self.published().exclude(Exists(later))

    def with_criteria(self):
        """With objectives and criteria prefetched, in the order of the sheet."""
        return self.prefetch_related("objectives__criteria")

    def with_size(self):
        """Adds `criteria_count`."""
        return self.annotate(criteria_count=Count("objectives__criteria"))
