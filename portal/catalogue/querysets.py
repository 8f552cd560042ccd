"""Reads of the catalogue. It is public: there is nothing here that some may not see."""

from django.db.models import Count, Exists, OuterRef, Q, QuerySet


class QualificationQuerySet(QuerySet):
    def with_combinations(self):
        """With units and awards at hand: what `rules` and the level pages ask for."""
        return self.prefetch_related("units", "awards")

    def open_for_entry(self, on):
        """Those a centre may still order entries for on the day `on`."""
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
        """The latest published version of each unit: what new assignments are made with."""
        later = (
            ChecklistQuerySet(self.model)
            .published()
            .filter(unit=OuterRef("unit"), version__gt=OuterRef("version"))
        )
        return self.published().exclude(Exists(later))

    def with_criteria(self):
        """With objectives and criteria at hand, in the order of the sheet."""
        return self.prefetch_related("objectives__criteria")

    def with_size(self):
        """Adds `criteria_count`."""
        return self.annotate(criteria_count=Count("objectives__criteria"))
